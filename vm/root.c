/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vm/root.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/str.h"

#define CAPABILITIES "cache/qemu/capabilities"
#define CAPABILITIES_MAX (16u << 20)

/* QEMU runs as whoever runs this process, with its rights: no confinement to set up at each
 * start, no files to hand over. Output goes to files directly: virtlogd is a daemon. */
static const char QEMU_CONF[] = "stdio_handler = \"file\"\n"
				"security_driver = \"none\"\n"
				"seccomp_sandbox = 0\n"
				"namespaces = []\n"
				"cgroup_controllers = []\n"
				"remember_owner = 0\n"
				"dynamic_ownership = 0\n"
				"max_core = 0\n";

static char *try_base(const char *base)
{
	_cleanup_free_ char *path = NULL;

	if (!base || base[0] != '/')
		return NULL;
	path = xasprintf("%s/tollXXXXXX", base);
	return strlen(path) <= ROOT_PATH_MAX && mkdtemp(path) ? TAKE(path) : NULL;
}

/* Copies the capability files that `to` does not have, or has with another content. */
static int copy_capabilities(const char *from, const char *to, struct err *err)
{
	DIR *dir = opendir(from);
	struct dirent *entry;
	int r = 0;

	while (dir && r >= 0 && (entry = readdir(dir))) {
		_cleanup_free_ char *source = xasprintf("%s/%s", from, entry->d_name);
		_cleanup_free_ char *target = xasprintf("%s/%s", to, entry->d_name);
		_cleanup_free_ char *new = NULL, *old = NULL;
		size_t new_len, old_len = 0;

		if (!str_ends(entry->d_name, ".xml"))
			continue;
		r = file_read(source, CAPABILITIES_MAX, &new, &new_len, err);
		if (r < 0)
			break;
		if (file_read(target, CAPABILITIES_MAX, &old, &old_len, NULL) >= 0 &&
			old_len == new_len && !memcmp(old, new, new_len))
			continue;
		r = file_write(target, new, new_len, err);
	}
	if (dir)
		closedir(dir);
	return r;
}

static int fill(const char *root, const char *cache_dir, struct err *err)
{
	_cleanup_free_ char *etc = xasprintf("%s/etc", root), *run = xasprintf("%s/run", root);
	_cleanup_free_ char *conf = xasprintf("%s/qemu.conf", etc);
	_cleanup_free_ char *capabilities = xasprintf("%s/" CAPABILITIES, root);
	int r;

	if ((r = file_mkdirs(etc, err)) < 0 || (r = file_mkdirs(run, err)) < 0 ||
		(r = file_mkdirs(capabilities, err)) < 0)
		return r;
	if ((r = file_write(conf, QEMU_CONF, strlen(QEMU_CONF), err)) < 0)
		return r;
	/* A cache that cannot be read costs a probe, no more. */
	if (cache_dir)
		copy_capabilities(cache_dir, capabilities, NULL);
	return 0;
}

int root_make(const char *cache_dir, char **ret, struct err *err)
{
	_cleanup_free_ char *root = try_base(getenv("XDG_RUNTIME_DIR"));
	int r;

	if (!root)
		root = try_base("/tmp");
	if (!root)
		return err_sys(err, errno, "cannot make a folder in /tmp for libvirt");
	r = fill(root, cache_dir, err);
	if (r < 0) {
		file_remove_tree(root, NULL);
		return r;
	}
	*ret = TAKE(root);
	return 0;
}

int root_publish_capabilities(const char *root, const char *cache_dir, struct err *err)
{
	_cleanup_free_ char *capabilities = xasprintf("%s/" CAPABILITIES, root);
	int r = file_mkdirs(cache_dir, err);

	return r < 0 ? r : copy_capabilities(capabilities, cache_dir, err);
}
