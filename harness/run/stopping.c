/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/stopping.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "run/summarize_parts.h"
#include "stats/stopping.h"
#include "stats/width.h"

static bool given_up(const struct grid *grid, const struct cell_summary *cell)
{
	return grid->given_up[grid_arm(grid, cell->workload, cell->variant, cell->env, false)];
}

bool stopping_counts(const struct grid *grid, const struct cell_summary *cell)
{
	return cell->status == STATUS_OK && cell->ratio.defined && !cell->probe &&
	       !environment_id_is_native(cell->env) && !given_up(grid, cell);
}

/* More blocks leave a pilot's degrees of freedom as they are, and add some where none decided. */
static double pairs_needed(const struct plan *plan, const struct stats_paired *now)
{
	double half = log1p(plan->precision), n;

	if (plan->pilot)
		return stats_stopping_blocks(now, half, SUMMARY_CONFIDENCE);
	n = stats_width_blocks(now, half, 1, SUMMARY_CONFIDENCE);
	return isnan(n) ? n : fmax(n, (double)now->raw.n);
}

/* In blocks of the run: those in which the cell failed are needed on top. */
static double need_of(const struct grid *grid, const struct cell_summary *cell)
{
	size_t arm = grid_arm(grid, cell->workload, cell->variant, cell->env, false);
	struct stats_paired now = paired_of_arms(grid, arm, grid_native(grid, arm));

	return pairs_needed(grid->plan, &now) + (double)(grid->blocks - now.raw.n);
}

/* Of the first so many. */
static size_t lost_blocks(const struct grid *grid, size_t blocks)
{
	size_t lost = 0;

	for (size_t b = 0; b < blocks; b++)
		lost += grid->spoiled[b].reason != STATS_SPOILED_NOT;
	return lost;
}

void stopping_judge_cells(
	const struct grid *grid, const struct summary *cells, struct stopping *ret)
{
	*ret = (struct stopping){
		.blocks = NAN, .lost = grid->plan->pilot ? 0 : lost_blocks(grid, grid->blocks)};
	for (size_t i = 0; i < cells->ncells; i++) {
		double need;

		if (!stopping_counts(grid, &cells->cells[i]))
			continue;
		need = need_of(grid, &cells->cells[i]);
		if (!ret->cells || need > ret->blocks) {
			ret->blocks = need;
			str_copy(ret->neediest, sizeof(ret->neediest), cells->cells[i].id);
		}
		ret->cells++;
	}
}

/* Those of the pilot's blocks, borrowed: only the arrays are to be freed. */
static struct samples samples_of_pilot(const struct summarize_input *in, size_t pilot)
{
	const struct samples *all = in->samples;
	struct samples ret = {.v = xcalloc(all->n, sizeof(*ret.v)),
		.boots = xcalloc(all->nboots, sizeof(*ret.boots))};

	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].block <= pilot)
			ret.v[ret.n++] = all->v[i];
	for (size_t i = 0; i < all->nboots; i++)
		if (all->boots[i].block <= pilot)
			ret.boots[ret.nboots++] = all->boots[i];
	return ret;
}

/* Returns how many of its blocks are left out, which the needs already have. */
static size_t judge_pilot(const struct summarize_input *in, size_t blocks, struct stopping *ret)
{
	struct samples samples = samples_of_pilot(in, blocks);
	struct summarize_input pilot = *in;
	struct summary s = {0};
	struct grid grid;
	size_t lost;

	pilot.samples = &samples;
	grid_init(&grid, in->plan, &samples);
	summarize_boots(&samples, &s);
	summarize_cells(&pilot, &grid, &s);
	stopping_judge_cells(&grid, &s, ret);
	lost = lost_blocks(&grid, grid.blocks);
	grid_release(&grid);
	summary_release(&s);
	free(samples.v);
	free(samples.boots);
	return lost;
}

/* Until where a pilot that blocks were left out of goes on; 0: it is complete. */
static uint64_t pilot_goes_on(const struct grid *grid)
{
	const struct plan *plan = grid->plan;
	uint64_t to = plan->pilot + lost_blocks(grid, grid->pilot), most = plan_pilot_max(plan);

	if (to > most)
		to = most;
	return grid->blocks >= plan->pilot && grid->blocks < to ? to : 0;
}

void stopping_judge(const struct summarize_input *in, struct stopping *ret)
{
	struct grid grid;
	size_t counted = 0, lost;

	*ret = (struct stopping){.blocks = NAN};
	grid_init(&grid, in->plan, in->samples);
	if (in->plan->pilot)
		counted = judge_pilot(in, grid.pilot, ret);
	lost = lost_blocks(&grid, grid.blocks);
	ret->lost = lost > counted ? lost - counted : 0;
	ret->blocks += (double)ret->lost;
	ret->pilot_to = in->plan->pilot ? pilot_goes_on(&grid) : 0;
	grid_release(&grid);
}

uint64_t stopping_blocks(const struct plan *plan, const struct stopping *judged)
{
	uint64_t most = plan_blocks_max(plan);

	if (!plan->pilot)
		return judged->lost < most - plan->blocks ? plan->blocks + judged->lost : most;
	if (judged->pilot_to)
		return judged->pilot_to;
	if (!judged->cells)
		return plan->pilot;
	return judged->blocks < (double)most ? (uint64_t)judged->blocks : most;
}

char *stopping_text(const struct plan *plan, const struct stopping *judged)
{
	unsigned long long pilot = plan->pilot, blocks = stopping_blocks(plan, judged);
	double percent = 100 * plan->precision;

	if (!judged->cells)
		return xasprintf("no cell has an interval after the pilot of %llu blocks, which "
				 "decides nothing",
			pilot);
	if (judged->blocks <= (double)pilot)
		return xasprintf(
			"±%.3g %% is reached with the pilot of %llu blocks", percent, pilot);
	if (judged->blocks <= (double)blocks)
		return xasprintf("after the pilot of %llu blocks: ±%.3g %% needs %llu, in %s",
			pilot, percent, blocks, judged->neediest);
	if (isfinite(judged->blocks))
		return xasprintf("after the pilot of %llu blocks: ±%.3g %% needs %.0f, in %s; at "
				 "most %llu are measured",
			pilot, percent, judged->blocks, judged->neediest, blocks);
	return xasprintf("after the pilot of %llu blocks: ±%.3g %% is out of reach, in %s; at most "
			 "%llu are measured",
		pilot, percent, judged->neediest, blocks);
}
