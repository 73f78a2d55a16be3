/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* Tried: the x86-64 kernel panics with 64 MiB and comes up with 96; Arm's comes up with 64, but one
 * bound serves both. */
#define GUEST_LEAST_MIB 96

/* "2", or of memory "512M" and "2G". False where it is neither. */
static bool parse_value(enum limit limit, const char *text, uint64_t *ret)
{
	size_t digits = strspn(text, "0123456789");
	const char *unit = text + digits;
	uint64_t n = strtoull(text, NULL, 10);

	if (!digits || digits > 9)
		return false;
	if (limit == LIMIT_MEMORY) {
		if (strcmp(unit, "M") && strcmp(unit, "G") && strcmp(unit, "T"))
			return false;
		n <<= *unit == 'M' ? 0 : *unit == 'G' ? 10 : 20;
	} else if (*unit) {
		return false;
	}
	*ret = n;
	return true;
}

static int refuse(enum limit limit, const char *list, const char *value, struct err *err)
{
	const struct limit_info *info = limit_info(limit);

	if (limit == LIMIT_MEMORY)
		return err_set(err, ERR_INPUT,
			"--memory '%s': '%s' is no size from 1M to %lluT; expected 512M,2G", list,
			value, (unsigned long long)info->max >> 20);
	return err_set(err, ERR_INPUT, "--%s '%s': '%s' is no number from 1 to %llu; expected 1,2",
		info->name, list, value, (unsigned long long)info->max);
}

static int add_value(
	enum limit limit, const char *list, const char *value, struct sweep *sweep, struct err *err)
{
	uint64_t *v = sweep->v[limit], n;

	if (!parse_value(limit, value, &n) || !n || n > limit_info(limit)->max)
		return refuse(limit, list, value, err);
	for (size_t i = 0; i < sweep->n[limit]; i++)
		if (v[i] == n)
			return err_set(err, ERR_INPUT, "--%s '%s' holds '%s' twice",
				limit_info(limit)->name, list, value);
	if (sweep->n[limit] == SWEEP_VALUES_MAX)
		return err_set(err, ERR_INPUT, "--%s '%s' holds more than %d values",
			limit_info(limit)->name, list, SWEEP_VALUES_MAX);
	v[sweep->n[limit]++] = n;
	return 0;
}

static int add_size(const char *list, const char *name, struct sweep *sweep, struct err *err)
{
	if (!str_is_name(name) || strlen(name) >= SIZE_NAME_MAX)
		return err_set(
			err, ERR_INPUT, "--size '%s': '%s' is no name of a size", list, name);
	for (size_t i = 0; i < sweep->nsizes; i++)
		if (!strcmp(sweep->sizes[i], name))
			return err_set(err, ERR_INPUT, "--size '%s' holds '%s' twice", list, name);
	if (sweep->nsizes == SWEEP_VALUES_MAX)
		return err_set(err, ERR_INPUT, "--size '%s' holds more than %d values", list,
			SWEEP_VALUES_MAX);
	str_copy(sweep->sizes[sweep->nsizes++], SIZE_NAME_MAX, name);
	return 0;
}

/* limit LIMIT_COUNT: of sizes. */
static int parse_list(enum limit limit, const char *list, struct sweep *sweep, struct err *err)
{
	_cleanup_free_ char *copy = list && *list ? xstrdup(list) : NULL;
	char *rest = copy, *value;
	int r = 0;

	while (!r && (value = strsep(&rest, ",")))
		r = limit < LIMIT_COUNT ? add_value(limit, list, value, sweep, err)
					: add_size(list, value, sweep, err);
	return r;
}

int sweep_parse(const char *sizes, const char *const limits[static LIMIT_COUNT], struct sweep *ret,
	struct err *err)
{
	struct sweep sweep = {.nsizes = 0};
	int r = parse_list(LIMIT_COUNT, sizes, &sweep, err);

	for (enum limit i = 0; !r && i < LIMIT_COUNT; i++)
		r = parse_list(i, limits[i], &sweep, err);
	if (!r)
		*ret = sweep;
	return r;
}

/* Without --vcpus a VM has as many as the program has threads: what it is compared with may use as
 * many CPUs. */
static void follow_threads(struct point *l)
{
	l->v[LIMIT_VCPUS] = l->v[LIMIT_THREADS];
}

static void leave_defaults_out(struct point *l)
{
	for (enum limit i = 0; i < LIMIT_COUNT; i++)
		if (l->v[i] == limit_info(i)->def)
			l->v[i] = 0;
}

/* Each of the n points there are, with each value of a list: the first points are those of the
 * first value. Returns how many there are then. */
static size_t multiply(const struct sweep *sweep, enum limit limit, struct point *points, size_t n)
{
	size_t values = limit < LIMIT_COUNT ? sweep->n[limit] : sweep->nsizes;

	for (size_t k = values; k-- > 0;) {
		for (size_t p = 0; p < n; p++) {
			struct point *point = &points[k * n + p];

			*point = points[p];
			if (limit < LIMIT_COUNT)
				point->v[limit] = sweep->v[limit][k];
			else if (k)
				str_copy(point->size, sizeof(point->size), sweep->sizes[k]);
		}
	}
	return values * n;
}

int sweep_points(const struct sweep *sweep, const struct environment *env,
	struct point ret[static SWEEP_POINTS_MAX], struct err *err)
{
	size_t n = 1;

	ret[0] = POINT_DEFAULT;
	for (enum limit i = 0; i <= LIMIT_COUNT; i++) {
		size_t values = i < LIMIT_COUNT ? sweep->n[i] : sweep->nsizes;

		if (!values || (i < LIMIT_COUNT && limit_info(i)->vm && !environment_vm(env)))
			continue;
		if (n * values > SWEEP_POINTS_MAX)
			return err_set(err, ERR_INPUT,
				"the lists make more than %d points; leave some out",
				SWEEP_POINTS_MAX);
		n = multiply(sweep, i, ret, n);
	}
	for (size_t p = 0; p < n; p++) {
		if (environment_vm(env) && !sweep->n[LIMIT_VCPUS])
			follow_threads(&ret[p]);
		leave_defaults_out(&ret[p]);
	}
	return (int)n;
}

/* CPUs of the host that it runs on. */
static uint64_t cpus_of(const struct environment *env)
{
	return environment_vm(env) ? point_vcpus(&env->point) : point_threads(&env->point);
}

bool sweep_refuses(const struct environment *env, const struct workload *w, const struct host *host,
	char ret[static REASON_MAX])
{
	uint64_t memory_mib = env->point.v[LIMIT_MEMORY];

	if (point_threads(&env->point) > 1 && !w->threads) {
		str_copy(ret, REASON_MAX, "it computes with one thread");
	} else if (host && host->measure_cpus && cpus_of(env) > host->measure_cpus) {
		snprintf(ret, REASON_MAX, "it needs %llu CPUs, and this host has %u to measure on",
			(unsigned long long)cpus_of(env), host->measure_cpus);
	} else if (host && memory_mib >= host->memory_mib) {
		snprintf(ret, REASON_MAX, "a guest of %llu MiB, and this host has %llu MiB",
			(unsigned long long)memory_mib, (unsigned long long)host->memory_mib);
	} else if (memory_mib && memory_mib < GUEST_LEAST_MIB) {
		snprintf(ret, REASON_MAX,
			"a guest of %llu MiB, and its kernel needs %d MiB to come up",
			(unsigned long long)memory_mib, GUEST_LEAST_MIB);
	} else {
		return false;
	}
	return true;
}
