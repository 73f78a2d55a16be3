/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * run/summarize on samples whose ratios are known: the pairs of environments.
 */
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "base/clock.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "stats/describe.h"
#include "tests/unit/fixture_run.h"
#include "tap.h"

#define BLOCKS 6
/* The other architecture of the machine that runs this. */
#ifdef __aarch64__
#define OWN "aarch64"
#define OWN_ARCH ARCH_AARCH64
#define OTHER "x86_64"
#else
#define OWN "x86_64"
#define OWN_ARCH ARCH_X86_64
#define OTHER "aarch64"
#endif
#define SAME "user-" OWN
#define USER "user-" OTHER
#define VM "vm-" OTHER "-tcg"

static struct variant variants[] = {{.name = "portable"}, {.name = "blas"}};
static struct workload workload_list[] = {
	{.name = "one", .suite = "s", .variants = variants, .nvariants = 2, .compare = true},
	{.name = "two", .suite = "s", .variants = variants, .nvariants = 1, .compare = true},
	{.name = "probe", .suite = "s", .variants = variants, .nvariants = 1},
};
static const struct workloads workloads = {.v = workload_list, .n = 3};

/* One execution of one iteration in every block. */
static void add(struct canned *c, const char *workload, const char *variant, const char *env_id,
	double (*time_ns)(size_t block))
{
	double ns[BLOCKS];

	for (size_t block = 0; block < BLOCKS; block++)
		ns[block] = time_ns(block);
	canned_add(c, &(struct canned_arm){.workload = workload,
			      .variant = variant,
			      .env = env_id,
			      .blocks = BLOCKS,
			      .iterations = 1,
			      .iter_ns = ns,
			      .host_wall_ns = TIME_MAX_NS});
}

/* Native does not notice what slows everything else down in every other block. */
static double native(size_t block)
{
	(void)block;
	return 1e12;
}

static double translated(size_t block)
{
	return block % 2 ? 10e12 : 5e12;
}

/* 1.05 and 1.15 times as long by turns. */
static double in_vm(size_t block)
{
	return translated(block) * (block % 2 ? 1.15 : 1.05);
}

/* 2 and 1.5 times as long, not in step with the blocks' speed. */
static double in_vm_of_two(size_t block)
{
	return translated(block) * (block / 3 ? 2 : 1.5);
}

static double translated_same(size_t block)
{
	return 3 * native(block);
}

static void canned_make(struct canned *c)
{
	*c = (struct canned){.plan = {.seed = 1, .blocks = BLOCKS}};
	add(c, "one", "portable", "native", native);
	add(c, "one", "portable", SAME, translated_same);
	add(c, "one", "portable", USER, translated);
	add(c, "one", "portable", VM, in_vm);
	add(c, "one", "blas", "native", native);
	add(c, "one", "blas", USER, translated);
	add(c, "two", "portable", "native", native);
	add(c, "two", "portable", USER, translated);
	add(c, "two", "portable", VM, in_vm_of_two);
	add(c, "probe", "portable", "native", native);
	add(c, "probe", "portable", USER, translated);
	add(c, "probe", "portable", VM, in_vm);
	canned_compute(c, &workloads, OWN_ARCH);
}

static void programs_are_paired_by_block(const struct summary *s)
{
	const struct cell_summary *user = summary_find(s, "one", "portable", USER);
	const struct cell_summary *vm = summary_find(s, "one", "portable", VM);
	struct pair p = {0}, turned = {0};

	ok(summary_pair(s, "one", "portable", VM, USER, &p), "VM and translator are compared");
	/* By turns: a negative lag-1 correlation, nothing is widened. */
	is_ratio_of_six(&p.ratio, 1.05, 1.15, "a program's pair");
	ok(p.ratio.lo > 1 && user->ratio.hi > vm->ratio.lo,
		"it excludes 1 (from %.3f) where overhead ratios overlap (to %.2f, from %.2f)",
		p.ratio.lo, user->ratio.hi, vm->ratio.lo);
	is_int(p.workloads, 1, "one workload entered");
	ok(summary_pair(s, "one", "portable", USER, VM, &turned) && !strcmp(turned.a, USER) &&
			!strcmp(turned.b, VM),
		"asked for the other way round it is turned");
	is_near(turned.ratio.lo, 1 / p.ratio.hi, 1e-12, "… with its ends exchanged");
}

/* p of the t test of six differences, three each. */
static double p_of_six(double a, double b)
{
	double mean = (a + b) / 2, s = sqrt(6.0 / 5) * fabs(a - b) / 2;

	return 2 * gsl_cdf_tdist_Q(mean * sqrt(6) / s, 5);
}

