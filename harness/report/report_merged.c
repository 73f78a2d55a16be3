/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The report of joined runs. Hosts stand beside each other; what is said in words is said of each
 * host by itself, by the sentences of a single run's report, and of two by contrasts.h.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "report/beside.h"
#include "report/contrasts.h"
#include "report/figure.h"
#include "report/number.h"
#include "report/report.h"
#include "report/sections.h"

/* A figure of one host, or of all. */
struct drawn {
	struct doc_figure shown;
	struct figure_folder folder;
	char *plots, *link;
	char why[ERR_TEXT_MAX], alt[256];
};

struct page {
	const struct beside *beside;
	struct drawn *figures;		 /* of all hosts, then one for each */
	const struct aa_record *records; /* of each host, or NULL */
};

/* ---- figures ---- */

/* Draws one figure into DIR/plots[/INSTANCE]. */
static int draw(const struct merged_report_input *in, const struct figure *f,
	const struct figure_input *input, const char *instance, struct drawn *d, struct err *err)
{
	struct err failed = {0};
	int r;

	d->link = instance ? xasprintf("plots/%s", instance) : xstrdup("plots");
	d->plots = xasprintf("%s/%s", in->dir, d->link);
	d->folder = (struct figure_folder){.plots_dir = d->plots,
		.instance = instance,
		.scripts_dir = in->scripts_dir,
		.stop = in->stop};
	snprintf(d->alt, sizeof(d->alt), "%s%s%s. The numbers are in the tables of this page.",
		f->title, instance ? ", host " : "", instance ? instance : "");
	d->shown = (struct doc_figure){
		.figure = f, .folder = &d->folder, .link = d->link, .alt = d->alt};
	if (f->missing(input, d->why)) {
		d->shown.missing = d->why;
		return 0;
	}
	r = file_mkdirs(d->plots, &failed);
	if (!r)
		r = figure_draw(f, input, &d->folder, &failed);
	if (!r)
		return 0;
	str_copy(d->why, sizeof(d->why), failed.text);
	d->shown.missing = d->why;
	if (err)
		*err = failed;
	return r;
}

/* The first failure is returned; the others are tried nevertheless. */
static int draw_all(const struct merged_report_input *in, struct page *p, struct err *err)
{
	const struct beside *b = p->beside;
	struct figure_input input = {.merged = in->merged};
	int r = draw(in, &figure_hosts, &input, NULL, &p->figures[0], err);

	for (size_t h = 0; h < b->nhosts && r != -ERR_INTERRUPTED; h++) {
		int one;

		input = (struct figure_input){.view = &b->hosts[h].view};
		one = draw(in, &figures[0], &input, b->hosts[h].host->label, &p->figures[h + 1],
			r ? NULL : err);
		r = r && one != -ERR_INTERRUPTED ? r : one;
	}
	return r;
}

/* ---- sections ---- */

static void warn_of_noise(struct doc *d, const struct merged_source *s)
{
	_cleanup_(str_release) struct str text = {0};

	sentence_source_noise(s, &text);
	if (text.len)
		doc_warning(d, "Noise", "%s", str_text(&text));
}

static void section_warnings(struct doc *d, const struct page *p)
{
	const struct merged *m = p->beside->merged;

	for (size_t i = 0; i < m->nsources; i++) {
		const struct merged_source *s = &m->sources[i];

		if (s->replayed)
			doc_warning(d, "Replayed",
				"Run %s holds canned samples: it measured nothing.", s->run);
		if (merged_source_is_unfinished(s))
			doc_warning(d, "Unfinished", "Run %s on %s: %zu of %zu planned blocks.",
				s->run, s->host, (size_t)s->blocks_done, (size_t)s->blocks_planned);
		warn_of_noise(d, s);
	}
	for (size_t h = 0; h < m->nhosts; h++)
		if (m->hosts[h].missing[0])
			doc_warning(d, "Missing", "Host %s: no run of shard %s was given.",
				m->hosts[h].label, m->hosts[h].missing);
	if (m->nclashes)
		doc_warning(d, "Left out",
			"%zu program%s not the same file in all runs; see below. Their cells are "
			"left out.",
			m->nclashes, m->nclashes == 1 ? " was" : "s were");
}

