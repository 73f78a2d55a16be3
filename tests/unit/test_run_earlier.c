/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a run of few cells takes from earlier runs of its host, and what it tells later ones; which
 * iterations of an execution are the steady ones.
 */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/str.h"
#include "run/earlier.h"
#include "run/grid.h"
#include "store/summary_json.h"
#include "tests/unit/fixture_run.h"
#include "tests/unit/scratch.h"

#define BLOCKS 10

/* An execution per block; its iterations are `cold` times and then four times ns[block]. */
static void add(struct canned *c, const char *env_id, const double *ns, double cold)
{
	double iter_ns[5 * BLOCKS];

	for (size_t i = 0; i < ARRAY_LEN(iter_ns); i++)
		iter_ns[i] = i % 5 ? ns[i / 5] : cold * ns[i / 5];
	canned_add(c, &(struct canned_arm){.workload = "matmul",
			      .variant = "blas",
			      .env = env_id,
			      .blocks = BLOCKS,
			      .iterations = 5,
			      .iter_ns = iter_ns,
			      .host_wall_ns = 500000000});
}

/* One cell of ten blocks. */
static void canned_make(struct canned *c, const char *run, double cold)
{
	static const double native[BLOCKS] = {1e7, 1e7, 1e7, 1e7, 1e7, 1e7, 1e7, 1e7, 1e7, 1e7};
	static const double user[BLOCKS] = {
		2.0e7, 2.2e7, 2.1e7, 1.9e7, 2.0e7, 2.3e7, 2.1e7, 2.0e7, 2.2e7, 1.8e7};

	*c = (struct canned){.plan = {.seed = 1, .blocks = BLOCKS}};
	str_copy(c->plan.run, sizeof(c->plan.run), run);
	add(c, "native", native, cold);
	add(c, "user-aarch64", user, cold);
}

static void compute(struct canned *c)
{
	canned_compute(c, &(struct workloads){0}, ARCH_X86_64);
}

static void the_first_iteration_is_cold(void)
{
	static const double cold[] = {1, 1.015, 5};

	for (size_t i = 0; i < ARRAY_LEN(cold); i++) {
		struct canned c;

		canned_make(&c, "20261121T064354Z-abcdef", cold[i]);
		compute(&c);
		is_near(c.summary.cells[0].mean_ns, 1e7, 1,
			"a first iteration of %g times the others is no part of their mean",
			cold[i]);
		canned_release(&c);
	}
}

/* What a run said whose neighbouring blocks are alike, or alternate. */
static struct noise_sums said(const char *run, bool alike, uint64_t block_ns)
{
	double d[8 * BLOCKS], z[8 * BLOCKS];
	struct noise_sums sums;

	for (size_t i = 0; i < ARRAY_LEN(d); i++) {
		d[i] = alike ? (double)(i % BLOCKS / 5) : (double)(i % 2);
		z[i] = NAN;
	}
	sums = stats_noise_learn(d, z, 8, BLOCKS,
		&(struct stats_noise_run){.block_ns = block_ns, .cells = "", .earlier = NULL})
		       .own;
	str_copy(sums.run, sizeof(sums.run), run);
	return sums;
}

static struct summary summary_after(const struct noise_sums *first, const struct noise_sums *second)
{
	struct canned c;
	struct summary ret;

	canned_make(&c, "20261121T064354Z-abcdef", 1);
	if (first)
		*noise_history_add(&c.plan.earlier) = *first;
	if (second)
		*noise_history_add(&c.plan.earlier) = *second;
	compute(&c);
	ret = c.summary;
	c.summary = (struct summary){0};
	canned_release(&c);
	return ret;
}

static double width(const struct summary *s)
{
	const struct ratio *r = &s->cells[1].ratio;

	return log(r->hi / r->lo);
}

static void earlier_runs_count_where_blocks_are_as_long(void)
{
	/* a block of the run takes a second */
	struct noise_sums alike = said("a", true, 700000000), other = said("b", false, 1900000000),
			  longer = said("c", true, 2600000000),
			  shorter = said("d", true, 390000000);
	_cleanup_(summary_release) struct summary alone = summary_after(NULL, NULL);
	_cleanup_(summary_release) struct summary wide = summary_after(&alike, NULL);
	_cleanup_(summary_release) struct summary narrow = summary_after(&other, NULL);
	_cleanup_(summary_release) struct summary both = summary_after(&alike, &other);
	_cleanup_(summary_release) struct summary none = summary_after(&longer, &shorter);

	ok(alone.noise_runs == 0 && alone.noise_values == BLOCKS, "alone a cell has its blocks");
	ok(wide.noise_runs == 1 && wide.noise_values == 9 * BLOCKS,
		"with an earlier run also that one's");
	ok(wide.block_correlation > 0.5 && width(&wide) > 1.5 * width(&alone),
		"which showed correlation: %.2f, and the interval is wider",
		wide.block_correlation);
	ok(narrow.block_correlation == 0 && width(&narrow) <= width(&alone),
		"or showed none, and it is not");
	ok(both.noise_runs == 2 && both.noise_values == 17 * BLOCKS, "several add up");
	ok(none.noise_runs == 0 && width(&none) == width(&alone),
		"those whose blocks are more than 2.5 times as long, or the other way round, do "
		"not");
}

