/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reports: what a run measured, for people. Everything shown comes from the summary and the
 * samples; nothing is computed here but comparisons of intervals (report/answer.h) and shares.
 * Text from programs, guests and manifests is hostile and is escaped for where it goes.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "model/aa_record.h"
#include "model/diff.h"
#include "model/merged.h"
#include "model/sample.h"
#include "model/summary.h"
#include "model/workload.h"

struct report_input {
	const struct summary *summary;
	const struct samples *samples;	   /* NULL: without the figures that need them */
	const struct workloads *workloads; /* NULL: without what manifests say */
	const struct aa_record *record;	   /* of the host's stored runs; NULL: not counted */
	const char *run_dir;	 /* results/RUN, exists; report.md and report.html go here */
	const char *plots_dir;	 /* plots/RUN, created */
	const char *scripts_dir; /* the folder of the gnuplot scripts */
	const volatile sig_atomic_t *stop; /* may be NULL */
};

/* Draws the figures, writes report.md and report.html, and lets the link `latest` beside plots_dir
 * point to it. Figures that cannot be drawn from this run are said to be missing in the report and
 * are no error. When gnuplot is missing or fails the reports are still written, with the reason in
 * the figures' place, and the error is returned. -ECANCELED when *stop was set: no report then. */
int report_write(const struct report_input *in, struct err *err);

/* The ten-second summary. record: may be NULL. width: columns of the terminal (at least 60 are
 * used). Colour by ANSI sequences when asked for. report_path may be NULL. */
struct report_terminal_spec {
	unsigned width;
	bool colour;
	const char *report_path;
};
void report_terminal(const struct summary *summary, const struct aa_record *record,
	const struct report_terminal_spec *spec, struct str *out);

struct merged_report_input {
	const struct merged *merged;
	const struct aa_record *records; /* of each host, its joined runs; NULL: not counted */
	const char *dir;	 /* report.md and report.html go here, figures into plots/HOST */
	const char *scripts_dir; /* the folder of the gnuplot scripts */
	const volatile sig_atomic_t *stop; /* may be NULL */
};

/* The report of joined runs, host beside host; errors as of report_write(). */
int report_merged_write(const struct merged_report_input *in, struct err *err);
/* Its ten-second summary. */
void report_merged_terminal(const struct merged *merged, const struct aa_record *records,
	const struct report_terminal_spec *spec, struct str *out);

/* Two runs beside each other: a table of changes and what is to be known about them. */
void report_diff_terminal(
	const struct diff *d, const struct report_terminal_spec *spec, struct str *out);

/* A ratio of one stored run, for the figure of the history. */
struct history_point {
	char run[32];
	char date[24];	 /* "2026-03-01 08:15:00 UTC" */
	char group[136]; /* a panel: "geometric mean, blas", "matmul blas" */
	char env[ENV_ID_MAX];
	struct ratio ratio;
};

struct history_input {
	const struct history_point *points; /* oldest first */
	size_t n;
	const struct summary *summary; /* the newest run: host and versions for the caption */
	const char *plots_dir;	       /* created */
	const char *scripts_dir;
	const volatile sig_atomic_t *stop;
};

/* Draws history.svg and history.png into plots_dir. -ENODATA, with the reason, when there are fewer
 * than two stored runs. */
int report_history(const struct history_input *in, struct err *err);

#endif
