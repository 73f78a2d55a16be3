/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What stands further down: reasons, boots, computed original times, every cell, host and method.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/number.h"
#include "report/sections.h"

#define ORDER_LEVEL 0.05

/* ---- refusals and failures ---- */

static bool any_reason(const struct view *v, bool refusals)
{
	for (size_t i = 0; i < v->nreasons; i++)
		if (status_is_refusal(v->reasons[i].status) == refusals)
			return true;
	return false;
}

static void reasons_table(struct doc *d, const struct view *v, bool refusals, const char *caption)
{
	static const char *const head[] = {"No.", "Status", "Reason", "Where", "Cells", NULL};
	struct table t = {.caption = caption, .columns = 5, .text_columns = 4};

	table_head(&t, head);
	for (size_t i = 0; i < v->nreasons; i++) {
		_cleanup_(str_release) struct str places = {0};

		if (status_is_refusal(v->reasons[i].status) != refusals)
			continue;
		sentence_places(v, i + 1, &places);
		table_add(&t, "%zu", i + 1);
		table_anchor(&t, i + 1);
		table_add(&t, "%s", status_text(v->reasons[i].status));
		table_add(&t, "%s", v->reasons[i].text);
		table_add(&t, "%s", str_text(&places));
		table_add(&t, "%zu", v->reasons[i].cells);
	}
	doc_table(d, &t);
}

void section_refusals(struct doc *d, const struct story *st)
{
	doc_heading(d, 2, "refusals", "What could not run here, and why");
	if (!any_reason(st->view, true)) {
		doc_block(d, DOC_PARAGRAPH, "Nothing was refused.");
		return;
	}
	reasons_table(d, st->view, true, "Refusals: proven not to run here; no failure");
}

void section_failures(struct doc *d, const struct story *st)
{
	doc_heading(d, 2, "failures", "Wrong results and failures");
	if (!any_reason(st->view, false)) {
		doc_block(d, DOC_PARAGRAPH,
			"None: every result that can be compared agrees with the native one.");
		return;
	}
	reasons_table(d, st->view, false, "Cells that ran and went wrong; never shown as a time");
}

/* ---- boots ---- */

/* Of the guest's clock, over each boot. */
static void boot_clock(struct table *t, const struct boot_summary *b)
{
	char text[NUMBER_TEXT_MAX], error[NUMBER_TEXT_MAX];

	table_add(t, "%s", number_text(b->skew_ppm, text));
	if (isfinite(b->skew_worst_ppm) && isfinite(b->skew_error_ppm))
		table_sub(t, "worst %s, error below %s", number_text(b->skew_worst_ppm, text),
			number_text(b->skew_error_ppm, error));
}

void section_boots(struct doc *d, const struct story *st)
{
	static const char *const head[] = {"VM", "Create to hello", "Create", "Boots", "Failed",
		"Accelerator", "CPU", "Machine", "vCPUs", "QEMU", "libvirt", "Clock skew, ppm",
		NULL};
	struct table t = {.caption =
				  "Boots, from libvirt's create to the agent's hello: median and "
				  "range; the rest as read back from the live domain",
		.columns = ARRAY_LEN(head) - 1,
		.text_columns = 1};
	_cleanup_(str_release) struct str other = {0};

	if (!st->summary->nboots)
		return;
	doc_heading(d, 2, "boots", "Boots");
	table_head(&t, head);
	for (size_t i = 0; i < st->summary->nboots; i++) {
		const struct boot_summary *b = &st->summary->boots[i];
		const struct view_env *env = view_env_find(st->view, b->env);
		char text[NUMBER_TEXT_MAX], lo[NUMBER_TEXT_MAX], hi[NUMBER_TEXT_MAX];

		table_add(&t, "%s", b->env);
		table_slot(&t, env ? env->slot : VIEW_SLOTS);
		if (b->ran_on[0])
			table_sub(&t, "on %s", b->ran_on);
		table_add(&t, "%s", time_text(b->hello_ns, text));
		if (isfinite(b->hello_min_ns) && isfinite(b->hello_max_ns))
			table_sub(&t, "%s to %s", time_text(b->hello_min_ns, lo),
				time_text(b->hello_max_ns, hi));
		table_add(&t, "%s", time_text(b->create_ns, text));
		table_add(&t, "%zu", b->boots);
		table_add(&t, "%zu", b->failed);
		if (b->failed)
			table_mark(&t, CELL_FAILED, 0);
		table_add(&t, "%s", b->accel);
		table_add(&t, "%s", b->cpu);
		table_add(&t, "%s", b->machine);
		table_add(&t, "%zu", (size_t)b->vcpus);
		table_add(&t, "%s", b->qemu[0] ? b->qemu : "–");
		table_add(&t, "%s", b->libvirt[0] ? b->libvirt : "–");
		boot_clock(&t, b);
	}
	doc_table(d, &t);
	sentence_other_qemu(st, &other);
	if (other.len)
		doc_block(d, DOC_QUIET, "%s", str_text(&other));
}

