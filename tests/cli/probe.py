# SPDX-License-Identifier: GPL-3.0-or-later
"""C functions of a program that looks around: a line each of what it finds."""
LOOKS_AROUND = r"""
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
static void list(const char *dir)
{
	DIR *d = opendir(dir);
	int n = 0;
	for (struct dirent *e; d && (e = readdir(d));)
		n += e->d_name[0] != '.';
	printf("%s %d\n", dir, d ? n : -1);
}
static void try_write(const char *path)
{
	FILE *f = fopen(path, "w");
	printf("write %s %s\n", path, f ? "yes" : strerror(errno));
}
"""
