/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/pelt.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "stats/describe.h"

/* Costs closer than this are equal: well above rounding, far below any penalty. */
#define TIE 1e-9

/* Ends from one evaluation of every candidate to the next; any value gives the same result. */
#define REFRESH 64

/*
 * total[t] is the optimal cost of the first t points, less one penalty, so that appending a segment
 * always adds exactly one; from[t] is where its last segment begins.
 *
 * Bounding saves the logarithms: for a candidate s that was evaluated at end t0, value[s] =
 * total[s] + C(s, t0), and superadditivity gives total[s] + C(s, t) >= value[s] + C(t0, t) for any
 * later t. A candidate whose bound is above what another one reaches is not evaluated.
 */
struct pelt {
	const double *y;
	double penalty, v0;
	double *sum, *sum_sq; /* prefix sums of y - y[0] and its square; n + 1 entries */
	double *total;	      /* n + 1 */
	size_t *from;	      /* n + 1 */
	size_t *candidate;    /* ascending, all < t0; n */
	double *value;	      /* parallel to candidate */
	size_t n_candidates;
	size_t t0;
};

/* m points with variance s2, of which v is the larger of it and the floor. */
struct segment {
	double m, s2, v;
};

static struct segment segment_of(const struct pelt *p, size_t begin, size_t end)
{
	double m = (double)(end - begin);
	double sum = p->sum[end] - p->sum[begin];
	double s2 = (p->sum_sq[end] - p->sum_sq[begin] - sum * sum / m) / m;

	if (s2 < 0)
		s2 = 0; /* rounding */
	return (struct segment){m, s2, s2 > p->v0 ? s2 : p->v0};
}

static double cost(const struct segment *s)
{
	return s->m * (log(s->v) + s->s2 / s->v);
}

/* At most ln v, at least ln v - 0.06: between powers of two, a straight line below the curve, which
 * is what the bits of a normal number are when they are read as a whole number. */
static double log_below(double v)
{
	int64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return M_LN2 * 0x1p-52 * (double)(bits - (INT64_C(1023) << 52));
}

/* At most the cost. */
static double cost_below(const struct segment *s)
{
	return s->m * (log_below(s->v) + (s->s2 < s->v ? 0 : 1));
}

static double segment_cost(const struct pelt *p, size_t begin, size_t end)
{
	struct segment s = segment_of(p, begin, end);

	return cost(&s);
}

/* Takes `begin` as the last change before `end` if that is cheaper than the best so far. Most are
 * not, and are told by a bound without a logarithm. */
static void try(struct pelt *p, size_t begin, size_t end)
{
	struct segment s = segment_of(p, begin, end);
	double best = p->total[end] - p->penalty - p->total[begin], found;

	if (cost_below(&s) > best)
		return;
	found = p->total[begin] + cost(&s) + p->penalty;
	if (found < p->total[end] - TIE) {
		p->total[end] = found;
		p->from[end] = begin;
	}
}

/* The same of a candidate whose cost without the penalty is needed, and returned. */
static double offer(struct pelt *p, size_t begin, size_t end)
{
	double value = p->total[begin] + segment_cost(p, begin, end);

	if (value + p->penalty < p->total[end] - TIE) {
		p->total[end] = value + p->penalty;
		p->from[end] = begin;
	}
	return value;
}

/* Finds total[end] and from[end] from those candidates that can reach it. */
static void extend(struct pelt *p, size_t end)
{
	double tail = segment_cost(p, p->t0, end) + p->penalty;

	try(p, p->from[end - 1], end);
	for (size_t i = 0; i < p->n_candidates; i++) {
		if (p->value[i] + tail < p->total[end] - TIE)
			try(p, p->candidate[i], end);
	}
	for (size_t s = p->t0; s < end; s++)
		try(p, s, end);
}

/* The same from all candidates; drops those that can never be optimal again, and moves t0. */
static void extend_and_prune(struct pelt *p, size_t end)
{
	size_t kept = 0;

	for (size_t s = p->t0; s < end; s++)
		p->candidate[p->n_candidates++] = s;
	for (size_t i = 0; i < p->n_candidates; i++)
		p->value[i] = offer(p, p->candidate[i], end);
	for (size_t i = 0; i < p->n_candidates; i++) {
		if (p->value[i] > p->total[end] + TIE)
			continue;
		p->candidate[kept] = p->candidate[i];
		p->value[kept++] = p->value[i];
	}
	p->n_candidates = kept;
	p->t0 = end;
}

static void run(struct pelt *p, size_t n)
{
	p->total[0] = -p->penalty;
	for (size_t i = 0; i < n; i++) {
		double d = p->y[i] - p->y[0];

		p->sum[i + 1] = p->sum[i] + d;
		p->sum_sq[i + 1] = p->sum_sq[i] + d * d;
	}
	for (size_t end = 1; end <= n; end++) {
		p->total[end] = INFINITY;
		if (end - p->t0 < REFRESH)
			extend(p, end);
		else
			extend_and_prune(p, end);
	}
}

/* Follows the last changes back from n; returns their number. */
static size_t backtrack(const size_t *from, size_t n, size_t *ret)
{
	size_t count = 0;

	for (size_t t = from[n]; t > 0; t = from[t])
		count++;
	for (size_t t = from[n], i = count; t > 0; t = from[t])
		ret[--i] = t;
	return count;
}

bool stats_pelt(
	const double *y, size_t n, double penalty, double sd_floor, size_t *ret, size_t *ret_n)
{
	struct pelt p = {.y = y, .penalty = penalty, .v0 = sd_floor * sd_floor};
	bool ready;

	if (n < 1 || !stats_all_finite(y, n) || !(penalty >= 0) || !isfinite(penalty) ||
		!isnormal(p.v0))
		return false;
	p.sum = calloc(n + 1, sizeof(*p.sum));
	p.sum_sq = calloc(n + 1, sizeof(*p.sum_sq));
	p.total = calloc(n + 1, sizeof(*p.total));
	p.value = calloc(n + 1, sizeof(*p.value));
	p.from = calloc(n + 1, sizeof(*p.from));
	p.candidate = calloc(n + 1, sizeof(*p.candidate));
	ready = p.sum && p.sum_sq && p.total && p.value && p.from && p.candidate;
	if (ready) {
		run(&p, n);
		*ret_n = backtrack(p.from, n, ret);
	}
	free(p.candidate);
	free(p.from);
	free(p.value);
	free(p.total);
	free(p.sum_sq);
	free(p.sum);
	return ready;
}
