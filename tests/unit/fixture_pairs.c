/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "tests/unit/fixture_summary.h"

static struct pair *add(struct summary *s, const struct pair *like)
{
	s->pairs = xrealloc_array(s->pairs, s->npairs + 1, sizeof(*s->pairs));
	s->pairs[s->npairs] = *like;
	return &s->pairs[s->npairs++];
}

static bool comparable(const struct cell_summary *a, const struct cell_summary *b)
{
	return a->arch == b->arch && a->status == STATUS_OK && b->status == STATUS_OK &&
	       !strcmp(a->workload, b->workload) && !strcmp(a->variant, b->variant);
}

/* Blocks that are slow for one environment are slow for the next too: pairs vary less than overhead
 * ratios do. */
static void add_programs(struct summary *s)
{
	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *a = &s->cells[i];

		for (size_t k = i + 1; k < s->ncells && !a->probe; k++) {
			const struct cell_summary *b = &s->cells[k];
			struct pair p = {.workloads = 1};

			if (!comparable(a, b))
				continue;
			str_copy(p.workload, sizeof(p.workload), a->workload);
			str_copy(p.variant, sizeof(p.variant), a->variant);
			str_copy(p.a, sizeof(p.a), a->env);
			str_copy(p.b, sizeof(p.b), b->env);
			p.ratio = fixture_ratio(a->ratio.point / b->ratio.point,
				0.015 + 0.045 * fixture_noise(i, k));
			if (!a->ratio.defined || !b->ratio.defined)
				p.ratio = (struct ratio){
					.point = p.ratio.point, .lo = NAN, .hi = NAN, .blocks = 1};
			p.p_adjusted = NAN;
			if (p.ratio.defined)
				p.p_adjusted = p.ratio.lo > 1 || p.ratio.hi < 1 ? 0.004 : 0.31;
			add(s, &p);
		}
	}
}

/* The mean of the program pairs of the same variant and environments. */
static struct pair suite_of(const struct summary *s, size_t programs, const struct pair *like)
{
	struct pair suite = *like;
	double sum = 0;

	suite.p_adjusted = NAN;
	suite.workload[0] = '\0';
	suite.workloads = 0;
	for (size_t i = 0; i < programs; i++) {
		const struct pair *p = &s->pairs[i];

		if (strcmp(p->variant, like->variant) || strcmp(p->a, like->a) ||
			strcmp(p->b, like->b) || !p->ratio.defined)
			continue;
		sum += log(p->ratio.point);
		suite.workloads++;
	}
	suite.ratio = fixture_ratio(exp(sum / (double)suite.workloads), 0.014);
	return suite;
}

void fixture_add_pairs(struct summary *s)
{
	size_t programs;

	add_programs(s);
	programs = s->npairs;
	for (size_t i = 0; i < programs; i++) {
		struct pair suite = suite_of(s, programs, &s->pairs[i]), found;

		if (suite.workloads >= 2 &&
			!summary_pair(s, "", suite.variant, suite.a, suite.b, &found))
			add(s, &suite);
	}
}
