/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The frame of a summary and its parts that are about the whole run; cells are in
 * summarize_cell.c, groups of cells in summarize_group.c.
 */
#include "run/summarize.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/version.h"
#include "run/grid.h"
#include "run/stopping.h"
#include "run/summarize_parts.h"
#include "stats/describe.h"

_Static_assert(SUMMARY_BLOCKS_ENOUGH == STATS_FEW_ENOUGH, "reports and intervals agree on few");

/* ---- boots ---- */

static struct boot_summary *boot_of(struct summary *s, const char *env)
{
	for (size_t i = 0; i < s->nboots; i++)
		if (!strcmp(s->boots[i].env, env))
			return &s->boots[i];
	s->boots = xrealloc_array(s->boots, s->nboots + 1, sizeof(*s->boots));
	s->boots[s->nboots] = (struct boot_summary){0};
	str_copy(s->boots[s->nboots].env, ENV_ID_MAX, env);
	return &s->boots[s->nboots++];
}

static void note(char *to, size_t size, const char *value, bool first)
{
	if (first)
		str_copy(to, size, value);
	else if (strcmp(to, value))
		str_copy(to, size, SUMMARY_SEVERAL);
}

static void describe_clocks(const struct samples *samples, struct boot_summary *b)
{
	_cleanup_free_ double *skew = xcalloc(samples->nboots, sizeof(*skew));
	size_t n = 0;

	b->skew_worst_ppm = b->skew_error_ppm = NAN;
	for (size_t i = 0; i < samples->nboots; i++) {
		const struct boot *boot = &samples->boots[i];

		if (strcmp(boot->env, b->env) || !isfinite(boot->skew_ppm))
			continue;
		skew[n++] = boot->skew_ppm;
		if (!(fabs(boot->skew_ppm) <= fabs(b->skew_worst_ppm)))
			b->skew_worst_ppm = boot->skew_ppm;
		b->skew_error_ppm = fmax(b->skew_error_ppm, boot->skew_error_ppm);
	}
	b->skew_ppm = stats_median(skew, n);
}

static void describe_boots(const struct samples *samples, struct boot_summary *b)
{
	_cleanup_free_ double *hello = xcalloc(samples->nboots, sizeof(*hello));
	_cleanup_free_ double *create = xcalloc(samples->nboots, sizeof(*create));
	size_t n = 0;

	describe_clocks(samples, b);
	for (size_t i = 0; i < samples->nboots; i++) {
		const struct boot *boot = &samples->boots[i];

		if (strcmp(boot->env, b->env))
			continue;
		if (boot->status != STATUS_OK) {
			b->failed++;
			continue;
		}
		note(b->qemu, sizeof(b->qemu), boot->qemu, !n);
		note(b->libvirt, sizeof(b->libvirt), boot->libvirt, !n);
		note(b->ran_on, sizeof(b->ran_on), boot->ran_on, !n);
		hello[n] = (double)boot->hello_ns;
		create[n++] = (double)boot->create_ns;
		b->vcpus = boot->vcpus;
		str_copy(b->accel, sizeof(b->accel), boot->accel);
		str_copy(b->cpu, sizeof(b->cpu), boot->cpu);
		str_copy(b->machine, sizeof(b->machine), boot->machine);
	}
	b->boots = n;
	b->hello_ns = stats_median(hello, n);
	b->hello_min_ns = stats_quantile(hello, n, 0);
	b->hello_max_ns = stats_quantile(hello, n, 1);
	b->create_ns = stats_median(create, n);
}

void summarize_boots(const struct samples *samples, struct summary *s)
{
	for (size_t i = 0; i < samples->nboots; i++)
		boot_of(s, samples->boots[i].env);
	for (size_t i = 0; i < s->nboots; i++)
		describe_boots(samples, &s->boots[i]);
}

/* ---- command layers ---- */

static void summarize_commands(const struct plan *plan, struct summary *s)
{
	s->commands = xcalloc(plan->commands.n, sizeof(*s->commands));
	for (size_t i = 0; i < plan->commands.n; i++) {
		const struct command_layer *c = &plan->commands.v[i];
		struct environment env = command_layer_environment(c);
		struct command_used *used = &s->commands[s->ncommands++];
		_cleanup_free_ char *variables =
			c->variables.n ? argv_line(c->variables.v) : xstrdup("");
		_cleanup_free_ char *words = argv_line(c->command.v);
		_cleanup_free_ char *all =
			xasprintf("%s%s%s", variables, *variables ? " " : "", words);

		str_copy(used->env, sizeof(used->env), env.id);
		str_copy(used->version, sizeof(used->version), c->found);
		str_copy(used->command, sizeof(used->command), all);
	}
}

/* ---- the run ---- */

/* By the end of this block. */
static bool given_up(const struct grid *grid, size_t arm, size_t block)
{
	return grid->given_up[arm] && grid->given_up[arm] <= block + 1;
}

static bool block_is_complete(const struct grid *grid, size_t block)
{
	const struct plan *plan = grid->plan;
	bool any = false;

	for (size_t i = 0; i < plan->n; i++) {
		const struct executions *executions = &grid_at(grid, i, block)->executions;

		if (plan->arms[i].status != STATUS_OK)
			continue;
		any |= executions->n > 0;
		if (executions->n < plan_executions(plan, &plan->arms[i], block + 1) &&
			!given_up(grid, i, block))
			return false;
	}
	return any;
}

/* Blocks by which the pilot is smaller than planned: not measured in full, or left out with none
 * that stands in for them. */
