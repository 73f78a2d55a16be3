/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/noise_json.h"

#include <math.h>

#include "store/tables.h"

#define LIKELIHOOD "log_likelihood"
#define MEAN_LIKELIHOOD "mean_log_likelihood"
#define ROUNDING 1e-9

static void likelihood_to_json(
	const char *name, const struct serial_sums *sums, struct json_writer *w)
{
	jw_begin_array(w, name);
	for (size_t i = 0; i < NOISE_RHOS; i++)
		jw_double(w, NULL, sums->log_likelihood[i]);
	jw_end_array(w);
}

void noise_sums_to_json(const struct noise_sums *sums, struct json_writer *w)
{
	fields_to_json(table_noise, sums, w);
	likelihood_to_json(LIKELIHOOD, &sums->serial, w);
	if (sums->means.values)
		likelihood_to_json(MEAN_LIKELIHOOD, &sums->means, w);
}

/* `required`: where it is not, it may be missing. */
static int likelihood_from_json(const struct json_doc *doc, const struct json *v, const char *name,
	bool required, struct serial_sums *ret, struct err *err)
{
	const struct json *array = NULL;
	int r = json_get_array(doc, v, name, required, &array, err);
	double largest = -INFINITY;
	size_t n = 0;

	if (r < 0 || !array)
		return r;
	if (json_count(array) != NOISE_RHOS)
		return json_error(doc, array, err, "must hold %d numbers", NOISE_RHOS);
	json_for_each (item, array) {
		double x = json_number(item);

		if (!isfinite(x) || x > 0)
			return json_error(doc, item, err, "must be a number of at most 0");
		ret->log_likelihood[n++] = x;
		largest = fmax(largest, x);
	}
	if (largest < 0)
		return json_error(doc, array, err, "must hold a 0");
	return 0;
}

/* Sums of squares and of products cannot be just any numbers. */
static int check(const struct json_doc *doc, const struct json *v, const struct noise_sums *s,
	struct err *err)
{
	if (s->pair_df < 2 * s->pair_cells)
		return json_error(
			doc, json_get(v, "pair_df"), err, "must be twice 'pair_cells' at least");
	if (s->zd * s->zd > s->zz * s->dd * (1 + ROUNDING))
		return json_error(doc, json_get(v, "zd"), err, "is more than 'zz' and 'dd' allow");
	if (s->dixon > (double)s->dixon_cells * (1 + ROUNDING))
		return json_error(doc, json_get(v, "dixon"), err, "must be 'dixon_cells' at most");
	return 0;
}

int noise_sums_from_json(
	const struct json_doc *doc, const struct json *v, struct noise_sums *ret, struct err *err)
{
	static const char *const others[] = {LIKELIHOOD, MEAN_LIKELIHOOD, NULL};
	int r = fields_from_json_with(table_noise, ret, doc, v, others, err);

	if (!r)
		r = likelihood_from_json(doc, v, LIKELIHOOD, true, &ret->serial, err);
	if (!r)
		r = likelihood_from_json(
			doc, v, MEAN_LIKELIHOOD, ret->means.values > 0, &ret->means, err);
	return r < 0 ? r : check(doc, v, ret, err);
}
