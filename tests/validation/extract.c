/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * extract [-n BLOCKS] RUN...: the traces of stored runs as CSV, ln(steady time) and ln(sentinel)
 * per arm and block, of so many blocks (12), as trace_file.h has them. A run is named by the last
 * six digits of its id.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/grid.h"
#include "store/run_folder.h"

static void print_line(
	const struct grid *grid, size_t blocks, const char *run, size_t arm, const char *what)
{
	const struct arm *a = &grid->plan->arms[arm];

	printf("%s,%s,%s,%s", run, a->cell, a->duplicate ? "aa" : "main", what);
	for (size_t b = 0; b < blocks; b++) {
		double x = NAN;

		if (b < grid->blocks)
			x = strcmp(what, "time") ? grid_at(grid, arm, b)->log_sentinel
						 : grid_at(grid, arm, b)->log_mean;
		if (isnan(x))
			putchar(',');
		else
			printf(",%.4f", x);
	}
	putchar('\n');
}

static bool has_times(const struct grid *grid, size_t arm)
{
	for (size_t b = 0; b < grid->blocks; b++)
		if (isfinite(grid_at(grid, arm, b)->log_mean))
			return true;
	return false;
}

static int extract(const char *path, size_t blocks, struct err *err)
{
	struct run_folder folder;
	struct samples samples = {0};
	struct plan plan = {0};
	struct grid grid;
	int r = run_folder_open(".", path, &folder, err);

	if (r < 0)
		return r;
	r = run_folder_read_plan(&folder, &plan, err);
	if (!r)
		r = run_folder_read_samples(&folder, &samples, NULL, err);
	if (!r) {
		grid_init(&grid, &plan, &samples);
		for (size_t arm = 0; arm < plan.n; arm++) {
			if (!has_times(&grid, arm))
				continue;
			print_line(&grid, blocks, strrchr(plan.run, '-') + 1, arm, "time");
			print_line(&grid, blocks, strrchr(plan.run, '-') + 1, arm, "sentinel");
		}
		grid_release(&grid);
	}
	samples_release(&samples);
	plan_release(&plan);
	run_folder_close(&folder);
	return r;
}

int main(int argc, char **argv)
{
	size_t blocks = 12;
	int first = 1;

	if (argc > 2 && !strcmp(argv[1], "-n")) {
		blocks = strtoul(argv[2], NULL, 10);
		first = 3;
	}
	fputs("run,cell,arm,what", stdout);
	for (size_t b = 1; b <= blocks; b++)
		printf(",%zu", b);
	putchar('\n');
	for (int i = first; i < argc; i++) {
		struct err err;

		if (extract(argv[i], blocks, &err) < 0) {
			fprintf(stderr, "extract: %s\n", err.text);
			return 1;
		}
	}
	return 0;
}
