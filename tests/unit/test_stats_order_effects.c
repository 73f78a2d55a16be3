/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include <gsl/gsl_multifit.h>
#include <gsl/gsl_randist.h>

#include "stats/order.h"
#include "stats/order_effects.h"
#include "stats/rng.h"
#include "tests/unit/tap.h"

#define ARMS 6
#define SERIES_MAX 12
#define VISITS_MAX 20

/* Programs in ARMS environments, each a kind; in the order that a run has. */
struct bench {
	size_t n_series, n_visits;
	size_t kind[ARMS];
	size_t place[SERIES_MAX][VISITS_MAX * ARMS], before[SERIES_MAX][VISITS_MAX * ARMS];
	double y[SERIES_MAX][VISITS_MAX * ARMS];
	struct stats_visits series[SERIES_MAX];
};

static void order(struct bench *b, uint64_t seed)
{
	for (size_t a = 0; a < ARMS; a++)
		b->kind[a] = a;
	for (size_t s = 0; s < b->n_series; s++) {
		for (size_t v = 0; v < b->n_visits; v++) {
			size_t arm[ARMS];

			stats_order_block(ARMS, seed, s, v, arm);
			for (size_t k = 0; k < ARMS; k++) {
				size_t i = v * ARMS + arm[k];

				b->place[s][i] = k;
				b->before[s][i] = k ? b->kind[arm[k - 1]] : STATS_NOTHING_BEFORE;
			}
		}
		b->series[s] = (struct stats_visits){.n_arms = ARMS,
			.n_visits = b->n_visits,
			.kind = b->kind,
			.y = b->y[s],
			.place = b->place[s],
			.before = b->before[s]};
	}
}

/* What the noise of a host is like. */
struct host {
	double sigma[ARMS];
	double along;  /* correlation from one arm of a visit to the next */
	double visits; /* standard deviation between visits */
	double first;  /* ln of how much slower the first place is */
	double after;  /* … and whatever follows an arm of kind 2 */
};

static void measure(struct bench *b, gsl_rng *rng, const struct host *h)
{
	for (size_t s = 0; s < b->n_series; s++) {
		for (size_t v = 0; v < b->n_visits; v++) {
			double visit = gsl_ran_gaussian(rng, h->visits), at_place[ARMS], last = 0;

			for (size_t k = 0; k < ARMS; k++)
				at_place[k] = last =
					h->along * last + sqrt(k ? 1 - h->along * h->along : 1) *
								  gsl_ran_ugaussian(rng);
			for (size_t a = 0; a < ARMS; a++) {
				size_t i = v * ARMS + a;

				b->y[s][i] = (double)(s + 3 * a) + visit +
					     h->sigma[a] * at_place[b->place[s][i]] +
					     (b->place[s][i] ? 0 : h->first) +
					     (b->before[s][i] == 2 ? h->after : 0);
			}
		}
	}
}

static struct stats_order_effects effects(const struct bench *b)
{
	return stats_order_effects(b->series, b->n_series, ARMS, ARMS);
}

#define EVEN                                                                                       \
	{                                                                                          \
		0.05, 0.05, 0.05, 0.05, 0.05, 0.05                                                 \
	}
#define UNEVEN                                                                                     \
	{                                                                                          \
		0.01, 0.03, 0.03, 0.08, 0.15, 0.1                                                  \
	}
#define TRIALS 400

static const struct {
	const char *name;
	size_t series, visits;
	struct host host;
} nothing[] = {
	{"equal noise", 8, 8, {.sigma = EVEN, .visits = 0.1}},
	{"noise of each environment's own", 8, 8, {.sigma = UNEVEN, .visits = 0.1}},
	{"few blocks", 12, 3, {.sigma = UNEVEN, .visits = 0.1}},
	{"one program", 1, 12, {.sigma = UNEVEN, .visits = 0.1}},
	{"spells that last over several arms", 8, 8, {.sigma = UNEVEN, .along = 0.5}},
};

static void false_positives(void)
{
	for (size_t c = 0; c < sizeof(nothing) / sizeof(nothing[0]); c++) {
		static struct bench b;
		gsl_rng *rng = stats_rng_new(5, c);
		size_t position = 0, carryover = 0;

		b.n_series = nothing[c].series;
		b.n_visits = nothing[c].visits;
		for (size_t trial = 0; trial < TRIALS; trial++) {
			struct stats_order_effects e;

			order(&b, 1000 * c + trial);
			measure(&b, rng, &nothing[c].host);
			e = effects(&b);
			position += e.position.p < 0.05;
			carryover += e.carryover.p < 0.05;
		}
		gsl_rng_free(rng);
		/* 5 % are 20 with a standard error of 4.4; fewer do no harm. */
		ok(position >= 4 && position <= 34 && carryover >= 4 && carryover <= 34,
			"%s: of %d runs without effects %zu show one of position, %zu of "
			"carry-over",
			nothing[c].name, TRIALS, position, carryover);
	}
}

