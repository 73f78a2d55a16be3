/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/sample_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

struct sample_key {
	uint64_t block;
	const char *cell;
	bool duplicate;
	uint64_t execution;
};

static struct sample_key key_of(const struct sample *s)
{
	return (struct sample_key){s->block, s->cell, s->duplicate, s->execution};
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_keys(const struct sample_key *a, const struct sample_key *b)
{
	int order = compare_numbers(a->block, b->block);

	if (!order)
		order = strcmp(a->cell, b->cell);
	if (!order)
		order = compare_numbers(a->duplicate, b->duplicate);
	return order ? order : compare_numbers(a->execution, b->execution);
}

bool samples_are_one(const struct sample *a, const struct sample *b)
{
	struct sample_key ka = key_of(a), kb = key_of(b);

	return !compare_keys(&ka, &kb);
}

static int compare_samples(const void *a, const void *b)
{
	const struct sample *x = *(const struct sample *const *)a;
	const struct sample *y = *(const struct sample *const *)b;
	struct sample_key kx = key_of(x), ky = key_of(y);
	int order = compare_keys(&kx, &ky);

	/* the samples are of one array */
	return order ? order : compare_numbers((uintptr_t)x, (uintptr_t)y);
}

void sample_index_init(struct sample_index *index, const struct samples *samples)
{
	*index = (struct sample_index){.samples = samples};
	if (!samples || !samples->n)
		return;
	index->n = samples->n;
	index->v = xcalloc(index->n, sizeof(*index->v));
	for (size_t i = 0; i < index->n; i++)
		index->v[i] = &samples->v[i];
	qsort(index->v, index->n, sizeof(*index->v), compare_samples);
}

void sample_index_release(struct sample_index *index)
{
	free(index->v);
	*index = (struct sample_index){0};
}

/* Of the first that does not stand before the key. */
static size_t lower_bound(const struct sample_index *index, const struct sample_key *key)
{
	size_t from = 0, to = index->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		struct sample_key there = key_of(index->v[middle]);

		if (compare_keys(&there, key) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

const struct sample *sample_index_find(const struct sample_index *index, uint64_t block,
	const char *cell, bool duplicate, uint64_t execution)
{
	struct sample_key key = {block, cell, duplicate, execution}, found;
	size_t at = lower_bound(index, &key);

	if (at == index->n)
		return NULL;
	found = key_of(index->v[at]);
	return compare_keys(&found, &key) ? NULL : index->v[at];
}

size_t sample_index_block(
	const struct sample_index *index, uint64_t block, const struct sample *const **ret)
{
	size_t from = lower_bound(index, &(struct sample_key){.block = block, .cell = ""}), n = 0;

	while (from + n < index->n && index->v[from + n]->block == block)
		n++;
	*ret = index->n ? index->v + from : NULL;
	return n;
}
