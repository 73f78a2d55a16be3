/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/tables.h"

#include "base/clock.h"
#include "model/host.h"
#include "model/plan.h"
#include "model/program.h"
#include "model/sample.h"
#include "model/summary.h"
#include "store/sample_json.h"
#include "store/tables_rows.h"

/* ---- plan.json ---- */

const struct field table_root[] = {
	ARCH(root, .required = true, .help = "architecture of its programs"),
	T(root, packages, .required = true, .help = "packages that were asked for, joined by ','"),
	T(root, sha256, .required = true,
		.help = "of the names, versions and sums of all packages it holds"),
	{0},
};

#define CPU(name_, arch, member, help_)                                                            \
	{                                                                                          \
		.name = name_, .type = FIELD_TEXT,                                                 \
		.offset = offsetof(struct plan, cpus[arch].member),                                \
		.size = sizeof(((struct cpu_choice *)0)->member), .nullable = true, .help = help_  \
	}

const struct field table_plan[] = {
	T(plan, run, .required = true, .help = "the run's id, YYYYMMDDTHHMMSSZ-xxxxxx"),
	T(plan, created, .required = true, .help = "when it was planned, UTC"),
	T(plan, profile, .required = true, .help = "profile it was made from"),
	T(plan, size, .required = true,
		.help = "size of every workload, where its environment does not say"),
	T(plan, replay, .nullable = true,
		.help = "run folder whose samples were replayed; null: measured"),
	T(plan, connect, .nullable = true,
		.help = "libvirt URI that VMs were run through; null: embedded"),
	N(plan, seed, .required = true, .help = "seed of every order and of the programs' data"),
	N(plan, blocks, .required = true, .min = 1, .max = BLOCKS_MAX,
		.help = "blocks, passes over every arm: so many; with a pilot at most"),
	N(plan, pilot, .nullable = true, .min = 2, .max = BLOCKS_MAX,
		.help = "blocks after which the precision decides how many are measured in all; "
			"null or not there: as many as 'blocks' says"),
	N(plan, pilot_executions, .sparse = true, .min = 2, .max = EXECUTIONS_MAX,
		.help = "executions of each arm in a block of the pilot, at least; not there: as "
			"in any other"),
	N(plan, budget_ns, .required = true,
		.help = "no block begins that would end after this; a session that goes on with "
			"the run may have another"),
	F(plan, precision, FIELD_DOUBLE, .required = true,
		.help = "half-width asked of an overhead ratio's interval, as a fraction"),
	N(plan, min_time_ns, .required = true,
		.help = "the iterations after the first, cold one take at least this"),
	N(plan, iterations, .required = true, .help = "… and holds at least so many iterations"),
	N(plan, max_time_ns, .required = true,
		.help = "no iteration begins after this much of the timed region"),
	N(plan, deadline_ns, .required = true, .help = "an execution is ended after this"),
	N(plan, boot_deadline_ns, .required = true, .help = "a guest must say hello within this"),
	N(plan, vcpus, .required = true, .min = 1, .max = 256,
		.help = "virtual CPUs of each guest whose environment does not say"),
	N(plan, memory_mib, .required = true, .help = "likewise memory in MiB"),
	N(plan, shard, .nullable = true,
		.help = "the part of the selection that this run is, from 1"),
	N(plan, shards, .nullable = true,
		.help = "how many parts there are; null: this run is all of it"),
#define X(id, text, ...)                                                                           \
	CPU("cpu_" text, ARCH_##id, model,                                                         \
		"CPU model of translator and emulated guests of " text "; null: the default"),     \
		CPU("cpu_" text "_qemu", ARCH_##id, qemu,                                          \
			"the same as the translator takes it, what it cannot emulate off"),        \
		CPU("cpu_" text "_lacks", ARCH_##id, lacks,                                        \
			"what programs do not find in it, and find on the host or in QEMU's "      \
			"richest model; null: nothing, or not known"),
	ARCHES(X)
#undef X
		{0},
};

