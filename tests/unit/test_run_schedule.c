/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * run/schedule: which executions a block has, in which order, and how balanced that is.
 */
#include <stdlib.h>

#include "base/cleanup.h"
#include "run/schedule.h"
#include "stats/order.h"
#include "tap.h"

#define ENVIRONMENTS 4
#define BLOCKS 24

static const char *const environments[ENVIRONMENTS] = {
	"native", "user-aarch64", "user-x86_64", "vm-aarch64-tcg"};

/* programs × environments, each environment with its number of executions. */
static void make_plan(struct plan *plan, size_t programs, const uint64_t executions[ENVIRONMENTS])
{
	*plan = (struct plan){.seed = 7};
	for (size_t p = 0; p < programs; p++) {
		char name[] = {(char)('a' + (char)p), 0};

		for (size_t e = 0; e < ENVIRONMENTS; e++) {
			struct environment env;

			if (environment_parse(environments[e], &env, NULL) < 0)
				exit(1);
			plan_add(plan, name, "v", &env, false)->executions = executions[e];
		}
	}
}

/* Has the block every execution of every arm that can run, once, and nothing else? */
static bool is_complete(
	const struct schedule *s, uint64_t block, const struct turn *turns, size_t n)
{
	_cleanup_free_ bool *seen = xcalloc(s->plan->n * (EXECUTIONS_MAX + 1), sizeof(*seen));
	size_t expected = 0;

	for (size_t i = 0; i < s->plan->n; i++)
		if (s->plan->arms[i].status == STATUS_OK)
			expected += plan_executions(s->plan, &s->plan->arms[i], block);
	for (size_t k = 0; k < n; k++) {
		const struct arm *arm = &s->plan->arms[turns[k].arm];
		bool *here = &seen[turns[k].arm * (EXECUTIONS_MAX + 1) + turns[k].execution];

		if (*here || arm->status != STATUS_OK || turns[k].execution < 1 ||
			turns[k].execution > plan_executions(s->plan, arm, block))
			return false;
		*here = true;
	}
	return n == expected && n <= s->turns;
}

static void every_arm_its_number_of_times(void)
{
	static const uint64_t repeats[][ENVIRONMENTS] = {
		{1, 1, 1, 1}, {2, 1, 1, 1}, {3, 2, 1, 1}, {1, 1, 1, 2}, {5, 4, 3, 2}, {9, 1, 1, 1}};

	for (size_t r = 0; r < ARRAY_LEN(repeats); r++) {
		bool complete = true;

		for (size_t programs = 1; programs <= 7; programs++) {
			_cleanup_free_ struct turn *turns = NULL;
			struct schedule s;
			struct plan plan;
			size_t n;

			make_plan(&plan, programs, repeats[r]);
			plan.pilot = 5;
			plan.pilot_executions = programs % 4;
			plan.arms[1].status = STATUS_REFUSED;
			schedule_init(&s, &plan);
			turns = xcalloc(s.turns, sizeof(*turns));
			for (uint64_t block = 1; block <= BLOCKS; block++)
				complete &= schedule_block(&s, block, turns, &n) &&
					    is_complete(&s, block, turns, n);
			schedule_release(&s);
			plan_release(&plan);
		}
		ok(complete, "%d %d %d %d executions: each arm has its own in every block",
			(int)repeats[r][0], (int)repeats[r][1], (int)repeats[r][2],
			(int)repeats[r][3]);
	}
}

/* How many other programs run between two executions of an arm: the fewest. */
static size_t programs_between(const struct schedule *s, const struct turn *turns)
{
	size_t fewest = SIZE_MAX;

	for (size_t i = 0; i < s->turns; i++) {
		_cleanup_free_ bool *seen = xcalloc(s->programs, sizeof(*seen));
		size_t between = 0, k = i + 1;

		for (; k < s->turns && turns[k].arm != turns[i].arm; k++) {
			size_t program = s->program[turns[k].arm];

			between += !seen[program] && program != s->program[turns[i].arm];
			seen[program] = true;
		}
		if (k < s->turns && between < fewest)
			fewest = between;
	}
	return fewest;
}

static void executions_are_spread(void)
{
	static const uint64_t repeats[][ENVIRONMENTS] = {{2, 2, 1, 1}, {3, 2, 1, 1}, {4, 4, 4, 4}};

	for (size_t r = 0; r < ARRAY_LEN(repeats); r++) {
		_cleanup_free_ struct turn *turns = NULL;
		size_t fewest = SIZE_MAX;
		struct schedule s;
		struct plan plan;
		size_t n;

		make_plan(&plan, 6, repeats[r]);
		schedule_init(&s, &plan);
		turns = xcalloc(s.turns, sizeof(*turns));
		for (uint64_t block = 1; block <= BLOCKS; block++) {
			size_t between;

			schedule_block(&s, block, turns, &n);
			between = programs_between(&s, turns);
			fewest = between < fewest ? between : fewest;
		}
		is_int(fewest, 5,
			"%d %d executions: between two of an arm every other program runs",
			(int)repeats[r][0], (int)repeats[r][1]);
		schedule_release(&s);
		plan_release(&plan);
	}
}

