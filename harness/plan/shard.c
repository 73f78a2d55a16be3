/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/shard.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

int shard_parse(const char *text, struct shard *ret, struct err *err)
{
	unsigned number, of;
	int end = 0;

	if (!text || !*text) {
		*ret = (struct shard){0};
		return 0;
	}
	if (strspn(text, "0123456789/") != strlen(text) ||
		sscanf(text, "%4u/%4u%n", &number, &of, &end) != 2 || text[end])
		return err_set(err, ERR_INPUT,
			"--shard '%s': expected I/N, the shard and how many there are: 2/5", text);
	if (!number || number > of || of > SHARDS_MAX)
		return err_set(err, ERR_INPUT,
			"--shard '%s': there are at most %d shards, numbered from 1 to their count",
			text, SHARDS_MAX);
	*ret = (struct shard){number, of};
	return 0;
}

static bool same_group(const struct shard_program *a, const struct shard_program *b)
{
	return a->workload == b->workload && !strcmp(a->variant->program, b->variant->program);
}

/* How many programs the group of program i has; 0 unless i is its first. */
static size_t group_size(const struct shard_program *programs, size_t n, size_t i)
{
	size_t size = 0;

	for (size_t k = 0; k < n; k++) {
		if (!same_group(&programs[i], &programs[k]))
			continue;
		if (k < i)
			return 0;
		size++;
	}
	return size;
}

static uint64_t lightest(const size_t *load, uint64_t of)
{
	uint64_t best = 0;

	for (uint64_t s = 1; s < of; s++)
		if (load[s] < load[best])
			best = s;
	return best;
}

void shards_deal(const struct shard_program *programs, size_t n, uint64_t of, uint64_t *ret)
{
	_cleanup_free_ size_t *load = xcalloc(of, sizeof(*load));

	for (size_t size = n; size; size--) {
		for (size_t i = 0; i < n; i++) {
			uint64_t s;

			if (group_size(programs, n, i) != size)
				continue;
			s = lightest(load, of);
			load[s] += size;
			for (size_t k = i; k < n; k++)
				if (same_group(&programs[i], &programs[k]))
					ret[k] = s + 1;
		}
	}
}