const struct field table_arm[] = {
	T(arm, cell, .required = true,
		.help = "workload.variant.architecture.environment; behind an '@' its point of a "
			"sweep: @vcpus2-threads2-size-seed"),
	F(arm, duplicate, FIELD_BOOL, .required = true,
		.help = "a second measurement of the same thing, to know the noise"),
	STATUS(arm, .help = "ok: to be run; otherwise it cannot be"),
	T(arm, reason, .nullable = true, .help = "why it cannot be run"),
	N(arm, executions, .min = 1, .max = EXECUTIONS_MAX,
		.help = "executions in a block, in one of a pilot perhaps more; not there: 1"),
	F(arm, estimate_ns, FIELD_U64, .nullable = true,
		.help = "expected wall time of one execution; null: not known"),
	{0},
};

/* ---- host.json ---- */

const struct field table_host[] = {
	T(host, id, .required = true,
		.help = "16 hex digits that tell one host's runs from another's; names nobody"),
	ARCH(host, .required = true, .help = "architecture"),
	T(host, cpu_model, .help = "CPU model as the kernel names it"),
	T(host, cpu_revision, .help = "family, model and stepping of an x86 CPU; else empty"),
	F(host, cpus, FIELD_UINT, .help = "CPUs online"),
	N(host, memory_mib, .help = "memory in MiB"),
	T(host, kernel, .help = "kernel release"),
	T(host, distribution, .help = "distribution"),
	T(host, qemu_user, .help = "version of QEMU's user mode; empty: absent"),
	T(host, qemu_system, .help = "version of QEMU's system emulation; empty: absent"),
	T(host, libvirt, .help = "version of libvirt"),
	T(host, hypervisor, .help = "what the host itself is a guest of; empty: not known"),
	T(host, governor, .help = "CPU frequency governor; empty: not shown"),
	D(host, load1, .help = "load average over a minute when the run began"),
	F(host, measure_cpu, FIELD_INT, .help = "CPU on which everything is measured"),
	F(host, harness_cpu, FIELD_INT, .help = "CPU on which toll itself stays"),
	T(host, kvm, .help = "ok, or why KVM is not usable"),
	{0},
};

const struct field table_program[] = {
	T(program, program, .required = true,
		.help = "its file, workloads/ARCHITECTURE/NAME.PROGRAM"),
	T(program, build_id, .help = "the linker's build id; empty: none"),
	T(program, sha256,
		.help = "SHA-256 sum of the file, which of a script holds its modules' sums; "
			"empty: not taken, or a program of packages"),
	T(program, root, .help = "the SHA-256 of the root image; empty: it sees none"),
	{0},
};

/* ---- samples.jsonl ---- */

#define DISTURBANCE(member_, help_)                                                                \
	{                                                                                          \
		.name = #member_, .type = FIELD_DOUBLE,                                            \
		.offset = offsetof(struct sample, disturbance.member_), .max = 1e18,               \
		.nullable = true, .help = help_ "; null: not shown"                                \
	}