static void rounds_take_turns(void)
{
	static const uint64_t twice[ENVIRONMENTS] = {2, 2, 1, 1};
	size_t first_half[6] = {0};
	struct turn turns[6 * 6];
	struct schedule s;
	struct plan plan;
	bool even = true;
	size_t n;

	make_plan(&plan, 6, twice);
	schedule_init(&s, &plan);
	/* Six programs: a cycle of six blocks has each at each place once. */
	for (uint64_t block = 1; block <= 6; block++) {
		schedule_block(&s, block, turns, &n);
		/* A round: three programs' four arms, three programs' two. */
		for (size_t k = 0; k < 18; k++)
			first_half[s.program[turns[k].arm]] +=
				!strcmp(plan.arms[turns[k].arm].parts.env, "vm-aarch64-tcg");
	}
	for (size_t p = 0; p < 6; p++)
		even &= first_half[p] == 3;
	ok(even, "what is executed once is so in the first round as often as in the second");
	schedule_release(&s);
	plan_release(&plan);
}

static void once_is_one_round(void)
{
	static const uint64_t once[ENVIRONMENTS] = {1, 1, 1, 1};
	struct turn turns[5 * ENVIRONMENTS];
	size_t programs[5], arms[ENVIRONMENTS], n, same = 0;
	struct schedule s;
	struct plan plan;

	make_plan(&plan, 5, once);
	schedule_init(&s, &plan);
	schedule_block(&s, 3, turns, &n);
	stats_order_block(5, plan.seed, 0, 2, programs);
	for (size_t k = 0; k < 5; k++) {
		stats_order_block(ENVIRONMENTS, plan.seed, 1 + programs[k], 2, arms);
		for (size_t i = 0; i < ENVIRONMENTS; i++)
			same += turns[k * ENVIRONMENTS + i].arm ==
				programs[k] * ENVIRONMENTS + arms[i];
	}
	is_int(same, n, "without repeats, a block is the programs' rows, one after another");
	schedule_release(&s);
	plan_release(&plan);
}

/* How many turns a block of a pilot begins with that are those of a block without one. */
static size_t same_turns(const struct turn *a, const struct turn *b, size_t n)
{
	size_t same = 0;

	while (same < n && a[same].arm == b[same].arm && a[same].execution == b[same].execution)
		same++;
	return same;
}

static void a_pilot_has_more(void)
{
	static const uint64_t repeats[ENVIRONMENTS] = {3, 2, 1, 1};
	struct turn pilot[6 * 9], plain[6 * 7];
	size_t n, n_plain, further = 0, orders = 0, last = SIZE_MAX;
	struct schedule s;
	struct plan plan, without;

	make_plan(&without, 6, repeats);
	plan = without;
	plan.pilot = 4;
	plan.pilot_executions = 2;
	schedule_init(&s, &plan);
	is_int(s.turns, 6 * 9, "there is room for the longest block");
	for (uint64_t block = 1; block <= 5; block++) {
		struct schedule t;

		schedule_init(&t, &without);
		schedule_block(&s, block, pilot, &n);
		schedule_block(&t, block, plain, &n_plain);
		is_int(same_turns(pilot, plain, n_plain), n_plain,
			"block %d begins as without a pilot", (int)block);
		is_int(n - n_plain, block <= 4 ? 6 * 2 : 0,
			"what is executed once is so twice in the pilot, no more behind it");
		for (size_t k = n_plain; k < n; k++)
			further +=
				pilot[k].execution == 2 && plan.arms[pilot[k].arm].executions == 1;
		if (n > n_plain && pilot[n_plain].arm % ENVIRONMENTS != last) {
			orders++;
			last = pilot[n_plain].arm % ENVIRONMENTS;
		}
		schedule_release(&t);
	}
	is_int(further, 4 * 6 * 2, "the further ones are second executions, and nothing else");
	ok(orders > 1, "in an order that changes from block to block");
	schedule_release(&s);
	plan_release(&without);
}

static void orders_are_balanced(void)
{
	static const uint64_t repeats[ENVIRONMENTS] = {2, 2, 1, 1};
	struct schedule_imbalance im;
	struct schedule s;
	struct plan plan;
	size_t n;

	make_plan(&plan, 3, repeats);
	schedule_init(&s, &plan);
	im = schedule_imbalance(&s, 4);
	ok(!im.position && !im.carryover, "complete cycles of every pass are balanced");
	im = schedule_imbalance(&s, 5);
	ok(im.position == 1 && im.carryover == 1, "one block more is not: %zu, %zu", im.position,
		im.carryover);
	im = schedule_imbalance(&s, 0);
	ok(!im.position && !im.carryover, "no blocks have no imbalance");
	schedule_release(&s);
	for (size_t i = 0; i < plan.n; i++)
		plan.arms[i].status = STATUS_REFUSED;
	schedule_init(&s, &plan);
	ok(!s.turns && schedule_block(&s, 1, NULL, &n) && !n,
		"where nothing can run, a block is empty");
	schedule_release(&s);
	plan_release(&plan);
}

int main(void)
{
	every_arm_its_number_of_times();
	executions_are_spread();
	rounds_take_turns();
	once_is_one_round();
	a_pilot_has_more();
	orders_are_balanced();
	return done_testing();
}
