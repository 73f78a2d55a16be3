/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Data of the figure of native times: the lanes are hosts.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/figure_data.h"

static bool is_timed(const struct cell_summary *c)
{
	return !strcmp(c->env, "native") && c->status == STATUS_OK && isfinite(c->mean_ns);
}

bool hosts_missing(const struct figure_input *in, char why[static FIGURE_WHY_MAX])
{
	for (size_t h = 0; h < in->merged->nhosts; h++)
		for (size_t i = 0; i < in->merged->hosts[h].summary.ncells; i++)
			if (is_timed(&in->merged->hosts[h].summary.cells[i]))
				return false;
	snprintf(why, FIGURE_WHY_MAX, "no host has a native time");
	return true;
}

/* The hosts' native cells, as cells of one run whose environments are the hosts. */
static void natives_init(const struct merged *m, struct summary *ret)
{
	size_t n = 0;

	for (size_t h = 0; h < m->nhosts; h++)
		n += m->hosts[h].summary.ncells;
	*ret = (struct summary){.cells = xcalloc(n, sizeof(*ret->cells))};
	for (size_t h = 0; h < m->nhosts; h++) {
		const struct merged_host *host = &m->hosts[h];

		for (size_t i = 0; i < host->summary.ncells; i++) {
			const struct cell_summary *c = &host->summary.cells[i];

			if (strcmp(c->env, "native") || c->probe)
				continue;
			ret->cells[ret->ncells] = *c;
			/* One architecture for all, or the view would sort the other's last. */
			ret->cells[ret->ncells].arch = ret->host.arch;
			str_copy(ret->cells[ret->ncells++].env, ENV_ID_MAX, host->label);
		}
	}
}

static bool values(const struct figure_input *in, const struct cell_summary *c, struct str *out,
	struct span *span, char note[static REASON_MAX + 32])
{
	const double shown[] = {c->mean_ns, c->mean_lo_ns, c->mean_hi_ns};

	(void)in;
	(void)note;
	for (size_t i = 0; i < ARRAY_LEN(shown); i++)
		gp_next_number(out, shown[i] > 0 ? shown[i] : NAN);
	span_add(span, c->mean_ns);
	return true;
}

void hosts_write(const struct figure_input *in, struct figure_files *out)
{
	static const struct lanes_spec spec = {.native = true,
		.columns = "\tsteady\tlo\thi",
		.ncolumns = 3,
		.values = values,
		.axis = "time",
		.base = 10,
		.always = NAN};
	struct summary natives;
	struct figure_input of_natives = *in;
	struct view v;

	natives_init(in->merged, &natives);
	view_init(&v, &natives);
	of_natives.view = &v;
	lanes_write(&of_natives, &spec, out);
	view_release(&v);
	summary_release(&natives);
}
