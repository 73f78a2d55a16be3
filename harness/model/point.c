/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/point.h"

#include <stdlib.h>
#include <string.h>

#define SIZE_WORD "size-"

static const struct limit_info infos[] = {
#define X(id, name, def, max, vm) [LIMIT_##id] = {name, def, max, vm},
	LIMITS(X)
#undef X
};

const struct limit_info *limit_info(enum limit limit)
{
	return &infos[limit];
}

uint64_t point_vcpus(const struct point *p)
{
	return p->v[LIMIT_VCPUS] ? p->v[LIMIT_VCPUS] : 1;
}

uint64_t point_threads(const struct point *p)
{
	return p->v[LIMIT_THREADS] ? p->v[LIMIT_THREADS] : 1;
}

void point_add_suffix(const struct point *p, struct str *id)
{
	char separator = '@';

	for (enum limit i = 0; i < LIMIT_COUNT; i++) {
		if (!p->v[i])
			continue;
		str_addf(id, "%c%s%llu", separator, infos[i].name, (unsigned long long)p->v[i]);
		separator = '-';
	}
	if (p->size[0])
		str_addf(id, "%c" SIZE_WORD "%s", separator, p->size);
}

/* Reads "vcpus2" and what separates it from the next, or the size; moves *text behind them. */
static bool parse_one(const char **text, struct point *p)
{
	if (str_starts(*text, SIZE_WORD)) {
		const char *name = *text + strlen(SIZE_WORD);

		if (!str_is_name(name) || strlen(name) >= sizeof(p->size))
			return false;
		str_copy(p->size, sizeof(p->size), name);
		*text = name + strlen(name);
		return true;
	}
	for (enum limit i = 0; i < LIMIT_COUNT; i++) {
		const char *digits = *text + strlen(infos[i].name);
		char *end;

		if (!str_starts(*text, infos[i].name) || strspn(digits, "0123456789") > 9)
			continue;
		p->v[i] = strtoul(digits, &end, 10);
		*text = end + (*end == '-');
		return p->v[i] > infos[i].def && p->v[i] <= infos[i].max;
	}
	return false;
}

bool point_parse(const char *suffix, struct point *ret)
{
	struct point p = POINT_DEFAULT;
	struct str again = {0};
	const char *at = suffix;
	bool same;

	do {
		if (!parse_one(&at, &p))
			return false;
	} while (*at);
	/* One of each, in order, none at its default, without leading zeros. */
	point_add_suffix(&p, &again);
	same = !strcmp(str_text(&again) + (again.len > 0), suffix);
	str_release(&again);
	if (same)
		*ret = p;
	return same;
}