static void effects_found(void)
{
	static struct bench b = {.n_series = 8, .n_visits = 10};
	const struct host first = {.sigma = UNEVEN, .visits = 0.1, .first = 0.05};
	const struct host after = {.sigma = UNEVEN, .visits = 0.1, .after = 0.05};
	gsl_rng *rng = stats_rng_new(6, 1);
	struct stats_order_effects e;

	order(&b, 1);
	measure(&b, rng, &first);
	e = effects(&b);
	ok(e.position.p < 1e-6 && e.carryover.p > 1e-3,
		"a slow first place is one of position: %g, %g", e.position.p, e.carryover.p);
	ok(e.position.size > 0.005 && e.position.size < 0.05, "of a size that it has: %g",
		e.position.size);
	measure(&b, rng, &after);
	e = effects(&b);
	ok(e.carryover.p < 1e-6 && e.position.p > 1e-3,
		"what one arm leaves behind is carry-over: %g, %g", e.carryover.p, e.position.p);
	gsl_rng_free(rng);
}

/* With one kind of arm there are no weights and no carry-over: plain least squares with a column
 * for each arm, visit and place. */
static void plain_least_squares(void)
{
	static struct bench b = {.n_series = 1, .n_visits = 8};
	static const struct host host = {.sigma = EVEN, .visits = 0.1, .first = 0.02};
	enum { ROWS = 8 * ARMS, WITHOUT = ARMS + 7, ALL = WITHOUT + ARMS - 1 };
	gsl_rng *rng = stats_rng_new(7, 1);
	gsl_vector *y = gsl_vector_alloc(ROWS);
	double rss[2];
	struct stats_order_effects e;

	order(&b, 1);
	measure(&b, rng, &host);
	for (size_t a = 0; a < ARMS; a++)
		b.kind[a] = 0;
	for (size_t i = 0; i < ROWS; i++) {
		gsl_vector_set(y, i, b.y[0][i]);
		b.before[0][i] = b.place[0][i] ? 0 : STATS_NOTHING_BEFORE;
	}
	for (int k = 0; k < 2; k++) {
		size_t columns = k ? ALL : WITHOUT;
		gsl_matrix *x = gsl_matrix_calloc(ROWS, columns), *cov;
		gsl_vector *c = gsl_vector_alloc(columns);
		gsl_multifit_linear_workspace *work = gsl_multifit_linear_alloc(ROWS, columns);

		for (size_t i = 0; i < ROWS; i++) {
			gsl_matrix_set(x, i, i % ARMS, 1);
			if (i / ARMS)
				gsl_matrix_set(x, i, ARMS - 1 + i / ARMS, 1);
			if (k && b.place[0][i])
				gsl_matrix_set(x, i, WITHOUT - 1 + b.place[0][i], 1);
		}
		cov = gsl_matrix_alloc(columns, columns);
		gsl_multifit_linear(x, y, c, cov, &rss[k], work);
		gsl_multifit_linear_free(work);
		gsl_matrix_free(cov);
		gsl_matrix_free(x);
		gsl_vector_free(c);
	}
	e = effects(&b);
	is_near(e.position.df1, ARMS - 1, 0, "a place less than there are");
	is_near(e.position.df2, ROWS - ALL, 0, "what arms, visits and places leave");
	is_near(e.position.f, (rss[0] - rss[1]) / (ARMS - 1) / (rss[1] / (ROWS - ALL)), 1e-9,
		"F is that of plain least squares");
	ok(!e.carryover.defined && isnan(e.carryover.p), "one kind has no carry-over");
	gsl_vector_free(y);
	gsl_rng_free(rng);
}

static void edges(void)
{
	static struct bench b = {.n_series = 2, .n_visits = 6};
	const struct host host = {.sigma = EVEN}, still = {.visits = 0.1};
	gsl_rng *rng = stats_rng_new(8, 1);
	struct stats_order_effects e, f;

	order(&b, 1);
	measure(&b, rng, &host);
	e = effects(&b);
	for (size_t s = 0; s < b.n_series; s++)
		for (size_t i = 0; i < b.n_visits * ARMS; i++)
			b.y[s][i] += log(1e9);
	f = effects(&b);
	is_near(f.position.f, e.position.f, 1e-6, "the unit of time does not matter");
	b.y[1][3] = NAN;
	ok(!effects(&b).position.defined, "NaN is no time");
	b.y[1][3] = 1;
	b.place[1][3] = ARMS;
	ok(!effects(&b).position.defined, "a place out of range is none");
	order(&b, 1);
	measure(&b, rng, &still);
	ok(!effects(&b).position.defined, "without noise there is no test");
	b.n_visits = b.series[0].n_visits = b.series[1].n_visits = 1;
	ok(!effects(&b).position.defined, "one block says nothing");
	ok(!stats_order_effects(NULL, 0, 0, 0).position.defined, "nothing says nothing");
	gsl_rng_free(rng);
}

int main(void)
{
	plain_least_squares();
	edges();
	false_positives();
	effects_found();
	return done_testing();
}
