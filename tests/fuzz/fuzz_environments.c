/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as environments.json: read, or an error that names the file.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plan/environments.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[] = "/dev/shm/toll-fuzz-XXXXXX";
static char path[sizeof(dir) + 24];

static void remove_dir(void)
{
	unlink(path);
	rmdir(dir);
}

static void write_file(const uint8_t *data, size_t size)
{
	int fd;

	if (!*path) {
		if (!mkdtemp(dir))
			abort();
		snprintf(path, sizeof(path), "%s/environments.json", dir);
		atexit(remove_dir);
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
}

/* What is accepted can be named, and its name leads back to it. */
static void check(const struct command_layers *cs)
{
	for (size_t i = 0; i < cs->n; i++) {
		struct environment env = command_layer_environment(&cs->v[i]), parsed;

		if (!cs->v[i].command.n || !cs->v[i].version.n ||
			environment_parse(env.id, &parsed, NULL) < 0 ||
			command_layers_find(cs, &parsed.layers[0]) != &cs->v[i])
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct command_layers cs = {0};
	struct err err = {0};

	write_file(data, size);
	if (environments_read(path, &cs, &err) < 0) {
		if (!strstr(err.text, "environments.json") || cs.v)
			abort();
		return 0;
	}
	check(&cs);
	command_layers_release(&cs);
	return 0;
}
