/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers as reports print them, and what is concluded from intervals.
 */
#include "base/cleanup.h"
#include "base/str.h"
#include "report/answer.h"
#include "report/number.h"
#include "report/sections.h"
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
	struct pair pairs[2];
};

/* native, translator and VM with these ratios and half-widths; times in ms. Not paired. */
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

/* Adds what VM ÷ translator is: of the program, and with workload "" of the suite. */
static void two_pair(struct two *t, const char *workload, double point, double lo, double hi)
{
	struct pair *p = &t->pairs[t->summary.npairs++];

	t->summary.pairs = t->pairs;
	str_copy(p->workload, sizeof(p->workload), workload);
	str_copy(p->variant, sizeof(p->variant), "v");
	str_copy(p->a, sizeof(p->a), "vm-aarch64-tcg");
	str_copy(p->b, sizeof(p->b), "user-aarch64");
	p->workloads = *workload ? 1 : 2;
	p->ratio = (struct ratio){isfinite(lo), point, lo, hi, 6};
	p->p_adjusted = !isfinite(lo) ? NAN : lo > 1 || hi < 1 ? 0.01 : 0.2;
}

static struct answer answer_of(struct two *t, struct view *v)
{
	struct answer a;

	view_init(v, &t->summary);
	answers_find(v, &a);
	return a;
}

static void unpaired_intervals_must_not_overlap(void)
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

static void a_paired_interval_decides(void)
{
	struct view v;
	struct two t;
	struct answer a;

	two_make(&t, 5, 6, 0.2);
	two_pair(&t, "w", 1.2, 1.15, 1.25);
	a = answer_of(&t, &v);
	ok(t.cells[1].ratio.hi > t.cells[2].ratio.lo, "overhead ratios overlap");
	is_int(a.verdict, VERDICT_FASTER, "the paired interval excludes 1: a winner");
	is_str(a.best->env, "user-aarch64", "… the translator");
	is_near(a.lead.lo, 1.15, 0, "… by the paired ratio");
	is_int(a.payback.kind, PAYBACK_NEVER, "… and a VM that is slower never pays back");
	view_release(&v);

	two_make(&t, 6, 5, 0.2);
	two_pair(&t, "w", 0.8, 0.75, 0.9);
	a = answer_of(&t, &v);
	is_str(a.best->env, "vm-aarch64-tcg", "the VM wins");
	is_int(a.verdict, VERDICT_FASTER, "… also where the pair is stored the other way round");
	is_near(a.lead.point, 1.25, 1e-12, "… by its inverse");
	is_near(a.lead.hi, 1 / 0.75, 1e-12, "… with its ends exchanged");
	is_int(a.payback.kind, PAYBACK_AT, "… and its boot pays back");
	view_release(&v);

	two_make(&t, 5, 6, 0.02);
	two_pair(&t, "w", 1.1, 0.99, 1.3);
	a = answer_of(&t, &v);
	is_int(a.verdict, VERDICT_UNCLEAR,
		"the paired interval includes 1: cannot tell, though overhead ratios are apart");
	is_int(a.payback.kind, PAYBACK_UNCLEAR, "… nor what pays back");
	view_release(&v);

	two_make(&t, 5, 6, 0.02);
	two_pair(&t, "w", 1.1, 1.01, 1.3);
	t.pairs[0].p_adjusted = 0.06;
	a = answer_of(&t, &v);
	is_int(a.verdict, VERDICT_UNCLEAR, "it excludes 1 alone, not among the workloads");
	is_int(a.payback.kind, PAYBACK_UNCLEAR, "… and what pays back goes by the same rule");
	t.pairs[0].p_adjusted = NAN;
	view_release(&v);
	a = answer_of(&t, &v);
	is_int(a.verdict, VERDICT_FASTER, "joined before p was adjusted: by the interval");
	is_int(a.payback.kind, PAYBACK_NEVER, "… that too");
	view_release(&v);

	two_make(&t, 5, 6, 0.02);
	two_pair(&t, "w", 0.9, 0.85, 0.95);
	a = answer_of(&t, &v);
	is_int(a.verdict, VERDICT_UNCLEAR,
		"the smaller overhead on average loses by block: cannot tell");
	view_release(&v);

	two_make(&t, 5, 6, 0.02);
	two_pair(&t, "w", 1.2, NAN, NAN);
	a = answer_of(&t, &v);
	is_int(a.verdict, VERDICT_UNCLEAR, "a pair without an interval: cannot tell");
	view_release(&v);
}

