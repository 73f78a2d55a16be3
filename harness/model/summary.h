/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The results of a run: what statistics make of its samples and what reports show. Times are
 * doubles in nanoseconds; NaN means "not measured" and is null in summary.json.
 */
#ifndef MODEL_SUMMARY_H
#define MODEL_SUMMARY_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/cpu.h"
#include "model/host.h"
#include "model/noise_sums.h"
#include "model/sample.h"

/* A ratio with its 95 % interval; undefined when there were too few blocks. */
struct ratio {
	bool defined;
	double point, lo, hi;
	size_t blocks; /* pairs that entered */
};

struct cell_summary {
	char id[CELL_ID_MAX];
	char workload[WORKLOAD_NAME_MAX], variant[WORKLOAD_NAME_MAX], env[ENV_ID_MAX];
	enum arch arch;
	enum status status;
	char reason[REASON_MAX];
	char ran_on[RAN_ON_MAX]; /* another machine that its VM ran on; "": this one */
	size_t blocks, executions, failed, iterations;
	size_t per_block; /* executions planned in a block, with a pilot in one after it */

	/* steady: mean over blocks of each block's mean post-warm-up iteration, 95 % t interval */
	double mean_ns, mean_lo_ns, mean_hi_ns;
	/* cold: medians over executions (boot: over the boots of its VM; NaN without one) */
	double boot_ns, startup_ns, first_iter_ns;
	char warmup[24];	  /* class: flat, warm-up, slow-down, no-steady-state, too-few */
	size_t warmup_iterations; /* median number of iterations left out as warm-up */

	/* overhead ratio: to the same workload and variant, host architecture, native. Undefined
	 * where the two did not run on one machine */
	struct ratio ratio;	 /* as reported: under serial correlation, with the sentinel */
	struct ratio ratio_raw;	 /* plain paired t interval */
	struct ratio ratio_sign; /* sign-test interval of the median */
	/* The reported ratio, had nothing been left out as warm-up, or twice as much; NaN: none */
	double ratio_untrimmed, ratio_trimmed_twice;
	double lag1;	 /* lag-1 correlation of the log ratios; NaN below 4 blocks */
	bool adjusted;	 /* the sentinel served as covariate */
	bool target_met; /* half-width within --precision */

	double extrapolated_ns; /* too-slow: what an iteration would take, computed; else NaN */
	double flop, bytes;	/* per iteration; 0: not stated */
	char path[64];		/* code path taken; "mixed" when executions differ */
	uint64_t max_rss_kib;	/* 0: not known */
	/* CPU time of the host that an iteration takes, in a VM of the whole QEMU: ÷ mean_ns it is
	 * what a second of the program's work burns. NaN: not known */
	double host_cpu_ns;
	double original_ns; /* computed: mean × iterations of the original run; NaN if unknown */
	double skew_ppm;    /* median clock skew of its executions in a VM; NaN without one */
	/* Its guest's clock is off: only the host's duration of each execution and what share of it
	 * the iterations took enter, startup and first iteration are NaN. The doubt is by what
	 * factor, less 1, its times can be wrong if that clock ran unevenly; NaN: unbounded, or not
	 * so timed. */
	bool timed_by_host;
	double clock_doubt;
	unsigned retries;
	char *probe; /* heap, JSON text of device-probe; NULL otherwise */
};

/* Suite geometric mean of the overhead ratio of one environment over the workloads of one variant,
 * or over "all" programs, each program once. */
struct geomean {
	char env[ENV_ID_MAX], variant[64];
	size_t workloads;
	struct ratio ratio;
};

/* Two environments that run programs of one architecture (native runs the host's), compared without
 * the detour over native: ratio is time in `a` ÷ time in `b`, paired by block, so that what a block
 * does to both cancels. It is narrower than the intervals of two overhead ratios suggest. Its
 * confidence is that of one comparison; p_adjusted allows for how many programs are compared. Only
 * what ran on one machine is.
 *
 * Of one program (workload and variant); or, with workload "", of the suite: the geometric mean
 * over the programs of `variant`, or of "all", that both environments have, at least two. */
