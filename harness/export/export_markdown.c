/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One Markdown table, to be pasted where people talk: numbers as reports round them.
 */
#include "export/export.h"

#include <string.h>

#include "report/doc.h"
#include "report/number.h"

static void add_ratio(struct table *t, const struct ratio *ratio)
{
	char text[NUMBER_TEXT_MAX];

	table_add(t, "%s", ratio_has_point(ratio) ? ratio_text(ratio->point, text) : "–");
	table_add(t, "%s", ratio->defined ? interval_text(ratio, text) : "–");
}

static void add_cell(struct table *t, const struct cell_summary *c)
{
	char text[NUMBER_TEXT_MAX];

	table_add(t, "%s %s", c->workload, c->variant);
	table_add(t, "%s", c->env);
	table_add(t, "%s", c->status == STATUS_OK ? time_text(c->mean_ns, text) : "–");
	if (!environment_id_is_native(c->env)) {
		add_ratio(t, &c->ratio);
	} else {
		table_add(t, "–");
		table_add(t, "–");
	}
	if (c->status == STATUS_OK)
		table_add(t, "%s", c->reason);
	else
		table_add(t, "%s%s%s", status_text(c->status), c->reason[0] ? ": " : "", c->reason);
}

static void add_geomean(struct table *t, const struct geomean *g)
{
	table_add(t, "geomean %s", g->variant);
	table_add(t, "%s", g->env);
	table_add(t, "–");
	add_ratio(t, &g->ratio);
	table_add(t, "%zu programs", g->workloads);
}

void export_markdown(const struct export_input *in, struct str *out)
{
	static const char *const head[] = {"program", "environment", "iteration", "time ÷ native",
		"95 % interval", "remark", NULL};
	const struct summary *s = in->summary;
	struct doc d = {.format = &doc_markdown, .out = out};
	struct table t = {.columns = 6, .text_columns = 2};

	doc_block(&d, DOC_PARAGRAPH,
		"toll %s · %s, %u CPUs · profile %s, size %s · %zu of %zu blocks", s->run,
		s->host.cpu_model, s->host.cpus, s->profile, s->size, (size_t)s->blocks_done,
		(size_t)s->blocks_planned);
	table_head(&t, head);
	for (size_t i = 0; i < s->ncells; i++)
		add_cell(&t, &s->cells[i]);
	for (size_t i = 0; i < s->ngeomeans; i++)
		add_geomean(&t, &s->geomeans[i]);
	doc_table(&d, &t);
	d.format->end(&d);
}
