/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The samples of a run in order, for those who ask for one after the other: a long run has a
 * million.
 */
#ifndef MODEL_SAMPLE_INDEX_H
#define MODEL_SAMPLE_INDEX_H

#include "model/sample.h"

struct sample_index {
	const struct samples *samples;
	const struct sample **v; /* by block, cell, arm and execution, then as they are stored */
	size_t n;
};

/* Of samples that outlive it and do not change meanwhile; NULL: of none. */
void sample_index_init(struct sample_index *index, const struct samples *samples);
void sample_index_release(struct sample_index *index);
/* Both are of the same execution: a run has each once. */
bool samples_are_one(const struct sample *a, const struct sample *b);
/* The first one of this execution, or NULL. */
const struct sample *sample_index_find(const struct sample_index *index, uint64_t block,
	const char *cell, bool duplicate, uint64_t execution);
/* Those of a block: *ret is the first, the return value how many there are. */
size_t sample_index_block(
	const struct sample_index *index, uint64_t block, const struct sample *const **ret);

#endif