/* ---- original runs ---- */

static bool row_has_original(const struct view *v, size_t r)
{
	for (size_t e = 0; e < v->nenvs; e++) {
		const struct cell_summary *c = view_cell(v, r, e);

		if (c && isfinite(c->original_ns))
			return true;
	}
	return false;
}

static void original_row(struct table *t, const struct story *st, size_t r)
{
	const struct view_row *row = &st->view->rows[r];
	const struct workload *w =
		st->workloads ? workloads_find(st->workloads, row->workload) : NULL;
	char text[NUMBER_TEXT_MAX];

	table_add(t, "%s", row->workload);
	table_sub(t, "%s", row->variant);
	table_add(t, "%s", w && w->original_what ? w->original_what : "–");
	for (size_t e = 0; e < st->view->nenvs; e++) {
		const struct cell_summary *c = view_cell(st->view, r, e);

		if (c && c->status == STATUS_OK) {
			table_add(t, "%s", time_text(c->original_ns, text));
			continue;
		}
		table_add(t, "%s", c ? status_text(c->status) : "–");
		if (c)
			table_mark(t, status_is_refusal(c->status) ? CELL_REFUSED : CELL_FAILED,
				view_reason_number(st->view, c));
	}
}

void section_originals(struct doc *d, const struct story *st)
{
	const struct view *v = st->view;
	struct table t = {.caption = "Computed, not measured: steady time per iteration × the "
				     "original run's iterations",
		.columns = v->nenvs + 2,
		.text_columns = 2};
	bool any = false;

	for (size_t r = 0; r < v->nrows; r++)
		any |= row_has_original(v, r);
	if (!any)
		return;
	doc_heading(d, 2, "originals", "What the original runs would take (computed)");
	table_add(&t, "Workload");
	table_add(&t, "Original run");
	sections_env_heads(&t, v);
	for (size_t r = 0; r < v->nrows; r++)
		if (row_has_original(v, r))
			original_row(&t, st, r);
	doc_table(d, &t);
	doc_block(d, DOC_QUIET,
		"At this run's size (%s): only size “seed” has the shapes of the original "
		"question.",
		st->summary->size[0] ? st->summary->size : "not recorded");
}

/* ---- every cell ---- */

/* A native ratio is 1 by definition. */
static const char *full_cell_precision(const struct cell_summary *c)
{
	if (!c->ratio.defined || environment_id_is_native(c->env))
		return "–";
	return c->target_met ? "met" : "not met";
}

static void full_cell(struct table *t, const struct cell_summary *c)
{
	char a[NUMBER_TEXT_MAX], b[NUMBER_TEXT_MAX];

	table_add(t, "%s", c->id);
	table_add(t, "%s", status_text(c->status));
	table_add(t, "%s", time_text(c->mean_ns, a));
	if (isfinite(c->mean_lo_ns))
		table_sub(t, "%s to %s", time_text(c->mean_lo_ns, a), time_text(c->mean_hi_ns, b));
	table_add(t, "%s", time_text(c->boot_ns, a));
	table_add(t, "%s", time_text(c->startup_ns, a));
	table_add(t, "%s", time_text(c->first_iter_ns, a));
	table_add(t, "%s", c->warmup[0] ? c->warmup : "–");
	table_sub(t, "%zu left out", c->warmup_iterations);
	table_add(t, "%s", ratio_text(c->ratio.point, a));
	table_sub(t, "%s%s", interval_text(&c->ratio, b), c->adjusted ? ", adjusted" : "");
	table_add(t, "%s", ratio_text(c->ratio_untrimmed, a));
	table_add(t, "%s", ratio_text(c->ratio_trimmed_twice, a));
	table_add(t, "%s", ratio_text(c->ratio_raw.point, a));
	table_sub(t, "%s", interval_text(&c->ratio_raw, b));
	table_add(t, "%s", interval_text(&c->ratio_sign, b));
	if (isfinite(c->lag1))
		table_add(t, "%.2f", c->lag1);
	else
		table_add(t, "–");
	table_add(t, "%s", full_cell_precision(c));
	table_add(t, "%zu / %zu / %zu", c->blocks, c->executions, c->iterations);
	table_add(t, "%s", c->path[0] ? c->path : "–");
	if (c->max_rss_kib)
		table_add(t, "%.1f MiB", (double)c->max_rss_kib / 1024);
	else
		table_add(t, "–");
	table_add(t, "%s", number_text(c->host_cpu_ns / c->mean_ns, a));
	table_add(t, "%s", isfinite(c->skew_ppm) ? number_text(c->skew_ppm, a) : "–");
	if (c->timed_by_host)
		table_sub(t, "timed by the host");
	table_add(t, "%u", c->retries);
}

