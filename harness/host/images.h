/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The root images on this disk (model/root.h): what there is, and getting rid of it. Whoever uses
 * one holds it; one that is held is not removed, by this process or another.
 */
#ifndef HOST_IMAGES_H
#define HOST_IMAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/field.h"
#include "model/root.h"

struct image {
	struct root root; /* packages: the list that it was first made for */
	uint64_t installed, tree_kib, disk_kib, seconds;
	uint64_t used_s; /* when a run last held it, seconds since 1970 */
	bool wanted;	 /* a list of packages resolves to it; else newer versions took its place */
};

struct images {
	struct image *v;
	size_t n, cap;
};

/* What is stored with each, in about.json. */
extern const struct field image_fields[];

/* Every whole image, the one used last first. None where there is no folder. */
int images_list(const char *home, struct images *ret, struct err *err);
void images_release(struct images *images);

/* Keeps it from being removed until *ret_fd is closed. -ENOENT: it is not there. */
int image_hold(const char *home, const struct root *root, int *ret_fd, struct err *err);

/* Removes it and forgets the lists that resolve to it. -EBUSY: it is held. */
int image_remove(const char *home, const struct root *root, struct err *err);

/* Removes what interrupted recipes left; waits for those at work. */
int images_sweep(const char *home, struct err *err);

#endif
