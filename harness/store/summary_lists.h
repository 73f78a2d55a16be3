/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lists of a summary, a row each: where a list lies in struct summary and what an element
 * consists of. summary.json holds them as they are; merged.json holds those of several hosts,
 * where an element is labelled: it has the member "host" beside its own, a cell also "run".
 */
#ifndef STORE_SUMMARY_LISTS_H
#define STORE_SUMMARY_LISTS_H

#include "base/field.h"
#include "base/json.h"
#include "model/summary.h"

/* A ratio among the members of an element. */
struct summary_ratio {
	const char *key;
	size_t offset;
	const char *what; /* for the schema */
};

#define SUMMARY_RATIOS_MAX 2

struct summary_list {
	const char *key, *what; /* what an element is, for the schema */
	size_t size;		/* of an element */
	size_t items, count;	/* offsets in struct summary: of the heap array, of its length */
	const struct field *table;
	struct summary_ratio ratios[SUMMARY_RATIOS_MAX + 1]; /* end with a NULL key */
	const void *unknown; /* an element before it is read; NULL: all zero */
	bool optional;	     /* some documents lack it */
	bool of_run;	     /* labelled, it has the member "run" too */
	/* Members that are neither of the table nor ratios: their keys, NULL-terminated, and how
	 * they are written and read; NULL: there are none. */
	const char *const *rest;
	void (*write_rest)(const struct summary *s, const void *item, struct json_writer *w);
	int (*read_rest)(
		const struct json_doc *doc, const struct json *v, void *to, struct err *err);
};

extern const struct summary_list summary_lists[]; /* ends with a NULL key */

size_t summary_list_count(const struct summary_list *l, const struct summary *s);
const void *summary_list_at(const struct summary_list *l, const struct summary *s, size_t i);
/* Appends a zeroed element. Those that were there move. */
void *summary_list_add(const struct summary_list *l, struct summary *s);

/* The element's members, into the object that is open; and back, unknown keys refused, into a
 * zeroed element of a summary: summary_release() frees what was read before an error. */
void summary_list_write(const struct summary_list *l, const struct summary *s, const void *item,
	struct json_writer *w);
int summary_list_read(const struct summary_list *l, const struct json_doc *doc,
	const struct json *v, bool labelled, void *to, struct err *err);

/* A ratio as every document has it, a member of the object that is open. */
void ratio_to_json(const struct ratio *r, const char *key, struct json_writer *w);
int ratio_from_json(const struct json_doc *doc, const struct json *v, const char *key,
	struct ratio *ret, struct err *err);

#endif
