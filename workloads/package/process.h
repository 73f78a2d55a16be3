/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The processes that package.runner starts: each gets the words that stand in front of the command
 * (a translator's), nothing on its standard input, and files for what it prints.
 */
#ifndef PACKAGE_PROCESS_H
#define PACKAGE_PROCESS_H

#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "workloads/package/options.h"

struct usage {
	uint64_t user_ns, sys_ns, max_rss_kib; /* with the children that were waited for */
};

/* CLOCK_MONOTONIC. */
uint64_t now_ns(void);

/* Where the program `name` is in the image: a translator does not search. Heap, or `name` itself
 * where it has a '/'. Ends the process where there is none. */
const char *process_find(const char *name);

/* Starts words (NULL-terminated) in workdir (NULL: here). Ends the process where that cannot be. */
pid_t process_start(
	const char *const *words, const char *workdir, const char *out, const char *err);

/* Waits for it. Returns wait(2)'s status. */
int process_wait(pid_t pid, struct usage *ret);

/* The last `size - 1` bytes of a file that it wrote, as one line. */
void process_last_words(const char *path, char *buf, size_t size);

#endif