void section_cells(struct doc *d, const struct story *st)
{
	static const char *const head[] = {"Cell", "Status", "Steady", "Boot", "Start",
		"First iteration", "Warm-up", "Ratio", "Untrimmed", "Trimmed twice",
		"Without the sentinel: paired t", "Without the sentinel: sign test", "Lag 1",
		"Precision", "Blocks / executions / iterations", "Code path", "Peak memory",
		"Host CPU", "Clock skew, ppm", "Retries", NULL};
	struct table t = {.caption = "Every cell with all that was computed from its samples",
		.columns = ARRAY_LEN(head) - 1,
		.text_columns = 2};

	if (!st->summary->ncells)
		return;
	doc_heading(d, 2, "cells", "Every cell in full");
	doc_open(d, DOC_DETAILS);
	doc_block(d, DOC_SUMMARY, "Show all %zu cells", st->summary->ncells);
	table_head(&t, head);
	for (size_t i = 0; i < st->summary->ncells; i++)
		full_cell(&t, &st->summary->cells[i]);
	doc_table(d, &t);
	doc_block(d, DOC_QUIET,
		"“Adjusted”: what the sentinel explains has been taken off this ratio. What "
		"is without it is of the cell's times alone: plain intervals.");
	doc_close(d, DOC_DETAILS);
}

/* ---- host and method ---- */

static void fact(struct table *t, const char *name, const char *value)
{
	table_add(t, "%s", name);
	table_add(t, "%s", value[0] ? value : "not known");
}

void section_host(struct doc *d, const struct story *st)
{
	const struct host *h = &st->summary->host;
	struct table t = {.caption = "The host", .columns = 2, .text_columns = 2};
	_cleanup_free_ char *cpus = xasprintf("%u, measured on CPU %d, toll itself on CPU %d",
		h->cpus, h->measure_cpu, h->harness_cpu);
	_cleanup_free_ char *memory = xasprintf("%zu MiB", (size_t)h->memory_mib);
	_cleanup_free_ char *load = xasprintf("%.2f", h->load1);
	_cleanup_free_ char *cpu = xasprintf("%s%s%s%s", h->cpu_model,
		h->cpu_revision[0] ? " (" : "", h->cpu_revision, h->cpu_revision[0] ? ")" : "");

	doc_heading(d, 2, "host", "Host");
	table_add(&t, "Fact");
	table_add(&t, "Value");
	fact(&t, "Processor", cpu);
	fact(&t, "Architecture", arch_text(h->arch));
	fact(&t, "CPUs", cpus);
	fact(&t, "Memory", memory);
	fact(&t, "System", h->distribution);
	fact(&t, "Kernel", h->kernel);
	fact(&t, "QEMU, translator", h->qemu_user);
	fact(&t, "QEMU, machines", h->qemu_system);
	for (size_t i = 0; i < st->summary->ncommands; i++) {
		const struct command_used *c = &st->summary->commands[i];

		table_add(&t, "%s", c->env);
		table_add(&t, "%s: %s", c->version, c->command);
	}
	fact(&t, "libvirt", h->libvirt);
	if (st->summary->connect[0])
		fact(&t, "VMs run through", st->summary->connect);
	if (st->summary->cpu[0])
		fact(&t, "CPU models chosen", st->summary->cpu);
	fact(&t, "KVM", h->kvm);
	fact(&t, "Itself a guest of", h->hypervisor);
	fact(&t, "Frequency governor", h->governor);
	fact(&t, "Load when it began", load);
	fact(&t, "Host id", h->id);
	doc_table(d, &t);
}

static void item(struct doc *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void item(struct doc *d, const char *fmt, ...)
{
	_cleanup_(str_release) struct str text = {0};
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&text, fmt, ap);
	va_end(ap);
	doc_block(d, DOC_ITEM, "%s", str_text(&text));
}

/* How often a cell is executed in a block: the most of any. */
static size_t executions_a_block(const struct summary *s)
{
	size_t most = 1;

	for (size_t i = 0; i < s->ncells; i++)
		if (s->cells[i].per_block > most)
			most = s->cells[i].per_block;
	return most;
}

