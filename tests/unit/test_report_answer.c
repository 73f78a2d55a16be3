/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers as reports print them, and what is concluded from intervals.
 */
#include "base/cleanup.h"
#include "base/str.h"
#include "report/answer.h"
#include "report/number.h"
#include "tests/unit/tap.h"

/* ---- numbers ---- */

static void numbers_have_three_digits(void)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {{4.7192, "4.72"}, {9.996, "10.0"}, {12.345, "12.3"}, {253.4, "253"},
		{7013, "7,010"}, {1234567, "1,230,000"}, {0.9512, "0.95"}, {0.01234, "0.012"},
		{0, "0.00"}, {NAN, "–"}, {INFINITY, "–"}, {-4200, "-4,200"}};
	char buf[NUMBER_TEXT_MAX];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		is_str(number_text(cases[i].value, buf), cases[i].text, "%g prints as %s",
			cases[i].value, cases[i].text);
	is_str(count_text(2, buf), "2", "a small count has no decimals");
	is_str(time_text(400 * 86400e9, buf), "400 days", "a long time is in days");
	is_str(time_text(NAN, buf), "–", "a time that was not measured is a dash");
	is_str(interval_text(&(struct ratio){.defined = false}, buf), "no interval",
		"an undefined interval says so");
}

/* ---- the answer ---- */

struct two {
	struct summary summary;
	struct cell_summary cells[3];
};

/* native, translator and VM with these ratios and half-widths; times in ms. */
static void two_make(struct two *t, double user, double vm, double share)
{
	static const char *const envs[] = {"native", "user-aarch64", "vm-aarch64-tcg"};
	double ratios[] = {1, user, vm};

	memset(t, 0, sizeof(*t));
	t->summary.host.arch = ARCH_X86_64;
	t->summary.cells = t->cells;
	t->summary.ncells = 3;
	for (size_t i = 0; i < 3; i++) {
		struct cell_summary *c = &t->cells[i];

		str_copy(c->workload, sizeof(c->workload), "w");
		str_copy(c->variant, sizeof(c->variant), "v");
		str_copy(c->env, sizeof(c->env), envs[i]);
		c->arch = i ? ARCH_AARCH64 : ARCH_X86_64;
		c->mean_ns = ratios[i] * 1e6;
		c->mean_lo_ns = c->mean_ns / (1 + share);
		c->mean_hi_ns = c->mean_ns * (1 + share);
		c->boot_ns = i == 2 ? 2e9 : NAN;
		c->startup_ns = 0;
		c->first_iter_ns = c->mean_ns;
		c->ratio = (struct ratio){
			true, ratios[i], ratios[i] / (1 + share), ratios[i] * (1 + share), 6};
	}
}

static struct answer answer_of(struct two *t, struct view *v)
{
	struct answer a;

	view_init(v, &t->summary);
	answers_find(v, &a);
	return a;
}

static void the_answer_respects_intervals(void)
{
	struct view v;
	struct two t;
	struct answer a;

	two_make(&t, 5, 6, 0.02);
	a = answer_of(&t, &v);
	is_int(a.verdict, VERDICT_FASTER, "apart: the translator is faster");
	is_str(a.best->env, "user-aarch64", "… and is named");
	is_near(a.lead.point, 1.2, 1e-12, "… by the quotient");
	is_near(a.lead.lo, 6 / 1.02 / (5 * 1.02), 1e-12, "… whose interval takes the ends");
	is_int(a.payback.kind, PAYBACK_NEVER, "a slower VM never pays back");
	view_release(&v);

	two_make(&t, 5, 6, 0.2);
	a = answer_of(&t, &v);
	is_int(a.verdict, VERDICT_UNCLEAR, "overlapping intervals: cannot tell");
	is_int(a.payback.kind, PAYBACK_UNCLEAR, "… nor what pays back");
	view_release(&v);

	two_make(&t, 6, 5, 0.02);
	t.cells[1].ratio.defined = false;
	a = answer_of(&t, &v);
	is_int(a.verdict, VERDICT_UNCLEAR, "no interval: cannot tell");
	view_release(&v);

	two_make(&t, 6, 5, 0.02);
	t.cells[2].status = STATUS_WRONG;
	a = answer_of(&t, &v);
	is_int(a.verdict, VERDICT_ONLY, "a wrong result is no candidate");
	is_int(a.payback.kind, PAYBACK_NONE, "… and nothing to pay back");
	view_release(&v);
}

static void a_boot_pays_back_after_the_work_it_saves(void)
{
	struct view v;
	struct two t;
	struct answer a;

	two_make(&t, 6, 5, 0.02);
	a = answer_of(&t, &v);
	is_int(a.payback.kind, PAYBACK_AT, "a faster VM pays back");
	is_near(a.payback.iterations, 2000, 0, "2 s of boot at 1 ms an iteration are 2000");
	is_near(a.payback.work_ns, 12e9, 1, "… which take the translator 12 s");
	is_near(a.payback.iterations_lo, ceil(2e3 / (6 * 1.02 - 5 / 1.02)), 0,
		"the fewest take the best of both intervals");
	is_near(a.payback.iterations_hi, ceil(2e3 / (6 / 1.02 - 5 * 1.02)), 0,
		"the most take the worst");
	view_release(&v);
}

int main(void)
{
	numbers_have_three_digits();
	the_answer_respects_intervals();
	a_boot_pays_back_after_the_work_it_saves();
	return done_testing();
}
