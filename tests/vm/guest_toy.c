/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A program to run inside test guests: guest-toy exit N | signal N | sleep S | flood | orphans |
 * memory MIB | show FILE | echo WORDS…
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Children in sessions of their own, which hold the output open. */
static int orphans(void)
{
	for (int i = 0; i < 5; i++) {
		if (fork() == 0) {
			setsid();
			for (;;)
				pause();
		}
	}
	puts("left 5");
	return 0;
}

/* Uses so much, a page at a time. */
static int use_memory(size_t mib)
{
	size_t size = mib << 20;
	volatile char *p = malloc(size);

	for (size_t i = 0; p && i < size; i += 4096)
		p[i] = 1;
	puts(p ? "used" : "refused");
	return !p;
}

/* Its first line. */
static int show(const char *path)
{
	FILE *f = fopen(path, "re");
	char line[256] = "";

	if (f && fgets(line, sizeof(line), f))
		fputs(line, stdout);
	if (f)
		fclose(f);
	return !*line;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int n = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 0;

	if (!strcmp(what, "exit"))
		return n;
	if (!strcmp(what, "signal"))
		return raise(n);
	if (!strcmp(what, "sleep"))
		return (int)sleep((unsigned)n);
	if (!strcmp(what, "memory"))
		return use_memory((size_t)n);
	if (!strcmp(what, "show"))
		return show(argc > 2 ? argv[2] : "");
	if (!strcmp(what, "orphans"))
		return orphans();
	while (!strcmp(what, "flood"))
		puts("more and more and more");
	for (int i = 2; i < argc; i++)
		printf("%s%c", argv[i], i + 1 < argc ? ' ' : '\n');
	fputs("and errors\n", stderr);
	return 0;
}
