/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Documents as one HTML page: style sheet and figures inside, no script, and a policy that lets the
 * browser load nothing. Figures are inlined as SVG in two widths, so that their text stays legible
 * on a telephone and follows the light or dark scheme.
 */
#include <string.h>

#include "base/cleanup.h"
#include "report/doc.h"
#include "report/doc_style.h"
#include "report/view.h"

static void html_begin(struct doc *d, const char *title, const char *subtitle)
{
	str_add(d->out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'unsafe-inline'; img-src data:\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<link rel=\"icon\" href=\"data:,\">\n<title>");
	str_add_xml(d->out, title);
	str_add(d->out, "</title>\n<style>\n");
	str_add(d->out, doc_style);
	for (unsigned slot = 2; slot <= VIEW_SLOTS; slot++)
		str_addf(d->out, ".e%u>span:first-child::before{background:%s}\n", slot,
			view_colour(slot));
	str_add(d->out, "</style>\n</head>\n<body>\n<header>\n<h1>");
	str_add_xml(d->out, title);
	str_add(d->out, "</h1>\n<p class=\"sub\">");
	str_add_xml(d->out, subtitle);
	str_add(d->out, "</p>\n</header>\n<main>\n");
}

static void html_end(struct doc *d)
{
	str_add(d->out, "</main>\n</body>\n</html>\n");
}

static void html_heading(struct doc *d, unsigned level, const char *id, const char *text)
{
	str_addf(d->out, "<h%u id=\"%s\">", level, id);
	str_add_xml(d->out, text);
	str_addf(d->out, "</h%u>\n", level);
}

static const struct {
	const char *open, *close;
} blocks[] = {
	[DOC_PARAGRAPH] = {"<p>", "</p>\n"},
	[DOC_LEAD] = {"<p class=\"lead\">", "</p>\n"},
	[DOC_WARNING] = {"<p class=\"warning\" role=\"note\">", "</p>\n"},
	[DOC_QUIET] = {"<p class=\"quiet\">", "</p>\n"},
	[DOC_LIST] = {"<ul>\n", "</ul>\n"},
	[DOC_ITEM] = {"<li>", "</li>\n"},
	[DOC_DETAILS] = {"<details>\n", "</details>\n"},
	[DOC_SUMMARY] = {"<summary>", "</summary>\n"},
	[DOC_GRID] = {"<div class=\"figures\">\n", "</div>\n"},
};

static void html_open(struct doc *d, enum doc_block block)
{
	str_add(d->out, blocks[block].open);
}

static void html_close(struct doc *d, enum doc_block block)
{
	str_add(d->out, blocks[block].close);
}

static void html_text(struct doc *d, enum doc_style style, const char *text)
{
	str_add(d->out, style == DOC_STRONG ? "<strong>" : "");
	str_add_xml(d->out, text);
	str_add(d->out, style == DOC_STRONG ? "</strong>" : "");
}

/* With its colour; a long id may break in front of a plus, and nowhere else. */
static void html_environment(struct str *out, const struct table_cell *cell)
{
	const char *part = cell->text;

	str_addf(out, "<span class=\"env e%u\">", cell->slot);
	while (*part) {
		_cleanup_free_ char *piece =
			xasprintf("%.*s", (int)(1 + strcspn(part + 1, "+")), part);

		str_add(out, part == cell->text ? "<span>" : "<wbr><span>");
		str_add_xml(out, piece);
		str_add(out, "</span>");
		part += strlen(piece);
	}
	str_add(out, "</span>");
}

static void html_cell(struct str *out, const struct table *t, size_t i)
{
	static const char *const looks[] = {[CELL_PLAIN] = "",
		[CELL_REFUSED] = " refused",
		[CELL_FAILED] = " refused failed",
		[CELL_BEST] = " best"};
	const struct table_cell *cell = &t->cells[i];
	size_t column = i % t->columns;
	bool head = i < t->columns, row_head = !head && column == 0;

	str_addf(out, "<%s class=\"%s%s\"%s>", head || row_head ? "th" : "td",
		column < t->text_columns ? "w" : "n", looks[cell->look],
		head	   ? " scope=\"col\""
		: row_head ? " scope=\"row\""
			   : "");
	if (cell->anchor)
		str_addf(out, "<span id=\"reason-%zu\"></span>", cell->anchor);
	if (cell->slot)
		html_environment(out, cell);
	else
		str_add_xml(out, cell->text);
	if (cell->note)
		str_addf(out, "<sup><a href=\"#reason-%zu\">%zu</a></sup>", cell->note, cell->note);
	if (cell->sub) {
		str_add(out, "<small>");
		str_add_xml(out, cell->sub);
		str_add(out, "</small>");
	}
	str_add(out, head || row_head ? "</th>" : "</td>");
}

static void html_table(struct doc *d, const struct table *t)
{
	str_add(d->out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
	str_add_xml(d->out, t->caption);
	str_add(d->out, "\"><table>\n<caption>");
	str_add_xml(d->out, t->caption);
	str_add(d->out, "</caption>\n<thead>\n");
	for (size_t i = 0; i < t->n; i++) {
		if (i % t->columns == 0)
			str_add(d->out, "<tr>");
		html_cell(d->out, t, i);
		if (i % t->columns != t->columns - 1)
			continue;
		str_add(d->out, i < t->columns ? "</tr>\n</thead>\n<tbody>\n" : "</tr>\n");
	}
	str_add(d->out, "</tbody>\n</table></div>\n");
}

static void missing_figure(struct doc *d, const char *why)
{
	str_add(d->out, "<p class=\"missing\">Not drawn, because ");
	str_add_xml(d->out, why);
	str_add(d->out, ".</p>\n");
}

static void drawn_figure(struct doc *d, const struct doc_figure *f)
{
	static const char *const forms[] = {"wide", "narrow"};

	str_add(d->out, "<div class=\"drawing\" role=\"img\" aria-label=\"");
	str_add_xml(d->out, f->alt);
	str_add(d->out, "\">\n");
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		_cleanup_(str_release) struct str svg = {0};
		struct err err = {0};

		str_addf(d->out, "<div class=\"%s\">", forms[i]);
		if (figure_inline(f->figure, f->folder, forms[i], &svg, &err))
			missing_figure(d, err.text);
		else
			str_add(d->out, str_text(&svg));
		str_add(d->out, "</div>\n");
	}
	str_add(d->out, "</div>\n");
}

static void html_figure(struct doc *d, const struct doc_figure *f)
{
	const char *instance = f->folder->instance;

	str_addf(d->out, "<figure id=\"figure-%s%s%s\">\n<h3>", instance ? instance : "",
		instance ? "-" : "", f->figure->name);
	str_add_xml(d->out, f->figure->title);
	str_add(d->out, "</h3>\n");
	if (f->missing)
		missing_figure(d, f->missing);
	else
		drawn_figure(d, f);
	str_add(d->out, "<figcaption>");
	str_add_xml(d->out, f->figure->reading);
	str_add(d->out, "</figcaption>\n</figure>\n");
}

const struct doc_format doc_html = {
	.begin = html_begin,
	.end = html_end,
	.heading = html_heading,
	.open = html_open,
	.close = html_close,
	.text = html_text,
	.table = html_table,
	.figure = html_figure,
};
