/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <float.h>

#include "stats/digest.h"
#include "tests/unit/tap.h"

#define DIGEST(hash_, ...)                                                                         \
	(&(struct stats_digest){.values = (const double[]){__VA_ARGS__},                           \
		.n = sizeof((const double[]){__VA_ARGS__}) / sizeof(double),                       \
		.hash = hash_})

static void tolerant(void)
{
	struct stats_digest_match m =
		stats_digest_compare(DIGEST("a", 100, 1), DIGEST("b", 100, 1.5), 0.006);

	ok(m.equal, "within tolerance, hashes do not matter");
	is_near(m.max_relative, 0.005, 1e-16, "the scale is the largest absolute value of all");
	ok(!stats_digest_compare(DIGEST("a", 100, 1), DIGEST("a", 100, 1.5), 0.004).equal,
		"beyond tolerance, an equal hash does not help");
	m = stats_digest_compare(DIGEST("a", -2, 4), DIGEST("b", 2, 4), 0.5);
	ok(!m.equal && m.max_relative == 1, "signs count");
	m = stats_digest_compare(DIGEST("a", 1, 2), DIGEST("b", 1, 2), 1e-300);
	ok(m.equal && m.max_relative == 0, "equal values agree at any tolerance");
	m = stats_digest_compare(DIGEST("a", 0, 0), DIGEST("b", 0, -0.0), 1e-9);
	ok(m.equal && m.max_relative == 0, "zeros agree");
	m = stats_digest_compare(DIGEST("a", DBL_MAX), DIGEST("b", -DBL_MAX), 1);
	ok(!m.equal && m.max_relative == 2, "the largest values do not overflow");
}

static void exact(void)
{
	struct stats_digest_match m =
		stats_digest_compare(DIGEST("aa", 4, 1), DIGEST("aa", 4, 1), 0);

	ok(m.equal && m.max_relative == 0, "equal hashes agree exactly");
	m = stats_digest_compare(DIGEST("aa", 4, 1), DIGEST("ab", 4, 2), 0);
	ok(!m.equal && m.max_relative == 0.25, "different hashes differ, the distance is told");
	ok(!stats_digest_compare(DIGEST("aa", 1), DIGEST("ab", 1), 0).equal,
		"equal values do not excuse a different hash");
	ok(!stats_digest_compare(DIGEST(NULL, 1), DIGEST(NULL, 1), 0).equal,
		"nothing is exactly equal without hashes");
	ok(!stats_digest_compare(DIGEST("aa", 1), DIGEST(NULL, 1), 0).equal,
		"one hash is not enough");
}

static void rubbish(void)
{
	const double bad[] = {NAN, INFINITY, -INFINITY};
	const struct stats_digest none = {.hash = "a"};
	struct stats_digest_match m =
		stats_digest_compare(DIGEST("a", 1, 2), DIGEST("a", 1, 2, 3), 0.5);

	ok(!m.equal && isinf(m.max_relative), "lengths must agree");
	for (int i = 0; i < 3; i++) {
		m = stats_digest_compare(DIGEST("a", 1, bad[i]), DIGEST("a", 1, bad[i]), 0.5);
		ok(!m.equal && isinf(m.max_relative), "%g never agrees, not even with itself",
			bad[i]);
	}
	ok(!stats_digest_compare(&none, &none, 0.5).equal, "no values cannot agree in tolerance");
	ok(stats_digest_compare(&none, &none, 0).equal, "no values can agree by hash");
	ok(!stats_digest_compare(DIGEST("a", 1), DIGEST("a", 1), -1).equal &&
			!stats_digest_compare(DIGEST("a", 1), DIGEST("a", 1), NAN).equal &&
			!stats_digest_compare(DIGEST("a", 1), DIGEST("a", 1), INFINITY).equal,
		"a tolerance that is none matches nothing");
}

int main(void)
{
	tolerant();
	exact();
	rubbish();
	return done_testing();
}