const struct field table_sample[] = {
	T(sample, cell, .required = true, .help = "workload.variant.architecture.environment"),
	N(sample, block, .required = true, .min = 1, .max = BLOCKS_MAX, .help = "block, from 1"),
	N(sample, execution, .min = 1, .max = EXECUTIONS_MAX,
		.help = "which of the arm's executions in this block, from 1; not there: 1"),
	N(sample, boot, .help = "number of the VM boot in this run; 0: no VM"),
	N(sample, order, .help = "position in the block, from 1"),
	STATUS(sample, .help = "how the execution ended"),
	T(sample, reason, .nullable = true, .help = "why it is not ok"),
	N(sample, host_wall_ns, .max = TIME_MAX_NS, .sparse = true,
		.help = "duration of the execution by the host's clock; not there: not known"),
	F(sample, guest_wall_ns, FIELD_U64, .max = TIME_MAX_NS, .nullable = true,
		.help = "the same by the guest's clock; null: no VM"),
	F(sample, clock_error_ns, FIELD_U64, .max = TIME_MAX_NS, .nullable = true,
		.help = "by how much reading the two clocks can have made the two differ; null: "
			"not known"),
	N(sample, startup_ns, .max = TIME_MAX_NS,
		.help = "from start to main(), by the clock of iter_wall_ns"),
	N(sample, user_ns, .max = TIME_MAX_NS,
		.help = "CPU time in user mode; of the program, as far as it is seen: in a root "
			"image where its record states it"),
	N(sample, sys_ns, .max = TIME_MAX_NS, .help = "CPU time in the kernel"),
	F(sample, host_cpu_ns, FIELD_U64, .max = TIME_MAX_NS, .nullable = true,
		.help = "CPU time of the host that it took, in a VM of the whole QEMU; null: not "
			"known"),
	N(sample, max_rss_kib, .nullable = true,
		.help = "peak resident set in KiB: what the record states, of the program with a "
			"translator around it, else of the largest process waited for; null: not "
			"known, also where it is not above that of the process that started it, "
			"with which the kernel begins to count"),
	F(sample, retries, FIELD_UINT, .help = "executions repeated after a translator's crash"),
	DISTURBANCE(steal_ns, "time that a hypervisor gave this CPU to others meanwhile"),
	DISTURBANCE(load1, "load average over a minute, after it"),
	DISTURBANCE(cpu_khz, "the CPU's clock frequency, mean of before and after"),
	DISTURBANCE(throttles, "times that the CPU was throttled for heat meanwhile"),
	DISTURBANCE(suspended_ns, "how long the machine was suspended meanwhile"),
	{0},
};

const struct field table_boot[] = {
	T(boot, env, .required = true, .help = "environment of the VM alone"),
	N(boot, block, .required = true, .min = 1, .max = BLOCKS_MAX, .help = "block, from 1"),
	N(boot, boot, .help = "number of the boot in this run, from 1"),
	STATUS(boot, .help = "how the boot ended"),
	T(boot, reason, .nullable = true, .help = "why it is not ok"),
	N(boot, create_ns, .max = TIME_MAX_NS, .help = "duration of libvirt's create"),
	N(boot, hello_ns, .max = TIME_MAX_NS,
		.help = "from create to the agent's hello, by the host's clock"),
	T(boot, accel, .nullable = true,
		.help = "accelerator, read back from the live domain; null: it did not boot"),
	T(boot, cpu, .nullable = true, .help = "CPU model, read back; host: the host's own"),
	T(boot, machine, .nullable = true, .help = "machine type, read back"),
	F(boot, vcpus, FIELD_U64, .nullable = true, .help = "virtual CPUs, read back"),
	T(boot, threads, .nullable = true,
		.help = "tcg: multi, a thread per virtual CPU, or single; null: kvm, or not to be "
			"told"),
	T(boot, qemu, .nullable = true, .help = "version of QEMU, read back"),
	T(boot, libvirt, .nullable = true, .help = "version of the libvirt that ran it"),
	T(boot, ran_on, .nullable = true,
		.help = "another machine that it ran on, as its libvirt names it; null: this one"),
	D(boot, skew_ppm,
		.help = "the guest's clock against the host's, parts per million; null: from its "
			"executions, which follow"),
	D(boot, skew_error_ppm, .help = "what bounds the error of that"),
	T(boot, console, .nullable = true,
		.help = "file in the run folder that holds the guest's console; null: not kept"),
	{0},
};

const struct field table_session[] = {
	F(sample_session, wall_ns, FIELD_U64, .required = true,
		.help = "how long the measuring stage worked"),
	F(sample_session, inside_ns, FIELD_U64, .required = true,
		.help = "of that, inside executions and boots"),
	F(sample_session, budget_ended, FIELD_BOOL,
		.help = "the budget ended before all planned blocks"),
	{0},
};

/* ---- summary.json ---- */

#define CONDITION(member_, help_)                                                                  \
	{                                                                                          \
		.name = #member_, .type = FIELD_DOUBLE,                                            \
		.offset = offsetof(struct summary, conditions.member_), .nullable = true,          \
		.help = help_ "; null: not shown"                                                  \
	}

