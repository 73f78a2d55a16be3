/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/order_effects.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_eigen.h>

/* Directions with less than this share of the largest are none: linear dependence. */
#define RANK_TOLERANCE 1e-9
#define WEIGHTINGS 2
/* A variance of ln time below this is rounding. */
#define EXACT 1e-26

/* ---- sweeping ---- */

struct model {
	const struct stats_visits *series;
	size_t n, n_kinds, n_places;
	double *weight; /* of each kind */
	bool *precedes; /* some arm */
	size_t n_before;
	/* Sums of products of the swept columns: places, then kinds before, then y. */
	gsl_matrix *products;
	double weights, df; /* sum over all values; visits and arms taken off */
};

static size_t columns(const struct model *m)
{
	return m->n_places + m->n_kinds + 1;
}

static bool says_something(const struct stats_visits *s)
{
	return s->n_arms > 1 && s->n_visits > 1;
}

/* Of y, or of the indicator of a place, or of a kind before less the mean of such kinds: their sum
 * would be the indicator of all places but the first. */
static double value(const struct model *m, const struct stats_visits *s, size_t column, size_t i)
{
	size_t kind = column - m->n_places;

	if (column < m->n_places)
		return s->place[i] == column;
	if (column == columns(m) - 1)
		return s->y[i];
	if (s->before[i] == STATS_NOTHING_BEFORE || !m->precedes[kind])
		return 0;
	return (s->before[i] == kind) - 1 / (double)m->n_before;
}

/* Takes the means of arms and of visits off. Weights depend on the arm alone, so that one pass is
 * exact. arm_mean has room for the arms. */
static void sweep(const struct model *m, const struct stats_visits *s, double *x, double *arm_mean)
{
	double total = 0;

	for (size_t a = 0; a < s->n_arms; a++) {
		arm_mean[a] = 0;
		for (size_t v = 0; v < s->n_visits; v++)
			arm_mean[a] += x[v * s->n_arms + a] / (double)s->n_visits;
		total += m->weight[s->kind[a]];
	}
	for (size_t v = 0; v < s->n_visits; v++) {
		double *row = x + v * s->n_arms, mean = 0;

		for (size_t a = 0; a < s->n_arms; a++) {
			row[a] -= arm_mean[a];
			mean += row[a] * m->weight[s->kind[a]] / total;
		}
		for (size_t a = 0; a < s->n_arms; a++)
			row[a] -= mean;
	}
}

/* All columns of a series, swept, [column * values + value]; NULL when memory runs out. */
static double *swept(const struct model *m, const struct stats_visits *s)
{
	size_t values = s->n_arms * s->n_visits;
	double *x = calloc(columns(m) * values, sizeof(*x));
	double *arm_mean = calloc(s->n_arms, sizeof(*arm_mean));

	for (size_t c = 0; x && arm_mean && c < columns(m); c++) {
		for (size_t i = 0; i < values; i++)
			x[c * values + i] = value(m, s, c, i);
		sweep(m, s, x + c * values, arm_mean);
	}
	if (!arm_mean) {
		free(x);
		x = NULL;
	}
	free(arm_mean);
	return x;
}

static void add_products(struct model *m, const struct stats_visits *s, const double *x)
{
	size_t values = s->n_arms * s->n_visits;

	for (size_t a = 0; a < columns(m); a++) {
		for (size_t b = 0; b <= a; b++) {
			double sum = gsl_matrix_get(m->products, a, b);

			for (size_t i = 0; i < values; i++)
				sum += m->weight[s->kind[i % s->n_arms]] * x[a * values + i] *
				       x[b * values + i];
			gsl_matrix_set(m->products, a, b, sum);
			gsl_matrix_set(m->products, b, a, sum);
		}
	}
	for (size_t i = 0; i < values; i++)
		m->weights += m->weight[s->kind[i % s->n_arms]];
	m->df += ((double)s->n_arms - 1) * ((double)s->n_visits - 1);
}

/* ---- weights ---- */

/* E of a swept value squared, summed over an arm's visits, is (visits - 1) (s^2 - 1 / sum of
 * weights) where a weight is 1 / s^2: (visits - 1) s^2 (1 - the arm's share of the weights). */
static void add_variances(const struct model *m, const struct stats_visits *s, const double *y,
	double *squares, double *df)
{
	double total = 0;

	for (size_t a = 0; a < s->n_arms; a++)
		total += m->weight[s->kind[a]];
	for (size_t a = 0; a < s->n_arms; a++) {
		df[s->kind[a]] += ((double)s->n_visits - 1) * (1 - m->weight[s->kind[a]] / total);
		for (size_t v = 0; v < s->n_visits; v++)
			squares[s->kind[a]] += y[v * s->n_arms + a] * y[v * s->n_arms + a];
	}
}

static bool reweight(struct model *m)
{
	double *squares = calloc(2 * m->n_kinds + 1, sizeof(*squares)), *df = squares + m->n_kinds;
	bool usable = squares;

	for (size_t i = 0; usable && i < m->n; i++) {
		const struct stats_visits *s = &m->series[i];
		double *x = says_something(s) ? swept(m, s) : NULL;

		if (!says_something(s))
			continue;
		usable = x;
		if (x)
			add_variances(
				m, s, x + (columns(m) - 1) * s->n_arms * s->n_visits, squares, df);
		free(x);
	}
	for (size_t k = 0; usable && k < m->n_kinds; k++) {
		if (!(df[k] > 0))
			continue;
		usable = squares[k] > EXACT * df[k] && isfinite(squares[k]);
		m->weight[k] = df[k] / squares[k];
	}
	free(squares);
	return usable;
}