static void programs_are_a_family(const struct summary *s)
{
	double one = p_of_six(log(1.05), log(1.15)), two = p_of_six(log(1.5), log(2));
	struct pair p = {0};

	ok(one > two && 2 * two < one, "one difference is clearer than the other");
	ok(summary_pair(s, "two", "portable", VM, USER, &p), "two programs are compared");
	is_near(p.p_adjusted, 2 * two, 1e-6, "the smaller p counts for two");
	ok(pair_is_slower(&p), "… and tells which is slower");
	ok(summary_pair(s, "one", "portable", USER, VM, &p), "either way round");
	is_near(p.p_adjusted, one, 1e-6, "the larger p for one");
	ok(!pair_is_slower(&p), "… and the translator is not the slower");
	ok(summary_pair(s, "", "portable", VM, USER, &p) && isnan(p.p_adjusted),
		"the suite is no member of the family");
}

static void suites_are_averaged_within_blocks(const struct summary *s)
{
	struct pair p = {0};
	double two_a = log(1.5), two_b = log(2), one_a = log(1.05), one_b = log(1.15);
	double d[BLOCKS] = {two_a + one_a, two_a + one_b, two_a + one_a, two_b + one_b,
		two_b + one_a, two_b + one_b};
	double sum = 0;

	for (size_t i = 0; i < BLOCKS; i++)
		sum += d[i] / 2;
	ok(summary_pair(s, "", "portable", VM, USER, &p), "a variant's suite is compared");
	is_near(p.ratio.point, exp(sum / BLOCKS), 1e-9, "… by the geometric mean");
	ok(p.ratio.defined && p.ratio.lo < p.ratio.point && p.workloads == 2,
		"… over the two workloads both have, with an interval");
	ok(summary_pair(s, "", "all", VM, USER, &p) && p.workloads == 2,
		"all: what only one of them has does not enter");
	ok(!summary_pair(s, "", "blas", VM, USER, &p), "one workload is no suite");
}

static void others_are_not_compared(const struct summary *s)
{
	struct pair p = {0};
	size_t across = 0, twice = 0;

	ok(summary_pair(s, "one", "portable", SAME, "native", &p), "native is a partner");
	is_near(p.ratio.point, 3, 1e-9, "… of the host's architecture");
	for (size_t i = 0; i < s->npairs; i++) {
		const struct pair *q = &s->pairs[i];

		across += (strstr(q->a, OTHER) != NULL) != (strstr(q->b, OTHER) != NULL);
		for (size_t k = 0; k < i; k++)
			twice += !strcmp(q->workload, s->pairs[k].workload) &&
				 !strcmp(q->variant, s->pairs[k].variant) &&
				 summary_pair(&(struct summary){.pairs = &s->pairs[k], .npairs = 1},
					 q->workload, q->variant, q->a, q->b, &p);
	}
	is_int(across, 0, "architectures are not mixed");
	is_int(twice, 0, "no two environments are compared twice");
	ok(!summary_pair(s, "probe", "portable", VM, USER, &p),
		"nor is a program whose results are not compared");
}

static const struct geomean *geomean_of(const struct summary *s, const char *env)
{
	for (size_t i = 0; i < s->ngeomeans; i++)
		if (!strcmp(s->geomeans[i].env, env) && !strcmp(s->geomeans[i].variant, "portable"))
			return &s->geomeans[i];
	return NULL;
}

/* The last sample of a cell goes wrong: its other blocks count, and the suite's without this one.
 */
static void blocks_that_some_lack_do_not_enter(struct canned *c)
{
	double sum = 0;
	struct sample *last = NULL;
	const struct geomean *g;

	for (size_t i = 0; i < c->samples.n; i++)
		if (!strcmp(c->samples.v[i].cell, "two.portable." OTHER "." VM))
			last = &c->samples.v[i];
	last->status = STATUS_CRASH;
	summary_release(&c->summary);
	canned_compute(c, &workloads, OWN_ARCH);
	for (size_t b = 0; b + 1 < BLOCKS; b++)
		sum += (log(in_vm(b) / native(b)) + log(in_vm_of_two(b) / native(b))) / 2;
	g = geomean_of(&c->summary, VM);
	ok(g && g->workloads == 2 && g->ratio.blocks == BLOCKS - 1,
		"a block that one of two workloads lacks does not enter their mean");
	is_near(g ? g->ratio.point : NAN, exp(sum / (BLOCKS - 1)), 1e-9, "… of neither of them");
	is_int(summary_find(&c->summary, "one", "portable", VM)->ratio.blocks, BLOCKS,
		"the other one's own ratio has it");
	g = geomean_of(&c->summary, USER);
	is_int(g ? g->ratio.blocks : 0, BLOCKS, "and so has the mean of another environment");
	last->status = STATUS_OK;
}