const struct field table_summary[] = {
	T(summary, run, .required = true, .help = "the run's id"),
	T(summary, created, .help = "when it began, UTC"),
	T(summary, profile, .help = "its profile"),
	T(summary, size, .help = "size of every workload"),
	T(summary, suite,
		.help = "suites of its workloads, joined by ','; empty: none of them is known"),
	T(summary, connect, .nullable = true,
		.help = "libvirt URI that VMs were run through; null: embedded"),
	T(summary, cpu, .nullable = true,
		.help = "CPU models of translators and emulated guests that were chosen; null: "
			"none"),
	T(summary, toll_version, .help = "version of toll that computed this"),
	N(summary, seed, .help = "the plan's seed"),
	F(summary, replayed, FIELD_BOOL, .help = "canned samples: this run measured nothing"),
	N(summary, blocks_planned,
		.help = "blocks asked for: by the plan, or by what its pilot found"),
	N(summary, blocks_done, .help = "blocks measured in full"),
	F(summary, budget_ended, FIELD_BOOL, .help = "the budget ended before all of them"),
	D(summary, wall_ns, .help = "wall time of the measuring stage, over all its sessions"),
	D(summary, inside_ns, .help = "of that, inside executions and boots"),
	D(summary, precision, .help = "half-width asked of a ratio's interval, as a fraction"),
	N(summary, pilot, .nullable = true,
		.help = "blocks planned to decide how many are measured; null: their number was "
			"fixed beforehand"),
	N(summary, pilot_missing, .sparse = true,
		.help = "by how many fewer the pilot rests on: not measured, or left out with none "
			"in their place; not there: none"),
	N(summary, pilot_executions, .sparse = true,
		.help = "executions planned of each cell in a block of the pilot, at least; not "
			"there: as in any other"),
	D(summary, blocks_needed,
		.help = "blocks in which every cell reaches the precision, judged by the pilot, or "
			"by all blocks without one; null: not to be told"),
	D(summary, needed_ns, .help = "how long so many take, at this run's pace"),
	T(summary, neediest, .nullable = true, .help = "the cell that needs the most"),
	N(summary, cells_judged,
		.help = "cells that the precision is asked of: with an interval, not native, not "
			"the probe, not given up"),
	N(summary, cells_reached, .help = "how many of them reached the precision"),
	D(summary, confidence, .help = "confidence of every interval"),
	N(summary, position_imbalance, .help = "how far positions are from balance: max − min"),
	N(summary, carryover_imbalance, .help = "the same for who follows whom"),
	D(summary, position_p,
		.help = "p of the F test that the position of an arm in its program's visit "
			"does not matter"),
	D(summary, position_effect,
		.help = "typical effect of a position on the time, a fraction, less what chance "
			"would show"),
	D(summary, carryover_p, .help = "p of that of the environment measured just before"),
	D(summary, carryover_effect, .help = "typical effect of it on the time, a fraction"),
	D(summary, sentinel_cv, .help = "coefficient of variation of the sentinel over the run"),
	D(summary, sentinel_bias,
		.help = "its time beside the cells ÷ beside their native references: 1 where it "
			"tells of the host alone"),
	D(summary, sentinel_bias_lo, .help = "99 % interval of that over the blocks"),
	D(summary, sentinel_bias_hi, .help = "its upper end"),
	D(summary, sentinel_slope,
		.help = "log ratio per log sentinel over all cells; null: it does not serve as a "
			"covariate"),
	D(summary, block_correlation,
		.help = "of the noise from block to block, estimated from all cells; intervals "
			"allow for it; null: no block tells of it"),
	N(summary, noise_values,
		.help = "ratios of single blocks that block_correlation and bunching_p rest on, of "
			"this run and of earlier ones"),
	N(summary, noise_runs,
		.help = "earlier runs of the host that are counted there; 0 where this one has "
			"enough"),
	F(summary, bunches, FIELD_BOOL,
		.help = "blocks bunch as on a host that switches speed: intervals of fewer than "
			"five are at least as wide as the spread of all cells makes them"),
	D(summary, bunching_p,
		.help = "p of the test for that: three blocks of a cell lie as normal ones do, "
			"over all cells"),
	CONDITION(steal_share, "share of executions' time that a hypervisor gave to others"),
	CONDITION(load_median, "load average over a minute, median over executions"),
	CONDITION(load_max, "the highest"),
	CONDITION(khz_median, "clock frequency of the CPU measured on, median over executions"),
	CONDITION(khz_min, "the lowest"),
	CONDITION(throttles, "times that this CPU was throttled for heat"),
	CONDITION(suspended_ns, "how long the machine was suspended during executions"),
	CONDITION(stolen_blocks,
		"blocks in which a hypervisor gave more than a quarter of an execution to others, "
		"where these are most of the run and count all the same; else 0"),
	{0},
};

