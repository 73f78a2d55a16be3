/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/noise_json.h"

#include <math.h>

#include "store/tables.h"

#define LIKELIHOOD "log_likelihood"

void noise_sums_to_json(const struct noise_sums *sums, struct json_writer *w)
{
	fields_to_json(table_noise, sums, w);
	jw_begin_array(w, LIKELIHOOD);
	for (size_t i = 0; i < NOISE_RHOS; i++)
		jw_double(w, NULL, sums->log_likelihood[i]);
	jw_end_array(w);
}

static int likelihood_from_json(
	const struct json_doc *doc, const struct json *v, struct noise_sums *ret, struct err *err)
{
	const struct json *array = NULL;
	int r = json_get_array(doc, v, LIKELIHOOD, true, &array, err);
	size_t n = 0;

	if (r < 0)
		return r;
	if (json_count(array) != NOISE_RHOS)
		return json_error(doc, array, err, "must hold %d numbers", NOISE_RHOS);
	json_for_each (item, array) {
		double x = json_number(item);

		if (!isfinite(x) || x > 0)
			return json_error(doc, item, err, "must be a number of at most 0");
		ret->log_likelihood[n++] = x;
	}
	return 0;
}

int noise_sums_from_json(const struct json_doc *doc, const struct json *v,
	const char *const *others, struct noise_sums *ret, struct err *err)
{
	const char *known[4] = {LIKELIHOOD};
	int r;

	for (size_t i = 0; others && others[i]; i++)
		known[i + 1] = others[i];
	r = fields_from_json_with(table_noise, ret, doc, v, known, err);
	return r < 0 ? r : likelihood_from_json(doc, v, ret, err);
}
