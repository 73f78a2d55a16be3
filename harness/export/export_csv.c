/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Long CSV (RFC 4180): a row per iteration. What belongs to the execution stands again in each of
 * its rows. An execution without iterations has one row, and so has an arm that was not executed:
 * what does not apply is an empty field. Columns come from the field table of samples.
 */
#include "export/export.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/field.h"
#include "base/json.h"
#include "store/tables.h"

#define NO_ITERATION ((size_t)-1)

struct row {
	const struct export_input *in;
	const struct arm *arm;
	const struct export_execution *execution; /* NULL: not executed */
	size_t iteration;			  /* from 0, or NO_ITERATION */
};

/* A text as one field: quoted where it must be, and always valid UTF-8. */
static void add_text(struct str *out, const char *text)
{
	bool quoted = strpbrk(text, ",\"\r\n") != NULL;

	if (quoted)
		str_addc(out, '"');
	for (size_t n; *text; text += n ? n : 1) {
		n = str_utf8_length(text);
		if (!n)
			str_add(out, STR_REPLACEMENT);
		else if (*text == '"')
			str_add(out, "\"\"");
		else
			str_addn(out, text, n);
	}
	if (quoted)
		str_addc(out, '"');
}

static void add_u64(struct str *out, uint64_t value)
{
	str_addf(out, "%llu", (unsigned long long)value);
}

static void add_double(struct str *out, double value)
{
	char text[JSON_NUMBER_MAX];

	str_add(out, json_number_text(value, text));
}

/* ---- columns of the arm ---- */

static void add_run(const struct row *row, struct str *out)
{
	add_text(out, row->in->plan->run);
}

static void add_workload(const struct row *row, struct str *out)
{
	add_text(out, row->arm->parts.workload);
}

static void add_variant(const struct row *row, struct str *out)
{
	add_text(out, row->arm->parts.variant);
}

static void add_arch(const struct row *row, struct str *out)
{
	add_text(out, arch_text(row->arm->parts.arch));
}

static void add_env(const struct row *row, struct str *out)
{
	add_text(out, row->arm->parts.env);
}

static void add_arm(const struct row *row, struct str *out)
{
	add_text(out, row->arm->duplicate ? "aa" : "main");
}

/* What became of the cell as a whole: ok, where some executions failed, wrong-result, where all
 * seemed to go well. */
static void add_cell_status(const struct row *row, struct str *out)
{
	const struct cell_summary *c = summary_cell(row->in->summary, row->arm->cell);

	add_text(out, status_text(c ? c->status : row->arm->status));
}

/* ---- columns of the execution beside the table's ---- */

static void add_sentinel_before(const struct row *row, struct str *out)
{
	if (row->execution && row->execution->sample->sentinel_ns[0])
		add_u64(out, row->execution->sample->sentinel_ns[0]);
}

static void add_sentinel_after(const struct row *row, struct str *out)
{
	if (row->execution && row->execution->sample->sentinel_ns[1])
		add_u64(out, row->execution->sample->sentinel_ns[1]);
}

/* Empty: not executed. */
static void add_counts(const struct row *row, struct str *out)
{
	if (row->execution)
		add_text(out, row->execution->counts ? "true" : "false");
}

static void add_flop(const struct row *row, struct str *out)
{
	if (row->execution && row->execution->sample->iterations)
		add_double(out, row->execution->sample->flop);
}

static void add_bytes(const struct row *row, struct str *out)
{
	if (row->execution && row->execution->sample->iterations)
		add_double(out, row->execution->sample->bytes);
}

static void add_path(const struct row *row, struct str *out)
{
	if (row->execution)
		add_text(out, row->execution->sample->path);
}

static void add_digest(const struct row *row, struct str *out)
{
	if (row->execution)
		add_text(out, row->execution->sample->digest.hash);
}

/* ---- columns of the iteration ---- */

static void add_iteration(const struct row *row, struct str *out)
{
	if (row->iteration != NO_ITERATION)
		add_u64(out, row->iteration + 1);
}

static void add_steady(const struct row *row, struct str *out)
{
	if (row->iteration != NO_ITERATION)
		add_text(out, row->iteration >= row->execution->steady ? "true" : "false");
}

static void add_wall(const struct row *row, struct str *out)
{
	if (row->iteration != NO_ITERATION)
		add_u64(out, row->execution->sample->iter_wall_ns[row->iteration]);
}