static uint64_t pilot_missing(const struct grid *grid)
{
	uint64_t count = 0;

	for (size_t b = 0; grid->plan->pilot && b < grid->pilot; b++)
		count += block_is_complete(grid, b) && grid->spoiled[b].reason == STATS_SPOILED_NOT;
	return grid->plan->pilot - count;
}

static void summarize_run(
	const struct summarize_input *in, const struct grid *grid, struct summary *s)
{
	const struct plan *plan = in->plan;

	str_copy(s->run, sizeof(s->run), plan->run);
	str_copy(s->created, sizeof(s->created), plan->created);
	str_copy(s->profile, sizeof(s->profile), plan->profile);
	str_copy(s->size, sizeof(s->size), plan->size);
	str_copy(s->connect, sizeof(s->connect), plan->connect);
	cpus_text(plan->cpus, s->cpu, sizeof(s->cpu));
	str_copy(s->toll_version, sizeof(s->toll_version), TOLL_VERSION);
	for (size_t i = 0; i < plan->n; i++) {
		const struct workload *w =
			workloads_find(in->workloads, plan->arms[i].parts.workload);

		if (w && !str_list_has(s->suite, w->suite)) {
			_cleanup_free_ char *all =
				xasprintf("%s%s%s", s->suite, s->suite[0] ? "," : "", w->suite);

			str_copy(s->suite, sizeof(s->suite), all);
		}
	}
	s->seed = plan->seed;
	s->replayed = plan->replay[0];
	s->host = *in->host;
	s->pilot = plan->pilot;
	s->pilot_missing = pilot_missing(grid);
	s->pilot_executions = plan->pilot_executions;
	for (size_t b = 0; b < grid->blocks; b++)
		s->blocks_done += block_is_complete(grid, b);
	s->budget_ended = in->session->budget_ended;
	s->wall_ns = in->session->sessions ? (double)in->session->wall_ns : NAN;
	s->inside_ns = in->session->sessions ? (double)in->session->inside_ns : NAN;
	s->precision = plan->precision;
	s->confidence = SUMMARY_CONFIDENCE;
	s->block_correlation =
		grid->noise.values ? stats_serial_rho(&grid->noise.serial, NULL, 0) : NAN;
	s->bunches = stats_few_bunch(&grid->noise.few);
	s->bunching_p = grid->noise.few.p;
	s->noise_values = grid->noise.values;
	s->noise_runs = grid->noise.earlier_runs;
	s->noise = grid->noise.own;
}

double usual_blocks(const struct grid *grid, double blocks)
{
	return blocks + (double)grid->pilot * (1 / grid->later - 1);
}

double usual_block_ns(const struct grid *grid, const struct summary *s)
{
	return s->blocks_done ? s->wall_ns / usual_blocks(grid, (double)s->blocks_done) : NAN;
}

/* After the cells: what the precision needs, and how much of it was reached. */
static void summarize_precision(
	const struct summarize_input *in, const struct grid *grid, struct summary *s)
{
	struct stopping judged;

	if (grid->pilot < grid->blocks)
		stopping_judge(in, &judged);
	else
		stopping_judge_cells(grid, s, &judged);
	s->blocks_planned = s->pilot && s->blocks_done < s->pilot
				    ? s->pilot
				    : stopping_blocks(in->plan, &judged);
	s->blocks_needed = judged.blocks;
	s->needed_ns = usual_blocks(grid, judged.blocks) * usual_block_ns(grid, s);
	str_copy(s->neediest, sizeof(s->neediest), judged.neediest);
	for (size_t i = 0; i < s->ncells; i++) {
		if (!stopping_counts(grid, &s->cells[i]))
			continue;
		s->cells_judged++;
		s->cells_reached += s->cells[i].target_met;
	}
}

void summarize(const struct summarize_input *in, struct summary *ret)
{
	struct summary s = {0};
	struct grid grid;

	grid_init(&grid, in->plan, in->samples);
	summarize_run(in, &grid, &s);
	summarize_sentinel(in->samples, &grid, &s);
	summarize_order(&grid, &s);
	summarize_boots(in->samples, &s);
	summarize_commands(in->plan, &s);
	summarize_cells(in, &grid, &s);
	summarize_too_slow(in->plan, &s);
	summarize_precision(in, &grid, &s);
	summarize_factors(&grid, &s);
	summarize_geomeans(in->workloads, &grid, &s);
	summarize_pairs(in->workloads, &grid, &s);
	summarize_counterparts(in->workloads, &grid, &s);
	summarize_aa(&grid, &s);
	summarize_variances(in, &grid, &s);
	summarize_conditions(in, &grid, &s);
	grid_release(&grid);
	*ret = s;
}

enum exit_code summary_exit_code(const struct summary *s)
{
	bool measured = false, failed = false;

	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *c = &s->cells[i];

		measured |= c->status == STATUS_OK && c->blocks;
		failed |= (c->status != STATUS_OK && !status_is_refusal(c->status)) ||
			  (c->status == STATUS_OK && c->failed);
	}
	if (s->ncells && !measured)
		return EXIT_NOTHING;
	return failed ? EXIT_SOME_FAILED : EXIT_MEASURED;
}

void summary_why_nothing(const struct summary *s, struct str *out)
{
	const struct cell_summary *c = s->cells;

	if (s->nspoiled && s->nspoiled == s->blocks_done) {
		str_addf(out, "every block is left out: %s during %s", s->spoiled[0].what,
			s->spoiled[0].cell);
		return;
	}
	if (s->ncells > 1)
		str_addf(out, "of %zu cells the first, ", s->ncells);
	str_addf(out, "%s: %s", c->id, c->reason);
}
