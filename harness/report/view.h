/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A summary as reports look at it: a matrix of rows (workload and variant) and environments, and
 * the list of distinct reasons why a cell has no time. Borrows from the summary; owns its arrays.
 *
 * Of a sweep (model/point.h) the matrix has the first point only, which is what is compared with
 * other environments; the others are the business of section_limits.c and figure_limits.c.
 *
 * Cells of a workload that answers a question instead of taking time (device-probe: a cell with a
 * probe document) are kept out of the matrix and listed in `probes`.
 */
#ifndef REPORT_VIEW_H
#define REPORT_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "model/summary.h"

enum view_kind {
	VIEW_NATIVE,
	VIEW_USER,    /* translators only */
	VIEW_VM,      /* a virtual machine alone */
	VIEW_STACK,   /* a virtual machine with something in it */
	VIEW_COMMAND, /* any other translator or command */
};

/* Colours and point shapes: an environment keeps its own across figures, tables and runs.
 * Okabe & Ito 2008, "Color universal design"; translators are blue, virtual machines orange, the
 * lighter one is the host's own architecture. */
#define VIEW_SLOTS 8

struct view_env {
	const char *id;
	enum arch arch;
	enum view_kind kind;
	bool foreign;	    /* its programs are not of the host's architecture */
	const char *ran_on; /* another machine; "": this one */
	unsigned slot;	    /* 1..VIEW_SLOTS, the line style in figures, the class e1..e8 in HTML */
	const char *blocked_reason; /* the one reason why no cell in it has a time; else NULL */
	enum status blocked_status;
};

struct view_row {
	const char *workload, *variant;
};

struct view_reason {
	enum status status;
	const char *text;
	size_t cells;
};

struct view {
	const struct summary *summary;
	struct view_env *envs; /* native first, then translators, machines, stacks */
	size_t nenvs;
	struct view_row *rows; /* in the order of the summary */
	size_t nrows;
	const struct cell_summary **matrix; /* nrows × nenvs, NULL: not part of the run */
	const struct cell_summary **probes; /* by environment, NULL: none */
	const char *probe_workload;	    /* NULL: no workload of that sort */
	struct view_reason *reasons;	    /* of cells that are not ok, in order of appearance */
	size_t nreasons;
	bool swept; /* there are points beside the first */
};

void view_init(struct view *v, const struct summary *summary);
void view_release(struct view *v);
const struct cell_summary *view_cell(const struct view *v, size_t row, size_t env);
/* NULL when no environment of the run has this id. */
const struct view_env *view_env_find(const struct view *v, const char *id);
/* The first environment on this machine that is not of the host's architecture: its architecture is
 * the one in question. NULL: there is none. */
const struct view_env *view_first_foreign(const struct view *v);
/* Is the cell's environment at the first point at which its stack was measured? */
bool view_is_first_point(const struct summary *s, const struct cell_summary *cell);
/* Number of the cell's reason, from 1; 0 for a cell that is ok. */
size_t view_reason_number(const struct view *v, const struct cell_summary *cell);
/* The cell's reason, or a word in its place when it has none. */
const char *cell_reason(const struct cell_summary *cell);
/* Why a cell that is ok has no ratio. */
const char *cell_without_ratio(const struct cell_summary *cell);
/* "#0072B2" */
const char *view_colour(unsigned slot);

#endif
