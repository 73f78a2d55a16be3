/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether a result hangs on how much was left out as warm-up.
 */
#include <string.h>

#include "report/number.h"
#include "report/sections.h"

/* The interval says what chance may have done to the ratio; the rule matters where it does more,
 * that is, by more than half the interval's width on the logarithmic scale. */
static bool leaves(const struct cell_summary *c, double other)
{
	return c->ratio.defined && (other < c->ratio.lo || other > c->ratio.hi);
}

static void moved(struct table *t, const struct cell_summary *c, double other)
{
	char text[NUMBER_TEXT_MAX];

	table_add(t, "%s", ratio_text(other, text));
	if (leaves(c, other))
		table_sub(t, "outside");
}

static void sensitive_table(struct doc *d, const struct summary *s)
{
	static const char *const head[] = {"Cell", "Left out", "Class", "Ratio",
		"Twice as much left out", "Nothing left out", NULL};
	struct table t = {.caption = "Ratios that leave their interval when twice as many "
				     "iterations are left out",
		.columns = 6,
		.text_columns = 3};

	table_head(&t, head);
	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *c = &s->cells[i];
		char text[NUMBER_TEXT_MAX];

		if (!leaves(c, c->ratio_trimmed_twice))
			continue;
		table_add(&t, "%s", c->id);
		table_add(&t, "%zu", c->warmup_iterations);
		table_add(&t, "%s", c->warmup);
		table_add(&t, "%s", ratio_text(c->ratio.point, text));
		table_sub(&t, "%s", interval_text(&c->ratio, text));
		moved(&t, c, c->ratio_trimmed_twice);
		moved(&t, c, c->ratio_untrimmed);
	}
	doc_table(d, &t);
}

void section_trimming(struct doc *d, const struct story *st)
{
	const struct summary *s = st->summary;
	size_t judged = 0, twice = 0, untrimmed = 0;

	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *c = &s->cells[i];

		judged += c->ratio.defined && c->ratio_untrimmed > 0 &&
			  !environment_id_is_native(c->env);
		twice += leaves(c, c->ratio_trimmed_twice);
		untrimmed += leaves(c, c->ratio_untrimmed);
	}
	if (!judged)
		return;
	doc_heading(d, 2, "trimming", "Does it matter what counts as warm-up?");
	doc_block(d, DOC_PARAGRAPH,
		"%sLeaving out twice as much moves %zu of %zu ratios out of their interval. "
		"Counting every iteration, the cold first one too, moves %zu.",
		twice ? "" : "No. ", twice, judged, untrimmed);
	if (twice)
		sensitive_table(d, s);
}
