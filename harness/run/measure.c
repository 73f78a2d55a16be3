/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/measure.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "host/watch.h"
#include "run/execute.h"
#include "run/guests.h"
#include "run/replay.h"
#include "run/schedule.h"
#include "run/sentinel.h"
#include "run/stopping.h"

/* The reading after one execution serves as the one before the next when it is this fresh. */
#define SENTINEL_FRESH_NS (20 * NS_PER_MS)

/* What becomes of an arm over the blocks. */
struct arm_state {
	const struct workload *workload;
	const struct variant *variant;
	/* Block of the ending that will not get better (status_is_final); 0: none. */
	uint64_t given_up;
	bool missing; /* an execution of it is to be run in the current block */
};

struct session {
	const struct measure_spec *spec;
	const struct plan *plan;
	struct arm_state *arms;
	struct schedule schedule;
	struct turn *turns; /* to be run in the current block, in their order */
	size_t nturns;
	struct place *host;
	struct guests guests; /* of the current block */
	uint64_t boots;
	uint64_t begin_ns, inside_ns;
	bool budget_ended;
	bool decided; /* how many blocks there are to be */
	uint64_t block, block_begin_ns;
	/* What a block will take, by the last one; 0: not known. A pilot's further executions are
	 * no part of it where there are none any more. */
	uint64_t block_ns;
	uint64_t blocks; /* to be measured in all, as far as is known: at first the pilot's */
	size_t done, total, order;
	uint64_t sentinel_ns, sentinel_at_ns;
	struct sample_index stored; /* by earlier sessions */
	struct sample_index canned; /* what is replayed */
	struct host_watch watch;    /* of the CPU that is measured on; blind while replaying */
};

/* ---- progress ---- */

static uint64_t time_left(const struct session *s, uint64_t now)
{
	uint64_t in_block = now - s->block_begin_ns, block_ns = s->block_ns;
	uint64_t elapsed = now - s->begin_ns, left;

	if (!block_ns && s->done && s->total)
		block_ns = in_block * s->total / s->done;
	if (!block_ns)
		return 0;
	left = block_ns * (s->blocks - s->block);
	left += block_ns > in_block ? block_ns - in_block : 0;
	if (elapsed < s->plan->budget_ns && left > s->plan->budget_ns - elapsed)
		left = s->plan->budget_ns - elapsed;
	return left;
}

static void report(const struct session *s, const char *what)
{
	if (!s->spec->progress)
		return;
	s->spec->progress(s->spec->progress_arg, &(struct measure_progress){.block = s->block,
							 .blocks = s->blocks,
							 .pilot = s->block <= s->plan->pilot,
							 .done = s->done,
							 .total = s->total,
							 .what = what,
							 .left_ns = time_left(s, clock_now_ns())});
}

/* ---- guests of a block ---- */

