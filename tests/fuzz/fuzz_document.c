/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as plan.json, host.json, summary.json or merged.json: what is read is written as a
 * document that reads the same.
 */
#include <stdlib.h>
#include <string.h>

#include "store/merged_json.h"
#include "store/plan_json.h"
#include "store/summary_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads doc as each kind and writes it as the kind it is. False: it is none. */
static bool rewrite(const struct json_doc *doc, struct str *out)
{
	struct plan plan = {0};
	struct host host = {0};
	struct summary summary = {0};
	struct merged merged = {0};

	if (plan_from_json(doc, &plan, NULL) == 0) {
		plan_to_json(&plan, out);
		plan_release(&plan);
		return true;
	}
	if (host_from_json(doc, &host, NULL) == 0) {
		host_to_json(&host, NULL, NULL, out);
		return true;
	}
	if (summary_from_json(doc, &summary, NULL) == 0) {
		summary_to_json(&summary, out);
		summary_release(&summary);
		return true;
	}
	if (merged_from_json(doc, &merged, NULL) == 0) {
		merged_to_json(&merged, out);
		merged_release(&merged);
		return true;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json_doc *doc = NULL, *again = NULL;
	struct str first = {0}, second = {0};

	if (json_parse((const char *)data, size, "fuzz", 1, &doc, NULL) < 0)
		return 0;
	if (rewrite(doc, &first)) {
		if (json_parse(first.s, first.len, "again", 1, &again, NULL) < 0 ||
			!rewrite(again, &second) || strcmp(first.s, second.s) != 0)
			abort();
		json_doc_free(again);
	}
	json_doc_free(doc);
	str_release(&first);
	str_release(&second);
	return 0;
}
