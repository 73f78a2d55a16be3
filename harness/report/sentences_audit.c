/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the audit of clocks and counters found, in words.
 */
#include <math.h>
#include <stdio.h>

#include "report/number.h"
#include "report/sections.h"

#define NAMED_MAX 6

static void add_cell_clock(const struct cell_summary *c, struct str *out)
{
	str_addf(
		out, "%s %s in %s by %+.3g %%", c->workload, c->variant, c->env, c->skew_ppm / 1e4);
}

void sentence_clocks(const struct story *st, struct str *out)
{
	const struct summary *s = st->summary;
	size_t n = 0;
	double doubt = 0;
	char text[NUMBER_TEXT_MAX];

	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *c = &s->cells[i];

		if (!c->timed_by_host)
			continue;
		if (n < NAMED_MAX) {
			str_addf(out, "%s", n ? ", " : "The guest's clock is off: ");
			add_cell_clock(c, out);
		}
		doubt = isfinite(c->clock_doubt) ? fmax(doubt, c->clock_doubt) : INFINITY;
		n++;
	}
	if (!n)
		return;
	if (n > NAMED_MAX)
		str_addf(out, " and %zu more", n - NAMED_MAX);
	str_addf(out,
		". %s timed by the host alone: by its duration of each execution, and the "
		"iterations' share of that. Were the clock uneven, that could be wrong by ",
		n == 1 ? "This cell is" : "These cells are");
	if (isfinite(doubt))
		str_addf(out, "%s.", plus_minus_text(doubt, text));
	else
		str_add(out, "any factor.");
}

void sentence_spoiled(const struct story *st, struct str *out)
{
	const struct summary *s = st->summary;

	for (size_t i = 0; i < s->nspoiled; i++) {
		const struct spoiled_block *b = &s->spoiled[i];

		if (!i)
			str_addf(out, "%zu block%s left out, in all cells, by rules fixed before: ",
				s->nspoiled, s->nspoiled == 1 ? " is" : "s are");
		if (i < NAMED_MAX)
			str_addf(out, "%s%zu (%s, during %s)", i ? ", " : "block ",
				(size_t)b->block, b->what, b->cell);
	}
	if (s->nspoiled > NAMED_MAX)
		str_addf(out, " and %zu more", s->nspoiled - NAMED_MAX);
	if (s->nspoiled)
		str_addc(out, '.');
}

void sentence_usual_theft(const struct story *st, struct str *out)
{
	double blocks = st->summary->conditions.stolen_blocks;

	if (!(blocks > 0))
		return;
	str_addf(out,
		"In %.0f block%s, more than half of the run's, a hypervisor gave the CPU to others "
		"for more than a quarter of an execution. So none is left out for it; measure "
		"where the host's neighbours are quiet.",
		blocks, blocks == 1 ? "" : "s");
}

void sentence_sentinel(const struct story *st, struct str *out)
{
	struct ratio bias = summary_sentinel_bias(st->summary);
	double shift = summary_sentinel_shift(st->summary);
	char point[NUMBER_TEXT_MAX], interval[NUMBER_TEXT_MAX], off[NUMBER_TEXT_MAX];

	if (!isfinite(shift))
		return;
	str_addf(out,
		"The sentinel loop took %s %s the time beside the cells that it took beside "
		"their native references (99 %%), so it tells not only of the host. Ratios that "
		"it adjusts may be off by %s for that; every cell in full has them without it.",
		ratio_text(bias.point, point), interval_text(&bias, interval),
		percent_text(shift, off));
}

void sentence_source_noise(const struct merged_source *s, struct str *out)
{
	char off[NUMBER_TEXT_MAX];

	if (!s->stolen_blocks && !isfinite(s->sentinel_shift))
		return;
	str_addf(out, "Run %s on %s.", s->run, s->host);
	if (s->stolen_blocks)
		str_addf(out,
			" In %zu of its blocks, more than half, a hypervisor gave the CPU to "
			"others "
			"for more than a quarter of an execution; none is left out for it.",
			(size_t)s->stolen_blocks);
	if (isfinite(s->sentinel_shift))
		str_addf(out, " The sentinel is not fair: ratios that it adjusts may be off by %s.",
			percent_text(s->sentinel_shift, off));
}

void sentence_conditions(const struct story *st, struct str *out)
{
	const struct conditions *c = &st->summary->conditions;
	char a[NUMBER_TEXT_MAX];

	if (!isfinite(c->load_median) && !isfinite(c->steal_share)) {
		str_add(out, "The host's counters were not recorded.");
		return;
	}
	str_add(out, "The host during the executions: ");
	if (isfinite(c->load_median))
		str_addf(out, "load average %.2f, at most %.2f; ", c->load_median, c->load_max);
	if (isfinite(c->steal_share))
		str_addf(out, "%s of the CPU's time given to others by a hypervisor; ",
			percent_text(c->steal_share, a));
	if (isfinite(c->khz_median))
		str_addf(out, "clock frequency %.0f MHz, at least %.0f MHz; ", c->khz_median / 1e3,
			c->khz_min / 1e3);
	else
		str_add(out, "clock frequency not shown; ");
	if (isfinite(c->throttles))
		str_addf(out, "throttled for heat %.0f times.", c->throttles);
	else
		str_add(out, "throttling for heat not shown.");
}

void (*const sentence_warnings[])(const struct story *st, struct str *out) = {sentence_clocks,
	sentence_spoiled, sentence_usual_theft, sentence_sentinel, sentence_other_machine,
	sentence_other_qemu, NULL};
