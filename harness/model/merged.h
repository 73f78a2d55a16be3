/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs joined across hosts and shards. What was measured on one host is one summary, whichever of
 * its nodes and shards it came from. Of two hosts overheads are compared, never times.
 */
#ifndef MODEL_MERGED_H
#define MODEL_MERGED_H

#include <stddef.h>
#include <stdint.h>

#include "model/plan.h"
#include "model/program.h"
#include "model/summary.h"

#define HOST_LABEL_MAX 24

struct merged_source {
	char run[RUN_ID_MAX], created[24];
	char host[HOST_LABEL_MAX];
	char node[17];		/* struct host's id */
	uint64_t shard, shards; /* 0: not a shard */
	uint64_t blocks_planned, blocks_done;
	bool budget_ended; /* before all of them */
	bool replayed;
	uint64_t stolen_blocks; /* conditions.stolen_blocks; 0: none, or not shown */
	double sentinel_shift;	/* summary_sentinel_shift() */
	size_t cells;		/* that it brought in */
	size_t at;		/* index of its host */
};

struct merged_host {
	char label[HOST_LABEL_MAX]; /* its architecture; numbered where several have it */
	char fingerprint[17];	    /* host_fingerprint() */
	char profile[16];	    /* of all its runs */
	char missing[160];	    /* "2, 5 of 6": shards that were not given; "": none */
	size_t nodes, runs;
	/* Cells, programs' pairs, duplicates, factors and boots of its sources, one after the
	 * other; geometric means and suites' pairs over all of them. host is the first source's. */
	struct summary summary;
	size_t *source; /* of each cell of the summary */
};

/* A program that two sources do not share: its cells are left out. */
struct clash {
	char program[PROGRAM_PATH_MAX];
	char run_a[RUN_ID_MAX], run_b[RUN_ID_MAX];
	char id_a[SHA256_MAX], id_b[SHA256_MAX]; /* SHA-256, or build id; "": not stored */
	size_t cells;				 /* left out of all sources */
};

/*  id, text */
#define CONTRAST_VERDICTS(X)                                                                       \
	X(MORE, "more")		  /* significantly more on b than on a */                          \
	X(LESS, "less")		  /* significantly less */                                         \
	X(UNKNOWN, "cannot-tell") /* neither, or without an interval */

enum contrast_verdict {
#define X(id, text) CONTRAST_##id,
	CONTRAST_VERDICTS(X)
#undef X
};
extern const char *const contrast_verdict_names[]; /* NULL-terminated, in the order of the enum */

/* An overhead on two hosts, in the environments that have one role there (environment_id_role()).
 * Each host's is over its own native time and paired by its own blocks; the hosts are not paired.
 *
 * Of one program (workload and variant); or, with workload "", the geometric mean over the programs
 * of `variant`, or of "all", that both hosts measured in that role, at least two. */
struct contrast {
	char role[ENV_ROLE_MAX];
	char host_a[HOST_LABEL_MAX], host_b[HOST_LABEL_MAX]; /* a is the reference */
	char env_a[ENV_ID_MAX], env_b[ENV_ID_MAX];
	char workload[WORKLOAD_NAME_MAX], variant[WORKLOAD_NAME_MAX];
	size_t workloads; /* that entered: 1 for a program */
	struct ratio overhead_a, overhead_b;
	struct ratio ratio; /* b ÷ a, 95 % interval of this one comparison; blocks: of b */
	double p_adjusted; /* by Holm over all programs', or all means', contrasts; NaN: untested */
	enum contrast_verdict verdict;
};

struct merged {
	char id[RUN_ID_MAX];
	char created[24];
	char size[32];
	char toll_version[32];
	struct merged_host *hosts;
	size_t nhosts;
	struct merged_source *sources;
	size_t nsources;
	struct clash *clashes;
	size_t nclashes, clashes_cap;
	/* By role and pair of hosts: the means, then the programs. */
	struct contrast *contrasts;
	size_t ncontrasts, contrasts_cap;
};

void merged_release(struct merged *m);
/* Fills the heads of the hosts' summaries with what is the same in all, and with what their sources
 * say. */
void merged_name_summaries(struct merged *m);
/* True when a source was not measured to the end of its plan or of its budget. */
bool merged_source_is_unfinished(const struct merged_source *s);

#endif
