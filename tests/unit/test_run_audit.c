/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * run/summarize on samples of guests whose clocks run off, and of blocks that a host spoiled: the
 * truth is known, and must be what comes out.
 */
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "run/audit.h"
#include "run/stopping.h"
#include "tests/unit/fixture_run.h"
#include "tap.h"

#define BLOCKS 8
#define ITERATIONS 12
#define TRUTH 3.0
#ifdef __aarch64__
#define OWN "aarch64"
#define OWN_ARCH ARCH_AARCH64
#else
#define OWN "x86_64"
#define OWN_ARCH ARCH_X86_64
#endif
#define VM "vm-" OWN "-tcg"

static struct variant variants[] = {{.name = "portable"}};
static struct workload workload_list[] = {
	{.name = "one", .suite = "s", .variants = variants, .nvariants = 1, .compare = true},
	{.name = "two", .suite = "s", .variants = variants, .nvariants = 1, .compare = true},
};
static const struct workloads workloads = {.v = workload_list, .n = 2};

/* The same noise for every clock. */
static double noise(size_t block, size_t arm)
{
	return 1 + 0.02 * (double)((block * 5 + arm * 3) % 7) / 7;
}

/* An execution of true times, as a guest's clock tells them; natively it is the host's. The
 * first iteration is cold; a third of the execution is start-up. */
static void add(struct canned *c, size_t arm, size_t block, double skew)
{
	const struct arm *a = &c->plan.arms[arm];
	bool vm = !environment_is_native(&a->env);
	double time = 1e7 * (vm ? TRUTH : 1) * noise(block, arm), wall = 0;
	struct sample s = {.block = block + 1,
		.execution = 1,
		.boot = vm ? 2 * block + a->duplicate + 1 : 0,
		.order = arm + 1,
		.duplicate = a->duplicate,
		.iterations = ITERATIONS,
		.startup_ns = 1000,
		.disturbance = DISTURBANCE_UNKNOWN,
		.digest = {.values = {1}, .n = 1, .hash = "ab"}};

	str_copy(s.cell, sizeof(s.cell), a->cell);
	s.iter_wall_ns = xcalloc(ITERATIONS, sizeof(uint64_t));
	s.iter_cpu_ns = xcalloc(ITERATIONS, sizeof(uint64_t));
	for (size_t i = 0; i < ITERATIONS; i++) {
		double true_ns = i ? time : 1.5 * time;

		s.iter_wall_ns[i] = (uint64_t)llround(true_ns * (vm ? 1 + skew : 1));
		wall += true_ns;
	}
	s.host_wall_ns = (uint64_t)llround(wall * 1.5);
	if (vm) {
		s.guest_wall_ns = (uint64_t)llround(wall * 1.5 * (1 + skew));
		s.clock_error_ns = 300000;
	}
	samples_add(&c->samples, &s);
}

static void compute(struct canned *c)
{
	canned_compute(c, &workloads, OWN_ARCH);
}

static void canned_make(struct canned *c, double skew)
{
	static const char *const programs[] = {"one", "two"};

	*c = (struct canned){.plan = {.seed = 1, .blocks = BLOCKS}};
	for (size_t i = 0; i < 2; i++)
		for (size_t vm = 0; vm < 3; vm++) {
			struct environment env;

			if (environment_parse(vm ? VM : "native", &env, NULL) < 0)
				exit(1);
			plan_add(&c->plan, programs[i], "portable", &env, vm == 2)->executions = 1;
		}
	for (size_t block = 0; block < BLOCKS; block++) {
		for (size_t arm = 0; arm < c->plan.n; arm++)
			add(c, arm, block, skew);
		for (size_t k = 0; k < 2; k++) {
			struct boot boot = {.env = VM,
				.block = block + 1,
				.boot = 2 * block + k + 1,
				.duplicate = k,
				.hello_ns = 5,
				.skew_ppm = NAN,
				.skew_error_ppm = NAN};

			samples_add_boot(&c->samples, &boot);
		}
	}
	samples_audit_clocks(&c->samples);
	compute(c);
}

/* ---- clocks ---- */

