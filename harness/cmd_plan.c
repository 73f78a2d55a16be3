/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "store/plan_json.h"

/* A guest's boot where none was measured yet. */
#define BOOT_GUESS_NS (3 * NS_PER_S)

static void print_arms(const struct plan *plan)
{
	char time[DURATION_TEXT_MAX];

	for (size_t i = 0; i < plan->n; i++) {
		const struct arm *a = &plan->arms[i];

		printf("%-58s %-4s ", a->cell, a->duplicate ? "aa" : "");
		if (a->status != STATUS_OK) {
			printf("%s: %s\n", status_text(a->status), a->reason);
			continue;
		}
		if (a->executions > 1)
			printf("%llu × ", (unsigned long long)a->executions);
		puts(a->estimate_ns ? duration_text(a->estimate_ns, time) : "?");
	}
}

static void print_total(const struct plan *plan)
{
	char block[DURATION_TEXT_MAX], total[DURATION_TEXT_MAX], budget[DURATION_TEXT_MAX];
	char later[DURATION_TEXT_MAX];
	size_t unknown, runnable = 0;
	uint64_t block_ns = plan_block_ns(plan, 1, BOOT_GUESS_NS, &unknown);
	uint64_t later_ns = plan_block_ns(plan, plan->pilot + 1, BOOT_GUESS_NS, &unknown);
	uint64_t total_ns = block_ns * (plan->pilot ? plan->pilot : plan->blocks);

	for (size_t i = 0; i < plan->n; i++)
		runnable += plan->arms[i].status == STATUS_OK;
	if (plan->shards)
		printf("%sshard %llu of %llu%s", plan->n ? "\n" : "",
			(unsigned long long)plan->shard, (unsigned long long)plan->shards,
			plan->n ? "" : " holds no program: there is nothing to measure\n");
	if (!plan->n)
		return;
	printf("\n%zu arms (%zu refused) × ", runnable, plan->n - runnable);
	if (plan->pilot)
		printf("a pilot of %llu blocks with at least %llu executions of each, then as "
		       "many as ±%.3g %% needs, %llu blocks at most",
			(unsigned long long)plan->pilot, (unsigned long long)plan->pilot_executions,
			100 * plan->precision, (unsigned long long)plan->blocks);
	else
		printf("%llu blocks", (unsigned long long)plan->blocks);
	printf("; budget %s\n", duration_text(plan->budget_ns, budget));
	if (unknown == runnable)
		puts("estimated time: not known before a first run of this profile; the first "
		     "block is measured whole, and no other begins that would end after the "
		     "budget");
	else
		printf("estimated time: %s a block%s%s%s, %s %s%s (from the latest run%s)\n",
			duration_text(block_ns, block), plan->pilot ? " of the pilot, " : "",
			plan->pilot ? duration_text(later_ns, later) : "",
			plan->pilot ? " a later one" : "",
			duration_text(
				total_ns < plan->budget_ns ? total_ns : plan->budget_ns, total),
			plan->pilot ? "for the pilot" : "in all",
			total_ns > plan->budget_ns ? ", cut by the budget" : "",
			unknown ? "; arms marked ? not counted" : "");
}

int cmd_plan(const struct options *o, const char *const *operands, size_t n)
{
	struct app app;
	struct plan plan = {0};
	struct err err = {0};
	int r = app_open(o, true, &app, &err);

	(void)operands, (void)n;
	if (r < 0)
		return complain(&err);
	r = app_plan(&app, o, &plan, &err);
	if (!r && o->json) {
		struct str text = {0};

		plan_to_json(&plan, &text);
		fputs(str_text(&text), stdout);
		str_release(&text);
	} else if (!r) {
		print_arms(&plan);
		print_total(&plan);
	}
	plan_release(&plan);
	app_release(&app);
	return r < 0 ? complain(&err) : EXIT_MEASURED;
}
