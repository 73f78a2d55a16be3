/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * spawn RUNS CPU PROGRAM [ARGS]: runs a program RUNS times with toll's own process runner, set as
 * it is for a native execution (layer/place.c): pinned to CPU (-1: not), both outputs captured, a
 * deadline. Prints a JSON object with the wall time of each run in nanoseconds, from just before
 * the process is made to the moment its end is seen.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/proc.h"

#define RUNS_MAX 1000000
#define OUTPUT_MAX (1u << 20)

static void run(const struct proc_spec *spec, uint64_t *ret_ns)
{
	char how[PROC_END_TEXT_MAX];
	struct proc_result result;
	struct err err = {0};

	if (proc_run(spec, &result, &err) < 0) {
		fprintf(stderr, "spawn: %s\n", err.text);
		exit(1);
	}
	if (result.end != PROC_EXITED || result.code) {
		fprintf(stderr, "spawn: '%s': %s\n", spec->argv[0], proc_end_text(&result, how));
		exit(1);
	}
	*ret_ns = result.end_ns - result.begin_ns;
	proc_result_release(&result);
}

int main(int argc, char **argv)
{
	size_t runs = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	_cleanup_free_ uint64_t *wall_ns = NULL;
	struct proc_spec spec = {.cpu = PROC_CPU_ANY,
		.timeout_ns = 60 * NS_PER_S,
		.stdout_max = OUTPUT_MAX,
		.stderr_max = OUTPUT_MAX};

	if (!runs || runs > RUNS_MAX) {
		fputs("usage: spawn RUNS PROGRAM [ARGS]\n", stderr);
		return 2;
	}
	spec.argv = argv + 2;
	wall_ns = xcalloc(runs, sizeof(*wall_ns));
	for (size_t i = 0; i < runs; i++)
		run(&spec, &wall_ns[i]);
	printf("{\"wall_ns\":[");
	for (size_t i = 0; i < runs; i++)
		printf("%s%" PRIu64, i ? "," : "", wall_ns[i]);
	printf("]}\n");
	return 0;
}
