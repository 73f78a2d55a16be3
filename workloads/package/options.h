/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What package.runner is told on its command line.
 */
#ifndef PACKAGE_OPTIONS_H
#define PACKAGE_OPTIONS_H

#include <stdint.h>

#define WORDS_MAX 250
#define LIST_MAX 32

struct list {
	const char *v[LIST_MAX];
	int n;
};

struct options {
	const char *name, *size; /* for the record */
	const char *folder;	 /* the program's own */
	const char *workdir;	 /* where it starts; NULL: there */
	const char *output;	 /* file that holds its result; NULL: what it prints */
	const char *pattern;	 /* that the result must match; NULL: none */
	const char *rate;	 /* pattern of a number per second that it prints; NULL: none */
	const char *duration;	 /* "NS:PATTERN", of one in units of so many ns; NULL: none */
	struct list inputs;	 /* "NAME:KIND:KIB" */
	struct list files;	 /* "NAME:TEXT" */
	struct list copies;	 /* paths */
	const char *children;	 /* architecture of what else is translated; NULL: nothing */
	struct list service;	 /* words of what runs beside the command; none: nothing */
	struct list ready;	 /* words of what succeeds once that is ready; none: at once */
	uint64_t ready_ns;	 /* how long that may take */
	uint64_t seed, iterations, min_time_ns, max_time_ns;
	const char *words[WORDS_MAX + 1]; /* what stands in front, then the command */
	int command;			  /* which of them is its first word */
};

/* Points into argv. Ends the process with WL_EXIT_USAGE and a message, or after --help. */
void options_parse(int argc, char **argv, struct options *ret);

/* The name in front of the first colon of an input or file, a plain file name, into ret; returns
 * what is behind it. Ends the process like options_parse(). */
const char *options_split(const char *word, char ret[static 256]);

/* Prints a message as a line on stderr and ends the process. */
void die(int status, const char *format, ...) __attribute__((noreturn, format(printf, 2, 3)));

#endif