static void the_truth_is_recovered(void)
{
	static const struct {
		double skew;
		bool by_host;
	} cases[] = {{0.005, false}, {-0.005, false}, {0.02, true}, {-0.02, true}, {0.1, true},
		{-0.1, true}, {0.9, true}, {-0.45, true}};
	struct canned honest;
	const struct cell_summary *right;

	canned_make(&honest, 0);
	right = summary_find(&honest.summary, "one", "portable", VM);
	ok(!right->timed_by_host && isnan(right->clock_doubt) && !strcmp(right->warmup, "warm-up"),
		"an honest clock is believed over single iterations");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		double skew = cases[i].skew;
		const struct cell_summary *cell;
		struct canned c;

		canned_make(&c, skew);
		cell = summary_find(&c.summary, "one", "portable", VM);
		ok(cell->timed_by_host == cases[i].by_host, "%+g %%: timed by the host: %s",
			100 * skew, cases[i].by_host ? "yes" : "no");
		is_near(cell->skew_ppm, skew * 1e6, 1e-2, "%+g %%: the skew is found", 100 * skew);
		is_near(cell->ratio.point, right->ratio.point, 1e-6,
			"%+g %%: the ratio is that of an honest clock", 100 * skew);
		is_near(cell->ratio.hi / cell->ratio.lo, right->ratio.hi / right->ratio.lo, 1e-6,
			"%+g %%: and so is its interval", 100 * skew);
		is_near(c.summary.boots[0].skew_ppm, skew * 1e6, 1e-2, "%+g %%: of boots",
			100 * skew);
		ok(cell->timed_by_host ? !cell->warmup[0] && isnan(cell->startup_ns) &&
						 isnan(cell->first_iter_ns) &&
						 cell->clock_doubt > fabs(skew) / 2
				       : cell->warmup[0] && cell->startup_ns > 0,
			"%+g %%: nothing short is said of a clock that is off", 100 * skew);
		canned_release(&c);
	}
	canned_release(&honest);
}

static void errors_are_bounded(void)
{
	const struct boot_summary *b;
	struct canned c;

	canned_make(&c, 0);
	b = &c.summary.boots[0];
	/* two executions in each boot */
	ok(b->skew_error_ppm > 200 && b->skew_error_ppm < 1000,
		"a boot's error is that of its readings (%g ppm)", b->skew_error_ppm);
	for (size_t i = 0; i < c.samples.n; i++)
		if (c.samples.v[i].boot)
			c.samples.v[i].guest_wall_ns = c.samples.v[i].host_wall_ns / 100 * 97;
	compute(&c);
	ok(summary_find(&c.summary, "one", "portable", VM)->timed_by_host, "3 %% off is off");
	for (size_t i = 0; i < c.samples.n; i++)
		c.samples.v[i].clock_error_ns = c.samples.v[i].host_wall_ns / 40;
	compute(&c);
	ok(!summary_find(&c.summary, "one", "portable", VM)->timed_by_host,
		"... unless answers came so late that it need not be");
	canned_release(&c);
}

static void a_cell_and_its_duplicate_are_timed_alike(void)
{
	struct canned c;
	size_t off = 0;

	canned_make(&c, 0);
	/* Two of three executions of `two` have a clock that is off, the duplicate's all. */
	for (size_t i = 0; i < c.samples.n; i++) {
		struct sample *s = &c.samples.v[i];

		if (!str_starts(s->cell, "two") || !s->boot || (!s->duplicate && s->block % 3))
			continue;
		s->guest_wall_ns = s->guest_wall_ns * 11 / 10;
		off++;
	}
	compute(&c);
	ok(summary_find(&c.summary, "two", "portable", VM)->timed_by_host,
		"%zu of %d executions make a cell", off, 2 * BLOCKS);
	ok(!summary_find(&c.summary, "one", "portable", VM)->timed_by_host, "... and no other");
	canned_release(&c);
}

static void broken_clocks_have_no_time(void)
{
	static const uint64_t hostile[] = {1, UINT64_C(1000000000000000000), UINT64_C(1) << 53};
	const struct cell_summary *cell;
	struct canned c;

	for (size_t k = 0; k < ARRAY_LEN(hostile); k++) {
		canned_make(&c, 0);
		for (size_t i = 0; i < c.samples.n; i++)
			if (c.samples.v[i].boot)
				c.samples.v[i].guest_wall_ns = hostile[k];
		compute(&c);
		cell = summary_find(&c.summary, "one", "portable", VM);
		ok(cell->status == STATUS_RUBBISH && strstr(cell->reason, "no time can be had") &&
				isnan(cell->ratio.point) && isnan(cell->mean_ns),
			"%g ns by the guest: %s", (double)hostile[k], cell->reason);
		is_int(summary_exit_code(&c.summary), 1, "... a failure");
		canned_release(&c);
	}
	canned_make(&c, 0);
	for (size_t i = 0; i < c.samples.n; i++)
		if (c.samples.v[i].boot && c.samples.v[i].block == 3)
			c.samples.v[i].guest_wall_ns = 1;
	compute(&c);
	cell = summary_find(&c.summary, "one", "portable", VM);
	ok(cell->status == STATUS_OK && cell->failed == 1 && cell->blocks == BLOCKS - 1 &&
			cell->ratio.blocks == BLOCKS - 1 && strstr(cell->reason, "1 of 8"),
		"one broken execution is left out and counted: %s", cell->reason);
	canned_release(&c);
}

