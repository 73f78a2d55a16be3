/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/identity.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/proc.h"
#include "base/str.h"
#include "host/elf.h"

#define SUMS_TIMEOUT_NS (120 * NS_PER_S)
#define SUMS_MAX (1u << 20)
#define DIGITS (SHA256_MAX - 1)

static struct program *find(struct programs *ps, const char *program)
{
	return (struct program *)programs_find(ps, program);
}

/* "SUM  PATH" a line, as sha256sum prints it. */
static void take_sums(char *text, struct programs *ps)
{
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct program *p;

		if (strspn(line, "0123456789abcdef") != DIGITS || strlen(line) < DIGITS + 3)
			continue;
		p = find(ps, line + DIGITS + 2);
		line[DIGITS] = '\0';
		if (p)
			str_copy(p->sha256, sizeof(p->sha256), line);
	}
}

int programs_identify(const char *dir, struct programs *ps, struct err *err)
{
	_cleanup_(proc_result_release) struct proc_result res = {0};
	_cleanup_(argv_release) struct argv argv = {0};
	int r;

	argv_add(&argv, "sha256sum");
	argv_add(&argv, "--");
	for (size_t i = 0; i < ps->n; i++) {
		_cleanup_free_ char *path = xasprintf("%s/%s", dir, ps->v[i].program);
		struct elf_facts elf;

		if (!file_exists(path))
			continue;
		argv_add(&argv, ps->v[i].program);
		if (elf_read(path, &elf, NULL) == 0)
			str_copy(ps->v[i].build_id, sizeof(ps->v[i].build_id), elf.build_id);
	}
	if (argv.n == 2)
		return 0;
	r = proc_run(&(struct proc_spec){.argv = argv.v,
			     .cwd = dir,
			     .cpu = PROC_CPU_ANY,
			     .timeout_ns = SUMS_TIMEOUT_NS,
			     .stdout_max = SUMS_MAX,
			     .stderr_max = 4096},
		&res, err);
	if (r < 0)
		return err_wrap(err, "taking the programs' SHA-256 sums");
	if (res.out.s)
		take_sums(res.out.s, ps);
	return 0;
}
