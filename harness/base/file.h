/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files: read with a limit, published whole, appended a line at a time.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Reads a regular file of at most max bytes into a fresh NUL-terminated buffer.
 * -EFBIG beyond max. ret_len may be NULL. */
int file_read(const char *path, size_t max, char **ret, size_t *ret_len, struct err *err);

/* Publishes a file: temporary file beside it, write all, fsync, rename, fsync of the folder.
 * Readers see the old content or the new one, never a part. */
int file_write(const char *path, const void *data, size_t len, struct err *err);

/* Writes to what the user named: a symbolic link stays and the file that it leads to is published;
 * what is no regular file (a pipe, a device) stays too and is written straight into. A link that
 * leads nowhere is an error. */
int file_deliver(const char *path, const void *data, size_t len, struct err *err);

/* Opens (creating) a file for appending. */
int file_append_open(const char *path, int *ret_fd, struct err *err);
/* Appends the bytes, with one write(2) unless that stops short. When the disk is full what was
 * written of them is cut off again, so that earlier content stays valid. */
int file_append(int fd, const char *path, const void *data, size_t len, struct err *err);

/* mkdir -p. */
int file_mkdirs(const char *path, struct err *err);
/* rm -rf of a folder of ours; does not follow links and does not cross into other devices. */
int file_remove_tree(const char *path, struct err *err);
bool file_exists(const char *path);
bool file_is_executable(const char *path);
/* Searches PATH (an absolute or relative path with a slash is checked as it is).
 * Returns a heap string or NULL. */
char *file_find_program(const char *name);

#endif
