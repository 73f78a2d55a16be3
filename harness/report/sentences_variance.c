/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the noise of an environment comes from, what would make its intervals narrower, and how it
 * lasts from block to block.
 */
#include <math.h>
#include <stdio.h>

#include "model/environment.h"
#include "report/number.h"
#include "report/sections.h"

/* What is fresh in each block of it. */
static const char *unit_of(const char *env)
{
	struct environment parsed;

	if (environment_parse(env, &parsed, NULL) < 0)
		return "block";
	return environment_vm(&parsed) ? "boot" : "block";
}

static const char *plural(double n)
{
	return n == 1 ? "" : "s";
}

/* 'between A', 'between A or B' where B's share is not known; nothing without a share. */
static void add_share(struct str *out, double share, const char *a, const char *b, bool *first)
{
	char text[NUMBER_TEXT_MAX];

	if (!isfinite(share))
		return;
	str_addf(out, "%s%s%s between %s", *first ? "" : ", ", percent_text(share, text),
		*first ? " of the variance is" : "", a);
	if (b)
		str_addf(out, " or %s", b);
	*first = false;
}

/* Runs from before the shares of executions and iterations have that between blocks alone. False:
 * nothing is known. */
static bool add_shares(struct str *out, const struct variance *v, const char *unit)
{
	bool apart = isfinite(v->between_share), inner = isfinite(v->iteration_share), first = true;
	char units[16];

	snprintf(units, sizeof(units), "%ss", unit);
	if (apart)
		add_share(out, v->between_share, units, NULL, &first);
	else
		add_share(out, 1 - v->iteration_share, units, "executions", &first);
	if (apart && !inner)
		add_share(out, 1 - v->between_share, "executions", "iterations", &first);
	else
		add_share(out, v->execution_share, "executions", NULL, &first);
	add_share(out, v->iteration_share, "iterations", NULL, &first);
	return !first;
}

/* ' would make intervals 12 % narrower in the same time' */
static void add_gain(struct str *out, const struct variance *v)
{
	char text[NUMBER_TEXT_MAX];

	if (v->best_gain < 1)
		str_addf(out, " would make intervals %s narrower in the same time",
			percent_text(1 - v->best_gain, text));
	else
		str_add(out, " would make the most of the time");
}

/* Natively nothing has an interval that blocks could halve. */
static void add_best(struct str *out, const struct variance *v, const char *unit)
{
	char text[NUMBER_TEXT_MAX];

	if (!isfinite(v->between_share))
		return;
	if (!isfinite(v->best_per_block)) {
		str_addf(out, "; more executions in a %s than %zu would do as much as more %ss",
			unit, v->per_block, unit);
	} else if (v->best_per_block == (double)v->per_block) {
		str_addf(out, "; %zu execution%s in a %s make%s the most of the time", v->per_block,
			plural(v->best_per_block), unit, v->per_block == 1 ? "s" : "");
	} else if (!v->blocks) {
		str_addf(out, "; %s execution%s in a %s instead of %zu",
			count_text(v->best_per_block, text), plural(v->best_per_block), unit,
			v->per_block);
		add_gain(out, v);
	}
}

static void add_advice(struct str *out, const struct variance *v, const char *unit, bool shares)
{
	bool best = isfinite(v->best_blocks_to_halve);
	double blocks = best ? v->best_blocks_to_halve : v->blocks_to_halve;
	double executions = best ? v->best_per_block : (double)v->per_block;
	char a[NUMBER_TEXT_MAX], b[NUMBER_TEXT_MAX], half[NUMBER_TEXT_MAX];

	str_add(out, shares ? ": " : "");
	if (isfinite(blocks)) {
		str_addf(out, "%s %ss × %s execution%s", count_text(blocks, a), unit,
			count_text(executions, b), plural(executions));
		if (isfinite(v->halve_ns))
			str_addf(out, " (%s)", time_text(v->halve_ns, a));
		str_addf(out, " instead of %zu × %zu would halve the typical interval of %s, ",
			v->blocks, v->per_block, plus_minus_text(v->half_width, half));
	} else {
		str_addf(out, "the typical interval is %s, ", plus_minus_text(v->half_width, half));
	}
	str_addf(out, "in which an effect of %s shows", percent_text(v->min_detectable, a));
}

void sentence_variance(const struct variance *v, struct str *out)
{
	const char *unit = unit_of(v->env);
	bool shares;

	if (!isfinite(v->between_share) && !isfinite(v->iteration_share) && !v->blocks)
		return;
	str_addf(out, "%s: ", v->env);
	shares = add_shares(out, v, unit);
	if (v->blocks)
		add_advice(out, v, unit, shares);
	add_best(out, v, unit);
	str_add(out, ".");
}

void sentence_variances(const struct summary *s, struct str *out)
{
	bool any = false, alone = false;

	for (size_t i = 0; i < s->nvariances; i++) {
		any |= s->variances[i].blocks > 0;
		alone |= !isfinite(s->variances[i].between_share);
	}
	if (!s->nvariances)
		return;
	str_add(out,
		"The variance is that of an execution's mean steady iteration, in logarithms.");
	if (s->pilot_executions)
		str_addf(out,
			" A block of the pilot has %zu executions of each cell or more, which "
			"tells blocks from executions.",
			(size_t)s->pilot_executions);
	else if (alone)
		str_add(out, " With one execution in a block, blocks and executions cannot be "
			     "told apart.");
	if (any)
		str_add(out,
			" The typical interval is the median one of an environment's ratios; an "
			"effect that shows does so in four runs out of five. What would halve it, "
			"and how long a run of all environments then takes, is an expectation, for "
			"the executions that make the most of the time where that is known: what a "
			"block does to native too has cancelled, and blocks and executions cost "
			"what they took here (--blocks, --executions).");
}

void sentence_correlation(const struct summary *s, struct str *out)
{
	struct ratio bias = summary_sentinel_bias(s);
	char point[NUMBER_TEXT_MAX], interval[NUMBER_TEXT_MAX];

	if (isfinite(s->block_correlation))
		str_addf(out,
			"From block to block the noise of all cells had a correlation of %.2f, "
			"which their intervals allow for.",
			s->block_correlation);
	if (isfinite(s->sentinel_slope))
		str_addf(out, "%sWhat the sentinel explains of the noise has been taken off.",
			out->len ? " " : "");
	if (isfinite(s->sentinel_slope) && bias.defined)
		str_addf(out,
			" Beside the cells its loop took %s %s the time that it took beside their "
			"native references (99 %%).",
			ratio_text(bias.point, point), interval_text(&bias, interval));
	if (s->noise_runs)
		str_addf(out,
			" This run alone says too little: %zu earlier run%s of the host whose "
			"blocks took about as long count%s too.",
			(size_t)s->noise_runs, s->noise_runs == 1 ? "" : "s",
			s->noise_runs == 1 ? "s" : "");
}
