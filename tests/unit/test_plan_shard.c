/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plan/shard: who gets which program.
 */
#include "plan/shard.h"
#include "base/cleanup.h"
#include "tests/unit/tap.h"

static struct err err;

static struct variant variants[] = {
	{.name = "portable", .program = "portable"},
	{.name = "blas", .program = "blas"},
	{.name = "blas-pinned", .program = "blas"},
};
static struct workload workloads[] = {
	{.name = "a"}, {.name = "b"}, {.name = "c"}, {.name = "d"}, {.name = "e"}};

#define P(w, v)                                                                                    \
	{                                                                                          \
		&workloads[w], &variants[v]                                                        \
	}
static const struct shard_program programs[] = {
	P(0, 0), P(0, 1), P(1, 0), P(1, 1), P(1, 2), P(2, 0), P(3, 0), P(3, 1), P(3, 2), P(4, 1)};
#define N ARRAY_LEN(programs)

static bool refused(const char *text)
{
	struct shard shard = {7, 7};

	err = (struct err){0};
	return shard_parse(text, &shard, &err) == -ERR_INPUT && strstr(err.text, text) &&
	       shard.number == 7;
}

static void test_parse(void)
{
	static const char *const bad[] = {
		"0/3", "4/3", "1", "/", "1/", "/2", "1/2/3", "-1/2", " 1/2", "1/2 ", "99999/99999"};
	struct shard shard;

	ok(!shard_parse("2/5", &shard, &err) && shard.number == 2 && shard.of == 5, "2/5");
	ok(!shard_parse("1/1", &shard, &err) && shard.of == 1, "1/1");
	ok(!shard_parse(NULL, &shard, &err) && !shard.of, "nothing is no split");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ok(refused(bad[i]), "'%s' is refused: %s", bad[i], err.text);
}

static void test_deal(uint64_t of)
{
	uint64_t to[N] = {0}, again[N] = {0};
	size_t load[N + 2] = {0}, least = N, most = 0;
	bool valid = true;

	shards_deal(programs, N, of, to);
	shards_deal(programs, N, of, again);
	for (size_t i = 0; i < N; i++) {
		valid &= to[i] >= 1 && to[i] <= of;
		load[to[i]]++;
	}
	for (size_t s = 1; s <= of; s++) {
		least = load[s] < least ? load[s] : least;
		most = load[s] > most ? load[s] : most;
	}
	ok(valid && !memcmp(to, again, sizeof(to)),
		"%d shards: every program is in one, always in "
		"the same",
		(int)of);
	ok(to[3] == to[4] && to[7] == to[8], "… one program's variants are in one shard");
	ok(most - least <= 2, "… and no shard has over two programs more than another");
}

/* What is compared within each block is measured in one run. */
static void test_counterparts(void)
{
	static char program[] = "b.blas";
	static struct workload model = {.name = "model", .counterpart = {.program = program}};
	const struct shard_program all[] = {
		P(0, 0), {&model, &variants[0]}, P(1, 0), P(1, 1), P(1, 2), P(2, 0)};
	const struct shard_program without[] = {P(0, 0), {&model, &variants[0]}, P(1, 0)};
	uint64_t to[ARRAY_LEN(all)] = {0};

	shards_deal(all, ARRAY_LEN(all), 4, to);
	ok(to[1] == to[3] && to[3] == to[4], "a workload and its counterpart are in one shard");
	ok(to[2] != to[1] && to[0] != to[1] && to[5] != to[1], "… the others are elsewhere");
	shards_deal(without, ARRAY_LEN(without), 3, to);
	ok(to[0] != to[1] && to[1] != to[2], "… one without it stands for itself");
}

int main(void)
{
	uint64_t none = 0;

	test_parse();
	for (uint64_t of = 1; of <= N + 1; of++)
		test_deal(of);
	test_counterparts();
	shards_deal(programs, 0, 3, &none);
	is_int(none, 0, "no programs can be dealt too");
	return done_testing();
}
