/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Documents as GitHub's Markdown.
 */
#include <string.h>

#include "base/cleanup.h"
#include "report/doc.h"

/* Everything that Markdown or HTML in Markdown could take for markup is escaped; line breaks would
 * end a table's row and become spaces. */
static void add_escaped(struct str *out, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '<')
			str_add(out, "&lt;");
		else if (c == '&')
			str_add(out, "&amp;");
		else if (c < 0x20 || c == 0x7f)
			str_addc(out, ' ');
		else if (strchr("\\`*_[]|~#>!", c))
			str_addf(out, "\\%c", c);
		else
			str_addc(out, (char)c);
	}
}

static void md_begin(struct doc *d, const char *title, const char *subtitle)
{
	str_add(d->out, "# ");
	add_escaped(d->out, title);
	str_add(d->out, "\n\n");
	add_escaped(d->out, subtitle);
	str_add(d->out, "\n\n");
}

static void md_end(struct doc *d)
{
	while (d->out->len > 1 && d->out->s[d->out->len - 2] == '\n')
		d->out->s[--d->out->len] = '\0';
}

static void md_heading(struct doc *d, unsigned level, const char *id, const char *text)
{
	(void)id;
	str_addf(d->out, "%s ", level == 2 ? "##" : "###");
	add_escaped(d->out, text);
	str_add(d->out, "\n\n");
}

/* Folds are HTML, which GitHub's Markdown takes; without it they are open. */
static void md_open(struct doc *d, enum doc_block block)
{
	if (block == DOC_WARNING)
		str_add(d->out, "> **Note:** ");
	else if (block == DOC_ITEM)
		str_add(d->out, "- ");
	else if (block == DOC_DETAILS)
		str_add(d->out, "<details>\n");
	else if (block == DOC_SUMMARY)
		str_add(d->out, "<summary>");
}

static void md_close(struct doc *d, enum doc_block block)
{
	if (block == DOC_ITEM || block == DOC_LIST)
		str_addc(d->out, '\n');
	else if (block == DOC_DETAILS)
		str_add(d->out, "</details>\n\n");
	else if (block == DOC_SUMMARY)
		str_add(d->out, "</summary>\n\n");
	else if (block != DOC_GRID)
		str_add(d->out, "\n\n");
}

static void md_text(struct doc *d, enum doc_style style, const char *text)
{
	const char *mark = style == DOC_STRONG ? "**" : "";

	str_add(d->out, mark);
	add_escaped(d->out, text);
	str_add(d->out, mark);
}

static void md_cell(struct str *out, const struct table_cell *cell)
{
	const char *mark = cell->look == CELL_BEST ? "**" : "";

	str_addc(out, ' ');
	str_add(out, mark);
	add_escaped(out, cell->text);
	str_add(out, mark);
	if (cell->sub) {
		str_addc(out, ' ');
		add_escaped(out, cell->sub);
	}
	if (cell->note)
		str_addf(out, " (%zu)", cell->note);
	str_add(out, " |");
}

/* Markdown has no captions: they are a line above. */
static void md_table(struct doc *d, const struct table *t)
{
	if (t->caption) {
		str_addc(d->out, '*');
		add_escaped(d->out, t->caption);
		str_add(d->out, "*\n\n");
	}
	for (size_t i = 0; i < t->n; i++) {
		if (i % t->columns == 0)
			str_addc(d->out, '|');
		md_cell(d->out, &t->cells[i]);
		if (i % t->columns == t->columns - 1)
			str_addc(d->out, '\n');
		if (i == t->columns - 1) {
			str_addc(d->out, '|');
			for (size_t k = 0; k < t->columns; k++)
				str_add(d->out, k < t->text_columns ? " --- |" : " ---: |");
			str_addc(d->out, '\n');
		}
	}
	str_addc(d->out, '\n');
}

static void md_figure(struct doc *d, const struct doc_figure *f)
{
	if (f->missing) {
		str_add(d->out, "**");
		add_escaped(d->out, f->figure->title);
		str_add(d->out, "**: not drawn, because ");
		add_escaped(d->out, f->missing);
		str_add(d->out, "\n\n");
		return;
	}
	str_add(d->out, "![");
	add_escaped(d->out, f->figure->title);
	str_addf(d->out, "](%s/%s.svg)\n\n", f->link, f->figure->name);
	add_escaped(d->out, f->figure->reading);
	str_add(d->out, "\n\n");
}

const struct doc_format doc_markdown = {
	.begin = md_begin,
	.end = md_end,
	.heading = md_heading,
	.open = md_open,
	.close = md_close,
	.text = md_text,
	.table = md_table,
	.figure = md_figure,
};