struct pair {
	char workload[WORKLOAD_NAME_MAX], variant[WORKLOAD_NAME_MAX];
	char a[ENV_ID_MAX], b[ENV_ID_MAX]; /* in the order of the plan */
	size_t workloads;		   /* that entered: 1 for a program */
	struct ratio ratio;
	/* Of a program: p of no difference, and that by Holm over all programs in these two
	 * environments; NaN: not tested. */
	double p, p_adjusted;
};
#define PAIR_ALPHA 0.05

/* A workload and its counterpart (model/workload.h) in one environment: ratio is the counterpart's
 * time ÷ the workload's, paired by block. Or, with workload "", the geometric mean over those that
 * a bound is promised of, at least two. */
struct counterpart_ratio {
	char workload[WORKLOAD_NAME_MAX], variant[WORKLOAD_NAME_MAX];
	char program[128]; /* "matmul.blas"; "": of the mean */
	char env[ENV_ID_MAX];
	double at_most;		    /* promised; NaN: nothing is */
	size_t workloads;	    /* that entered: 1 for a program */
	struct ratio ratio;	    /* undefined where it is forbidden */
	char forbidden[REASON_MAX]; /* why it means nothing: differing work; "" otherwise */
};
#define COUNTERPARTS_MEAN_AT_MOST 1.0

/* Duplicate arms: two measurements of the same thing. */
struct aa {
	char kind[16];	      /* native, or the lowest layer's: user, vm, command */
	char env[ENV_ID_MAX]; /* the duplicated environment */
	struct ratio ratio;   /* main ÷ duplicate over all workloads: should include 1 */
	double spread; /* noise floor: deviation from 1 that one duplicated cell cannot exclude */
	double min_detectable;	/* smallest effect seen with power .8 in one cell, e.g. 0.05 */
	size_t cells, excluded; /* duplicated cells, and how many exclude 1 (expect 5 %) */
};

/* Where the noise of an environment's cells comes from, by the mean over them, and what would make
 * their intervals narrower (stats/components.h, stats/width.h). NaN: not known. Shares are of the
 * variance of an execution's ln(mean steady iteration), and add up to 1; those between blocks and
 * between executions are known where cells are executed several times in a block, at least in one
 * of the pilot, that of iterations where executions have two steady ones.
 *
 * What is best, and what halves an interval, is about the ratios to native; natively about the
 * times. The typical cell is the one whose ratio's interval is the median one. */
struct variance {
	char env[ENV_ID_MAX];
	size_t cells;		/* that entered, duplicates too */
	size_t per_block;	/* executions planned in a block, with a pilot in one after it */
	double between_share;	/* between blocks */
	double execution_share; /* between executions of a block */
	double iteration_share; /* between iterations of an execution */
	double iterations;	/* steady ones in an execution, harmonic mean */
	double best_per_block;	/* executions in a block that would make the most of the time a run
				 * takes; infinity: blocks do not differ */
	double best_gain;	/* half-width with so many in the same time ÷ with per_block */
	double best_iterations; /* likewise steady iterations in an execution; infinity: executions
				 * differ by no more than their iterations */
	size_t blocks;		/* of the typical cell; 0: there is none */
	double half_width;	/* … of its interval, e.g. 0.05 */
	double min_detectable;	/* … smallest effect seen with power .8 in it, e.g. 0.05 */
	double blocks_to_halve; /* … blocks that would halve its interval */
	double best_blocks_to_halve; /* … with best_per_block executions in each, where that is
					another number than per_block */
	double halve_ns; /* … wall time of a run of those, best where known, at this one's pace */
};
#define VARIANCE_UNKNOWN                                                                           \
	((struct variance){.between_share = NAN,                                                   \
		.execution_share = NAN,                                                            \
		.iteration_share = NAN,                                                            \
		.iterations = NAN,                                                                 \
		.best_per_block = NAN,                                                             \
		.best_gain = NAN,                                                                  \
		.best_iterations = NAN,                                                            \
		.half_width = NAN,                                                                 \
		.min_detectable = NAN,                                                             \
		.blocks_to_halve = NAN,                                                            \
		.best_blocks_to_halve = NAN,                                                       \
		.halve_ns = NAN})

/* The two factors of a translated or virtualized foreign cell's overhead. */
struct factor {
	char workload[WORKLOAD_NAME_MAX], variant[WORKLOAD_NAME_MAX];
	enum layer_kind kind;
	char same[ENV_ID_MAX], foreign[ENV_ID_MAX];
	struct ratio layer_cost;    /* same ÷ native */
	struct ratio isa_cost;	    /* foreign ÷ same */
	char forbidden[REASON_MAX]; /* why the factors mean nothing: differing paths; "" otherwise
				     */
};

