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

/* Of a summary.json of at most max bytes what it says to other runs, of duplicates and noise: run,
 * replayed, host, aa, boots and noise. All else is empty in ret, and is neither decoded nor
 * checked: a thousand files are read in a fraction of a second. */
int summary_read_history(const char *path, size_t max, struct summary *ret, struct err *err);

#endif
