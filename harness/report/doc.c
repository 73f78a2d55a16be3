/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/doc.h"

#include <stdarg.h>

#include "base/cleanup.h"

void doc_heading(struct doc *d, unsigned level, const char *id, const char *text)
{
	d->format->heading(d, level, id, text);
}

void doc_open(struct doc *d, enum doc_block block)
{
	d->format->open(d, block);
}

void doc_close(struct doc *d, enum doc_block block)
{
	d->format->close(d, block);
}

static void styled(struct doc *d, enum doc_style style, const char *fmt, va_list ap)
{
	_cleanup_(str_release) struct str text = {0};

	str_vaddf(&text, fmt, ap);
	d->format->text(d, style, str_text(&text));
}

void doc_text(struct doc *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	styled(d, DOC_TEXT, fmt, ap);
	va_end(ap);
}

void doc_strong(struct doc *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	styled(d, DOC_STRONG, fmt, ap);
	va_end(ap);
}

void doc_warning(struct doc *d, const char *word, const char *fmt, ...)
{
	va_list ap;

	doc_open(d, DOC_WARNING);
	doc_strong(d, "%s.", word);
	doc_text(d, " ");
	va_start(ap, fmt);
	styled(d, DOC_TEXT, fmt, ap);
	va_end(ap);
	doc_close(d, DOC_WARNING);
}

void doc_block(struct doc *d, enum doc_block block, const char *fmt, ...)
{
	va_list ap;

	d->format->open(d, block);
	va_start(ap, fmt);
	styled(d, DOC_TEXT, fmt, ap);
	va_end(ap);
	d->format->close(d, block);
}

void doc_table(struct doc *d, struct table *t)
{
	d->format->table(d, t);
	table_release(t);
}