static void what_was_not_measured_has_no_pair(struct canned *c)
{
	struct samples *all = &c->samples;
	struct pair p = {0};
	size_t left = BLOCKS;

	/* All but one block of the VM's samples end badly: no pair. */
	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(all->v[i].cell, "one.portable." OTHER "." VM) && --left)
			all->v[i].status = STATUS_CRASH;
	summary_release(&c->summary);
	canned_compute(c, &workloads, OWN_ARCH);
	ok(!summary_pair(&c->summary, "one", "portable", VM, USER, &p),
		"a cell that crashed is not compared");
	ok(!summary_pair(&c->summary, "", "portable", VM, USER, &p),
		"… and leaves the suite with too few");
	ok(summary_pair(&c->summary, "two", "portable", VM, USER, &p), "… the others are");
}

/* ---- the need ---- */

/* t of n blocks × s ÷ √n. */
static double half_of(double s, size_t n)
{
	return gsl_cdf_tdist_Pinv(0.975, (double)n - 1) * s / sqrt((double)n);
}

/* Nothing is widened here: fast and slow blocks alternate. */
static void a_longer_run_gains_degrees_of_freedom(void)
{
	double d[BLOCKS], s, half = log1p(0.05);
	struct canned c;
	size_t n = BLOCKS;

	canned_make(&c);
	c.plan.precision = 0.05;
	canned_compute(&c, &workloads, OWN_ARCH);
	for (size_t b = 0; b < BLOCKS; b++)
		d[b] = log(in_vm_of_two(b));
	s = stats_sd(d, BLOCKS);
	while (half_of(s, n) > half)
		n++;
	is_near(c.summary.blocks_needed, (double)n, 0,
		"without a pilot the need is that of a run of so many blocks");
	is_str(c.summary.neediest, "two.portable." OTHER "." VM,
		"... of the cell that varies most");
	c.plan.pilot = BLOCKS;
	canned_compute(&c, &workloads, OWN_ARCH);
	is_near(c.summary.blocks_needed, ceil(pow(half_of(s, BLOCKS) / half, 2) * BLOCKS), 0,
		"with one t stays that of the pilot");
	c.plan.pilot = 0;
	c.plan.precision = 1;
	canned_compute(&c, &workloads, OWN_ARCH);
	is_near(c.summary.blocks_needed, BLOCKS, 0, "no less than there are");
	canned_release(&c);
}

/* ---- a pilot's further executions ---- */

#define PILOT 4

static struct sample *sample_of(struct canned *c, const char *cell, uint64_t block)
{
	for (size_t i = 0; i < c->samples.n; i++)
		if (!strcmp(c->samples.v[i].cell, cell) && c->samples.v[i].block == block)
			return &c->samples.v[i];
	return NULL;
}

/* A second execution in each block of the pilot, `factor` times as long or as short by turns. */
static void execute_again(struct canned *c, double factor)
{
	for (size_t i = 0; i < c->plan.n; i++)
		for (uint64_t block = 1; block <= PILOT; block++) {
			struct sample s = *sample_of(c, c->plan.arms[i].cell, block);
			double ns = (double)s.iter_wall_ns[0];

			s.execution = 2;
			s.iter_wall_ns = xcalloc(1, sizeof(uint64_t));
			s.iter_cpu_ns = xcalloc(1, sizeof(uint64_t));
			s.iter_wall_ns[0] =
				(uint64_t)llround(block % 2 ? ns * factor : ns / factor);
			samples_add(&c->samples, &s);
		}
	c->plan.pilot_executions = 2;
}