static void add_cpu(const struct row *row, struct str *out)
{
	if (row->iteration != NO_ITERATION)
		add_u64(out, row->execution->sample->iter_cpu_ns[row->iteration]);
}

static void add_host_wall(const struct row *row, struct str *out)
{
	const struct sample *s;

	if (row->iteration == NO_ITERATION)
		return;
	s = row->execution->sample;
	add_double(out, (double)s->iter_wall_ns[row->iteration] * sample_scale(s));
}

/* ---- rows ---- */

struct column {
	const char *name;
	void (*add)(const struct row *row, struct str *out);
};

static const struct column before[] = {{"run", add_run}, {"workload", add_workload},
	{"variant", add_variant}, {"arch", add_arch}, {"env", add_env}, {"arm", add_arm},
	{"cell_status", add_cell_status}};
static const struct column after[] = {{"sentinel_before_ns", add_sentinel_before},
	{"sentinel_after_ns", add_sentinel_after}, {"flop", add_flop}, {"bytes", add_bytes},
	{"path", add_path}, {"digest", add_digest}, {"counts", add_counts}};
static const struct column of_iteration[] = {{"iteration", add_iteration}, {"steady", add_steady},
	{"iter_wall_ns", add_wall}, {"iter_cpu_ns", add_cpu}, {"iter_host_ns", add_host_wall}};

/* Every arm has these members of a sample, executed or not. */
static void add_of_arm(const struct arm *arm, const struct field *f, struct str *out)
{
	if (!strcmp(f->name, "cell"))
		add_text(out, arm->cell);
	else if (!strcmp(f->name, "status"))
		add_text(out, status_text(arm->status));
	else if (!strcmp(f->name, "reason"))
		add_text(out, arm->reason);
}

/* What stands again in every row of an execution. */
static void add_fixed(const struct row *row, struct str *out)
{
	for (size_t i = 0; i < ARRAY_LEN(before); i++) {
		if (i)
			str_addc(out, ',');
		before[i].add(row, out);
	}
	for (const struct field *f = table_sample; f->name; f++) {
		str_addc(out, ',');
		if (row->execution) {
			_cleanup_(str_release) struct str text = {0};

			field_text(f, row->execution->sample, &text);
			add_text(out, str_text(&text));
		} else {
			add_of_arm(row->arm, f, out);
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(after); i++) {
		str_addc(out, ',');
		after[i].add(row, out);
	}
}

static void add_row(const struct row *row, const struct str *fixed, struct str *out)
{
	str_addn(out, fixed->s, fixed->len);
	for (size_t i = 0; i < ARRAY_LEN(of_iteration); i++) {
		str_addc(out, ',');
		of_iteration[i].add(row, out);
	}
	str_add(out, "\r\n");
}

static void add_rows(struct row row, struct str *out)
{
	size_t iterations = row.execution ? row.execution->sample->iterations : 0;
	_cleanup_(str_release) struct str fixed = {0};

	add_fixed(&row, &fixed);
	if (!iterations)
		add_row(&row, &fixed, out);
	for (row.iteration = 0; row.iteration < iterations; row.iteration++)
		add_row(&row, &fixed, out);
}

static void add_head(struct str *out)
{
	for (size_t i = 0; i < ARRAY_LEN(before); i++)
		str_addf(out, "%s%s", i ? "," : "", before[i].name);
	for (const struct field *f = table_sample; f->name; f++)
		str_addf(out, ",%s", f->name);
	for (size_t i = 0; i < ARRAY_LEN(after); i++)
		str_addf(out, ",%s", after[i].name);
	for (size_t i = 0; i < ARRAY_LEN(of_iteration); i++)
		str_addf(out, ",%s", of_iteration[i].name);
	str_add(out, "\r\n");
}

void export_csv(const struct export_input *in, struct str *out)
{
	size_t at = 0;

	add_head(out);
	for (size_t i = 0; i < in->plan->n; i++) {
		const struct arm *arm = &in->plan->arms[i];

		if (at == in->n || in->executions[at].arm != arm)
			add_rows((struct row){in, arm, NULL, NO_ITERATION}, out);
		for (; at < in->n && in->executions[at].arm == arm; at++)
			add_rows((struct row){in, arm, &in->executions[at], NO_ITERATION}, out);
	}
}
