/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * merged.json, schema toll.merged/1: what toll merge makes of several runs.
 */
#ifndef STORE_MERGED_JSON_H
#define STORE_MERGED_JSON_H

#include "base/str.h"
#include "model/merged.h"

void merged_to_json(const struct merged *m, struct str *out);

#endif