const struct field table_cell[] = {
	{.name = "cell",
		.type = FIELD_TEXT,
		.offset = offsetof(struct cell_summary, id),
		.size = CELL_ID_MAX,
		.required = true,
		.help = "workload.variant.architecture.environment"},
	T(cell_summary, workload, .help = "workload"),
	T(cell_summary, variant, .help = "variant"),
	ARCH(cell_summary, .help = "architecture of the program"),
	T(cell_summary, env, .help = "environment"),
	STATUS(cell_summary, .help = "ok, or how the cell ended"),
	T(cell_summary, reason, .nullable = true, .help = "why it is not ok"),
	T(cell_summary, ran_on, .nullable = true,
		.help = "another machine that its VM ran on: there is no ratio then; null: this "
			"one"),
	N(cell_summary, blocks, .help = "blocks with a time of this cell"),
	N(cell_summary, executions, .help = "executions, good and bad"),
	N(cell_summary, failed, .help = "the bad ones"),
	N(cell_summary, per_block,
		.help = "executions planned in a block, with a pilot in one after it"),
	N(cell_summary, iterations, .help = "iterations of the good ones"),
	{.name = "warmup_class",
		.type = FIELD_TEXT,
		.offset = offsetof(struct cell_summary, warmup),
		.size = sizeof(((struct cell_summary *)0)->warmup),
		.nullable = true,
		.help = "flat, warm-up, slow-down, no-steady-state or too-few"},
	N(cell_summary, warmup_iterations,
		.help = "median number of iterations left out as warm-up"),
	D(cell_summary, ratio_untrimmed,
		.help = "the ratio's point, had no iteration been left out as warm-up"),
	D(cell_summary, ratio_trimmed_twice,
		.help = "the same, had twice as many been left out, the last quarter always kept"),
	D(cell_summary, lag1, .help = "lag-1 correlation of the log ratios; null below 4 blocks"),
	F(cell_summary, adjusted, FIELD_BOOL, .help = "the sentinel served as a covariate"),
	D(cell_summary, extrapolated_ns,
		.help = "too-slow cells: what an iteration would take, computed"),
	D(cell_summary, flop, .help = "floating-point operations of an iteration; 0: not stated"),
	D(cell_summary, bytes, .help = "bytes moved by an iteration; 0: not stated"),
	T(cell_summary, path, .help = "code path taken; mixed where executions differ"),
	N(cell_summary, max_rss_kib, .nullable = true,
		.help = "largest peak resident set of its executions in KiB; null: not known"),
	D(cell_summary, host_cpu_ns,
		.help = "CPU time of the host that an iteration takes, in a VM of the whole QEMU; "
			"null: not known"),
	D(cell_summary, original_ns, .help = "what the original run would take here, computed"),
	D(cell_summary, skew_ppm, .help = "median clock skew of its executions in a VM"),
	F(cell_summary, timed_by_host, FIELD_BOOL,
		.help = "its guest's clock is off by more than 1 %: of it only the share of an "
			"execution that iterations took enters"),
	D(cell_summary, clock_doubt,
		.help = "by how much, as a fraction, its times can be wrong if that clock ran "
			"unevenly"),
	F(cell_summary, retries, FIELD_UINT, .help = "executions repeated after a crash"),
	{0},
};

const struct field table_cold[] = {
	D(cell_summary, boot_ns, .help = "median boot of its VM; null without one"),
	D(cell_summary, startup_ns, .help = "median start-up of the program"),
	D(cell_summary, first_iter_ns, .help = "median first iteration"),
	{0},
};

