/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Figures: one table says which there are. A figure is a gnuplot script without numbers
 * (plots/NAME.gp), the data it reads (NAME.tsv, NAME.rows.tsv) and its settings (NAME.set): names,
 * ranges and captions as gnuplot assignments. All of them end up in one folder, so that
 * `gnuplot NAME.gp` there draws NAME.svg again.
 *
 * Four forms are drawn: NAME.svg and NAME.png stand alone, with title and caption; NAME.wide.svg
 * and NAME.narrow.svg are made to lie in a page that has both.
 */
#ifndef REPORT_FIGURE_H
#define REPORT_FIGURE_H

#include <signal.h>
#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "model/sample.h"
#include "report/report.h"
#include "report/view.h"

struct figure_input {
	const struct view *view;
	const struct samples *samples;	     /* NULL: none at hand */
	const struct history_input *history; /* NULL: not a history */
	const struct merged *merged;	     /* NULL: not several hosts; else view may be NULL */
};

struct figure_files {
	struct str data;     /* NAME.tsv: first line names the columns */
	struct str rows;     /* NAME.rows.tsv; may stay empty */
	struct str settings; /* NAME.set */
};

#define FIGURE_WHY_MAX 160

struct figure {
	const char *name;
	const char *title;
	const char *reading; /* how to read it, for the report */
	/* Why it cannot be drawn from this input, into why, "" where nothing is missed without it;
	 * false: it can be drawn. */
	bool (*missing)(const struct figure_input *in, char why[static FIGURE_WHY_MAX]);
	void (*write)(const struct figure_input *in, struct figure_files *out);
};

/* Ends with a row whose name is NULL. */
extern const struct figure figures[];
/* The history's figure, drawn by report_history(). */
extern const struct figure figure_history;
/* Native times of several hosts, drawn by report_merged_write(). */
extern const struct figure figure_hosts;

struct figure_folder {
	const char *plots_dir;	 /* exists */
	const char *instance;	 /* tells a figure's ids from another host's; NULL: the only one */
	const char *scripts_dir; /* holds the .gp files */
	const volatile sig_atomic_t *stop;
};

/* Writes data, settings and script into the folder and draws all forms. An error carries gnuplot's
 * own message and, when gnuplot is missing, the package to install. */
int figure_draw(const struct figure *f, const struct figure_input *in,
	const struct figure_folder *folder, struct err *err);
/* Reads NAME.wide.svg or NAME.narrow.svg as markup to lie inside an HTML page: without prolog and
 * tool tips, every id made unique by the prefix [INSTANCE-]NAME-FORM-. */
int figure_inline(const struct figure *f, const struct figure_folder *folder, const char *form,
	struct str *out, struct err *err);

#endif
