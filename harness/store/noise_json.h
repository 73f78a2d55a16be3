/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What runs say about the noise of their host, as summary.json has it of its own run and plan.json
 * of earlier ones.
 */
#ifndef STORE_NOISE_JSON_H
#define STORE_NOISE_JSON_H

#include "base/json.h"
#include "model/noise_sums.h"

/* The members, into the object that is open. */
void noise_sums_to_json(const struct noise_sums *sums, struct json_writer *w);
/* Back, into a zeroed one. */
int noise_sums_from_json(
	const struct json_doc *doc, const struct json *v, struct noise_sums *ret, struct err *err);

#endif