const struct field table_geomean[] = {
	T(geomean, env, .required = true, .help = "environment"),
	T(geomean, variant,
		.help = "variant; all: every program once, so without variants that are another "
			"one's program under other settings"),
	N(geomean, workloads, .help = "workloads that entered"),
	{0},
};

const struct field table_pair[] = {
	T(pair, workload, .required = true,
		.help = "workload; empty: the suite, the geometric mean over those both have"),
	T(pair, variant, .required = true, .help = "variant; of the suite also all"),
	T(pair, a, .required = true, .help = "environment"),
	T(pair, b, .required = true, .help = "another that runs programs of its architecture"),
	N(pair, workloads, .help = "workloads that entered"),
	D(pair, p_adjusted,
		.help = "of a workload: p of no difference, by Holm over all in these two "
			"environments"),
	{0},
};

const struct field table_counterpart[] = {
	T(counterpart_ratio, workload, .required = true,
		.help = "workload; empty: the geometric mean over those with a promise"),
	T(counterpart_ratio, variant, .required = true, .help = "its variant; of the mean empty"),
	T(counterpart_ratio, program, .required = true,
		.help = "its counterpart, WORKLOAD.VARIANT; of the mean empty"),
	T(counterpart_ratio, env, .required = true, .help = "environment in which both ran"),
	D(counterpart_ratio, at_most, .help = "promised bound of the native ratio; null: none"),
	N(counterpart_ratio, workloads, .help = "workloads that entered"),
	T(counterpart_ratio, forbidden, .nullable = true, .help = "why the ratio means nothing"),
	{0},
};

const struct field table_aa[] = {
	T(aa, kind, .required = true,
		.help = "what was measured twice: native, user, vm or command"),
	T(aa, env, .help = "the environment"),
	D(aa, spread,
		.help = "deviation from 1 that the interval of one duplicated cell cannot exclude"),
	D(aa, min_detectable, .help = "smallest effect seen with power .8 in one cell"),
	N(aa, cells, .help = "cells measured twice"),
	N(aa, excluded, .help = "how many of their intervals exclude 1; 5 % are expected"),
	{0},
};

const struct field table_variance[] = {
	T(variance, env, .required = true, .help = "environment"),
	N(variance, cells, .help = "cells that entered, duplicates too"),
	N(variance, per_block,
		.help = "executions planned in a block, with a pilot in one after it"),
	D(variance, between_share,
		.help = "share of the variance that lies between blocks; null: not told from that "
			"between executions"),
	D(variance, execution_share, .help = "likewise between executions of one block"),
	D(variance, iteration_share, .help = "likewise between iterations of one execution"),
	D(variance, iterations, .help = "steady iterations of an execution, harmonic mean"),
	D(variance, best_per_block,
		.help = "executions in a block that would make the most of the time; null: as "
			"many as possible, blocks do not differ, or not known"),
	D(variance, best_gain,
		.help = "half-width of intervals with so many, in the same time, as a share of "
			"what it is"),
	D(variance, best_iterations,
		.help = "likewise steady iterations in an execution; null: as many as possible, "
			"or not known"),
	N(variance, blocks,
		.help = "blocks of the typical cell, whose interval is the median one; 0: none"),
	D(variance, half_width, .help = "half-width of its interval, as a fraction"),
	D(variance, min_detectable, .help = "smallest effect seen with power .8 in it"),
	D(variance, blocks_to_halve, .help = "blocks that would halve its interval"),
	D(variance, best_blocks_to_halve,
		.help = "likewise with best_per_block executions in each; null where those are "
			"planned"),
	D(variance, halve_ns,
		.help = "how long a run of those takes, of best_blocks_to_halve where there is "
			"such a number, at this run's pace"),
	{0},
};

const struct field table_factor[] = {
	T(factor, workload, .required = true, .help = "workload"),
	T(factor, variant, .required = true, .help = "variant"),
	F(factor, kind, FIELD_CHOICE, .choices = layer_kind_names, .help = "kind of layer"),
	T(factor, same, .help = "environment of the host's own architecture"),
	T(factor, foreign, .help = "environment of the other"),
	T(factor, forbidden, .nullable = true, .help = "why the factors mean nothing"),
	{0},
};

