/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of summarize(): each fills its own members of the summary. Private to run/.
 */
#ifndef RUN_SUMMARIZE_PARTS_H
#define RUN_SUMMARIZE_PARTS_H

#include "run/grid.h"
#include "run/summarize.h"
#include "stats/interval.h"

/* How the sentinel varied, whether it tells of the host alone, and what it explains. */
void summarize_sentinel(const struct samples *samples, const struct grid *grid, struct summary *s);
/* How balanced the order of arms was, and whether it mattered. */
void summarize_order(const struct grid *grid, struct summary *s);
void summarize_boots(const struct samples *samples, struct summary *s);
/* One cell_summary per arm that is not a duplicate, ratios included. Boots come first. */
void summarize_cells(const struct summarize_input *in, const struct grid *grid, struct summary *s);
/* Timeouts that the ratios of other cells explain become too-slow, with an extrapolated time. */
void summarize_too_slow(const struct plan *plan, struct summary *s);
void summarize_factors(const struct grid *grid, struct summary *s);
void summarize_geomeans(const struct workloads *ws, const struct grid *grid, struct summary *s);
/* Every two environments of one architecture, program by program and over the suite. */
void summarize_pairs(const struct workloads *ws, const struct grid *grid, struct summary *s);
/* Sets p_adjusted of pairs: Holm over the programs of each two environments. */
void adjust_pairs(struct summary *s);
/* Every workload beside its counterpart, environment by environment. */
void summarize_counterparts(const struct workloads *ws, const struct grid *grid, struct summary *s);
/* The geometric mean of counterpart ÷ workload in an environment over those that a bound is
 * promised of and that both were measured; returns how many those are. */
size_t mean_of_counterparts(const struct workloads *ws, const struct grid *grid,
	const struct summary *s, const char *env, struct stats_paired *ret);
/* Adds that mean to the summary; over fewer than two there is none. */
void add_counterparts_mean(struct summary *s, const char *env, size_t n, struct ratio ratio);
/* Adds the geometric mean over n programs (of one variant; NULL: all) in an environment, or of two
 * environments; over fewer than two there is none. */
void add_suite_mean(
	struct summary *s, const char *env, const char *variant, size_t n, struct ratio ratio);
void add_suite_pair(struct summary *s, const char *a, const char *b, const char *variant, size_t n,
	struct ratio ratio);
/* What was measured twice: one row per environment. */
void summarize_aa(const struct grid *grid, struct summary *s);

/* A pilot's blocks take longer, by its further executions: how many blocks of the usual length take
 * as long as so many of the run. */
double usual_blocks(const struct grid *grid, double blocks);
/* Wall time of one of the usual length; NaN: not known. */
double usual_block_ns(const struct grid *grid, const struct summary *s);

/* The blocks that are left out, and what the host's counters showed. */
void summarize_conditions(
	const struct summarize_input *in, const struct grid *grid, struct summary *s);

/* Where the noise comes from, and what would help, of every environment whose cells are compared
 * and have two blocks. Cells come first. */
void summarize_variances(
	const struct summarize_input *in, const struct grid *grid, struct summary *s);

/* The arm's program in an environment, if it was measured there; else NULL. */
const struct cell_summary *measured_in(
	const struct summary *s, const struct arm *arm, const char *env);
/* The paired ratio of two arms of the grid as it is reported, the sentinel used where it is. */
struct stats_paired paired_of_arms(const struct grid *grid, size_t a, size_t b);
/* … and its interval; undefined when blocks are missing. */
struct ratio ratio_of_arms(const struct grid *grid, size_t a, size_t b);
struct ratio ratio_from(const struct interval *interval);
/* Whether an arm enters its environment's mean over the programs of a variant, or over all (NULL):
 * each program once, and only such whose results are comparable. */
bool arm_counts_in_suite(const struct workloads *ws, const struct arm *arm, const char *variant);
/* The geometric mean over all programs (of one variant; NULL: all, each once) that were measured in
 * both environments, of time in env ÷ time in reference; returns how many programs those are. */
size_t suite_of_environments(const struct workloads *ws, const struct grid *grid,
	const struct summary *s, const char *env, const char *reference, const char *variant,
	struct stats_paired *ret);

#endif
