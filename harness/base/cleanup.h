/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scoped ownership: a variable declared with _cleanup_(fn) is released when it leaves its scope;
 * TAKE(ptr) hands the value on and leaves NULL behind.
 *
 * Allocation: the x-functions abort with a message when memory is out; a harness that cannot
 * allocate a few kilobytes has nothing better to do. Sizes that come from outside are bounded
 * before they get here.
 */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <stddef.h>

#define _cleanup_(fn) __attribute__((cleanup(fn)))
#define _cleanup_free_ _cleanup_(cleanup_free)
#define _cleanup_fd_ _cleanup_(cleanup_fd)

/* Any typedef-free pointer variable: char *, struct thing *. */
void cleanup_free(void *ptr_to_ptr);
/* Closes the descriptor when it is >= 0; errno is kept. */
void cleanup_fd(int *fd);
/* Returns *fd and leaves -1. */
int take_fd(int *fd);

#define TAKE(ptr)                                                                                  \
	({                                                                                         \
		__typeof__(ptr) take_tmp_ = (ptr);                                                 \
		(ptr) = NULL;                                                                      \
		take_tmp_;                                                                         \
	})

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
/* Aborts on overflow of n × size too. */
void *xrealloc_array(void *ptr, size_t n, size_t size);
char *xstrdup(const char *s);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Makes room for one more element in a heap array of capacity *cap and length n. */
#define GROW(array, n, cap)                                                                        \
	do {                                                                                       \
		if ((n) == (cap)) {                                                                \
			(cap) = (cap) ? 2 * (cap) : 8;                                             \
			(array) = xrealloc_array((array), (cap), sizeof((array)[0]));              \
		}                                                                                  \
	} while (0)

#endif
