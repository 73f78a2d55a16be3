/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What `toll diff --json` prints, schema toll.diff/1.
 */
#ifndef STORE_DIFF_JSON_H
#define STORE_DIFF_JSON_H

#include "base/str.h"
#include "model/diff.h"

void diff_to_json(const struct diff *d, struct str *out);

#endif