/* The sentence on geometric means of translator and VM: 5 and 6 times native, over n programs. */
static char *means_sentence(struct two *t, size_t n)
{
	static struct geomean means[] = {
		{.env = "user-aarch64", .variant = "v"}, {.env = "vm-aarch64-tcg", .variant = "v"}};
	struct view v;
	struct str text = {0};
	struct story st = {.summary = &t->summary, .view = &v};

	for (size_t i = 0; i < 2; i++) {
		means[i].workloads = n;
		means[i].ratio = t->cells[1 + i].ratio;
	}
	t->summary.geomeans = means;
	t->summary.ngeomeans = 2;
	view_init(&v, &t->summary);
	sentence_geomeans(&st, &text);
	view_release(&v);
	return str_take(&text);
}

static void the_suites_pair_decides_between_means(void)
{
	_cleanup_free_ char *told = NULL, *fewer = NULL, *reverse = NULL, *equal = NULL,
			    *alone = NULL;
	struct two t;

	two_make(&t, 5, 6, 0.3);
	two_pair(&t, "", 1.2, 1.1, 1.3);
	told = means_sentence(&t, 2);
	ok(strstr(told, ": user-aarch64 is 1.20× [1.10, 1.30] faster."),
		"the suite's pair tells means apart whose intervals overlap: %s", told);
	fewer = means_sentence(&t, 3);
	ok(strstr(fewer, "faster over the 2 that both ran."),
		"… and over what, where the means have others too");
	two_make(&t, 5, 6, 0.02);
	two_pair(&t, "", 0.8, 0.7, 0.9);
	reverse = means_sentence(&t, 3);
	ok(strstr(reverse,
		   ": vm-aarch64-tcg is 1.25× [1.11, 1.43] faster over the 2 that both ran"),
		"over what both ran it can be the other way round: %s", reverse);
	two_make(&t, 5, 6, 0.02);
	two_pair(&t, "", 1.1, 0.9, 1.3);
	equal = means_sentence(&t, 2);
	ok(strstr(equal, "[5.88, 6.12], which cannot be told apart."),
		"a pair that includes 1 does not tell them apart: %s", equal);
	two_make(&t, 5, 6, 0.02);
	two_pair(&t, "w", 1.2, 1.1, 1.3);
	alone = means_sentence(&t, 2);
	ok(strstr(alone, "cannot be told apart"), "a program's pair is not the suite's");
}

static void a_boot_pays_back_after_the_work_it_saves(void)
{
	struct view v;
	struct two t;
	struct answer a;

	two_make(&t, 6.25, 5, 0.02);
	a = answer_of(&t, &v);
	is_int(a.payback.kind, PAYBACK_AT, "a faster VM pays back");
	is_near(a.payback.iterations, 1600, 0, "2 s of boot at 1.25 ms an iteration are 1600");
	is_near(a.payback.work_ns, 10e9, 1, "… which take the translator 10 s");
	view_release(&v);

	two_make(&t, 6.25, 5, 0.02);
	two_pair(&t, "w", 0.8, 1 / 1.5, 1 / 1.125);
	a = answer_of(&t, &v);
	is_near(a.payback.iterations, 1600, 0, "paired with the translator: the same");
	is_near(a.payback.iterations_lo, 800, 1, "the fewest take one end of the paired interval");
	is_near(a.payback.iterations_hi, 3200, 1, "the most take the other");
	view_release(&v);

	/* One slow block makes the VM's arithmetic mean the larger one. */
	two_make(&t, 6, 5, 0.5);
	t.cells[2].mean_ns = 7e6;
	two_pair(&t, "w", 0.8, 1 / 1.5, 1 / 1.125);
	a = answer_of(&t, &v);
	ok(a.payback.kind == PAYBACK_AT && a.payback.iterations > 0 &&
			isfinite(a.payback.iterations),
		"what pays back follows the pair, not the difference of the means");
	view_release(&v);
}