/* Also two that are not there. */
static bool same(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static bool same_ratios(const struct cell_summary *a, const struct cell_summary *b)
{
	return same(a->ratio.point, b->ratio.point) && same(a->ratio.lo, b->ratio.lo) &&
	       same(a->ratio.hi, b->ratio.hi) && same(a->ratio_raw.lo, b->ratio_raw.lo) &&
	       same(a->ratio_sign.lo, b->ratio_sign.lo) && same(a->mean_lo_ns, b->mean_lo_ns) &&
	       same(a->ratio_untrimmed, b->ratio_untrimmed) && same(a->lag1, b->lag1);
}

static void a_pilot_repeats_for_the_shares_alone(void)
{
	struct canned once, twice;
	size_t alike = 0, means = 0, told = 0;

	canned_make(&once);
	once.plan.pilot = PILOT;
	once.plan.precision = 0.01;
	canned_compute(&once, &workloads, OWN_ARCH);
	for (size_t i = 0; i < once.summary.nvariances; i++)
		told += isfinite(once.summary.variances[i].between_share);
	is_int(told, 0, "a pilot that repeats nothing tells no shares");
	canned_make(&twice);
	twice.plan.pilot = PILOT;
	twice.plan.precision = 0.01;
	execute_again(&twice, 1.5);
	canned_compute(&twice, &workloads, OWN_ARCH);

	for (size_t i = 0; i < once.summary.ncells; i++)
		alike += same_ratios(&once.summary.cells[i], &twice.summary.cells[i]);
	is_int(alike, once.summary.ncells, "further executions move no ratio and no interval");
	for (size_t i = 0; i < once.summary.ngeomeans; i++)
		means += once.summary.geomeans[i].ratio.hi == twice.summary.geomeans[i].ratio.hi;
	ok(means == once.summary.ngeomeans && means, "and no geometric mean");
	is_int(once.summary.noise.means.values, 2 * PILOT,
		"two environments have several workloads, and their means tell of noise");
	ok(once.summary.blocks_needed == twice.summary.blocks_needed,
		"nor how many blocks are needed: %g", twice.summary.blocks_needed);
	is_int(twice.summary.cells[0].executions, BLOCKS + PILOT, "they are counted");
	is_int(twice.summary.cells[0].per_block, 1, "a later block has one");
	is_int(twice.summary.blocks_done, BLOCKS, "all blocks are complete");
	canned_release(&once);
	canned_release(&twice);
}

/* Of a run that took so long. */
static void compute_in(struct canned *c, uint64_t wall_ns)
{
	const struct host host = {.arch = OWN_ARCH};
	const struct sample_session session = {.sessions = 1, .wall_ns = wall_ns};

	summary_release(&c->summary);
	summarize(&(struct summarize_input){.plan = &c->plan,
			  .host = &host,
			  .workloads = &workloads,
			  .samples = &c->samples,
			  .session = &session},
		&c->summary);
}

/* Three blocks count in a pilot that went on for four, each of which takes as long as two others.
 */
static void a_longer_pilot_took_its_time(void)
{
	struct canned c;

	canned_make(&c);
	c.plan.pilot = PILOT - 1;
	c.plan.precision = 0.01;
	execute_again(&c, 1.5);
	c.samples.v[0].disturbance.suspended_ns = 1e9;
	compute_in(&c, 10000);
	ok(c.summary.nspoiled == 1 && c.summary.blocks_needed > BLOCKS, "%g blocks are needed",
		c.summary.blocks_needed);
	is_near(c.summary.needed_ns, 1000 * (c.summary.blocks_needed + PILOT), 1e-3,
		"... of which those of the pilot take twice as long");
	canned_release(&c);
}

static void shares_come_from_the_pilot(void)
{
	struct canned c;
	struct sample *further;
	double e2 = log(1.05) * log(1.05) / 2;

	canned_make(&c);
	c.plan.pilot = PILOT;
	c.plan.precision = 0.01;
	execute_again(&c, 1.05);
	canned_compute(&c, &workloads, OWN_ARCH);
	is_int(c.summary.nvariances, 4, "every environment has shares");
	for (size_t i = 0; i < c.summary.nvariances; i++) {
		const struct variance *v = &c.summary.variances[i];

		is_int(v->per_block, 1, "%s: a later block has one execution", v->env);
		if (!strcmp(v->env, "native"))
			ok(v->cells == 3 && v->between_share == 0,
				"%s: all of its variance is between executions", v->env);
		if (!strcmp(v->env, USER))
			ok(v->between_share > 0.9 && v->between_share < 1,
				"%s: its blocks differ most, %.3f; executions by %.4f", v->env,
				v->between_share, e2);
	}

	further = &c.samples.v[c.samples.n - 1];
	further->status = STATUS_CRASH;
	canned_compute(&c, &workloads, OWN_ARCH);
	is_int(summary_find(&c.summary, "probe", "portable", VM)->failed, 1,
		"a further execution that fails is counted");
	is_int(c.summary.blocks_done, BLOCKS, "its block is complete");
	c.samples.n--;
	canned_compute(&c, &workloads, OWN_ARCH);
	is_int(c.summary.blocks_done, BLOCKS - 1, "without it the block is not");
	c.samples.n++;
	further->status = STATUS_OK;
	further->disturbance.suspended_ns = 1e9;
	canned_compute(&c, &workloads, OWN_ARCH);
	is_int(c.summary.nspoiled, 1, "one that the host disturbed spoils its block");
	canned_release(&c);
}

/* A program that timed out in the first block, in another environment and in its own. */
static void add_given_up(struct canned *c, const char *workload, const char *env)
{
	size_t before = c->samples.n;

	add(c, workload, "portable", env, native);
	for (size_t i = before; i < c->samples.n; i++) {
		c->samples.v[i].status = STATUS_TIMEOUT;
		c->samples.v[i].host_wall_ns = 60000000000;
	}
	/* the rest of its blocks do not run it */
	while (c->samples.n > before + 1) {
		struct sample *last = &c->samples.v[--c->samples.n];

		free(last->iter_wall_ns);
		free(last->iter_cpu_ns);
	}
	c->samples.v[before].iterations = 0;
}

static const struct variance *variance_of(const struct summary *s, const char *env)
{
	for (size_t i = 0; i < s->nvariances; i++)
		if (!strcmp(s->variances[i].env, env))
			return &s->variances[i];
	return NULL;
}

/* So that executions take twice their iterations. */
static void make_short(struct canned *c)
{
	for (size_t i = 0; i < c->samples.n; i++) {
		c->samples.v[i].iter_wall_ns[0] /= 1000000;
		c->samples.v[i].host_wall_ns = 2 * c->samples.v[i].iter_wall_ns[0];
	}
}

static void the_given_up_costs_nothing(void)
{
	struct canned c;
	struct variance before;
	const struct variance *v;

	canned_make(&c);
	c.plan.pilot = PILOT;
	c.plan.precision = 0.01;
	execute_again(&c, 1.6);
	make_short(&c);
	canned_compute(&c, &workloads, OWN_ARCH);
	before = *variance_of(&c.summary, USER);
	ok(before.best_per_block > 1 && before.best_gain < 1, "%g executions make the best of it",
		before.best_per_block);
	add_given_up(&c, "three", VM);
	canned_compute(&c, &workloads, OWN_ARCH);
	v = variance_of(&c.summary, USER);
	ok(v->best_per_block == before.best_per_block && v->best_gain == before.best_gain,
		"a program that timed out elsewhere does not run in a further block: %g, %g",
		v->best_per_block, v->best_gain);
	add_given_up(&c, "three", USER);
	canned_compute(&c, &workloads, OWN_ARCH);
	v = variance_of(&c.summary, USER);
	ok(v->best_per_block == before.best_per_block && v->best_gain == before.best_gain,
		"nor does one there: %g, %g", v->best_per_block, v->best_gain);
	canned_release(&c);
}

/* Of 12 arms, 4 of them translated, each execution of which takes as long. */
static void halving_takes_its_time(void)
{
	struct canned c;
	const struct variance *v;

	canned_make(&c);
	compute_in(&c, BLOCKS * 1000);
	v = variance_of(&c.summary, USER);
	is_near(v->halve_ns, 1000 * v->blocks_to_halve, 1e-6, "blocks take as long as they did");
	c.plan.pilot = PILOT;
	c.plan.precision = 0.01;
	execute_again(&c, 1.6);
	compute_in(&c, (BLOCKS + PILOT) * 1000);
	v = variance_of(&c.summary, USER);
	ok(v->best_per_block > 1, "%g executions make the best of it", v->best_per_block);
	is_near(v->halve_ns / v->best_blocks_to_halve, 1000 * (8 + 4 * v->best_per_block) / 12,
		1e-6, "... in blocks that take longer");
	canned_release(&c);
}

int main(void)
{
	struct canned c;

	canned_make(&c);
	programs_are_paired_by_block(&c.summary);
	programs_are_a_family(&c.summary);
	suites_are_averaged_within_blocks(&c.summary);
	others_are_not_compared(&c.summary);
	blocks_that_some_lack_do_not_enter(&c);
	what_was_not_measured_has_no_pair(&c);
	canned_release(&c);
	a_longer_run_gains_degrees_of_freedom();
	a_pilot_repeats_for_the_shares_alone();
	a_longer_pilot_took_its_time();
	shares_come_from_the_pilot();
	the_given_up_costs_nothing();
	halving_takes_its_time();
	return done_testing();
}
