/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as the manifest of the workload "toy": read, or an error that names the file.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plan/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[] = "/dev/shm/toll-fuzz-XXXXXX";
static char path[sizeof(dir) + 16];

static void remove_dir(void)
{
	unlink(path);
	rmdir(dir);
}

static void write_manifest(const uint8_t *data, size_t size)
{
	int fd;

	if (!*path) {
		if (!mkdtemp(dir))
			abort();
		snprintf(path, sizeof(path), "%s/toy.json", dir);
		atexit(remove_dir);
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct workload w = {0};
	struct err err = {0};

	write_manifest(data, size);
	if (manifest_read(path, &w, &err) < 0) {
		if (!strstr(err.text, "toy.json") || w.name)
			abort();
		return 0;
	}
	if (strcmp(w.name, "toy") != 0 || !w.nvariants || !w.nsizes)
		abort();
	workload_release(&w);
	return 0;
}
