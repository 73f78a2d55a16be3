/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plan/executions: lists of how often an environment is executed in a block.
 */
#include "base/cleanup.h"
#include "model/arch.h"
#include "plan/executions.h"
#include "tap.h"

static void counts(void)
{
	static const struct {
		const char *list, *environment;
		uint64_t executions;
	} cases[] = {
		{NULL, "native", 1},
		{"", "native", 1},
		{"native=3", "native", 3},
		{"native=3", "user-x86_64", 1},
		{"native=3,user-*=2", "user-x86_64", 2},
		{"user-aarch64=4,user-*=2", "user-aarch64", 4},
		{"user-*=2,user-aarch64=4", "user-aarch64", 2},
		{"2", "vm-x86_64-tcg", 2},
		{"user-OTHER=2,vm-OTHER-*=3", "native", 1},
		{"native=3,2", "native", 3},
		{"native=3,2", "vm-x86_64-tcg+user-aarch64", 2},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		is_int(executions_of(cases[i].list, cases[i].environment), cases[i].executions,
			"'%s': %s", cases[i].list ? cases[i].list : "(none)", cases[i].environment);
	for (enum arch a = 0; a < ARCH_COUNT; a++) {
		_cleanup_free_ char *user = xasprintf("user-%s", arch_text(a));
		_cleanup_free_ char *vm = xasprintf("vm-%s-tcg", arch_text(a));
		const char *list = "native=4,user-OTHER=2,vm-OTHER-*=3";

		is_int(executions_of(list, user), a == arch_host() ? 1 : 2, "'%s': %s", list, user);
		is_int(executions_of(list, vm), a == arch_host() ? 1 : 3, "'%s': %s", list, vm);
	}
}

static void bad_lists(void)
{
	static const struct {
		const char *list, *message;
	} cases[] = {
		{"native", "expected ENVIRONMENT=N"},
		{"native=", "expected ENVIRONMENT=N"},
		{"=2", "expected ENVIRONMENT=N"},
		{"native=0", "from 1 to 100"},
		{"native=101", "from 1 to 100"},
		{"native=99999999999999999999", "from 1 to 100"},
		{"native=-1", "expected ENVIRONMENT=N"},
		{"native=2,native=2x", "'native=2x'"},
		{"native=2,vm-*=3", "'vm-*' matches nothing"},
	};
	char *names[] = {"native", "user-x86_64", NULL};
	struct argv environments = {.v = names, .n = 2};
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		err = (struct err){0};
		ok(executions_check(cases[i].list, &environments, &err) == -ERR_INPUT &&
				strstr(err.text, cases[i].message),
			"'%s' is refused: %s", cases[i].list, err.text);
	}
	ok(!executions_check("native=3,user-*=2,1", &environments, &err) &&
			!executions_check(NULL, &environments, &err) &&
			!executions_check("", &environments, &err),
		"good lists are not");
}

int main(void)
{
	counts();
	bad_lists();
	return done_testing();
}