/* What a command layer was in this run. */
struct command_used {
	char env[ENV_ID_MAX];
	char version[REASON_MAX];
	char command[512]; /* its words and variables as they are typed in a shell */
};

struct boot_summary {
	char env[ENV_ID_MAX];
	size_t boots, failed;
	double hello_ns, hello_min_ns, hello_max_ns; /* median, range */
	double create_ns;
	/* as read back; the versions and ran_on: SUMMARY_SEVERAL where boots differ */
	char accel[16], cpu[64], machine[64];
	uint64_t vcpus;
	char qemu[64], libvirt[64], ran_on[RAN_ON_MAX];
	/* of the guest's clock over each boot: median, the one furthest off, largest error bound;
	 * NaN: not measured */
	double skew_ppm, skew_worst_ppm, skew_error_ppm;
};
#define SUMMARY_SEVERAL "several"

/* A block that something about the host has spoiled: it is left out of everything, in all arms. */
struct spoiled_block {
	uint64_t block;
	char reason[16];	/* name of the rule: "stolen" (stats/spoiled.h) */
	char what[REASON_MAX];	/* what happened, in words */
	char cell[CELL_ID_MAX]; /* during an execution of it */
	uint64_t order;		/* that execution's position in the block */
};

/* What the host's counters showed over the run's executions; NaN: this host does not show it. */
struct conditions {
	double steal_share;		/* of their time that a hypervisor gave to others */
	double load_median, load_max;	/* load average over a minute */
	double khz_median, khz_min;	/* clock frequency */
	double throttles, suspended_ns; /* sums */
	double stolen_blocks;		/* that theft spoils not, being usual (stats/spoiled.h) */
};
#define CONDITIONS_UNKNOWN ((struct conditions){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN})

/* Intervals of fewer blocks than that depend on whether blocks bunch. */
#define SUMMARY_BLOCKS_ENOUGH 5
/* With fewer blocks of cells, of this run and earlier ones, correlation is hardly told from chance:
 * a cell's interval then covers 80 to 90 % where there is some (tests/validation/RESULTS.md). */
#define SUMMARY_NOISE_ENOUGH 60

struct summary {
	char run[32];	  /* YYYYMMDDTHHMMSSZ-xxxxxx */
	char created[24]; /* when the run began, UTC */
	char profile[16], size[32];
	/* Those of its workloads, joined by ','; "": none of them is known. */
	char suite[256];
	char connect[256];	     /* libvirt URI that VMs were run through; "": embedded */
	char cpu[2 * CPU_MODEL_MAX]; /* CPU models that were chosen: "x86_64=Nehalem"; "": none */
	uint64_t seed;
	char toll_version[32];
	bool replayed; /* canned samples: nothing here was measured by this run */
	struct host host;

	uint64_t blocks_planned, blocks_done;
	bool budget_ended;	    /* before all planned blocks */
	uint64_t pilot;		    /* blocks planned to decide how many; 0: fixed beforehand */
	uint64_t pilot_missing;	    /* of these, for blocks that do not count or are not there */
	uint64_t pilot_executions;  /* of a cell in one of them, at least; 0: as in any block */
	double blocks_needed;	    /* for the precision in every cell; NaN or infinite: unknown */
	double needed_ns;	    /* … at this run's pace */
	char neediest[CELL_ID_MAX]; /* the cell that needs the most; "": none */
	/* those that the precision is asked of (with an interval, not native, not the probe, not
	 * given up), and how many reached it */
	size_t cells_judged, cells_reached;
	double wall_ns;	   /* of the measuring stage, over all its sessions */
	double inside_ns;  /* of that, inside executions and boots */
	double precision;  /* asked half-width, e.g. 0.05 */
	double confidence; /* .95 */
	size_t position_imbalance, carryover_imbalance; /* of the order of arms, max − min */
	/* Whether that order mattered: p of the F tests, typical relative effect; NaN: not known */
	double position_p, position_effect, carryover_p, carryover_effect;
	double sentinel_cv; /* coefficient of variation of the sentinel over the run */
	/* Its time beside the cells ÷ beside their references, over the blocks, with its 99 %
	 * interval: 1 where it tells of the host alone, as a covariate must. */
	double sentinel_bias, sentinel_bias_lo, sentinel_bias_hi;
	/* ln of a ratio per ln of the sentinel, over all cells; NaN where it is not used */
	double sentinel_slope;
	/* Of the noise from block to block, over all cells; NaN: no block tells of it, and
	 * intervals are widened by what is believed before any does (stats/serial.h). */
	double block_correlation;
	/* Whether blocks bunch as on a host that switches speed, and p of that (stats/few.h); NaN:
	 * not known. */
	bool bunches;
	double bunching_p;
	/* What block_correlation and bunching_p rest on: blocks of cells, and the earlier runs that
	 * count where this one says too little (stats/noise.h). */
	uint64_t noise_values, noise_runs;
	struct conditions conditions;