static void no_more_count_than_are_missing(void)
{
	struct noise_sums big = said("a", true, 1000000000), old = said("b", false, 1000000000);
	struct noise_sums bigger;
	_cleanup_(summary_release) struct summary one = {0}, two = {0};

	for (size_t i = 0; i < 4; i++)
		noise_sums_add(&big, &big);
	bigger = big;
	noise_sums_add(&bigger, &big);
	one = summary_after(&big, &old);
	two = summary_after(&bigger, NULL);
	ok(one.noise_runs == 1, "where the latest says enough, older ones are not asked");
	is_near(two.block_correlation, one.block_correlation, 1e-12,
		"and it counts for no more than is missing, however much it says");
}

static void no_block_tells_no_correlation(void)
{
	struct noise_sums before = said("a", true, 700000000);
	struct canned c;

	canned_make(&c, "20261121T064354Z-abcdef", 1);
	for (size_t i = 0; i < c.samples.n; i++)
		if (c.samples.v[i].block > 2)
			c.samples.v[i].status = STATUS_CRASH;
	compute(&c);
	ok(c.summary.noise_values == 0 && isnan(c.summary.block_correlation),
		"two blocks tell no correlation: %g", c.summary.block_correlation);
	*noise_history_add(&c.plan.earlier) = before;
	compute(&c);
	ok(c.summary.block_correlation > 0.5, "an earlier run can");
	canned_release(&c);
}

/* ---- stored runs ---- */

static void store(const char *results, const char *run, const char *host, bool replayed)
{
	_cleanup_free_ char *dir = xasprintf("%s/%s", results, run);
	_cleanup_free_ char *plan = xasprintf("%s/plan.json", dir);
	_cleanup_free_ char *path = xasprintf("%s/summary.json", dir);
	struct str text = {0};
	struct canned c;

	canned_make(&c, run, 1);
	compute(&c);
	str_copy(c.summary.run, sizeof(c.summary.run), run);
	str_copy(c.summary.host.id, sizeof(c.summary.host.id), host);
	c.summary.replayed = replayed;
	summary_to_json(&c.summary, &text);
	file_mkdirs(dir, NULL);
	file_write(plan, "{}", 2, NULL);
	file_write(path, text.s, text.len, NULL);
	str_release(&text);
	canned_release(&c);
}

static void stored_runs_are_asked(void)
{
	_cleanup_free_ char *results = scratch_path("results");
	struct noise_history got = {0};
	_cleanup_free_ char *torn = xasprintf("%s/20261104T000000Z-000000/summary.json", results);

	store(results, "20261101T000000Z-000000", "here", false);
	store(results, "20261102T000000Z-000000", "there", false);
	store(results, "20261103T000000Z-000000", "here", true);
	store(results, "20261104T000000Z-000000", "here", false);
	file_write(torn, "{\"schema\":", 10, NULL);
	store(results, "20261105T000000Z-000000", "here", false);
	ok(earlier_noise(results, "here", &got, NULL) == 0 && got.n == 2,
		"of stored runs those of this host count that measured and can be read");
	ok(got.n == 2 && !strcmp(got.v[0].run, "20261105T000000Z-000000") &&
			!strcmp(got.v[1].run, "20261101T000000Z-000000"),
		"the latest first");
	ok(got.n == 2 && got.v[0].serial.values == BLOCKS && got.v[0].block_ns == 1000000000,
		"with what they say and how long their blocks took");
	free(got.v);
	got = (struct noise_history){0};
	ok(earlier_noise("/nonexistent", "here", &got, NULL) == 0 && !got.n,
		"where nothing is stored nothing is known");
}

int main(void)
{
	scratch_open();
	the_first_iteration_is_cold();
	earlier_runs_count_where_blocks_are_as_long();
	no_more_count_than_are_missing();
	no_block_tells_no_correlation();
	stored_runs_are_asked();
	scratch_close();
	return done_testing();
}
