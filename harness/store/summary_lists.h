/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lists of a summary, a row each: where a list lies in struct summary and how an element is
 * written and read. summary.json holds them as they are; merged.json holds those of several hosts,
 * where an element is labelled: it has the member "host" beside its own, a cell also "run".
 */
#ifndef STORE_SUMMARY_LISTS_H
#define STORE_SUMMARY_LISTS_H

#include "base/json.h"
#include "model/summary.h"

struct summary_list {
	const char *key;
	size_t size;	     /* of an element */
	size_t items, count; /* offsets in struct summary: of the heap array, of its length */
	bool optional;	     /* some documents lack it */
	/* The element's members, into the object that is open; and back, unknown keys refused, into
	 * a zeroed element of a summary: summary_release() frees what was read before an error. */
	void (*write)(const struct summary *s, const void *item, struct json_writer *w);
	int (*read)(const struct json_doc *doc, const struct json *v, bool labelled, void *to,
		struct err *err);
};

extern const struct summary_list summary_lists[]; /* ends with a NULL key */

size_t summary_list_count(const struct summary_list *l, const struct summary *s);
const void *summary_list_at(const struct summary_list *l, const struct summary *s, size_t i);
/* Appends a zeroed element. Those that were there move. */
void *summary_list_add(const struct summary_list *l, struct summary *s);

/* A ratio as every document has it, a member of the object that is open. */
void ratio_to_json(const struct ratio *r, const char *key, struct json_writer *w);
int ratio_from_json(const struct json_doc *doc, const struct json *v, const char *key,
	struct ratio *ret, struct err *err);

#endif
