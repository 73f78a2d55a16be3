/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * merged.json, schema toll.merged/1: what toll merge makes of several runs. It holds all that
 * reports of joined runs show, so that they can be written again.
 */
#ifndef STORE_MERGED_JSON_H
#define STORE_MERGED_JSON_H

#include "base/json.h"
#include "base/str.h"
#include "model/merged.h"

void merged_to_json(const struct merged *m, struct str *out);
/* The reverse, but for the numbers of a summary's head that merged.json does not hold: zero. */
int merged_from_json(const struct json_doc *doc, struct merged *ret, struct err *err);

/* Does this folder hold joined runs? */
bool merged_is_there(const char *dir);
int merged_write(const char *dir, const struct merged *m, struct err *err);
int merged_read(const char *dir, struct merged *ret, struct err *err);

#endif
