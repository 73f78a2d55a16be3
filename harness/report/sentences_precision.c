/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether a run is as precise as it was asked to be, and what that would take.
 */
#include <math.h>

#include "model/plan.h"
#include "report/number.h"
#include "report/sections.h"

static void add_reached(const struct summary *s, struct str *out)
{
	if (!s->cells_judged)
		str_add(out, "no cell has an interval");
	else if (s->cells_reached == s->cells_judged)
		str_addf(out, "all %zu cells reached it", s->cells_judged);
	else
		str_addf(out, "%zu of %zu cells reached it", s->cells_reached, s->cells_judged);
}

/* "about 120 blocks (52 min)" */
static void add_blocks_needed(const struct summary *s, struct str *out)
{
	char blocks[NUMBER_TEXT_MAX], time[NUMBER_TEXT_MAX];

	str_addf(out, "about %s blocks", count_text(s->blocks_needed, blocks));
	if (isfinite(s->needed_ns))
		str_addf(out, " (%s)", time_text(s->needed_ns, time));
}

/* "; beta.blas… needs about 120 blocks (52 min)" */
static void add_need(const struct summary *s, struct str *out)
{
	if (!s->neediest[0])
		return;
	if (!isfinite(s->blocks_needed)) {
		str_addf(out, "; %s is out of its reach", s->neediest);
		return;
	}
	str_addf(out, "; %s needs ", s->neediest);
	add_blocks_needed(s, out);
}

static const char *what_ended(const struct summary *s)
{
	if (s->budget_ended)
		return "the budget allows no more";
	if (s->blocks_done < s->blocks_planned)
		return "it is unfinished";
	if ((double)s->blocks_planned < s->blocks_needed)
		return "--blocks allows no more";
	return NULL;
}

bool precision_was_missed(const struct summary *s)
{
	return s->pilot && (!s->cells_judged || s->cells_reached < s->cells_judged);
}

void sentence_precision(const struct story *st, struct str *out)
{
	const struct summary *s = st->summary;
	uint64_t pilot = s->pilot - s->pilot_missing;
	const char *why = what_ended(s);

	if (!s->pilot)
		return;
	str_addf(out, "±%.3g %% was asked for: ", 100 * s->precision);
	add_reached(s, out);
	if (precision_was_missed(s)) {
		add_need(s, out);
		str_addf(out, ", this run has %zu", (size_t)s->blocks_done);
		if (why)
			str_addf(out, ": %s", why);
	} else {
		str_addf(out, " in %zu blocks", (size_t)s->blocks_done);
	}
	str_addc(out, '.');
	if (pilot < PILOT_BLOCKS)
		str_addf(out,
			" The pilot had %zu block%s that count%s, not %d: intervals are wider for "
			"it.",
			(size_t)pilot, pilot == 1 ? "" : "s", pilot == 1 ? "s" : "", PILOT_BLOCKS);
}

void sentence_precision_of_fixed(const struct story *st, struct str *out)
{
	const struct summary *s = st->summary;

	if (s->pilot || !s->cells_judged)
		return;
	str_addf(out, "±%.3g %% (the default): ", 100 * s->precision);
	if (s->cells_reached == s->cells_judged)
		str_addf(out, "all %zu ratios are that narrow", s->cells_judged);
	else
		str_addf(out, "%zu of %zu ratios are that narrow", s->cells_reached,
			s->cells_judged);
	if (s->cells_reached < s->cells_judged && isfinite(s->blocks_needed)) {
		str_addf(out, "; %s needs the most, ", s->neediest);
		add_blocks_needed(s, out);
	}
	str_addc(out, '.');
}
