/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From samples to results: pure, the same samples give the same summary to the last bit.
 */
#ifndef RUN_SUMMARIZE_H
#define RUN_SUMMARIZE_H

#include "base/exit_code.h"
#include "base/str.h"
#include "model/host.h"
#include "model/plan.h"
#include "model/sample.h"
#include "model/summary.h"
#include "model/workload.h"
#include "store/sample_json.h"

#define SUMMARY_CONFIDENCE 0.95

struct summarize_input {
	const struct plan *plan;
	const struct host *host;
	const struct workloads
		*workloads; /* tolerances; a workload that is missing is not checked */
	const struct samples *samples;
	const struct sample_session *session;
};

void summarize(const struct summarize_input *in, struct summary *ret);

/* How a run ended: EXIT_MEASURED everything that can run (an empty shard has nothing to measure),
 * EXIT_SOME_FAILED some cells failed, EXIT_NOTHING nothing was measured. */
enum exit_code summary_exit_code(const struct summary *s);
/* Of EXIT_NOTHING: why, in words. */
void summary_why_nothing(const struct summary *s, struct str *out);

#endif
