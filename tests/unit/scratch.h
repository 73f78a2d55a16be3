/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder of its own for a test program, removed at its end:
 *
 *	const char *dir = scratch_open();
 *	…
 *	scratch_close();
 *
 * and texts written into it.
 */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"

static char scratch_dir[] = "/tmp/toll-unit-XXXXXX";

static const char *scratch_open(void)
{
	if (!mkdtemp(scratch_dir)) {
		puts("Bail out! cannot create a folder in /tmp");
		exit(1);
	}
	return scratch_dir;
}

static void scratch_close(void)
{
	file_remove_tree(scratch_dir, NULL);
}

/* The path of a file in it: heap string. */
__attribute__((unused)) static char *scratch_path(const char *name)
{
	return xasprintf("%s/%s", scratch_dir, name);
}

/* Writes a file into it and returns its path: heap string. */
__attribute__((unused)) static char *scratch_file(const char *name, const char *text)
{
	char *path = scratch_path(name);
	struct err err;

	if (file_write(path, text, strlen(text), &err) < 0) {
		printf("Bail out! %s\n", err.text);
		exit(1);
	}
	return path;
}

/* True when the file holds exactly this text. */
__attribute__((unused)) static int scratch_holds(const char *path, const char *text)
{
	char *got = NULL;
	int same = file_read(path, 1 << 20, &got, NULL, NULL) == 0 && !strcmp(got, text);

	free(got);
	return same;
}

#endif
