/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session of measuring: that of a new run (cmd_run.c), or one more of an old one (cmd_resume.c).
 */
#ifndef SESSION_H
#define SESSION_H

#include "cmd.h"

/* Everything between the options and the last byte of samples. */
struct session {
	const struct options *o;
	struct app app;
	struct plan plan;
	struct run_folder folder;
	struct samples stored;
	struct stored_run replay;
	bool replaying;
};

/* ---- cmd_run.c ---- */

/* Programs and inputs of the user's own lie in the run folder. */
bool has_own_programs(const struct plan *plan);
/* The programs of the plan, as they lie in dir; those of a replayed run are its own, and taken from
 * it. ERR_INPUT for a workload that no manifest describes any more. */
int session_identify(struct session *s, const struct workloads *workloads, const char *dir,
	struct programs *ret, struct err *err);
/* Connects to libvirt, if the plan has VMs. It comes before the run folder, because host.json names
 * its version, and before anything that might start a thread. */
int session_open_vms(struct session *s, struct err *err);
/* The run whose samples are the answers. */
int session_open_replay(struct session *s, const char *run, struct err *err);

/* ---- cmd_resume.c ---- */

/* ERR_INPUT for an option that a resumed run does not take: beside what is the session's own, only
 * what must be as it was when the run began. */
int session_check_options(const struct options *o, struct err *err);
/* Opens and locks the run, with its plan and its samples, when it can go on here: ERR_INPUT where
 * the host, the programs, the images, --precision or --connect are others than it was begun with.
 */
int session_begin_resumed(struct session *s, struct err *err);

#endif
