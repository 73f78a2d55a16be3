/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A document being written: sections say what it contains, a format says how that looks in HTML or
 * Markdown. All texts are plain; the format escapes them.
 */
#ifndef REPORT_DOC_H
#define REPORT_DOC_H

#include <stdbool.h>

#include "base/str.h"
#include "report/figure.h"
#include "report/table.h"

enum doc_block {
	DOC_PARAGRAPH,
	DOC_LEAD,    /* the paragraph to read when there is time for one */
	DOC_WARNING, /* a banner */
	DOC_QUIET,   /* small print */
	DOC_LIST,
	DOC_ITEM,
	DOC_DETAILS, /* folded away where that is possible; begins with a DOC_SUMMARY */
	DOC_SUMMARY,
	DOC_GRID, /* figures beside each other where there is room */
};

enum doc_style { DOC_TEXT, DOC_STRONG };

/* A figure to show, or the reason why there is none. */
struct doc_figure {
	const struct figure *figure;
	const struct figure_folder *folder;
	const char *link;    /* relative folder of the figures as seen from the document */
	const char *alt;     /* what it shows, for who cannot see it */
	const char *missing; /* NULL: it was drawn */
};

struct doc {
	const struct doc_format *format;
	struct str *out;
};

struct doc_format {
	void (*begin)(struct doc *d, const char *title, const char *subtitle);
	void (*end)(struct doc *d);
	/* level 2 or 3; id is a fixed word */
	void (*heading)(struct doc *d, unsigned level, const char *id, const char *text);
	void (*open)(struct doc *d, enum doc_block block);
	void (*close)(struct doc *d, enum doc_block block);
	void (*text)(struct doc *d, enum doc_style style, const char *text);
	void (*table)(struct doc *d, const struct table *t);
	void (*figure)(struct doc *d, const struct doc_figure *f);
};

extern const struct doc_format doc_html, doc_markdown;

void doc_heading(struct doc *d, unsigned level, const char *id, const char *text);
void doc_open(struct doc *d, enum doc_block block);
void doc_close(struct doc *d, enum doc_block block);
void doc_text(struct doc *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void doc_strong(struct doc *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A warning: a word or a few, and what there is to say. */
void doc_warning(struct doc *d, const char *word, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* A whole block of plain text. */
void doc_block(struct doc *d, enum doc_block block, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Shows the table and releases it. */
void doc_table(struct doc *d, struct table *t);

#endif
