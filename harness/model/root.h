/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Root images: what a program of distribution packages, or of a folder of the user's, sees as '/'.
 * images/root.sh makes them, named after what they are made of; below the tree's build/roots there
 * is
 *
 *	ARCH/KEY/tree            the files
 *	ARCH/KEY/root.squashfs   the same as a disk for guests
 *	ARCH/NAME.key            which image a list of packages, or a folder, has
 */
#ifndef MODEL_ROOT_H
#define MODEL_ROOT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "model/arch.h"
#include "model/program.h"

#define ROOT_LIST_MAX 201
#define ROOT_KEY_LEN 16
/* In front of the name of a list of Python wheels (images/wheels) among the packages. */
#define ROOT_WHEELS "wheels:"
/* In front of a folder of the user's, in the place of packages; of none: an empty image. */
#define ROOT_FOLDER "dir:"

struct root {
	enum arch arch;
	char packages[ROOT_LIST_MAX]; /* "python3,python3-numpy", "dir:/srv/tree": as asked for */
	char sha256[SHA256_MAX]; /* of the names, versions and sums of all it holds; of a folder,
				    of its files */
	int held_fd;		 /* host/images.h: 0: not held */
};

struct roots {
	struct root *v;
	size_t n, cap;
};

/* Is it a name as Debian's packages have, or one of wheels? */
bool root_is_package(const char *name);
/* The list of a NULL-terminated array of packages. ERR_INPUT when it is too long. */
int root_list(char *const *packages, char ret[static ROOT_LIST_MAX], struct err *err);

const struct root *roots_find(const struct roots *roots, enum arch arch, const char *packages);
/* Adds one that is not there yet; valid until the next call. */
struct root *roots_add(struct roots *roots, enum arch arch, const char *packages);
void roots_release(struct roots *roots);

/* The first digits of the sum: what its folder, and its disk in a guest, are called. */
void root_key(const struct root *root, char ret[static ROOT_KEY_LEN + 1]);
/* Paths below home; heap strings. file: "tree", "root.squashfs". */
char *root_path(const char *home, const struct root *root, const char *file);

#endif
