/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known answers: the formulas of serial.h and stopping.h with explicit matrices, in Python. */
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "stats/covariate.h"
#include "stats/describe.h"
#include "stats/geomean.h"
#include "stats/rng.h"
#include "stats/stopping.h"
#include "tests/unit/tap.h"

/* Later blocks follow each other as its own. */
#define PILOT_OF(n_) ((struct stats_pilot){n_, 1})

#define N 8

static const double x[N] = {0.12, 0.31, 0.25, 0.08, 0.19, 0.27, 0.22, 0.16};
static const double y[N] = {0.1, 0.2, 0.25, 0.22, 0.3, 0.35, 0.33, 0.4};

static bool same_interval(const struct interval *a, const struct interval *b)
{
	return a->point == b->point && a->lo == b->lo && a->hi == b->hi && a->df == b->df &&
	       a->n == b->n;
}

static bool same(const struct stats_paired *a, const struct stats_paired *b)
{
	return same_interval(&a->raw, &b->raw) && same_interval(&a->adjusted, &b->adjusted) &&
	       a->log_sd == b->log_sd && a->n_eff == b->n_eff;
}

static void intervals(void)
{
	struct stats_paired p = stats_ratio_two_stage(y, N, PILOT_OF(5), 0.95, NULL);
	struct stats_paired whole = stats_ratio_paired(y, N, 0.95, NULL);

	is_near(p.adjusted.point, 1.3083280181532704, 1e-12, "the point is of all blocks");
	is_near(p.adjusted.lo, 1.1806321081730113, 1e-9, "the lower end is by the pilot's s");
	is_near(p.adjusted.hi, 1.449835381602231, 1e-9, "the upper end too");
	is_near(p.adjusted.df, 3.722972793486749, 1e-9, "the degrees of freedom are the pilot's");
	is_near(p.rho, 0.274052558352507, 1e-9, "and so is the correlation");
	is_near(log(p.raw.hi / p.raw.lo) / 2, 0.07266652244459591, 1e-9,
		"the plain interval is Stein's: t(4) s_5 / sqrt(8)");
	is_near(log(p.adjusted.hi / p.adjusted.lo) / 2,
		gsl_cdf_tdist_Pinv(0.975, p.adjusted.df) * p.log_sd / sqrt(p.n_eff), 1e-12,
		"n_eff stands for n");
	is_int(p.raw.n, N, "all blocks are counted");
	is_near(p.lag1, whole.lag1, 0, "lag 1 is of all blocks");
	p = stats_ratio_two_stage(y, N, PILOT_OF(N + 3), 0.95, NULL);
	ok(same(&p, &whole), "a pilot of all blocks is no pilot");
	ok(!stats_ratio_two_stage(y, N, PILOT_OF(1), 0.95, NULL).adjusted.defined,
		"a pilot of one block has no interval");
	is_near(stats_serial_two_stage(0.3, PILOT_OF(6), 40).widening, 1.4494864176573479, 1e-12,
		"s of 6 blocks for a mean of 40 under correlation");
	is_near(stats_serial_two_stage(0.6, (struct stats_pilot){6, 0.5}, 40).widening,
		3.254369263171293, 1e-12, "the later ones twice as fast, by an explicit matrix");
	is_near(stats_serial_two_stage(0.6, (struct stats_pilot){6, 0.5}, 6).widening,
		2.0974838593430296, 1e-12, "none later: it does not matter");
	ok(isnan(stats_serial_two_stage(0.6, (struct stats_pilot){6, 0}, 7).widening),
		"in no time there are no blocks");
	ok(isnan(stats_serial_two_stage(0.3, PILOT_OF(6), 5).widening) &&
			isnan(stats_serial_two_stage(0.3, PILOT_OF(1), 5).df),
		"there are no fewer blocks than in the pilot");
}

static void others(void)
{
	double z[N], d[2 * N], averages[N];
	struct stats_covariate c;
	struct stats_paired p, q;

	for (size_t i = 0; i < N; i++) {
		z[i] = x[(i * 3) % N] - 0.2;
		d[i] = x[i];
		d[N + i] = y[i];
		averages[i] = (x[i] + y[i]) / 2;
	}
	c = stats_covariate_two_stage(y, z, N, PILOT_OF(5), 0.95, 0.5, NULL);
	p = stats_ratio_two_stage(y, N, PILOT_OF(5), 0.95, NULL);
	ok(c.used && same(&c.raw, &p), "raw leaves the covariate out");
	for (size_t i = 0; i < N; i++)
		z[i] = y[i] - 0.5 * z[i];
	p = stats_ratio_two_stage(z, N, PILOT_OF(5), 0.95, NULL);
	ok(same(&c.ratio, &p), "the covariate is taken off by the given slope");

	q = stats_geomean_two_stage(d, 2, N, PILOT_OF(5), 0.95, NULL);
	p = stats_ratio_two_stage(averages, N, PILOT_OF(5), 0.95, NULL);
	is_near(q.adjusted.hi, p.adjusted.hi, 1e-12, "a suite's spread is that of its pilot");
	d[2] = NAN;
	for (size_t i = 2; i + 1 < N; i++)
		averages[i] = averages[i + 1];
	q = stats_geomean_two_stage(d, 2, N, PILOT_OF(5), 0.95, NULL);
	p = stats_ratio_two_stage(averages, N - 1, PILOT_OF(4), 0.95, NULL);
	is_near(q.adjusted.hi, p.adjusted.hi, 1e-12,
		"a block that one workload lacks is none of the pilot's");
	is_int(q.raw.n, N - 1, "and none of the mean's");
	d[N + 7] = NAN;
	q = stats_geomean_two_stage(d, 2, N, PILOT_OF(5), 0.95, NULL);
	p = stats_ratio_two_stage(averages, N - 2, PILOT_OF(4), 0.95, NULL);
	is_near(q.adjusted.hi, p.adjusted.hi, 1e-12, "a later one leaves the pilot as it is");
}