static void section_answers(struct doc *d, const struct page *p)
{
	doc_heading(d, 2, "answer", "The answer, host by host");
	for (size_t h = 0; h < p->beside->nhosts; h++) {
		const struct beside_host *host = &p->beside->hosts[h];
		const struct story st = {.summary = &host->host->summary,
			.view = &host->view,
			.answers = host->answers};
		_cleanup_(str_release) struct str fastest = {0}, means = {0};

		sentence_fastest(&st, &fastest);
		sentence_geomeans(&st, &means);
		doc_open(d, DOC_PARAGRAPH);
		doc_strong(d, "%s:", host->host->label);
		doc_text(d, " %s %s", str_text(&fastest), str_text(&means));
		doc_close(d, DOC_PARAGRAPH);
		section_cautions(d, &st);
	}
}

static void section_hosts(struct doc *d, const struct page *p)
{
	static const char *const head[] = {
		"Host", "Processor", "Kernel, QEMU, libvirt", "Machines, runs", NULL};
	struct table t = {
		.caption = "Machines with one fingerprint (architecture, CPU "
			   "model and revision, hypervisor, kernel, QEMU) and the same libvirt "
			   "count as one host",
		.columns = 4,
		.text_columns = 4};

	doc_heading(d, 2, "hosts", "Hosts");
	table_head(&t, head);
	for (size_t h = 0; h < p->beside->nhosts; h++) {
		const struct merged_host *host = p->beside->hosts[h].host;
		const struct host *m = &host->summary.host;
		const char *guest = m->hypervisor;

		table_add(&t, "%s", host->label);
		table_sub(&t, "%s", host->fingerprint);
		table_add(&t, "%s", m->cpu_model);
		table_sub(&t, "%s%s%s%s%s", arch_text(m->arch), m->cpu_revision[0] ? ", " : "",
			m->cpu_revision, guest[0] ? ", itself a guest: " : "", guest);
		table_add(&t, "%s", m->kernel);
		table_sub(&t, "%s; %s; %s", m->qemu_user[0] ? m->qemu_user : "no translator",
			m->qemu_system[0] ? m->qemu_system : "no emulator",
			m->libvirt[0] ? m->libvirt : "libvirt not used");
		table_add(&t, "%zu, %zu", host->nodes, host->runs);
		table_sub(&t, "profile %s", host->profile);
	}
	doc_table(d, &t);
}

/* A native cell with its own interval; else as in a run's report. */
static void beside_host_cell(struct table *t, const struct cell_summary *c)
{
	char lo[NUMBER_TEXT_MAX], hi[NUMBER_TEXT_MAX];

	if (!c) {
		table_add(t, "–");
		return;
	}
	sections_cell(t, c, 0);
	if (environment_id_is_native(c->env) && c->mean_lo_ns > 0)
		table_sub(
			t, "[%s, %s]", time_text(c->mean_lo_ns, lo), time_text(c->mean_hi_ns, hi));
}

/* One role on every host: rows are workloads, columns hosts. */
static void role_table(struct doc *d, const struct beside *b, size_t role, const char *caption)
{
	const char *variants[8];
	size_t nvariants = beside_variants(b, variants, ARRAY_LEN(variants));
	struct table t = {.caption = caption, .columns = b->nhosts + 1, .text_columns = 1};

	table_add(&t, "Workload");
	for (size_t h = 0; h < b->nhosts; h++) {
		const struct view_env *env = beside_env(b, role, h);

		table_add(&t, "%s", b->hosts[h].host->label);
		table_sub(&t, "%s", env ? env->id : "not there");
	}
	for (size_t r = 0; r < b->nrows; r++) {
		table_add(&t, "%s", b->rows[r].workload);
		table_sub(&t, "%s", b->rows[r].variant);
		for (size_t h = 0; h < b->nhosts; h++)
			beside_host_cell(&t, beside_cell(b, r, role, h));
	}
	for (size_t k = 0; b->roles[role].kind != VIEW_NATIVE && k < nvariants; k++) {
		table_add(&t, "geometric mean");
		table_sub(&t, "%s", variants[k]);
		for (size_t h = 0; h < b->nhosts; h++) {
			const struct view_env *env = beside_env(b, role, h);

			sections_geomean(&t,
				env ? geomean_find(&b->hosts[h].host->summary, env->id, variants[k])
				    : NULL);
		}
	}
	doc_table(d, &t);
}

