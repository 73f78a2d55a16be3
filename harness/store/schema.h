/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The JSON Schemas of a run's documents, made from the field tables. results/NAME.schema.json
 * holds what these write; a test keeps them equal.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "base/str.h"

void plan_schema(struct str *out);
void host_schema(struct str *out);
/* Of one line of samples.jsonl, whichever of the four kinds it is. */
void sample_schema(struct str *out);
void summary_schema(struct str *out);
void merged_schema(struct str *out);
void diff_schema(struct str *out);

#endif
