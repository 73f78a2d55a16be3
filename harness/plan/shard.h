/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shards: the programs of a selection dealt out to N independent runs. The deal depends on the
 * selection and the manifests alone, never on the host, so that every machine makes the same one.
 *
 * A program here is a workload and a variant: its cells stay together, because they share the
 * native reference. So do the variants that run one program file under different settings (`blas`
 * and `blas-pinned`), because their factors explain each other, and a workload and its counterpart,
 * because they are compared within each block. Such groups are dealt out largest
 * first, each to the shard that holds the fewest programs so far (Graham 1969, "Bounds on
 * multiprocessing timing anomalies"); ties go by the order of the manifests and the lowest shard.
 */
#ifndef PLAN_SHARD_H
#define PLAN_SHARD_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/workload.h"

#define SHARDS_MAX 1000

struct shard {
	uint64_t number, of; /* 1 ≤ number ≤ of; of 0: not split */
};

/* "2/5". NULL and "" are no split. */
int shard_parse(const char *text, struct shard *ret, struct err *err);

struct shard_program {
	const struct workload *workload;
	const struct variant *variant;
};
/* ret[i]: the shard, from 1, of program i. Programs of one group stand in any order. */
void shards_deal(const struct shard_program *programs, size_t n, uint64_t of, uint64_t *ret);

#endif