const struct field table_command_used[] = {
	T(command_used, env, .required = true, .help = "environment of the command layer alone"),
	T(command_used, version, .help = "what it said when the run was planned"),
	T(command_used, command, .help = "its variables and words, in front of the program"),
	{0},
};

const struct field table_boot_summary[] = {
	T(boot_summary, env, .required = true, .help = "environment of the VM alone"),
	N(boot_summary, boots, .help = "boots"),
	N(boot_summary, failed, .help = "boots that failed"),
	D(boot_summary, hello_ns, .help = "median of create to hello"),
	D(boot_summary, hello_min_ns, .help = "shortest"),
	D(boot_summary, hello_max_ns, .help = "longest"),
	D(boot_summary, create_ns, .help = "median duration of libvirt's create"),
	T(boot_summary, accel, .help = "accelerator, read back"),
	T(boot_summary, cpu, .help = "CPU model, read back"),
	T(boot_summary, machine, .help = "machine type, read back"),
	N(boot_summary, vcpus, .help = "virtual CPUs, read back"),
	T(boot_summary, qemu, .help = "version of QEMU, read back; several: not the same in all"),
	T(boot_summary, libvirt, .help = "version of the libvirt that ran it; or several"),
	T(boot_summary, ran_on, .nullable = true,
		.help = "another machine that it ran on; several: not the same in all; null: this "
			"one"),
	D(boot_summary, skew_ppm,
		.help = "the guest's clock against the host's over a boot: median over boots"),
	D(boot_summary, skew_worst_ppm, .help = "of the boot whose clock is furthest off"),
	D(boot_summary, skew_error_ppm, .help = "what bounds the error of each"),
	{0},
};

/* Sums of squares and of chances. */
#define SUM(member, help_)                                                                         \
	F(noise_sums, member, FIELD_DOUBLE, .required = true, .max = 1e15, .help = help_)

const struct field table_noise[] = {
	T(noise_sums, run, .required = true, .help = "the run whose cells say this"),
	T(noise_sums, cells, .required = true,
		.help = "a hash of which cells they are, their sizes and the sentinel: squares and "
			"products "
			"are used by runs of the same"),
	N(noise_sums, block_ns, .required = true,
		.help = "mean time inside executions and boots of a block"),
	N(noise_sums, pair_cells, .required = true,
		.help = "cells of three or more pairs of log ratio D and log sentinel z"),
	N(noise_sums, pair_df, .required = true, .help = "degrees of freedom within these"),
	SUM(zz, "sum of squares of z about their means"),
	F(noise_sums, zd, FIELD_DOUBLE, .required = true, .min = -1e15, .max = 1e15,
		.help = "of products of z and D"),
	SUM(dd, "of squares of D"),
	{.name = "values",
		.type = FIELD_U64,
		.offset = offsetof(struct noise_sums, serial.values),
		.required = true,
		.help = "blocks of cells that tell of correlation; D here and below is without "
			"what the sentinel explains, where it served as a covariate"},
	{.name = "mean_values",
		.type = FIELD_U64,
		.offset = offsetof(struct noise_sums, means.values),
		.help = "blocks of environments that tell of the correlation of means over their "
			"cells; 0: of none"},
	SUM(squares, "sum of squares of D about the means of cells"),
	N(noise_sums, df, .required = true, .help = "degrees of freedom of that"),
	N(noise_sums, dixon_cells, .required = true,
		.help = "cells of three blocks, not all the same"),
	SUM(dixon, "sum of their chances of lying no more unevenly than normal ones"),
	{0},
};

const struct field table_spoiled[] = {
	N(spoiled_block, block, .required = true, .help = "block that is left out, in all arms"),
	T(spoiled_block, reason, .required = true,
		.help = "suspended, throttled or stolen, by rules fixed before"),
	T(spoiled_block, what, .help = "what happened"),
	T(spoiled_block, cell, .help = "during an execution of this cell"),
	N(spoiled_block, order, .help = "that execution's position in the block"),
	{0},
};