static double need(const double *d, size_t n, double half)
{
	struct stats_paired p = stats_ratio_paired(d, n, 0.95, NULL);

	return stats_stopping_blocks(&p, half, 0.95);
}

static double half_at(const struct stats_paired *p, size_t n)
{
	struct stats_serial_effect e = stats_serial_two_stage(p->rho, p->pilot, n);

	return gsl_cdf_tdist_Pinv(0.975, p->adjusted.df) * p->log_sd * e.widening / sqrt((double)n);
}

static void needs(void)
{
	static const double constant[] = {0.5, 0.5, 0.5, 0.5};
	struct stats_serial none = stats_serial_prior();
	struct stats_paired p;
	size_t wrong = 0;

	is_near(need(x, N, 0.1), N, 0, "a pilot that is precise enough needs no more");
	is_near(need(x, N, 0.05), 15, 0, "half of that needs more");
	is_near(need(x, N, 0.02), 89, 0, "a fifth many more");
	is_near(need(y, N, 0.1), 39, 0, "correlation needs more again");
	is_near(need(constant, 4, 0.001), 4, 0, "without any spread the pilot is enough");
	/* A belief that is certain of no correlation. */
	for (size_t i = 0; i < STATS_SERIAL_POINTS; i++)
		none.log_belief[i] = -1e3 * fabs(STATS_SERIAL_MIN + STATS_SERIAL_STEP * (double)i);
	none.counted = 1;
	p = stats_ratio_paired(x, N, 0.95, &none);
	is_near(stats_stopping_blocks(&p, 0.05, 0.95), 14, 0,
		"Stein's own formula: (t s / half)^2");
	is_near(stats_stopping_blocks(&p, 0.02, 0.95), 85, 0, "… rounded up");
	p = stats_ratio_paired(y, N, 0.95, NULL);
	for (double half = 0.15; half > 1e-3; half *= 0.7) {
		size_t n = (size_t)stats_stopping_blocks(&p, half, 0.95);

		if (half_at(&p, n) > half || (n > N && half_at(&p, n - 1) <= half)) {
			printf("# %zu blocks for %g\n", n, half);
			wrong++;
		}
	}
	is_int(wrong, 0, "n blocks are enough, and one less is not");
}

static void edges(void)
{
	struct stats_paired p = stats_ratio_paired(x, N, 0.95, NULL);
	struct stats_paired one = stats_ratio_paired(x, 1, 0.95, NULL);

	ok(isinf(stats_stopping_blocks(&p, 1e-9, 0.95)), "a need beyond counting is infinite");
	ok(isnan(stats_stopping_blocks(&p, 0, 0.95)) &&
			isnan(stats_stopping_blocks(&p, -1, 0.95)) &&
			isnan(stats_stopping_blocks(&p, NAN, 0.95)),
		"no precision, no number");
	ok(isnan(stats_stopping_blocks(&p, 0.1, 0)) && isnan(stats_stopping_blocks(&p, 0.1, 1)),
		"no confidence, no number");
	ok(isnan(stats_stopping_blocks(&one, 0.1, 0.95)), "one block tells nothing");
}

#define TRIALS 4000
#define PILOT 10
#define LONGEST 200

/* Of single cells, whose n follows their own s most closely; normal, independent blocks. */
static void coverage(void)
{
	gsl_rng *rng = stats_rng_new(3, 1);
	size_t stein = 0, naive = 0, longer = 0;

	for (size_t trial = 0; trial < TRIALS; trial++) {
		double d[LONGEST], blocks;
		struct stats_paired p;
		size_t n;

		for (size_t i = 0; i < LONGEST; i++)
			d[i] = gsl_ran_gaussian(rng, 0.1);
		p = stats_ratio_paired(d, PILOT, 0.95, NULL);
		blocks = ceil(pow(gsl_cdf_tdist_Pinv(0.975, 9) * p.log_sd / 0.05, 2));
		n = blocks < 10 ? 10 : blocks > LONGEST ? LONGEST : (size_t)blocks;
		longer += n > 10;
		p = stats_ratio_two_stage(d, n, PILOT_OF(PILOT), 0.95, NULL);
		stein += p.raw.lo <= 1 && p.raw.hi >= 1;
		for (n = 3; n < LONGEST; n++)
			if (log(stats_ratio_paired(d, n, 0.95, NULL).raw.hi) - stats_mean(d, n) <=
				0.05)
				break;
		p = stats_ratio_paired(d, n, 0.95, NULL);
		naive += p.raw.lo <= 1 && p.raw.hi >= 1;
	}
	gsl_rng_free(rng);
	ok(longer > TRIALS * 8 / 10, "most pilots go on: %zu of %d", longer, TRIALS);
	/* Three standard errors of 4,000. */
	ok(stein > TRIALS * 0.94 && stein < TRIALS * 0.96,
		"after stopping 95 %% are covered: %.1f %%", 100. * (double)stein / TRIALS);
	ok(naive < TRIALS * 0.92, "stopping at the first narrow interval covers less: %.1f %%",
		100. * (double)naive / TRIALS);
}

int main(void)
{
	intervals();
	others();
	needs();
	edges();
	coverage();
	return done_testing();
}
