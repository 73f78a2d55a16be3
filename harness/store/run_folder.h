/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * results/RUN/: the folder of one run. Documents in it appear whole; samples.jsonl grows a line per
 * execution. One process at a time measures into a run (flock on the folder); readers need no lock.
 */
#ifndef STORE_RUN_FOLDER_H
#define STORE_RUN_FOLDER_H

#include <stdint.h>

#include "base/err.h"
#include "model/host.h"
#include "model/plan.h"
#include "model/program.h"
#include "model/sample.h"
#include "model/summary.h"
#include "store/sample_json.h"

struct run_folder {
	char *dir;	/* results/RUN */
	char *into;	/* where documents are written; NULL: dir */
	char *plots;	/* plots/RUN; created by whoever draws */
	char *name;	/* RUN */
	int samples_fd; /* -1 while not open for measuring */
	int lock_fd;
};

/* Creates results/RUN below `home` for this plan, locks it, and stores plan.json and host.json. */
int run_folder_create(const char *home, const struct plan *plan, const struct host *host,
	const char *packages_json, const struct programs *programs, struct run_folder *ret,
	struct err *err);
/* Finds an existing run: a path, a run id below home/results, or "latest". */
int run_folder_open(const char *home, const char *run, struct run_folder *ret, struct err *err);
/* What is written about an opened run goes below the results of `home` instead of into it, where it
 * lies elsewhere: its own folder stays as it is. */
int run_folder_write_below(struct run_folder *run, const char *home, struct err *err);
/* The folder that documents are written into. */
const char *run_folder_into(const struct run_folder *run);
/* Locks an opened run for measuring on (--resume); -EBUSY when another process has it. A torn last
 * line is cut off. */
int run_folder_lock(struct run_folder *run, struct err *err);
void run_folder_close(struct run_folder *run);

int run_folder_read_plan(const struct run_folder *run, struct plan *ret, struct err *err);
int run_folder_read_host(const struct run_folder *run, struct host *ret, struct err *err);
int run_folder_read_programs(const struct run_folder *run, struct programs *ret, struct err *err);
/* A torn last line is tolerated and logged. session may be NULL. */
int run_folder_read_samples(const struct run_folder *run, struct samples *ret,
	struct sample_session *session, struct err *err);
/* Whether the samples read are of this plan; see store/sample_check.h.
 */
int run_folder_check_samples(const struct run_folder *run, const struct samples *samples,
	const struct plan *plan, struct err *err);
/* Says how much the samples lack of the plan, once for a file that lacks some. */
void run_folder_warn_missing(
	const struct run_folder *run, const struct samples *samples, const struct plan *plan);
/* What the summary of a run in the folder `results` says to other runs (store/summary_json.h).
 * -ENOENT: it has none, so it is not finished. */
int run_folder_read_history(
	const char *results, const char *run, struct summary *ret, struct err *err);
int run_folder_write_summary(
	const struct run_folder *run, const struct summary *s, struct err *err);

int run_folder_append_sample(const struct run_folder *run, const struct sample *s, struct err *err);
int run_folder_append_boot(const struct run_folder *run, const struct boot *b, struct err *err);
int run_folder_append_discard(
	const struct run_folder *run, uint64_t block, const char *reason, struct err *err);
int run_folder_append_session(
	const struct run_folder *run, const struct sample_session *session, struct err *err);

/* Copies the run's documents and samples into the folder `to`, which is made; the summary is the
 * one given. */
int run_folder_copy(
	const struct run_folder *run, const struct summary *s, const char *to, struct err *err);

/* The ids of all runs below home/results, oldest first, as a NULL-terminated heap vector. A folder
 * without a plan is none: its process was killed before it began. */
int run_folder_list(const char *home, struct argv *ret, struct err *err);
/* The same of the folder `results` itself; none where it is not there. */
int run_folder_list_in(const char *results, struct argv *ret, struct err *err);

#endif
