/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The part of a manifest that describes a program of distribution packages.
 */
#ifndef PLAN_MANIFEST_PACKAGE_H
#define PLAN_MANIFEST_PACKAGE_H

#include "base/json.h"
#include "model/workload.h"

/* The keys of it, NULL-terminated: they stand in the manifest beside the others. */
extern const char *const manifest_package_keys[];

/* Fills w->packaged and, unless it has an interpreter, its one variant when the manifest names
 * packages; keys of this part without any packages are an error. */
int manifest_package_read(const struct json_doc *doc, struct workload *w, struct err *err);

/* The members of the schema's "properties". */
void manifest_package_schema(struct json_writer *w);

#endif
