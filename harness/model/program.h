/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The identity of a measured program: runs of different builds can be told apart, and are not
 * compared cell by cell. A program of packages is its root image, libraries and all; a script is
 * its file, which holds the sums of the modules beside it, and the image of its interpreter.
 */
#ifndef MODEL_PROGRAM_H
#define MODEL_PROGRAM_H

#include <stddef.h>

#define PROGRAM_PATH_MAX 192
#define BUILD_ID_MAX 65 /* hex digits and the NUL */
#define SHA256_MAX 65

struct program {
	char program[PROGRAM_PATH_MAX]; /* plan_program(): "workloads/x86_64/matmul.blas" */
	char build_id[BUILD_ID_MAX];	/* the linker's, "" when it has none */
	char sha256[SHA256_MAX];	/* of the file, 64 hex digits; "": not taken, or
					   there is none */
	char root[SHA256_MAX]; /* of the root image that it is in, or runs in; "": of none */
};

struct programs {
	struct program *v;
	size_t n, cap;
};

enum program_match {
	PROGRAM_SAME,
	PROGRAM_DIFFERS,
	PROGRAM_UNKNOWN, /* a side lacks what the other has */
};

/* Adds the path once. */
void programs_add(struct programs *ps, const char *program);
const struct program *programs_find(const struct programs *ps, const char *program);
/* By the images, and by the files: by their SHA-256 sums, or, where a side has none, by the build
 * ids. NULL: nothing is known. */
enum program_match program_compare(const struct program *a, const struct program *b);
/* What a program is called where it differs from another: the sum of its image where both have
 * other ones, else its file's sum, or its build id where neither has that. p NULL: "". */
const char *program_id(const struct program *p, const struct program *other);
void programs_release(struct programs *ps);

#endif
