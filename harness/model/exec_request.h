/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What `toll exec` is asked to run: a program, what it is given, and what it sees as '/'. Stored in
 * plan.json, so that a run goes on without the options it was begun with.
 *
 * Without an image the program is a file of the user's, run as it is. With one it is run like a
 * program of packages: in a folder of its own, by workloads/package/runner.c. The image holds
 * packages, or a folder of the user's per architecture; where neither is named, nothing: that is
 * enough for a static program. Files of the user's are copied into the run folder, below
 * programs/workloads, which environments see in GUEST_ROOT (layer/layer.h).
 */
#ifndef MODEL_EXEC_REQUEST_H
#define MODEL_EXEC_REQUEST_H

#include <stdbool.h>

#include "base/str.h"
#include "model/arch.h"
#include "model/workload.h"

struct exec_request {
	char *name;		 /* [a-z0-9-]+, of the workload; NULL: after the program */
	char *program;		 /* a file of the user's, or a program of the image */
	bool own;		 /* it is the former, for each architecture one */
	bool compare;		 /* what it prints must be the same everywhere */
	struct argv args;	 /* behind the program */
	struct argv variables;	 /* NAME=VALUE, for the program */
	struct argv packages;	 /* whose files the image has */
	char *roots[ARCH_COUNT]; /* folders whose files it has, absolute; NULL: none */
	struct argv inputs;	 /* names of files that it finds in its folder */
	char *workdir;		 /* where it starts, absolute; NULL: a folder of its own */
};

bool exec_request_has_image(const struct exec_request *e);
/* Do files of the user's lie in the run folder? */
bool exec_request_is_staged(const struct exec_request *e);
void exec_request_release(struct exec_request *e);

/* The workload that it is, which takes over what e holds. */
struct workload *workload_from_request(struct exec_request *e);

/* Where inputs are staged, below the folder that holds workloads/. */
#define EXEC_INPUTS "workloads/inputs"
/* Folders below it are in memory: the program has one of its own there. */
#define EXEC_WRITABLE "/tmp/"

#endif
