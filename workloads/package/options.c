/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workloads/package/options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "workloads/wl.h"

enum kind {
	TEXT,
	LIST,
	COUNT,
	SECONDS,
	WORD,
	KERNEL,
	HELP,
};

struct row {
	const char *name, *arg, *help;
	enum kind kind;
	size_t offset;
};

#define ROW(name, kind, member, arg, help)                                                         \
	{                                                                                          \
		name, arg, help, kind, offsetof(struct options, member)                            \
	}

static const struct row rows[] = {
	ROW("input", LIST, inputs, "NAME:KIND:KIB",
		"make this input: text, numbers, random, sound"),
	ROW("file", LIST, files, "NAME:TEXT", "make this file"),
	ROW("copy", LIST, copies, "PATH", "copy this file there, anew for each run"),
	ROW("through", WORD, words, "WORD", "put this word in front of the command"),
	ROW("children", TEXT, children, "ARCH",
		"the first of these translates what is started of ARCH, too"),
	ROW("service", LIST, service, "WORD", "started before, ended afterwards; a word each"),
	ROW("ready", LIST, ready, "WORD", "a command that succeeds once the service is ready"),
	ROW("ready-time", SECONDS, ready_ns, "S", "which takes at most S seconds (default 30)"),
	ROW("output", TEXT, output, "FILE", "the result is this file (default: what is printed)"),
	ROW("pattern", TEXT, pattern, "REGEX", "the result must match; a group is what is hashed"),
	ROW("rate", TEXT, rate, "REGEX", "its group is a rate: the time is that of one"),
	ROW("duration", TEXT, duration, "NS:REGEX", "its group is the time, in units of NS ns"),
	ROW("folder", TEXT, folder, "DIR", "its own folder (default /tmp/work)"),
	ROW("workdir", TEXT, workdir, "DIR", "where it starts (default: its folder)"),
	ROW("name", TEXT, name, "NAME", "of the workload, for the record"),
	ROW("size", TEXT, size, "NAME", "for the record"),
	ROW("seed", COUNT, seed, "N", "seed of the inputs (default 1)"),
	ROW("iterations", COUNT, iterations, "N", "run it at least N times (default 1)"),
	ROW("min-time", SECONDS, min_time_ns, "S", "and until runs after the first took S seconds"),
	ROW("max-time", SECONDS, max_time_ns, "S", "begin none after S seconds"),
	{"kernel", NULL, "print the kernel's release, as programs see it, and exit", KERNEL, 0},
	{"help", NULL, "print this and exit", HELP, 0},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

void die(int status, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	putc('\n', stderr);
	exit(status);
}

static uint64_t parse_count(const char *option, const char *text)
{
	char *end;
	unsigned long long value = strtoull(text, &end, 10);

	if (!*text || *end || *text == '-')
		die(WL_EXIT_USAGE, "--%s '%s': expected a whole number", option, text);
	return value;
}

static uint64_t parse_seconds(const char *option, const char *text)
{
	char *end;
	double value = strtod(text, &end);

	if (!*text || *end || !(value >= 0 && value <= 86400))
		die(WL_EXIT_USAGE, "--%s '%s': expected seconds from 0 to 86400", option, text);
	return (uint64_t)(value * 1e9);
}

static void add_word(struct options *o, int *n, const char *word)
{
	if (*n == WORDS_MAX)
		die(WL_EXIT_USAGE, "more than %d words", WORDS_MAX);
	o->words[(*n)++] = word;
}

static void add_item(struct list *list, const struct row *row, const char *item)
{
	if (list->n == LIST_MAX)
		die(WL_EXIT_USAGE, "more than %d times --%s", LIST_MAX, row->name);
	list->v[list->n++] = item;
}

static void print_help(void)
{
	printf("usage: package.runner [OPTION]... -- COMMAND [ARGUMENT]...\n");
	for (size_t i = 0; i < ROWS; i++)
		printf("  --%s %s%*s%s\n", rows[i].name, rows[i].arg ? rows[i].arg : "",
			24 - (int)(strlen(rows[i].name) + strlen(rows[i].arg ? rows[i].arg : "")),
			"", rows[i].help);
}

static void print_kernel(void)
{
	struct utsname uts;

	uname(&uts);
	puts(uts.release);
}

static void set(struct options *o, const struct row *row, const char *text)
{
	void *to = (char *)o + row->offset;

	switch (row->kind) {
	case TEXT:
		*(const char **)to = text;
		break;
	case LIST:
		add_item(to, row, text);
		break;
	case COUNT:
		*(uint64_t *)to = parse_count(row->name, text);
		break;
	case SECONDS:
		*(uint64_t *)to = parse_seconds(row->name, text);
		break;
	case WORD:
		add_word(o, &o->command, text);
		break;
	case KERNEL:
		print_kernel();
		exit(0);
	case HELP:
		print_help();
		exit(0);
	}
}

void options_parse(int argc, char **argv, struct options *ret)
{
	struct option table[ROWS + 1] = {{0}};
	int c, at = -1, n;

	for (size_t i = 0; i < ROWS; i++)
		table[i] = (struct option){rows[i].name, rows[i].arg != NULL, NULL, 1};
	*ret = (struct options){.name = "package",
		.size = "given",
		.folder = "/tmp/work",
		.seed = 1,
		.iterations = 1,
		.ready_ns = 30000000000u,
		.max_time_ns = 3600000000000u};
	while ((c = getopt_long(argc, argv, "+", table, &at)) != -1) {
		if (c != 1)
			exit(WL_EXIT_USAGE);
		set(ret, &rows[at], optarg);
	}
	if (ret->ready.n && !ret->service.n)
		die(WL_EXIT_USAGE, "--ready is of a --service");
	if (ret->children && !ret->command)
		die(WL_EXIT_USAGE, "--children needs the translator: --through");
	if (optind == argc)
		die(WL_EXIT_USAGE, "no command; see --help");
	for (n = ret->command; optind < argc; optind++)
		add_word(ret, &n, argv[optind]);
}

const char *options_split(const char *word, char ret[static 256])
{
	const char *colon = strchr(word, ':');
	size_t n = colon ? (size_t)(colon - word) : 0;

	if (!n || n > 255 || memchr(word, '/', n) || word[0] == '.')
		die(WL_EXIT_USAGE, "'%s': expected NAME:…, NAME being a plain file name", word);
	memcpy(ret, word, n);
	ret[n] = '\0';
	return colon + 1;
}
