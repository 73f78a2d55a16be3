/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/export.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* ---- times ---- */

static double steady_mean(const uint64_t *v, const struct export_execution *e)
{
	double sum = 0;

	for (size_t i = e->steady; i < e->sample->iterations; i++)
		sum += (double)v[i];
	return sum / (double)(e->sample->iterations - e->steady);
}

static bool time_of(const struct export_execution *e, struct export_time *ret)
{
	const struct sample *s = e->sample;
	double scale = sample_scale(s);

	if (!e->counts || e->steady >= s->iterations)
		return false;
	*ret = (struct export_time){.sample = s,
		.wall_ns = steady_mean(s->iter_wall_ns, e) * scale,
		.cpu_ns = steady_mean(s->iter_cpu_ns, e) * scale,
		.iterations = s->iterations - e->steady};
	return isfinite(ret->wall_ns) && ret->wall_ns > 0;
}

void export_times_of(
	const struct export_input *in, const struct cell_summary *c, struct export_times *ret)
{
	*ret = (struct export_times){.v = xcalloc(in->n, sizeof(*ret->v))};
	if (c->status != STATUS_OK)
		return;
	for (size_t i = 0; i < in->n; i++) {
		const struct export_execution *e = &in->executions[i];

		if (!e->arm->duplicate && !strcmp(e->arm->cell, c->id) &&
			time_of(e, &ret->v[ret->n]))
			ret->n++;
	}
}

void export_times_release(struct export_times *times)
{
	free(times->v);
	*times = (struct export_times){0};
}

size_t export_untimed(const struct export_input *in)
{
	size_t n = 0;

	for (size_t i = 0; i < in->summary->ncells; i++) {
		struct export_times times;

		export_times_of(in, &in->summary->cells[i], &times);
		n += !times.n;
		export_times_release(&times);
	}
	return n;
}

/* ---- dates ---- */

const char *export_date(const struct summary *s, char ret[static EXPORT_DATE_MAX])
{
	static const char pattern[] = "0000-00-00 00:00:00 UTC";

	*ret = '\0';
	if (strlen(s->created) != strlen(pattern))
		return ret;
	for (size_t i = 0; pattern[i]; i++)
		if (pattern[i] == '0' ? !isdigit((unsigned char)s->created[i])
				      : s->created[i] != pattern[i])
			return ret;
	str_copy(ret, EXPORT_DATE_MAX, s->created);
	ret[10] = 'T';
	return ret;
}

/* ---- the table ---- */

const struct exporter exporters[EXPORT_COUNT] = {
#define X(id, name_, extension_, whole_, summary_)                                                 \
	[EXPORT_##id] = {.name = name_,                                                            \
		.extension = extension_,                                                           \
		.summary = summary_,                                                               \
		.whole = whole_,                                                                   \
		.write = export_##id},
	EXPORTERS(X)
#undef X
};

const char *const exporter_names[] = {
#define X(id, name, extension, whole, summary) name,
	EXPORTERS(X)
#undef X
		NULL,
};