static void section_native(struct doc *d, const struct page *p)
{
	doc_heading(d, 2, "native", "Native, host beside host");
	if (!p->beside->nroles || p->beside->roles[0].kind != VIEW_NATIVE) {
		doc_block(d, DOC_PARAGRAPH, "These runs have no cell that was left in.");
		return;
	}
	role_table(d, p->beside, 0, "Steady time of a native iteration [95 % interval]");
	doc_block(d, DOC_QUIET,
		"–: not measured there, or left out because its program differs. Times of two "
		"hosts "
		"are not compared: each ran its own blocks, and the programs "
		"of two architectures are different builds of one source.");
	d->format->figure(d, &p->figures[0].shown);
}

static void section_overheads(struct doc *d, const struct page *p)
{
	const struct beside *b = p->beside;

	doc_heading(d, 2, "overhead", "Overheads, host beside host");
	doc_block(d, DOC_PARAGRAPH,
		"Time as a multiple of the native time on the same host, paired by block there. "
		"“host” and “foreign” stand for the host's own architecture and the other one.");
	for (size_t r = 1; r < b->nroles; r++) {
		_cleanup_free_ char *id = xasprintf("role-%zu", r);
		_cleanup_free_ char *caption = xasprintf(
			"%s: time ÷ native time of that host [95 %% interval]", b->roles[r].name);

		if (!b->roles[r].timed)
			continue;
		doc_heading(d, 3, id, b->roles[r].name);
		role_table(d, b, r, caption);
	}
	doc_block(d, DOC_QUIET,
		"A status in place of a number: no time; the reasons are below. %sOver several "
		"shards, the means of the shards are weighed by their workloads and their "
		"variances added, because their blocks are not the same.",
		beside_suites_differ(b) ? "Means over different numbers of workloads are means of "
					  "different suites. "
					: "");
	for (size_t h = 0; h < b->nhosts; h++) {
		_cleanup_free_ char *id = xasprintf("figure-of-%s", b->hosts[h].host->label);

		doc_heading(d, 3, id, b->hosts[h].host->label);
		d->format->figure(d, &p->figures[h + 1].shown);
	}
}

static void section_across(struct doc *d, const struct page *p)
{
	section_contrasts(d, p->beside->merged);
}

/* Of each host, what its joined runs say together. */
static void host_records(struct doc *d, const struct page *p)
{
	for (size_t h = 0; h < p->beside->nhosts; h++) {
		_cleanup_(str_release) struct str said = {0}, unreadable = {0};

		sentence_record(&p->records[h], &said);
		sentence_unreadable(&p->records[h], &unreadable);
		if (!said.len && !unreadable.len)
			continue;
		doc_open(d, DOC_PARAGRAPH);
		doc_strong(d, "%s:", p->beside->hosts[h].host->label);
		doc_text(d, " %s %s", str_text(&said), str_text(&unreadable));
		doc_close(d, DOC_PARAGRAPH);
	}
	doc_block(d, DOC_QUIET,
		"Counted are the joined runs of each host, in sources/. What is measured twice has "
		"a true ratio of 1, and a 95 %% interval may miss it in 5 %% of cases.");
}

static void section_noise_floors(struct doc *d, const struct page *p)
{
	const struct beside *b = p->beside;
	_cleanup_free_ struct labelled_summary *hosts = xcalloc(b->nhosts, sizeof(*hosts));
	size_t duplicates = 0;

	doc_heading(d, 2, "noise", "Noise floor");
	for (size_t h = 0; h < b->nhosts; h++) {
		hosts[h] = (struct labelled_summary){
			b->hosts[h].host->label, &b->hosts[h].host->summary};
		duplicates += hosts[h].summary->naa;
	}
	if (!duplicates) {
		doc_block(d, DOC_PARAGRAPH, "Nothing was measured twice in these runs.");
		return;
	}
	sections_duplicates(d, hosts, b->nhosts);
	if (p->records)
		host_records(d, p);
}

static void section_reasons(struct doc *d, const struct page *p)
{
	static const char *const head[] = {"Host", "Ending", "Cells", "Reason", NULL};
	struct table t = {.caption = "Why cells have no time", .columns = 4, .text_columns = 4};
	size_t n = 0;

	table_head(&t, head);
	for (size_t h = 0; h < p->beside->nhosts; h++) {
		const struct view *v = &p->beside->hosts[h].view;

		for (size_t i = 0; i < v->nreasons; i++, n++) {
			table_add(&t, "%s", p->beside->hosts[h].host->label);
			table_add(&t, "%s", status_text(v->reasons[i].status));
			table_add(&t, "%zu", v->reasons[i].cells);
			table_add(&t, "%s", v->reasons[i].text);
		}
	}
	if (!n) {
		table_release(&t);
		return;
	}
	doc_heading(d, 2, "reasons", "Refused and failed");
	doc_table(d, &t);
}

