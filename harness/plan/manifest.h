/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Workload manifests: one JSON file per workload (workloads/NAME.json). Unknown keys, wrong types
 * and values out of range are errors that name file, line and key.
 */
#ifndef PLAN_MANIFEST_H
#define PLAN_MANIFEST_H

#include "base/json.h"
#include "model/workload.h"

int manifest_read(const char *path, struct workload *ret, struct err *err);
/* All DIR/NAME.json files, sorted by name. Two manifests of one name are an error. */
int manifests_read(const char *dir, struct workloads *ret, struct err *err);
/* The JSON Schema of a manifest. */
void manifest_schema(struct str *out);

#endif
