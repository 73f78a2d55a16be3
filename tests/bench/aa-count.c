/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * aa-count FOLDER RUN: counts the duplicates of the stored runs in the folder, as a report of RUN
 * does (run/aa_count.h), and prints the seconds that took and what was counted as JSON.
 */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "run/aa_count.h"
#include "store/run_folder.h"

int main(int argc, char **argv)
{
	_cleanup_(summary_release) struct summary now = {0};
	_cleanup_(aa_record_release) struct aa_record record = {0};
	struct err err = {0};
	uint64_t begin;
	int r = argc == 3 ? run_folder_read_history(argv[1], argv[2], &now, &err)
			  : err_set(&err, ERR_INPUT, "usage: aa-count FOLDER RUN");

	begin = clock_now_ns();
	if (!r)
		r = aa_count(argv[1], &now, &record, &err);
	if (r < 0) {
		fprintf(stderr, "aa-count: %s\n", err.text);
		return 2;
	}
	printf("{\"seconds\":%.6f,\"runs\":%zu,\"intervals\":%zu,\"unreadable\":%zu}\n",
		(double)(clock_now_ns() - begin) / 1e9, record.all.runs, record.all.intervals,
		record.nunreadable);
	return 0;
}