/* ---- spoiled blocks ---- */

static void spoil(struct canned *c, uint64_t block, const char *cell, struct disturbance d)
{
	for (size_t i = 0; i < c->samples.n; i++)
		if (c->samples.v[i].block == block && !strcmp(c->samples.v[i].cell, cell))
			c->samples.v[i].disturbance = d;
}

static void is_left_out_everywhere(struct canned *c, const struct summary *whole)
{
	const struct summary *s = &c->summary;

	for (size_t i = 0; i < s->ncells; i++)
		is_int((long)s->cells[i].blocks, BLOCKS - 2, "%s: two blocks fewer",
			s->cells[i].id);
	is_int((long)s->geomeans[0].ratio.blocks, BLOCKS - 2, "the geometric mean lacks them too");
	is_int((long)s->pairs[0].ratio.blocks, BLOCKS - 2, "... and pairs");
	is_int((long)s->aa[0].ratio.blocks, 2 * (BLOCKS - 2), "... and duplicates");
	is_int((long)s->blocks_done, BLOCKS, "they were measured all the same");
	is_int((long)s->cells[1].executions, (long)whole->cells[1].executions,
		"their executions are counted");
	is_int((long)c->samples.n, BLOCKS * 6, "... and kept");
}

static void spoiled_blocks_are_left_out_in_all_arms(void)
{
	struct canned c, whole;
	struct disturbance stolen = DISTURBANCE_UNKNOWN, hot = DISTURBANCE_UNKNOWN;

	canned_make(&whole, 0);
	canned_make(&c, 0);
	stolen.steal_ns = 400e6;
	hot.throttles = 3;
	spoil(&c, 2, "one.portable." OWN ".native", stolen);
	/* What happened to an arm that the others are not paired with spoils them too. */
	spoil(&c, 5, "two.portable." OWN "." VM, hot);
	/* Times of spoiled blocks may be anything. */
	for (size_t i = 0; i < c.samples.n; i++)
		if (c.samples.v[i].block == 2 || c.samples.v[i].block == 5)
			for (size_t k = 0; k < ITERATIONS; k++)
				c.samples.v[i].iter_wall_ns[k] *= c.samples.v[i].boot ? 7 : 1;
	compute(&c);
	is_int((long)c.summary.nspoiled, 2, "two blocks are spoiled");
	is_int((long)c.summary.spoiled[0].block, 2, "... the second");
	is_str(c.summary.spoiled[0].reason, "stolen", "... by theft");
	is_str(c.summary.spoiled[0].cell, "one.portable." OWN ".native", "... from this cell");
	ok(strstr(c.summary.spoiled[0].what, "for 400 ms of"), "... in words: %s",
		c.summary.spoiled[0].what);
	is_str(c.summary.spoiled[1].reason, "throttled", "... and the fifth by heat");
	is_left_out_everywhere(&c, &whole.summary);
	ok(fabs(c.summary.cells[1].ratio.point / whole.summary.cells[1].ratio.point - 1) < 0.02,
		"what happened in them changes no number");
	is_near(c.summary.conditions.throttles, 6, 0, "throttling is summed");
	canned_release(&c);
	canned_release(&whole);
}

static void usual_theft_spoils_nothing(void)
{
	struct canned c;
	struct disturbance stolen = DISTURBANCE_UNKNOWN;

	canned_make(&c, 0);
	stolen.steal_ns = 400e6;
	for (uint64_t block = 1; block <= BLOCKS / 2; block++)
		spoil(&c, block, "one.portable." OWN ".native", stolen);
	compute(&c);
	is_int((long)c.summary.nspoiled, BLOCKS / 2, "theft in half of the blocks spoils those");
	is_near(c.summary.conditions.stolen_blocks, 0, 0, "... and none of them counts");
	spoil(&c, BLOCKS / 2 + 1, "one.portable." OWN "." VM, stolen);
	compute(&c);
	is_int((long)c.summary.nspoiled, 0, "theft in more than half is how this host is");
	is_near(c.summary.conditions.stolen_blocks, BLOCKS / 2 + 1, 0, "... and is counted");
	is_int((long)c.summary.cells[1].ratio.blocks, BLOCKS, "... while all blocks count");
	canned_release(&c);
}