static int boot_guests(struct session *s, struct err *err)
{
	for (size_t i = 0; i < s->plan->n; i++)
		if (s->arms[i].missing)
			guests_need(&s->guests, s->plan, &s->plan->arms[i], s->arms[i].workload);
	for (size_t i = 0; i < s->guests.n; i++) {
		struct guest *g = &s->guests.v[i];
		_cleanup_free_ char *what = xasprintf("booting %s", g->env.id);
		uint64_t begin = clock_now_ns();
		int r;

		report(s, what);
		r = guest_boot(g, s->spec, &s->canned, s->block, ++s->boots, err);
		s->inside_ns += clock_now_ns() - begin;
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- one arm ---- */

static uint64_t read_sentinel(struct session *s)
{
	uint64_t now = clock_now_ns();

	if (s->spec->replay)
		return 0;
	if (!s->sentinel_at_ns || now - s->sentinel_at_ns > SENTINEL_FRESH_NS) {
		s->sentinel_ns = sentinel_run(s->spec->ctx->host->measure_cpu);
		s->sentinel_at_ns = clock_now_ns();
	}
	return s->sentinel_ns;
}

static void fail(
	struct sample *sample, const struct arm *arm, enum status status, const char *reason)
{
	str_copy(sample->cell, sizeof(sample->cell), arm->cell);
	sample->duplicate = arm->duplicate;
	sample->status = status;
	str_copy(sample->reason, sizeof(sample->reason), reason);
}

static int run_in_place(
	struct session *s, size_t i, struct place *place, struct sample *sample, struct err *err)
{
	const struct arm *arm = &s->plan->arms[i];
	struct host_look before, after;
	struct err why = {0};
	uint64_t inside = 0;
	int r;

	host_look(&s->watch, &before);
	if (place_wake(place, &why) < 0) {
		fail(sample, arm, STATUS_LOST, why.text);
		return 0;
	}
	sample->sentinel_ns[0] = read_sentinel(s);
	r = execute_arm(&(struct execute_spec){.plan = s->plan,
				.arm = arm,
				.workload = s->arms[i].workload,
				.variant = s->arms[i].variant,
				.ctx = s->spec->ctx},
		place, sample, &inside, err);
	s->inside_ns += inside;
	if (r < 0)
		return r;
	if (place_quiet(place, &why) < 0 && sample->status == STATUS_OK)
		log_warn("cannot suspend %s: %s", arm->env.id, why.text);
	s->sentinel_at_ns = 0;
	sample->sentinel_ns[1] = read_sentinel(s);
	host_look(&s->watch, &after);
	host_disturbance(&before, &after, &sample->disturbance);
	return 0;
}

static int run_turn(struct session *s, const struct turn *turn, struct err *err)
{
	const struct arm *arm = &s->plan->arms[turn->arm];
	struct guest *g = guests_find(&s->guests, arm);
	struct place *place = g ? g->place : s->host;
	_cleanup_(sample_release) struct sample sample = {.block = s->block,
		.execution = turn->execution,
		.boot = g ? g->boot : 0,
		.order = ++s->order,
		.disturbance = DISTURBANCE_UNKNOWN};
	int r = 0;

	report(s, arm->cell);
	if (!place)
		fail(&sample, arm, STATUS_BOOT, g->reason);
	else
		r = run_in_place(s, turn->arm, place, &sample, err);
	if (r < 0)
		return r;
	/* What fails while everything is being stopped says nothing about the arm. */
	if (sample.status != STATUS_OK && *s->spec->ctx->stop)
		return err_set(err, ERR_INTERRUPTED, "interrupted");
	s->done++;
	if (status_is_final(sample.status))
		s->arms[turn->arm].given_up = s->block;
	return run_folder_append_sample(s->spec->run, &sample, err);
}

/* ---- blocks ---- */

/* Further executions are the last of their block. */
static bool is_further(const struct session *s, const struct turn *turn)
{
	return turn->execution > s->plan->arms[turn->arm].executions;
}

static int run_block(struct session *s, struct err *err)
{
	uint64_t further_ns = 0;
	int r;

	s->block_begin_ns = clock_now_ns();
	s->done = 0;
	s->total = s->nturns;
	r = boot_guests(s, err);
	/* What ended for good is not run again, in this block neither. */
	for (size_t k = 0; !r && k < s->nturns; k++) {
		uint64_t begin = clock_now_ns();

		if (!s->arms[s->turns[k].arm].given_up)
			r = run_turn(s, &s->turns[k], err);
		if (is_further(s, &s->turns[k]))
			further_ns += clock_now_ns() - begin;
	}
	guests_close(&s->guests, s->spec->run->dir);
	s->block_ns = clock_now_ns() - s->block_begin_ns;
	if (s->block >= s->plan->pilot)
		s->block_ns -= further_ns;
	return r;
}

/* ---- what is missing ---- */

static bool block_has_boots(const struct samples *stored, uint64_t block)
{
	for (size_t i = 0; stored && i < stored->nboots; i++)
		if (stored->boots[i].block == block)
			return true;
	return false;
}

/* Executions of a completed block are numbered on. */
static uint64_t highest_order(const struct sample *const *in_block, size_t n)
{
	uint64_t highest = 0;

	for (size_t i = 0; i < n; i++)
		if (in_block[i]->order > highest)
			highest = in_block[i]->order;
	return highest;
}

/* The block's turns without those that are stored and those of arms that were given up. */
static int find_turns(struct session *s, const struct sample_index *stored, struct err *err)
{
	size_t n, kept = 0;

	if (!schedule_block(&s->schedule, s->block, s->turns, &n))
		return err_set(err, EINVAL, "cannot order %zu arms of %zu programs", s->plan->n,
			s->schedule.programs);
	for (size_t i = 0; i < s->plan->n; i++)
		s->arms[i].missing = false;
	for (size_t k = 0; k < n; k++) {
		struct turn turn = s->turns[k];
		struct arm_state *state = &s->arms[turn.arm];
		const struct arm *arm = &s->plan->arms[turn.arm];

		if (state->given_up || sample_index_find(stored, s->block, arm->cell,
					       arm->duplicate, turn.execution))
			continue;
		state->missing = true;
		s->turns[kept++] = turn;
	}
	s->nturns = kept;
	return 0;
}

static bool vm_is_missing(const struct session *s)
{
	for (size_t i = 0; i < s->plan->n; i++)
		if (s->arms[i].missing && environment_vm(&s->plan->arms[i].env))
			return true;
	return false;
}

/* Finds what to run in this block; discards what is there when an arm in a VM is among it: whatever
 * runs in a VM in one block runs in one boot of it. */
static int find_missing(struct session *s, struct err *err)
{
	const struct sample *const *in_block;
	size_t n = sample_index_block(&s->stored, s->block, &in_block);
	int r = find_turns(s, &s->stored, err);

	s->order = highest_order(in_block, n);
	if (r < 0 || !vm_is_missing(s) || !(n || block_has_boots(s->stored.samples, s->block)))
		return r;
	for (size_t i = 0; i < s->plan->n; i++)
		if (s->arms[i].given_up == s->block)
			s->arms[i].given_up = 0;
	r = find_turns(s, &(struct sample_index){0}, err);
	if (r < 0)
		return r;
	log_note("block %llu was interrupted with a VM running: it is run again as a whole",
		(unsigned long long)s->block);
	s->order = 0;
	return run_folder_append_discard(
		s->spec->run, s->block, "interrupted, its VMs are gone", err);
}

/* ---- the session ---- */

static int find_programs(struct session *s, struct err *err)
{
	const struct plan *plan = s->plan;

	for (size_t i = 0; i < plan->n; i++) {
		const struct cell_parts *parts = &plan->arms[i].parts;
		struct arm_state *arm = &s->arms[i];

		arm->workload = workloads_find(s->spec->workloads, parts->workload);
		arm->variant =
			arm->workload ? workload_variant(arm->workload, parts->variant) : NULL;
		if (!arm->variant)
			return err_set(err, ERR_INPUT,
				"the plan names '%s.%s', which no manifest describes any more",
				parts->workload, parts->variant);
	}
	return 0;
}

static void recall_endings(struct session *s, const struct samples *stored)
{
	for (size_t k = 0; stored && k < stored->nboots; k++)
		if (stored->boots[k].boot > s->boots)
			s->boots = stored->boots[k].boot;
	for (size_t k = 0; stored && k < stored->n; k++) {
		const struct sample *one = &stored->v[k];
		const struct arm *arm = status_is_final(one->status)
						? plan_arm(s->plan, one->cell, one->duplicate)
						: NULL;

		if (arm)
			s->arms[arm - s->plan->arms].given_up = one->block;
	}
}

static bool budget_left(struct session *s)
{
	uint64_t elapsed = clock_now_ns() - s->begin_ns;

	if (elapsed + s->block_ns <= s->plan->budget_ns)
		return true;
	s->budget_ended = true;
	log_note("the budget ends after %llu of %llu blocks%s", (unsigned long long)s->block,
		(unsigned long long)s->blocks,
		s->block < s->plan->pilot ? " of the pilot: it is a smaller one" : "");
	return false;
}

/* ---- how many blocks ---- */

static void note_decision(const struct plan *plan, const struct stopping *judged)
{
	_cleanup_free_ char *text = stopping_text(plan, judged);

	log_note("%s", text);
}

/* The pilot is done, or what was decided then or by the plan is. What is stored decides, the same
 * in every session of the run. */
static int decide_blocks(struct session *s, struct err *err)
{
	struct samples samples = {0};
	struct stopping judged;
	int r = run_folder_read_samples(s->spec->run, &samples, NULL, err);

	if (r < 0)
		return r;
	stopping_judge(&(struct summarize_input){s->plan, NULL, s->spec->workloads, &samples, NULL},
		&judged);
	samples_release(&samples);
	s->blocks = stopping_blocks(s->plan, &judged);
	if (judged.pilot_to)
		log_note("%llu more, for the blocks of the pilot that are left out",
			(unsigned long long)(s->blocks - s->block));
	else if (s->plan->pilot && !s->decided)
		note_decision(s->plan, &judged);
	else if (s->block < s->blocks)
		log_note("%llu more, for the blocks that are left out",
			(unsigned long long)(s->blocks - s->block));
	s->decided = !judged.pilot_to;
	return 0;
}

static int run_blocks(struct session *s, struct err *err)
{
	s->blocks = s->plan->pilot ? s->plan->pilot : s->plan->blocks;
	for (s->block = 1; s->block <= s->blocks; s->block++) {
		int r = find_missing(s, err);

		if (!r && s->nturns)
			r = run_block(s, err);
		if (!r && s->block == s->blocks)
			r = decide_blocks(s, err);
		if (r < 0)
			return r;
		if (s->nturns && s->block < s->blocks && !budget_left(s))
			break;
	}
	return 0;
}

int measure(const struct measure_spec *spec, const struct samples *stored, struct err *err)
{
	struct session s = {.spec = spec, .plan = spec->plan, .begin_ns = clock_now_ns()};
	int r, r_session = 0;

	schedule_init(&s.schedule, s.plan);
	s.arms = xcalloc(s.plan->n, sizeof(*s.arms));
	s.turns = xcalloc(s.schedule.turns, sizeof(*s.turns));
	host_watch_open(&s.watch, spec->replay ? NULL : "", spec->ctx->host->measure_cpu);
	sample_index_init(&s.stored, stored);
	sample_index_init(&s.canned, spec->replay);
	r = find_programs(&s, err);
	if (!r && spec->replay)
		r = replay_open(&s.canned, spec->ctx->stop, &s.host, NULL, err);
	else if (!r)
		s.host = place_host_new(spec->ctx);
	if (!r) {
		recall_endings(&s, stored);
		r = run_blocks(&s, err);
		r_session = run_folder_append_session(spec->run,
			&(struct sample_session){.wall_ns = clock_now_ns() - s.begin_ns,
				.inside_ns = s.inside_ns,
				.budget_ended = s.budget_ended},
			r < 0 ? NULL : err);
	}
	place_close(s.host);
	host_watch_close(&s.watch);
	sample_index_release(&s.stored);
	sample_index_release(&s.canned);
	schedule_release(&s.schedule);
	guests_release(&s.guests);
	free(s.turns);
	free(s.arms);
	return r < 0 ? r : r_session;
}