/* ---- tests ---- */

struct fit {
	double explained;
	size_t rank;
};

/* Least squares of y on the columns from … to - 1, by the eigenvectors of their products: those of
 * no length are combinations that cannot be told apart. */
static bool fit(const struct model *m, size_t from, size_t to, struct fit *ret)
{
	size_t n = to - from, last = columns(m) - 1;
	gsl_matrix *a = gsl_matrix_alloc(n, n), *vectors = gsl_matrix_alloc(n, n);
	gsl_vector *lengths = gsl_vector_alloc(n);
	gsl_eigen_symmv_workspace *work = gsl_eigen_symmv_alloc(n);
	bool ok = a && vectors && lengths && work;

	*ret = (struct fit){0};
	for (size_t i = 0; ok && i < n; i++)
		for (size_t k = 0; k < n; k++)
			gsl_matrix_set(a, i, k, gsl_matrix_get(m->products, from + i, from + k));
	if (ok)
		gsl_eigen_symmv(a, lengths, vectors, work);
	for (size_t k = 0; ok && k < n; k++) {
		double along = 0, length = gsl_vector_get(lengths, k);

		if (!(length > RANK_TOLERANCE * gsl_vector_max(lengths)))
			continue;
		for (size_t i = 0; i < n; i++)
			along += gsl_matrix_get(vectors, i, k) *
				 gsl_matrix_get(m->products, from + i, last);
		ret->explained += along * along / length;
		ret->rank++;
	}
	gsl_eigen_symmv_free(work);
	gsl_vector_free(lengths);
	gsl_matrix_free(vectors);
	gsl_matrix_free(a);
	return ok;
}

/* What `all` explains beyond `others`. */
static struct stats_effect test(
	const struct model *m, const struct fit *all, const struct fit *others)
{
	double total = gsl_matrix_get(m->products, columns(m) - 1, columns(m) - 1);
	struct stats_effect e = {.df1 = (double)all->rank - (double)others->rank,
		.df2 = m->df - (double)all->rank,
		.f = NAN,
		.p = NAN,
		.size = NAN};
	double more = all->explained - others->explained;
	double noise = (total - all->explained) / e.df2;

	if (!(e.df1 > 0) || !(e.df2 > 0) || !(noise > RANK_TOLERANCE * total / e.df2))
		return e;
	e.f = fmax(0, more) / e.df1 / noise;
	e.p = gsl_cdf_fdist_Q(e.f, e.df1, e.df2);
	e.size = sqrt(fmax(0, more - e.df1 * noise) / m->weights);
	e.defined = true;
	return e;
}

static bool is_valid(const struct stats_visits *s, size_t n_kinds, size_t n_places)
{
	for (size_t a = 0; a < s->n_arms; a++)
		if (s->kind[a] >= n_kinds)
			return false;
	for (size_t i = 0; i < s->n_arms * s->n_visits; i++)
		if (!isfinite(s->y[i]) || s->place[i] >= n_places ||
			(s->before[i] >= n_kinds && s->before[i] != STATS_NOTHING_BEFORE))
			return false;
	return true;
}

static void note_kinds_before(struct model *m, const struct stats_visits *s)
{
	for (size_t i = 0; i < s->n_arms * s->n_visits; i++) {
		if (s->before[i] == STATS_NOTHING_BEFORE || m->precedes[s->before[i]])
			continue;
		m->precedes[s->before[i]] = true;
		m->n_before++;
	}
}

static bool learn(struct model *m)
{
	for (size_t k = 0; k < m->n_kinds; k++)
		m->weight[k] = 1;
	for (size_t i = 0; i < m->n; i++)
		if (!is_valid(&m->series[i], m->n_kinds, m->n_places))
			return false;
	for (size_t i = 0; i < m->n; i++)
		if (says_something(&m->series[i]))
			note_kinds_before(m, &m->series[i]);
	for (int i = 0; i < WEIGHTINGS; i++)
		if (!reweight(m))
			return false;
	for (size_t i = 0; i < m->n; i++) {
		double *x = says_something(&m->series[i]) ? swept(m, &m->series[i]) : NULL;

		if (x)
			add_products(m, &m->series[i], x);
		else if (says_something(&m->series[i]))
			return false;
		free(x);
	}
	return m->df > 0;
}

struct stats_order_effects stats_order_effects(
	const struct stats_visits *series, size_t n, size_t n_kinds, size_t n_places)
{
	const struct stats_effect none = {.f = NAN, .df1 = NAN, .df2 = NAN, .p = NAN, .size = NAN};
	struct stats_order_effects ret = {.position = none, .carryover = none};
	struct model m = {.series = series, .n = n, .n_kinds = n_kinds, .n_places = n_places};
	struct fit all, places, before;

	if (!n_kinds || !n_places)
		return ret;
	m.weight = calloc(n_kinds, sizeof(*m.weight));
	m.precedes = calloc(n_kinds, sizeof(*m.precedes));
	m.products = gsl_matrix_calloc(columns(&m), columns(&m));
	if (m.weight && m.precedes && m.products && learn(&m) &&
		fit(&m, 0, n_places + n_kinds, &all) && fit(&m, 0, n_places, &places) &&
		fit(&m, n_places, n_places + n_kinds, &before)) {
		ret.position = test(&m, &all, &before);
		ret.carryover = test(&m, &all, &places);
	}
	gsl_matrix_free(m.products);
	free(m.precedes);
	free(m.weight);
	return ret;
}
