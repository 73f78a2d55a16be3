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

/* The program of the selection that this one is compared with within each block, or itself. */
static const struct shard_program *compared_with(
	const struct shard_program *programs, size_t n, const struct shard_program *p)
{
	const char *counterpart = p->workload->counterpart.program;

	for (size_t i = 0; counterpart && i < n; i++) {
		_cleanup_free_ char *name =
			xasprintf("%s.%s", programs[i].workload->name, programs[i].variant->name);

		if (!strcmp(name, counterpart))
			return &programs[i];
	}
	return p;
}

/* Of each program the first of its group. */
static void find_groups(const struct shard_program *programs, size_t n, size_t *ret)
{
	for (size_t i = 0; i < n; i++) {
		const struct shard_program *a = compared_with(programs, n, &programs[i]), *b;

		for (ret[i] = 0; ret[i] < i; ret[i]++) {
			b = compared_with(programs, n, &programs[ret[i]]);
			if (a->workload == b->workload &&
				!strcmp(a->variant->program, b->variant->program))
				break;
		}
	}
}

/* How many programs the group of program i has; 0 unless i is its first. */
static size_t group_size(const size_t *group, size_t n, size_t i)
{
	size_t size = 0;

	for (size_t k = 0; k < n; k++)
		size += group[k] == i;
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
	_cleanup_free_ size_t *group = xcalloc(n, sizeof(*group));

	find_groups(programs, n, group);
	for (size_t size = n; size; size--) {
		for (size_t i = 0; i < n; i++) {
			uint64_t s;

			if (group_size(group, n, i) != size)
				continue;
			s = lightest(load, of);
			load[s] += size;
			for (size_t k = i; k < n; k++)
				if (group[k] == i)
					ret[k] = s + 1;
		}
	}
}