/* Eight blocks, a pilot of five: what is left out of it, others stand in for. */
static void a_pilot_goes_on_until_it_is_whole(void)
{
	struct canned c;
	struct disturbance stolen = DISTURBANCE_UNKNOWN;
	struct summarize_input in = {
		.plan = &c.plan, .workloads = &workloads, .samples = &c.samples};
	struct stopping judged;

	canned_make(&c, 0);
	c.plan.pilot = 5;
	c.plan.blocks = 100;
	c.plan.precision = 0.001;
	stopping_judge(&in, &judged);
	is_int((long)judged.pilot_to, 0, "nothing is left out: the pilot is whole");
	compute(&c);
	is_int((long)c.summary.pilot_missing, 0, "... and lacks nothing");
	stolen.steal_ns = 400e6;
	for (uint64_t block = 1; block <= 3; block++)
		spoil(&c, block, "one.portable." OWN ".native", stolen);
	compute(&c);
	stopping_judge(&in, &judged);
	is_int((long)judged.pilot_to, 0, "three are, and the five others are one");
	is_int((long)judged.lost, 0, "... which the need has already");
	is_int((long)c.summary.pilot_missing, 0, "... and nothing is missing");
	ok(c.summary.cells[1].ratio.defined && c.summary.cells[1].ratio.blocks == 5,
		"... whose ratios have intervals");
	spoil(&c, 8, "one.portable." OWN ".native", stolen);
	compute(&c);
	stopping_judge(&in, &judged);
	is_int((long)judged.pilot_to, 9, "four are: one more is measured before it decides");
	is_int((long)c.summary.pilot_missing, 1, "... and is missing until then");
	is_int((long)stopping_blocks(&c.plan, &judged), 9, "... until there");
	c.plan.pilot = 4;
	stopping_judge(&in, &judged);
	is_int((long)judged.pilot_to, 0, "no more than as many again, whatever is left out");
	c.plan.blocks = 5;
	c.plan.pilot = 5;
	compute(&c);
	is_int((long)c.summary.pilot_missing, 3,
		"where no block may stand in, all that are left out are missing");
	canned_release(&c);
}

static void sentinels_are_compared(void)
{
	struct canned c;

	canned_make(&c, 0);
	ok(isnan(c.summary.sentinel_bias), "without a sentinel it has no bias");
	for (size_t i = 0; i < c.samples.n; i++) {
		struct sample *s = &c.samples.v[i];
		double host = 1e6 * (1 + 0.01 * (double)(s->block % 3));

		s->sentinel_ns[0] = (uint64_t)host;
		s->sentinel_ns[1] = (uint64_t)(s->boot ? 1.1025 * host : host);
	}
	compute(&c);
	is_near(c.summary.sentinel_bias, 1.05, 1e-6, "slower behind a VM: the mean of both counts");
	ok(c.summary.sentinel_bias_lo > 1.04 && c.summary.sentinel_bias_hi < 1.06,
		"... with its interval");
	ok(isnan(summary_sentinel_shift(&c.summary)), "... and no harm where it is not used");
	canned_release(&c);
}

static void a_run_of_spoiled_blocks_has_no_times(void)
{
	struct canned c;
	struct disturbance asleep = DISTURBANCE_UNKNOWN;
	struct str why = {0};

	canned_make(&c, 0);
	asleep.suspended_ns = 3e9;
	for (uint64_t block = 1; block <= BLOCKS; block++)
		spoil(&c, block, "one.portable." OWN ".native", asleep);
	compute(&c);
	is_int((long)c.summary.nspoiled, BLOCKS, "every block is spoiled");
	is_int((long)c.summary.blocks_planned, 2 * BLOCKS, "as many again are wanted, and no more");
	ok(isnan(c.summary.cells[1].ratio.point) && isnan(c.summary.cells[0].mean_ns),
		"there are no times then");
	is_int(summary_exit_code(&c.summary), EXIT_NOTHING, "and nothing was measured");
	summary_why_nothing(&c.summary, &why);
	ok(strstr(str_text(&why), "every block is left out") &&
			strstr(str_text(&why), "suspended") &&
			strstr(str_text(&why), "one.portable." OWN ".native"),
		"... with the reason");
	str_release(&why);
	canned_release(&c);
}

int main(void)
{
	the_truth_is_recovered();
	errors_are_bounded();
	a_cell_and_its_duplicate_are_timed_alike();
	broken_clocks_have_no_time();
	spoiled_blocks_are_left_out_in_all_arms();
	usual_theft_spoils_nothing();
	a_pilot_goes_on_until_it_is_whole();
	sentinels_are_compared();
	a_run_of_spoiled_blocks_has_no_times();
	return done_testing();
}