/* ---- where the noise comes from ---- */

static void is_sentence(const struct variance *v, const char *expected, const char *what)
{
	_cleanup_(str_release) struct str text = {0};

	sentence_variance(v, &text);
	is_str(str_text(&text), expected, "%s", what);
}

static void advice_says_what_is_known(void)
{
	struct variance v = VARIANCE_UNKNOWN;

	str_copy(v.env, sizeof(v.env), "vm-aarch64-tcg");
	v.per_block = 2;
	is_sentence(&v, "", "nothing known, nothing said");
	v.between_share = 0.6;
	v.best_per_block = 1;
	is_sentence(&v,
		"vm-aarch64-tcg: 60 % of the variance is between boots, 40 % between executions or "
		"iterations; 1 execution in a boot instead of 2 would make the most of the time.",
		"a run from before the other shares");
	v.best_gain = 0.88;
	is_sentence(&v,
		"vm-aarch64-tcg: 60 % of the variance is between boots, 40 % between executions or "
		"iterations; 1 execution in a boot instead of 2 would make intervals 12 % narrower "
		"in the same time.",
		"what another number of executions brings");
	v.execution_share = 0.25;
	v.iteration_share = 0.15;
	v.blocks = 6;
	v.half_width = 0.04;
	v.min_detectable = 0.06;
	v.blocks_to_halve = 17;
	v.best_blocks_to_halve = 24;
	is_sentence(&v,
		"vm-aarch64-tcg: 60 % of the variance is between boots, 25 % between executions, "
		"15 % between iterations: 24 boots × 1 execution instead of 6 × 2 would halve the "
		"typical interval of ±4.0 %, in which an effect of 6.0 % shows.",
		"all shares, and the best numbers");
	v.halve_ns = 30 * 60e9;
	is_sentence(&v,
		"vm-aarch64-tcg: 60 % of the variance is between boots, 25 % between executions, "
		"15 % between iterations: 24 boots × 1 execution (30 min 0 s) instead of 6 × 2 "
		"would halve the typical interval of ±4.0 %, in which an effect of 6.0 % shows.",
		"what halving it takes");
	v.halve_ns = NAN;
	str_copy(v.env, sizeof(v.env), "user-aarch64");
	v.per_block = 1;
	v.between_share = v.execution_share = NAN;
	v.best_per_block = v.best_blocks_to_halve = NAN;
	is_sentence(&v,
		"user-aarch64: 85 % of the variance is between blocks or executions, 15 % between "
		"iterations: 17 blocks × 1 execution instead of 6 × 1 would halve the typical "
		"interval of ±4.0 %, in which an effect of 6.0 % shows.",
		"single executions are not told from blocks");
}

static void is_said_of_correlation(const struct summary *s, const char *expected, const char *what)
{
	_cleanup_(str_release) struct str text = {0};

	sentence_correlation(s, &text);
	is_str(str_text(&text), expected, "%s", what);
}

static void only_a_measured_correlation_is_said(void)
{
	struct summary s = SUMMARY_UNKNOWN;

	is_said_of_correlation(&s, "", "no block tells of a correlation: none is said");
	s.sentinel_slope = 0.5;
	s.sentinel_bias = s.sentinel_bias_lo = s.sentinel_bias_hi = NAN;
	is_said_of_correlation(&s, "What the sentinel explains of the noise has been taken off.",
		"... but what the sentinel did");
	s.block_correlation = 0.25;
	is_said_of_correlation(&s,
		"From block to block the noise of all cells had a correlation of 0.25, which their "
		"intervals allow for. What the sentinel explains of the noise has been taken off.",
		"one that was measured");
}

int main(void)
{
	only_a_measured_correlation_is_said();
	advice_says_what_is_known();
	numbers_have_three_digits();
	a_paired_interval_decides();
	the_suites_pair_decides_between_means();
	unpaired_intervals_must_not_overlap();
	a_boot_pays_back_after_the_work_it_saves();
	return done_testing();
}
