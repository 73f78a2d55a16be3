/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "vm/machine.h"

#define TAIL_MAX 4096

/* Line ends become " | ", runs of white space one space. */
static void flatten(char *text, struct str *out)
{
	char *save = NULL;

	for (char *line = strtok_r(text, "\r\n", &save); line;
		line = strtok_r(NULL, "\r\n", &save)) {
		str_sanitize(line);
		line += strspn(line, " ?");
		if (!*line)
			continue;
		if (out->len)
			str_add(out, " | ");
		str_add(out, line);
	}
}

/* What explains an end best is not always last: a panic prints registers behind its reason. */
static const char *best_part(const struct str *flat, size_t max)
{
	static const char *const reasons[] = {"toll-agent: ", "Kernel panic"};
	const char *text = str_text(flat);

	for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
		const char *found = strstr(text, reasons[i]);

		if (found)
			return found;
	}
	return text + (flat->len > max ? flat->len - max : 0);
}

void console_tail(const char *path, size_t max, struct str *out)
{
	_cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	char buf[TAIL_MAX + 1];
	struct str flat = {0};
	const char *part;
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	n = pread(fd, buf, TAIL_MAX, st.st_size > TAIL_MAX ? st.st_size - TAIL_MAX : 0);
	if (n <= 0)
		return;
	buf[n] = '\0';
	/* A NUL would end the text early. */
	for (ssize_t i = 0; i < n; i++)
		if (!buf[i])
			buf[i] = '?';
	flatten(buf, &flat);
	part = best_part(&flat, max);
	str_addn(out, part, strnlen(part, max));
	str_release(&flat);
}
