/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * device-probe's answers side by side. The documents come from inside environments: whatever they
 * hold is shown as text, cut to size. Objects are opened one level deep, so that
 * {"isa":{"model":…}} becomes the line "isa model".
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "report/number.h"
#include "report/sections.h"

#define LINES_MAX 64
#define VALUE_MAX 600

/* One value as words: a list as "a, b", nothing as "none". */
static void add_value(struct str *out, const struct json *value)
{
	char number[NUMBER_TEXT_MAX];
	size_t n = 0;

	switch (json_type(value)) {
	case JSON_STRING:
		str_add(out, json_string(value));
		break;
	case JSON_NUMBER:
		if (json_number(value) == floor(json_number(value)) &&
			fabs(json_number(value)) < 1e15)
			str_addf(out, "%.0f", json_number(value));
		else
			str_add(out, number_text(json_number(value), number));
		break;
	case JSON_BOOL:
		str_add(out, json_true(value) ? "yes" : "no");
		break;
	case JSON_NULL:
		str_add(out, "not known");
		break;
	case JSON_ARRAY:
		json_for_each (item, value) {
			str_add(out, n++ ? ", " : "");
			if (json_type(item) == JSON_ARRAY || json_type(item) == JSON_OBJECT)
				json_print(item, out);
			else
				add_value(out, item);
		}
		if (!n)
			str_add(out, "none");
		break;
	case JSON_OBJECT:
		json_print(value, out);
		break;
	}
}

/* The documents by environment; NULL where there is none or it does not parse. */
struct probe_table {
	struct json_doc **docs;
	struct argv lines; /* "cpus online", in order of appearance */
};

static void add_line(struct argv *lines, const char *key, const char *sub)
{
	_cleanup_free_ char *name = sub ? xasprintf("%s %s", key, sub) : xstrdup(key);

	if (strlen(name) > 60)
		name[60] = '\0';
	for (size_t i = 0; i < lines->n; i++)
		if (!strcmp(lines->v[i], name))
			return;
	if (lines->n < LINES_MAX)
		argv_add(lines, name);
}

static void collect_lines(struct argv *lines, const struct json_doc *doc)
{
	json_for_each (member, json_root(doc)) {
		if (json_type(member) != JSON_OBJECT) {
			add_line(lines, json_key(member) ? json_key(member) : "", NULL);
			continue;
		}
		json_for_each (sub, member)
			add_line(lines, json_key(member), json_key(sub));
	}
}

/* The value that stands on a line, or NULL. */
static const struct json *value_of(const struct json_doc *doc, const char *line)
{
	json_for_each (member, json_root(doc)) {
		const char *key = json_key(member) ? json_key(member) : "";
		size_t n = strlen(key);

		if (json_type(member) != JSON_OBJECT) {
			if (!strncmp(key, line, 60))
				return member;
			continue;
		}
		if (strncmp(line, key, n) || line[n] != ' ')
			continue;
		json_for_each (sub, member) {
			if (!strncmp(json_key(sub), line + n + 1, 60))
				return sub;
		}
	}
	return NULL;
}

static void value_cell(struct table *t, const struct json *value)
{
	_cleanup_(str_release) struct str text = {0};

	if (!value) {
		table_add(t, "–");
		return;
	}
	add_value(&text, value);
	if (text.len > VALUE_MAX)
		table_add(t, "%.*s…", VALUE_MAX, str_text(&text));
	else
		table_add(t, "%s", str_text(&text));
}

static void parse_documents(const struct view *v, struct probe_table *p)
{
	p->docs = xcalloc(v->nenvs + 1, sizeof(struct json_doc *));
	for (size_t e = 0; e < v->nenvs; e++) {
		const struct cell_summary *c = v->probes[e];

		if (!c || !c->probe)
			continue;
		if (!json_parse(c->probe, strlen(c->probe), "probe", 1, &p->docs[e], NULL))
			collect_lines(&p->lines, p->docs[e]);
	}
}

static void add_state(struct table *t, const struct story *st, const struct cell_summary *c,
	const struct json_doc *doc)
{
	if (doc) {
		table_add(t, "answered");
	} else if (c && c->status != STATUS_OK) {
		table_add(t, "%s", status_text(c->status));
		table_mark(t, status_is_refusal(c->status) ? CELL_REFUSED : CELL_FAILED,
			view_reason_number(st->view, c));
	} else {
		table_add(t, c ? "no readable answer" : "not asked");
		table_mark(t, CELL_REFUSED, 0);
	}
}

static void probe_table(struct doc *d, const struct story *st, const struct probe_table *p)
{
	const struct view *v = st->view;
	struct table t = {.caption = "What a program can see from inside each environment",
		.columns = v->nenvs + 1,
		.text_columns = v->nenvs + 1};

	table_add(&t, "Seen");
	sections_env_heads(&t, v);
	table_add(&t, "status");
	for (size_t e = 0; e < v->nenvs; e++)
		add_state(&t, st, v->probes[e], p->docs[e]);
	for (size_t i = 0; i < p->lines.n; i++) {
		table_add(&t, "%s", p->lines.v[i]);
		for (size_t e = 0; e < v->nenvs; e++)
			value_cell(&t, p->docs[e] ? value_of(p->docs[e], p->lines.v[i]) : NULL);
	}
	doc_table(d, &t);
}

void section_probes(struct doc *d, const struct story *st)
{
	struct probe_table p = {0};

	if (!st->view->probe_workload)
		return;
	doc_heading(d, 2, "probes", "What programs can see: CPUs, features, memory, accelerators");
	parse_documents(st->view, &p);
	probe_table(d, st, &p);
	for (size_t e = 0; e < st->view->nenvs; e++)
		json_doc_free(p.docs[e]);
	cleanup_free(&p.docs);
	argv_release(&p.lines);
}
