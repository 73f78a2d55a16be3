/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/executions.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "model/sample.h"

/* A copy with OTHER spelled out. */
static char *spell_out(const char *list)
{
	const char *other = arch_text(arch_other(arch_host())), *at;
	struct str text = {0};

	for (list = list ? list : ""; (at = strstr(list, "OTHER")); list = at + strlen("OTHER"))
		str_addf(&text, "%.*s%s", (int)(at - list), list, other);
	str_add(&text, list);
	return str_take(&text);
}

/* Splits "PATTERN=N", in place; the pattern of "N" is "*". False when it is no such thing. */
static bool parse_entry(char *entry, const char **ret_pattern, uint64_t *ret)
{
	char *equals = strchr(entry, '='), *number = equals ? equals + 1 : entry;
	unsigned long n;

	if (equals)
		*equals = '\0';
	if (equals == entry || !*number || strspn(number, "0123456789") != strlen(number))
		return false;
	n = strtoul(number, NULL, 10);
	*ret_pattern = equals ? entry : "*";
	*ret = n;
	return n >= 1 && n <= EXECUTIONS_MAX;
}

static bool matches_one(const char *pattern, const struct argv *names)
{
	for (size_t i = 0; i < names->n; i++)
		if (str_glob(pattern, names->v[i]))
			return true;
	return false;
}

int executions_check(const char *list, const struct argv *environments, struct err *err)
{
	_cleanup_free_ char *copy = spell_out(list);
	char *save = NULL;

	for (char *p = strtok_r(copy, ",", &save); p; p = strtok_r(NULL, ",", &save)) {
		_cleanup_free_ char *entry = xstrdup(p);
		const char *pattern;
		uint64_t n;

		if (!parse_entry(entry, &pattern, &n))
			return err_set(err, ERR_INPUT,
				"--executions '%s': expected ENVIRONMENT=N with N from 1 to %d: "
				"native=3,user-*=2",
				p, EXECUTIONS_MAX);
		if (!matches_one(pattern, environments))
			return err_set(err, ERR_INPUT,
				"--executions '%s' matches nothing; 'toll list environments' shows "
				"what there is",
				pattern);
	}
	return 0;
}

uint64_t executions_of(const char *list, const char *environment)
{
	_cleanup_free_ char *copy = spell_out(list);
	char *save = NULL;

	for (char *p = strtok_r(copy, ",", &save); p; p = strtok_r(NULL, ",", &save)) {
		const char *pattern;
		uint64_t n;

		if (parse_entry(p, &pattern, &n) && str_glob(pattern, environment))
			return n;
	}
	return 1;
}
