/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the data writers of figures share: text and settings as gnuplot reads them, and the layout
 * of a plot whose rows are workloads and whose lanes within a row are environments.
 *
 * Positions are in pixels from the top of the plot, so that a figure grows with its rows.
 */
#ifndef REPORT_FIGURE_DATA_H
#define REPORT_FIGURE_DATA_H

#include <stdbool.h>
#include <stddef.h>

#include "report/figure.h"

/* "name = 'text'": single quotes, in which gnuplot expands nothing. */
void gp_set_text(struct str *out, const char *name, const char *text);
/* "array name[n] = ['a', 'b']"; n must not be 0. */
void gp_set_texts(struct str *out, const char *name, const char *const *texts, size_t n);
void gp_set_number(struct str *out, const char *name, double value);
/* A number of a .tsv file; NaN for what is not finite. */
void gp_number(struct str *out, double value);
/* Further columns of a line, each with a tab in front: a text, a number, and a ratio's point and
 * bounds, NaN where it has none; NULL has none of them. */
void gp_next_text(struct str *out, const char *text);
void gp_next_number(struct str *out, double value);
void gp_next_ratio(struct str *out, const struct ratio *ratio);
/* title, and captions with host, QEMU version and date, wrapped. */
void gp_set_captions(struct str *out, const struct figure *f, const struct summary *s);
/* The same with a caption for each host. */
void gp_set_host_captions(struct str *out, const struct figure *f, const struct merged *m);
/* envs, env_name[] and env_slot[]: the key and its line styles. */
void gp_set_key(struct str *out, const char *const *names, const unsigned *slots, size_t n);
/* The same of the listed environments (indices into v->envs). */
void gp_set_envs(struct str *out, const struct view *v, const size_t *envs, size_t n);

/* Smallest and largest value seen. */
struct span {
	double lo, hi; /* NaN: nothing seen */
};
#define SPAN_EMPTY ((struct span){NAN, NAN})
void span_add(struct span *span, double value);
/* xmin and xmax for a logarithmic axis: widened, so that the outermost ticks are powers of base.
 * `always` is inside in any case. */
void gp_set_span(struct str *out, struct span span, double base, double always);

/* A cell's columns behind the common ones, each value with a tab in front. Returns false, with the
 * reason in note, when the cell has no value: then nothing is written. The callback widens span. */
typedef bool lane_values(const struct figure_input *in, const struct cell_summary *c,
	struct str *out, struct span *span, char note[static REASON_MAX + 32]);

struct lanes_spec {
	bool native;	     /* is native a lane too? */
	const char *columns; /* names of the values, each with a tab in front */
	size_t ncolumns;
	lane_values *values;
	const char *axis;    /* ratio, time, share: kind of ticks */
	double base, always; /* of the axis */
};

/* Writes data, rows and settings. Common columns: y, workload, variant, env, slot, status, note.
 * Environments without any time have no lanes, but a line on top with the reason; their cells are
 * in the data with y = NaN. */
void lanes_write(
	const struct figure_input *in, const struct lanes_spec *spec, struct figure_files *out);

/* Why a cell has no time, in a line: "wrong-result: …". */
void cell_note(const struct cell_summary *c, char note[static REASON_MAX + 32]);

/* A sample is an execution of this cell whose times are shown: it went well, and its block is not
 * left out. */
bool cell_enters(
	const struct summary *summary, const struct cell_summary *c, const struct sample *s);

/* The post-warm-up iteration times of a cell in host nanoseconds, sorted, into a heap array that is
 * the caller's; of the executions that cell_enters(). Returns how many. */
size_t cell_times(const struct figure_input *in, const struct cell_summary *c, double **ret);
void times_sort(double *times, size_t n);
/* Linear interpolation between order statistics of n > 0 sorted times (Hyndman & Fan 1996, type 7).
 */
double times_quantile(const double *sorted, size_t n, double p);

/* For figures with a layout of their own: pixels for the row labels of this run. */
double label_px(const struct view *v);
/* Adds a line to the rows file (with its heading when it is the first). */
void rows_add(struct str *rows, const char *kind, double y, double bottom, const char *workload,
	const char *variant);

/* The table rows, by file: see figure.c. */
bool overhead_missing(const struct figure_input *in, char why[static FIGURE_WHY_MAX]);
void overhead_write(const struct figure_input *in, struct figure_files *out);
void heatmap_write(const struct figure_input *in, struct figure_files *out);
bool limits_missing(const struct figure_input *in, char why[static FIGURE_WHY_MAX]);
void limits_write(const struct figure_input *in, struct figure_files *out);
bool factors_missing(const struct figure_input *in, char why[static FIGURE_WHY_MAX]);
void factors_write(const struct figure_input *in, struct figure_files *out);
bool cold_missing(const struct figure_input *in, char why[static FIGURE_WHY_MAX]);
void cold_write(const struct figure_input *in, struct figure_files *out);
bool iterations_missing(const struct figure_input *in, char why[static FIGURE_WHY_MAX]);
void iterations_write(const struct figure_input *in, struct figure_files *out);
bool distribution_missing(const struct figure_input *in, char why[static FIGURE_WHY_MAX]);
void distribution_write(const struct figure_input *in, struct figure_files *out);
bool rates_missing(const struct figure_input *in, char why[static FIGURE_WHY_MAX]);
void rates_write(const struct figure_input *in, struct figure_files *out);
bool history_missing(const struct figure_input *in, char why[static FIGURE_WHY_MAX]);
void history_write(const struct figure_input *in, struct figure_files *out);
bool hosts_missing(const struct figure_input *in, char why[static FIGURE_WHY_MAX]);
void hosts_write(const struct figure_input *in, struct figure_files *out);

#endif
