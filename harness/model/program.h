/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The identity of a measured program file: runs of different builds can be told apart, and are not
 * compared cell by cell.
 */
#ifndef MODEL_PROGRAM_H
#define MODEL_PROGRAM_H

#include <stddef.h>

#define PROGRAM_PATH_MAX 192
#define BUILD_ID_MAX 65
#define SHA256_MAX 65

struct program {
	char program[PROGRAM_PATH_MAX]; /* plan_program(): "workloads/x86_64/matmul.blas" */
	char build_id[BUILD_ID_MAX];	/* the linker's, "" when it has none */
	char sha256[SHA256_MAX];	/* of the file, 64 hex digits; "": not taken */
};

struct programs {
	struct program *v;
	size_t n, cap;
};

enum program_match {
	PROGRAM_SAME,
	PROGRAM_DIFFERS,
	PROGRAM_UNKNOWN, /* neither sum nor build id stands on both sides */
};

/* Adds the path once. */
void programs_add(struct programs *ps, const char *program);
const struct program *programs_find(const struct programs *ps, const char *program);
/* By the SHA-256 sums, or, where a side has none, by the build ids. NULL: nothing is known. */
enum program_match program_compare(const struct program *a, const struct program *b);
void programs_release(struct programs *ps);

#endif
