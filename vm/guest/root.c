/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vm/guest/guest.h"

#define BLOCK_DIR "/sys/block"
#define PATH_SIZE 320

static bool has_serial(const char *dev, const char *serial)
{
	char path[PATH_SIZE], got[64] = "";
	int fd;

	snprintf(path, sizeof(path), BLOCK_DIR "/%s/serial", dev);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, got, sizeof(got) - 1) < 0)
		got[0] = '\0';
	close(fd);
	got[strcspn(got, "\n")] = '\0';
	return !strcmp(got, serial);
}

static bool find_disk(const char *serial, char path[static PATH_SIZE])
{
	DIR *dir = opendir(BLOCK_DIR);
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir))) {
		found = entry->d_name[0] != '.' && has_serial(entry->d_name, serial);
		if (found)
			snprintf(path, PATH_SIZE, "/dev/%s", entry->d_name);
	}
	if (dir)
		closedir(dir);
	return found;
}

/* The guest's own folder, seen at the same place in the root. */
static void bind(const char *root, const char *dir)
{
	char at[PATH_SIZE];

	snprintf(at, sizeof(at), "%s%s", root, dir);
	if (mount(dir, at, NULL, MS_BIND | MS_REC, NULL) < 0)
		agent_die("cannot mount", at, errno);
}

static bool is_mounted(const char *root)
{
	struct stat st, above;

	return !stat(root, &st) && !stat("/roots", &above) && st.st_dev != above.st_dev;
}

const char *root_enter(const char *serial)
{
	static char root[PATH_SIZE];
	char dev[PATH_SIZE], tmp[PATH_SIZE + 8];

	snprintf(root, sizeof(root), "/roots/%s", serial);
	if (strchr(serial, '/') || serial[0] == '.')
		return NULL;
	if (!is_mounted(root)) {
		if (!find_disk(serial, dev))
			return NULL;
		mkdir("/roots", 0755);
		mkdir(root, 0755);
		if (mount(dev, root, "squashfs", MS_RDONLY, "") < 0)
			agent_die("cannot mount as squashfs", dev, errno);
		bind(root, "/dev");
		bind(root, "/proc");
		bind(root, "/toll");
	}
	snprintf(tmp, sizeof(tmp), "%s/tmp", root);
	if (mount("tmpfs", tmp, "tmpfs", 0, "") < 0)
		agent_die("cannot mount", tmp, errno);
	return root;
}

void root_leave(const char *root)
{
	char tmp[PATH_SIZE + 8];

	snprintf(tmp, sizeof(tmp), "%s/tmp", root);
	if (umount2(tmp, MNT_DETACH) < 0)
		agent_die("cannot unmount", tmp, errno);
}
