/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plan.json and host.json of a run folder.
 */
#ifndef STORE_PLAN_JSON_H
#define STORE_PLAN_JSON_H

#include "base/json.h"
#include "base/str.h"
#include "model/host.h"
#include "model/plan.h"
#include "model/program.h"

void plan_to_json(const struct plan *plan, struct str *out);
int plan_from_json(const struct json_doc *doc, struct plan *ret, struct err *err);

/* packages_json: the array of downloaded packages with versions and SHA-256 sums, already JSON.
 * Either may be NULL: none. */
void host_to_json(const struct host *host, const char *packages_json,
	const struct programs *programs, struct str *out);
int host_from_json(const struct json_doc *doc, struct host *ret, struct err *err);
/* The measured programs that a host.json names. */
int programs_from_json(const struct json_doc *doc, struct programs *ret, struct err *err);
/* The members of host alone, into the object open in w, and back; summary.json holds them too. */
void host_fields_to_json(const struct host *host, struct json_writer *w);
int host_fields_from_json(
	const struct json_doc *doc, const struct json *object, struct host *ret, struct err *err);

#endif
