/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/file.h"

#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

int file_read(const char *path, size_t max, char **ret, size_t *ret_len, struct err *err)
{
	_cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	_cleanup_free_ char *buf = NULL;
	size_t len = 0, cap = 65536;

	if (fd < 0)
		return err_sys(err, errno, "cannot open '%s'", path);
	for (;;) {
		ssize_t n;

		buf = xrealloc_array(buf, cap + 1, 1);
		n = read(fd, buf + len, cap - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, errno, "cannot read '%s'", path);
		if (n == 0)
			break;
		len += (size_t)n;
		if (len > max)
			return err_set(err, EFBIG, "'%s' is larger than %zu bytes", path, max);
		if (len == cap)
			cap *= 2;
	}
	buf[len] = '\0';
	*ret = TAKE(buf);
	if (ret_len)
		*ret_len = len;
	return 0;
}

static int write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

static void sync_folder_of(const char *path)
{
	_cleanup_free_ char *copy = xstrdup(path);
	_cleanup_fd_ int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		fsync(fd);
}

int file_write(const char *path, const void *data, size_t len, struct err *err)
{
	_cleanup_free_ char *tmp = xasprintf("%s.%d.tmp", path, (int)getpid());
	_cleanup_fd_ int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	int r;

	if (fd < 0)
		return err_sys(err, errno, "cannot create '%s'", tmp);
	r = write_all(fd, data, len);
	if (!r && fsync(fd) < 0)
		r = -errno;
	if (!r && rename(tmp, path) < 0)
		r = -errno;
	if (r) {
		unlink(tmp);
		return err_sys(err, -r, "cannot write '%s'", path);
	}
	sync_folder_of(path);
	return 0;
}

static int write_into(const char *path, const void *data, size_t len, struct err *err)
{
	_cleanup_fd_ int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	int r;

	if (fd < 0)
		return err_sys(err, errno, "cannot open '%s' for writing", path);
	r = write_all(fd, data, len);
	return r < 0 ? err_sys(err, -r, "cannot write '%s'", path) : 0;
}

int file_deliver(const char *path, const void *data, size_t len, struct err *err)
{
	_cleanup_free_ char *real = NULL;
	struct stat st;

	if (lstat(path, &st) < 0)
		return file_write(path, data, len, err);
	if (stat(path, &st) < 0)
		return err_sys(err, errno, "cannot follow the link '%s'", path);
	if (!S_ISREG(st.st_mode))
		return write_into(path, data, len, err);
	real = realpath(path, NULL);
	if (!real)
		return err_sys(err, errno, "cannot resolve '%s'", path);
	return file_write(real, data, len, err);
}

int file_append_open(const char *path, int *ret_fd, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	if (fd < 0)
		return err_sys(err, errno, "cannot open '%s' for appending", path);
	*ret_fd = fd;
	return 0;
}

int file_append(int fd, const char *path, const void *data, size_t len, struct err *err)
{
	struct stat st;
	int r;

	if (fstat(fd, &st) < 0)
		return err_sys(err, errno, "cannot look at '%s'", path);
	r = write_all(fd, data, len);
	if (!r)
		return 0;
	if (ftruncate(fd, st.st_size) < 0)
		return err_sys(err, -r, "cannot append to '%s', and cannot cut it either", path);
	return err_sys(err, -r, "cannot append to '%s' (what was stored before is intact)", path);
}

int file_mkdirs(const char *path, struct err *err)
{
	_cleanup_free_ char *copy = xstrdup(path);

	if (!*copy)
		return err_set(err, ENOENT, "a folder without a name cannot be created");
	for (char *p = copy + 1;; p++) {
		char c = *p;

		if (c != '/' && c != '\0')
			continue;
		*p = '\0';
		if (mkdir(copy, 0755) < 0) {
			struct stat st;

			if (errno == EEXIST && (stat(copy, &st) < 0 || !S_ISDIR(st.st_mode)))
				errno = ENOTDIR;
			if (errno != EEXIST)
				return err_sys(err, errno, "cannot create folder '%s'", copy);
		}
		*p = c;
		if (!c)
			return 0;
	}
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path) < 0 && errno != ENOENT ? errno : 0;
}

int file_remove_tree(const char *path, struct err *err)
{
	int r = nftw(path, remove_one, 32, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);

	if (r < 0 && errno == ENOENT)
		return 0;
	if (r)
		return err_sys(err, r < 0 ? errno : r, "cannot remove '%s'", path);
	return 0;
}

bool file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

bool file_is_executable(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

char *file_find_program(const char *name)
{
	const char *path = getenv("PATH");
	_cleanup_free_ char *copy = NULL;
	char *save = NULL;

	if (strchr(name, '/'))
		return file_is_executable(name) ? xstrdup(name) : NULL;
	copy = xstrdup(path ? path : "/usr/local/bin:/usr/bin:/bin");
	for (char *dir = strtok_r(copy, ":", &save); dir; dir = strtok_r(NULL, ":", &save)) {
		_cleanup_free_ char *full = xasprintf("%s/%s", dir, name);

		if (file_is_executable(full))
			return TAKE(full);
	}
	return NULL;
}