static void add_times_a_block(struct str *out, const struct summary *s)
{
	size_t most = executions_a_block(s);

	str_add(out, "once");
	if (most > 1)
		str_addf(out, " to %zu times far apart", most);
	if (s->pilot_executions)
		str_addf(out, " (in those of the pilot at least %zu times)",
			(size_t)s->pilot_executions);
}

static void add_order_effect(struct str *out, const char *what, double p, double effect)
{
	char percent[NUMBER_TEXT_MAX];

	str_addf(out, "%s ", what);
	if (!isfinite(p))
		str_add(out, "could not be tested");
	else
		str_addf(out, "p = %.2g (%s)", p, percent_text(effect, percent));
}

/* Either of the two tests finds something, at 5 % over both (Bonferroni). */
static bool order_mattered(const struct summary *s)
{
	return s->position_p < ORDER_LEVEL / 2 || s->carryover_p < ORDER_LEVEL / 2;
}

static void order_item(struct doc *d, const struct summary *s)
{
	_cleanup_(str_release) struct str text = {0};
	bool mattered = order_mattered(s);

	if (!isfinite(s->position_p) && !isfinite(s->carryover_p))
		return;
	str_addf(&text, "%s the order mattered", mattered ? "It shows that" : "No sign that");
	add_order_effect(&text, ": position", s->position_p, s->position_effect);
	add_order_effect(&text, ", what ran just before", s->carryover_p, s->carryover_effect);
	item(d, "%s; F tests within blocks, and the typical effect.%s", str_text(&text),
		mattered ? " A balanced order spreads it over all cells alike." : "");
}

static void precision_item(struct doc *d, const struct story *st)
{
	_cleanup_(str_release) struct str text = {0};

	sentence_precision(st, &text);
	sentence_precision_of_fixed(st, &text);
	if (st->summary->pilot)
		str_add(&text,
			" Stein's two-stage rule: what the pilot's blocks vary by decided, once, "
			"how many are measured, and is what every interval rests on.");
	if (st->summary->pilot_executions)
		str_add(&text,
			" Executions that a block of the pilot has and a later one does not, in "
			"one boot where the cell runs in a VM, tell the variance between blocks "
			"from that between executions, and enter no ratio.");
	if (text.len)
		item(d, "%s", str_text(&text));
}

static void add_suites(struct str *out, const struct summary *s)
{
	if (s->suite[0])
		str_addf(out, ", suite%s %s", strchr(s->suite, ',') ? "s" : "", s->suite);
}

void section_method(struct doc *d, const struct story *st)
{
	const struct summary *s = st->summary;
	char a[NUMBER_TEXT_MAX], b[NUMBER_TEXT_MAX];
	_cleanup_(str_release) struct str conditions = {0}, times = {0}, suites = {0};

	doc_heading(d, 2, "method", "How it was measured");
	doc_open(d, DOC_LIST);
	add_times_a_block(&times, s);
	item(d,
		"%zu of %zu blocks%s; in each, every cell %s, in balanced random order, and each "
		"VM freshly booted.",
		(size_t)s->blocks_done, (size_t)s->blocks_planned,
		s->budget_ended ? ", all that the budget had time for" : "", str_text(&times));
	item(d,
		"Seed %llu. Imbalance of the order, largest minus smallest count: position %zu, "
		"carry-over %zu.",
		(unsigned long long)s->seed, s->position_imbalance, s->carryover_imbalance);
	order_item(d, s);
	sentence_conditions(st, &conditions);
	item(d, "%s", str_text(&conditions));
	item(d,
		"Blocks in which the machine was suspended or the CPU throttled for heat, or a "
		"hypervisor took more than a quarter of an execution, are left out in all cells: "
		"%zu of this run.",
		s->nspoiled);
	if (isfinite(s->wall_ns))
		item(d, "%s of measuring, %s of it inside executions and boots.",
			time_text(s->wall_ns, a),
			percent_text(s->wall_ns > 0 ? s->inside_ns / s->wall_ns : NAN, b));
	item(d,
		"Ratios are paired by block with the native cell of the same workload and variant; "
		"%.0f %% intervals on the logarithm, widened where neighbouring blocks are alike.",
		100 * s->confidence);
	precision_item(d, st);
	item(d, "Steady times leave warm-up out; boot, start and first iteration are reported "
		"apart.");
	add_suites(&suites, s);
	item(d, "Profile %s, size %s%s. Run %s, begun %s, toll %s.", s->profile, s->size,
		str_text(&suites), s->run, s->created, s->toll_version);
	doc_close(d, DOC_LIST);
}
