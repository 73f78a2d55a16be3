/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as JSON: what is read prints as JSON that reads the same, and every value can be
 * named in a message.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void name_all(const struct json_doc *doc, const struct json *v, unsigned *budget)
{
	struct err err;

	/* Finding a line walks the document: not for each of thousands of values. */
	if (*budget && (*budget)--)
		json_error(doc, v, &err, "x");
	json_for_each (child, v)
		name_all(doc, child, budget);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json_doc *doc = NULL, *again = NULL;
	struct str first = {0}, second = {0};
	unsigned budget = 64;

	if (json_parse((const char *)data, size, "fuzz", 1, &doc, NULL) < 0)
		return 0;
	name_all(doc, json_root(doc), &budget);
	json_print(json_root(doc), &first);
	if (json_parse(first.s, first.len, "again", 1, &again, NULL) < 0)
		abort();
	json_print(json_root(again), &second);
	if (strcmp(first.s, second.s) != 0)
		abort();
	str_release(&first);
	str_release(&second);
	json_doc_free(doc);
	json_doc_free(again);
	return 0;
}