	struct cell_summary *cells;
	size_t ncells;
	struct geomean *geomeans;
	size_t ngeomeans;
	struct pair *pairs; /* those of the programs, then those of the suite */
	size_t npairs;
	struct counterpart_ratio *counterparts; /* of programs, then the means */
	size_t ncounterparts;
	struct aa *aa;
	size_t naa;
	struct variance *variances;
	size_t nvariances;
	struct factor *factors;
	size_t nfactors;
	struct command_used *commands;
	size_t ncommands;
	struct boot_summary *boots;
	size_t nboots;
	struct spoiled_block *spoiled; /* in order */
	size_t nspoiled;
	struct noise_sums noise; /* what this run says to later ones; values 0: nothing */
};

/* Before anything is known of it. */
#define SUMMARY_UNKNOWN                                                                            \
	((struct summary){.conditions = CONDITIONS_UNKNOWN,                                        \
		.sentinel_cv = NAN,                                                                \
		.sentinel_bias = NAN,                                                              \
		.sentinel_bias_lo = NAN,                                                           \
		.sentinel_bias_hi = NAN,                                                           \
		.sentinel_slope = NAN,                                                             \
		.block_correlation = NAN,                                                          \
		.bunching_p = NAN})

void summary_release(struct summary *s);
/* Undefined where it is not known. */
struct ratio summary_sentinel_bias(const struct summary *s);
/* What ratios that the sentinel adjusts may be off by, a fraction, where its bias excludes 1; NaN
 * where it does not, or the sentinel is not used. */
double summary_sentinel_shift(const struct summary *s);
/* True when one machine ran both: times of two machines have no ratio. */
bool cells_share_machine(const struct cell_summary *a, const struct cell_summary *b);
const struct cell_summary *summary_cell(const struct summary *s, const char *id);
/* The cell of this workload and variant in an environment, or NULL. */
const struct cell_summary *summary_find(
	const struct summary *s, const char *workload, const char *variant, const char *env);
/* The cell that this one is measured against: native, with as many threads; itself, when it is
 * that. NULL: not in the run. */
const struct cell_summary *summary_reference(
	const struct summary *s, const struct cell_summary *cell);
/* The boots that an environment ran in, those of its base (environment_base()): with other threads,
 * or a translator on top, it is the same VM. NULL without one, or without any boot. */
const struct boot_summary *summary_boots(const struct summary *s, const char *env);
/* True when the block is left out. */
bool summary_spoils(const struct summary *s, uint64_t block);
/* The pair of two environments, turned so that ret->a is `a` whichever way round it is stored;
 * workload "": the suite's. False, ret untouched, when they were not compared. */
bool summary_pair(const struct summary *s, const char *workload, const char *variant, const char *a,
	const char *b, struct pair *ret);
/* Whether a took longer than b for certain: at PAIR_ALPHA over all programs in those environments,
 * or, where p_adjusted is NaN (of a suite, and of runs joined before there was one), by the
 * interval. */
bool pair_is_slower(const struct pair *p);
/* 1 ÷ ratio. */
struct ratio ratio_inverse(const struct ratio *ratio);

/* Adds the variants of the geometric means that are not among the n in `ret`, in order, up to max.
 * Returns how many there are then; the texts are the summary's. */
size_t summary_geomean_variants(const struct summary *s, const char **ret, size_t n, size_t max);

#endif