static void section_clashes(struct doc *d, const struct page *p)
{
	static const char *const head[] = {
		"Program", "In one run", "In another", "Cells left out", NULL};
	const struct merged *m = p->beside->merged;
	struct table t = {
		.caption = "Programs that were not the same file", .columns = 4, .text_columns = 3};

	if (!m->nclashes)
		return;
	doc_heading(d, 2, "programs", "Programs that differ");
	table_head(&t, head);
	for (size_t i = 0; i < m->nclashes; i++) {
		const struct clash *c = &m->clashes[i];

		table_add(&t, "%s", c->program);
		table_add(&t, "%s", c->run_a);
		table_sub(&t, "%s", c->id_a[0] ? c->id_a : "not stored");
		table_add(&t, "%s", c->run_b);
		table_sub(&t, "%s", c->id_b[0] ? c->id_b : "not stored");
		table_add(&t, "%zu", c->cells);
	}
	doc_table(d, &t);
	doc_block(d, DOC_QUIET,
		"SHA-256 sums of the files, or build ids. Hosts of Debian 12 "
		"make the same files from the same sources: `make images-update` on each, and "
		"build again; or their compilers differ.");
}

static void section_sources(struct doc *d, const struct page *p)
{
	static const char *const head[] = {
		"Run", "Host", "Machine", "Shard", "Blocks", "Cells", NULL};
	const struct merged *m = p->beside->merged;
	struct table t = {.caption = "The runs that were joined; each is in sources/",
		.columns = 6,
		.text_columns = 3};

	doc_heading(d, 2, "sources", "Runs");
	table_head(&t, head);
	for (size_t i = 0; i < m->nsources; i++) {
		const struct merged_source *s = &m->sources[i];

		table_add(&t, "%s", s->run);
		table_sub(&t, "%s", s->created);
		table_add(&t, "%s", s->host);
		table_add(&t, "%s", s->node);
		if (s->shards)
			table_add(&t, "%zu of %zu", (size_t)s->shard, (size_t)s->shards);
		else
			table_add(&t, "all");
		table_add(&t, "%zu of %zu", (size_t)s->blocks_done, (size_t)s->blocks_planned);
		table_add(&t, "%zu", s->cells);
	}
	doc_table(d, &t);
}

typedef void section(struct doc *d, const struct page *p);
static section *const sections[] = {
	section_warnings,
	section_answers,
	section_hosts,
	section_native,
	section_overheads,
	section_across,
	section_noise_floors,
	section_reasons,
	section_clashes,
	section_sources,
};

/* ---- the documents ---- */

static int write_document(const struct doc_format *format, const struct page *p,
	const struct merged_report_input *in, const char *name, struct err *err)
{
	const struct merged *m = in->merged;
	_cleanup_free_ char *path = xasprintf("%s/%s", in->dir, name);
	_cleanup_free_ char *title = xasprintf("What it costs to run this somewhere else, on %zu "
					       "host%s",
		m->nhosts, m->nhosts == 1 ? "" : "s");
	_cleanup_free_ char *subtitle = xasprintf(
		"%s · %zu runs joined · size %s · %s", m->created, m->nsources, m->size, m->id);
	_cleanup_(str_release) struct str text = {0};
	struct doc d = {.format = format, .out = &text};

	format->begin(&d, title, subtitle);
	for (size_t i = 0; i < ARRAY_LEN(sections); i++)
		sections[i](&d, p);
	format->end(&d);
	return file_write(path, str_text(&text), text.len, err);
}

int report_merged_write(const struct merged_report_input *in, struct err *err)
{
	struct beside b;
	struct page p = {.beside = &b, .records = in->records};
	int drawn, r = 0;

	beside_init(&b, in->merged);
	p.figures = xcalloc(b.nhosts + 1, sizeof(*p.figures));
	drawn = draw_all(in, &p, err);
	if (drawn != -ERR_INTERRUPTED)
		r = write_document(&doc_markdown, &p, in, "report.md", drawn ? NULL : err);
	if (!r && drawn != -ERR_INTERRUPTED)
		r = write_document(&doc_html, &p, in, "report.html", drawn ? NULL : err);
	for (size_t i = 0; i <= b.nhosts; i++) {
		free(p.figures[i].plots);
		free(p.figures[i].link);
	}
	free(p.figures);
	beside_release(&b);
	return drawn ? drawn : r;
}
