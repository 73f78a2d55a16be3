/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * summary.json, schema toll.summary/1. Numbers keep full precision, so that what is read back is
 * what was written.
 */
#ifndef STORE_SUMMARY_JSON_H
#define STORE_SUMMARY_JSON_H

#include "base/json.h"
#include "base/str.h"
#include "model/summary.h"

void summary_to_json(const struct summary *s, struct str *out);
int summary_from_json(const struct json_doc *doc, struct summary *ret, struct err *err);

#endif
