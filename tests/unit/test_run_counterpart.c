/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * run/summarize on samples whose ratios are known: workloads beside their counterparts.
 */
#include <math.h>

#include "base/cleanup.h"
#include "tests/unit/fixture_run.h"
#include "tap.h"

#define BLOCKS 6
#define USER "user-aarch64"

static struct variant blas[] = {{.name = "blas"}}, fast[] = {{.name = "fast"}};
#define PLAIN(name_)                                                                               \
	{                                                                                          \
		.name = name_, .suite = "s", .variants = blas, .nvariants = 1, .compare = true     \
	}
#define MODEL(name_, program_, bound)                                                              \
	{                                                                                          \
		.name = name_, .suite = "s", .variants = fast, .nvariants = 1, .compare = true,    \
		.counterpart = {                                                                   \
			.program = program_,                                                       \
			.at_most = bound                                                           \
		}                                                                                  \
	}
static char a_blas[] = "a.blas", b_blas[] = "b.blas", c_blas[] = "c.blas", d_blas[] = "d.blas",
	    gone[] = "gone.blas";
static struct workload list[] = {PLAIN("a"), PLAIN("b"), PLAIN("c"), PLAIN("d"),
	MODEL("fw-a", a_blas, 1.5), MODEL("fw-b", b_blas, 1.5), MODEL("fw-c", c_blas, 0),
	MODEL("fw-d", d_blas, 1.5), MODEL("fw-gone", gone, 1.5)};
static const struct workloads workloads = {.v = list, .n = ARRAY_LEN(list)};

/* In each block one execution whose first iteration takes ten times as long. */
static void add(struct canned *c, const char *workload, const char *variant, const char *env_id,
	double even_ns, double odd_ns, double flop)
{
	double ns[2 * BLOCKS];

	for (size_t block = 0; block < BLOCKS; block++) {
		ns[2 * block + 1] = block % 2 ? odd_ns : even_ns;
		ns[2 * block] = 10 * ns[2 * block + 1];
	}
	canned_add(c, &(struct canned_arm){.workload = workload,
			      .variant = variant,
			      .env = env_id,
			      .blocks = BLOCKS,
			      .iterations = 2,
			      .iter_ns = ns,
			      .flop = flop});
}

static void compute(struct canned *c)
{
	canned_compute(c, &workloads, ARCH_X86_64);
}

static void canned_make(struct canned *c)
{
	*c = (struct canned){.plan = {.seed = 1, .blocks = BLOCKS}};
	add(c, "a", "blas", "native", 2e12, 4e12, 1000);
	add(c, "b", "blas", "native", 8e12, 8e12, 500);
	add(c, "c", "blas", "native", 9e12, 9e12, 7);
	add(c, "d", "blas", "native", 1e12, 1e12, 100);
	add(c, "a", "blas", USER, 50e12, 50e12, 1000);
	/* by turns 0.5 and 0.8 */
	add(c, "fw-a", "fast", "native", 4e12, 5e12, 1000);
	/* always 2; its count of operations is close enough */
	add(c, "fw-b", "fast", "native", 4e12, 4e12, 504);
	/* always 3, without a promise */
	add(c, "fw-c", "fast", "native", 3e12, 3e12, 0);
	/* 1/100, and twice the work */
	add(c, "fw-d", "fast", "native", 100e12, 100e12, 200);
	add(c, "fw-gone", "fast", "native", 1e12, 1e12, 1);
	add(c, "fw-a", "fast", USER, 100e12, 100e12, 1000);
	compute(c);
}

static const struct counterpart_ratio *find(
	const struct summary *s, const char *workload, const char *env)
{
	for (size_t i = 0; i < s->ncounterparts; i++)
		if (!strcmp(s->counterparts[i].workload, workload) &&
			!strcmp(s->counterparts[i].env, env))
			return &s->counterparts[i];
	return NULL;
}

static void programs_stand_beside_their_counterparts(const struct summary *s)
{
	const struct counterpart_ratio *a = find(s, "fw-a", "native"),
				       *c = find(s, "fw-c", "native"),
				       *user = find(s, "fw-a", USER);

	if (!ok(a && c && user, "what a run holds beside its counterpart is there"))
		return;
	is_str(a->program, "a.blas", "it names the counterpart");
	ok(!strcmp(a->variant, "fast") && a->at_most == 1.5 && a->workloads == 1,
		"with the workload's variant and the promised bound");
	is_ratio_of_six(&a->ratio, 0.5, 0.8, "counterpart ÷ workload, first iterations aside,");
	is_near(c->ratio.point, 3, 1e-9, "one without a promise has a ratio");
	ok(isnan(c->at_most), "… and no bound");
	is_near(user->ratio.point, 0.5, 1e-9, "other environments have their own");
	ok(!find(s, "fw-gone", "native"), "where the counterpart is not in the run there is none");
}

static void other_work_has_no_ratio(const struct summary *s)
{
	const struct counterpart_ratio *b = find(s, "fw-b", "native"),
				       *d = find(s, "fw-d", "native");

	if (!ok(b && d, "both are there"))
		return;
	ok(!d->ratio.defined && isnan(d->ratio.point) && strstr(d->forbidden, "100 and 200"),
		"twice the work: no ratio, because %s", d->forbidden);
	ok(!b->forbidden[0] && fabs(b->ratio.point - 2) < 1e-9,
		"counts that differ by less than a hundredth are the same work");
}

static void the_mean_is_of_those_promised(struct canned *c)
{
	const struct counterpart_ratio *mean = find(&c->summary, "", "native");

	if (!ok(mean != NULL, "there is a geometric mean"))
		return;
	/* √(0.5 · 2) and √(0.8 · 2) by turns: neither what has no promise nor other work enters */
	is_ratio_of_six(&mean->ratio, 1, sqrt(1.6), "it");
	ok(mean->workloads == 2 && mean->at_most == COUNTERPARTS_MEAN_AT_MOST && !mean->program[0],
		"it says of how many, and what is promised of it");
	ok(!find(&c->summary, "", USER), "one is no mean");
}

static void what_failed_stands_beside_nothing(struct canned *c)
{
	for (size_t i = 0; i < c->samples.n; i++)
		if (!strcmp(c->samples.v[i].cell, "b.blas.x86_64.native"))
			c->samples.v[i].status = STATUS_CRASH;
	compute(c);
	ok(!find(&c->summary, "fw-b", "native") && !find(&c->summary, "", "native"),
		"a counterpart that crashed has no ratio, and the mean one too few");
	ok(find(&c->summary, "fw-a", "native"), "the others do");
}

int main(void)
{
	struct canned c;

	canned_make(&c);
	programs_stand_beside_their_counterparts(&c.summary);
	other_work_has_no_ratio(&c.summary);
	the_mean_is_of_those_promised(&c);
	what_failed_stands_beside_nothing(&c);
	canned_release(&c);
	return done_testing();
}
