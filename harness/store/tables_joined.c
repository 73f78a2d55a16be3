/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tables of documents about several runs.
 */
#include "store/tables.h"

#include "model/diff.h"
#include "model/merged.h"
#include "store/tables_rows.h"

/* ---- merged.json ---- */

const struct field table_merged[] = {
	T(merged, id, .required = true, .help = "the document's id, made like a run's"),
	T(merged, created, .required = true, .help = "when it was made, UTC"),
	T(merged, size, .required = true, .help = "size of every workload"),
	T(merged, toll_version, .help = "version of toll that computed this"),
	{0},
};

const struct field table_merged_host[] = {
	T(merged_host, label, .required = true,
		.help = "its name here: the architecture, numbered where several hosts have it"),
	T(merged_host, fingerprint, .required = true,
		.help = "16 hex digits over what runs of one host agree in: architecture, CPU "
			"model and revision, hypervisor, kernel, QEMU"),
	T(merged_host, profile, .required = true, .help = "profile of its runs"),
	N(merged_host, nodes,
		.help = "machines; several with one fingerprint and libvirt are one host"),
	N(merged_host, runs, .help = "runs"),
	T(merged_host, missing, .nullable = true, .help = "shards that were not given: 2, 5 of 6"),
	{0},
};

const struct field table_merged_source[] = {
	T(merged_source, run, .required = true, .help = "the run's id, and its folder in sources/"),
	T(merged_source, created, .help = "when it began, UTC"),
	T(merged_source, host, .required = true, .help = "label of its host"),
	T(merged_source, node, .help = "id of the machine"),
	N(merged_source, shard, .nullable = true, .help = "which shard it is"),
	N(merged_source, shards, .nullable = true, .help = "of how many; null: not a shard"),
	N(merged_source, blocks_planned, .help = "blocks asked for"),
	N(merged_source, blocks_done, .help = "blocks measured in full"),
	F(merged_source, budget_ended, FIELD_BOOL, .help = "the budget ended before all of them"),
	F(merged_source, replayed, FIELD_BOOL, .help = "canned samples: it measured nothing"),
	N(merged_source, stolen_blocks,
		.help = "blocks in which a hypervisor gave more than a quarter of an execution to "
			"others, where these are most of the run and count all the same; else 0"),
	D(merged_source, sentinel_shift,
		.help = "what ratios that the sentinel adjusts may be off by, where its bias "
			"excludes 1; else null"),
	N(merged_source, cells, .help = "cells it brought in"),
	{0},
};

const struct field table_clash[] = {
	T(clash, program, .required = true, .help = "the program's file"),
	T(clash, run_a, .required = true, .help = "a run that measured it"),
	T(clash, id_a, .required = true, .help = "SHA-256 or build id there; empty: not stored"),
	T(clash, run_b, .required = true, .help = "a run in which it is another file"),
	T(clash, id_b, .required = true, .help = "SHA-256 or build id there; empty: not stored"),
	N(clash, cells, .help = "cells left out for it, of all runs"),
	{0},
};

const struct field table_contrast[] = {
	T(contrast, role, .required = true,
		.help = "what the environments are to their hosts: the id, host or foreign in an "
			"architecture's place"),
	T(contrast, host_a, .required = true, .help = "label of the reference"),
	T(contrast, host_b, .required = true, .help = "label of the host beside it"),
	T(contrast, env_a, .required = true, .help = "environment there"),
	T(contrast, env_b, .required = true, .help = "environment here"),
	T(contrast, workload, .required = true,
		.help = "empty: the geometric mean over the programs that both measured"),
	T(contrast, variant, .required = true, .help = "variant, or all"),
	N(contrast, workloads, .help = "programs that entered"),
	D(contrast, p_adjusted,
		.help = "p of equal overheads, by Holm over all means or all programs"),
	F(contrast, verdict, FIELD_CHOICE, .choices = contrast_verdict_names, .required = true,
		.help = "more or less on host_b, p_adjusted below 0.05; or cannot-tell"),
	{0},
};

/* ---- the answer of toll diff ---- */

#define VERDICT(struct_)                                                                           \
	F(struct_, verdict, FIELD_CHOICE, .choices = diff_verdict_names, .required = true,         \
		.help = "slower, faster, unchanged (the interval lies within the bound) or "       \
			"cannot-tell; not-compared, fails-now: a run has no value of it")

const struct field table_diff[] = {
	T(diff, run_before, .required = true, .help = "id of the first run"),
	T(diff, run_after, .required = true, .help = "id of the second run"),
	F(diff, quantity, FIELD_CHOICE, .choices = diff_quantity_names, .required = true,
		.help = "what is compared: time ÷ native, or time"),
	F(diff, within, FIELD_DOUBLE, .required = true,
		.help = "the bound, as a share: 0.05 reaches from ÷ 1.05 to × 1.05"),
	F(diff, same_host, FIELD_BOOL, .required = true, .help = "both are of one machine"),
	{0},
};

const struct field table_diff_cell[] = {
	T(diff_cell, cell, .required = true, .help = "workload.variant.architecture.environment"),
	VERDICT(diff_cell),
	D(diff_cell, p_adjusted, .help = "p of no change, by Holm over all cells"),
	F(diff_cell, other_program, FIELD_BOOL,
		.help = "its program, or its reference's, is not the same file in both"),
	{0},
};

const struct field table_diff_side[] = {
	STATUS(diff_side, .help = "ok, or how the cell ended in this run"),
	T(diff_side, reason, .nullable = true, .help = "why it is not ok"),
	D(diff_side, value, .help = "what is compared: a ratio, or nanoseconds"),
	N(diff_side, blocks, .help = "blocks with a time of this cell"),
	{0},
};

const struct field table_diff_suite[] = {
	T(diff_suite, env, .required = true, .help = "environment"),
	N(diff_suite, workloads, .help = "programs that entered"),
	VERDICT(diff_suite),
	D(diff_suite, p_adjusted, .help = "p of no change, by Holm over all environments"),
	{0},
};

const struct field table_diff_fact[] = {
	T(diff_fact, key, .required = true, .help = "key of plan.json or host.json"),
	T(diff_fact, before, .required = true, .help = "what the first run has"),
	T(diff_fact, after, .required = true, .help = "what the second run has"),
	{0},
};
