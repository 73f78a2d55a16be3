/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was measured twice says of the noise: of one run, and of joined ones.
 */
#include <math.h>
#include <string.h>

#include "report/number.h"
#include "report/sections.h"

/* Joined runs have a row of an environment each. */
static bool is_first(const struct summary *s, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(s->aa[k].env, s->aa[i].env))
			return false;
	return true;
}

static double largest_spread(const struct summary *s, const char *env)
{
	double largest = NAN;

	for (size_t i = 0; i < s->naa; i++)
		if (!strcmp(s->aa[i].env, env))
			largest = fmax(largest, s->aa[i].spread);
	return largest;
}

void sentence_noise_floor(const struct summary *s, struct str *out)
{
	char spread[NUMBER_TEXT_MAX];

	str_add(out, "Noise floor: ");
	for (size_t i = 0; i < s->naa; i++)
		if (is_first(s, i))
			str_addf(out, "%s%s %s", i ? ", " : "", s->aa[i].env,
				plus_minus_text(largest_spread(s, s->aa[i].env), spread));
	if (!s->naa)
		str_add(out, "not known, nothing was measured twice.");
}

static void row(struct table *t, const struct aa *a)
{
	char text[NUMBER_TEXT_MAX];

	table_add(t, "%s", a->env);
	if (isfinite(a->ratio.point))
		table_add(t, "%.3f", a->ratio.point);
	else
		table_add(t, "–");
	if (a->ratio.defined)
		table_sub(t, "[%.3f, %.3f], %s 1", a->ratio.lo, a->ratio.hi,
			a->ratio.lo > 1 || a->ratio.hi < 1 ? "excludes" : "includes");
	table_add(t, "%s", percent_text(a->spread, text));
	table_add(t, "%s", percent_text(a->min_detectable, text));
	table_add(t, "%zu of %zu", a->excluded, a->cells);
}

void sections_duplicates(struct doc *d, const struct labelled_summary *of, size_t n)
{
	static const char *const head[] = {"Host", "Measured twice", "First ÷ second",
		"Noise up to", "Smallest effect visible", "Cells that differ", NULL};
	bool labelled = of[0].label;
	struct table t = {.caption = "Duplicate arms: two measurements of the same thing",
		.columns = 5 + labelled,
		.text_columns = 1 + labelled};

	table_head(&t, head + !labelled);
	for (size_t k = 0; k < n; k++) {
		for (size_t i = 0; i < of[k].summary->naa; i++) {
			if (labelled)
				table_add(&t, "%s", of[k].label);
			row(&t, &of[k].summary->aa[i]);
		}
	}
	doc_table(d, &t);
}
