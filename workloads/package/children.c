/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workloads/package/children.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "workloads/package/options.h"

#define ENTRY "toll"
#define HEADER 20 /* bytes of an ELF header up to and with e_machine */
#define MARK 15	  /* the last byte of e_ident, which no ELF file uses and no kernel looks at */
#define COPY "/tmp/.translator"

/* Which bytes of the header decide: all of the identification but the ABI, the mark, and of e_type
 * (2 or 3, a program at a fixed address or not) all but the last bit. */
static const unsigned char mask[HEADER] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0,
	0, 0, 0, 0xff, 0xfe, 0xff, 0xff, 0xff};

static const struct {
	const char *arch;
	unsigned char magic[HEADER];
} formats[] = {
	{"x86_64", {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 62, 0}},
	{"aarch64", {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 183, 0}},
};

static int instance = -1; /* the mounted binfmt_misc, nowhere in the tree */

static const char *because(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What the text says, and errno. */
static const char *because(const char *format, ...)
{
	static char why[256];
	int error = errno;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(why, sizeof(why), format, ap);
	va_end(ap);
	if (n > 0 && (size_t)n < sizeof(why))
		snprintf(why + n, sizeof(why) - (size_t)n, ": %s", strerror(error));
	return why;
}

static bool matches(const unsigned char *header, const unsigned char *magic)
{
	for (size_t i = 0; i < HEADER; i++)
		if ((header[i] ^ magic[i]) & mask[i])
			return false;
	return true;
}

/* ---- the instance ---- */

static const char *open_instance(void)
{
	int fs = fsopen("binfmt_misc", FSOPEN_CLOEXEC);
	const char *why = NULL;

	if (fs >= 0 && fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		instance = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	if (instance < 0)
		why = because("there is no binfmt_misc of its own here (Linux 6.7 has it)");
	if (fs >= 0)
		close(fs);
	return why;
}

/* 0, or -1 with errno. */
static int write_file(const char *name, const char *text)
{
	int fd = openat(instance, name, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return n < 0 ? -1 : 0;
}

/* In a guest the instance is the kernel's only one, and outlives this process. */
static void forget(void)
{
	write_file(ENTRY, "-1");
}

#define QUOTED (4 * HEADER + 1)

static const char *quote(const unsigned char *bytes, char ret[static QUOTED])
{
	for (size_t i = 0; i < HEADER; i++)
		snprintf(ret + 4 * i, 5, "\\x%02x", bytes[i]);
	return ret;
}

/* F: the kernel opens the translator now, so that it needs no path later. P: it learns the name
 * that a program was called by. */
static const char *enter(const unsigned char *magic, const char *translator)
{
	char line[512], a[QUOTED], b[QUOTED];

	snprintf(line, sizeof(line), ":" ENTRY ":M::%s:%s:%s:PF", quote(magic, a), quote(mask, b),
		translator);
	forget();
	if (write_file("register", line) < 0)
		return because("binfmt_misc does not take the translator '%s'", translator);
	atexit(forget);
	return NULL;
}

/* ---- the translator ---- */

/* A copy of the file with the mark; a path that this process and what it starts can execute. */
static const char *marked_copy(int from, char ret[static 32])
{
	const unsigned char mark = 1;
	int to = open(COPY, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755), copy;
	off_t at = 0;
	ssize_t n = 1;

	while (to >= 0 && n > 0)
		n = sendfile(to, from, &at, 1 << 20);
	if (to < 0 || n < 0 || pwrite(to, &mark, 1, MARK) != 1 || fchmod(to, 0755) < 0)
		return because("cannot copy the translator to '%s'", COPY);
	close(to);
	copy = open(COPY, O_RDONLY | O_CLOEXEC);
	if (copy < 0)
		return because("cannot open '%s'", COPY);
	unlink(COPY);
	snprintf(ret, 32, "/proc/self/fd/%d", copy);
	return NULL;
}

/* What is to be entered in its place. */
static const char *tell_apart(const unsigned char *magic, const char **translator)
{
	static char path[32];
	unsigned char header[HEADER];
	const char *why = NULL;
	int fd = open(*translator, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || pread(fd, header, HEADER, 0) != HEADER)
		return because("cannot read '%s'", *translator);
	if (matches(header, magic)) {
		why = marked_copy(fd, path);
		if (!why)
			*translator = path;
	}
	close(fd);
	return why;
}

/* ---- all ---- */

const char *children_translate(const char *arch, const char **translator)
{
	const char *why;

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		const unsigned char *magic = formats[i].magic;

		if (strcmp(formats[i].arch, arch))
			continue;
		why = open_instance();
		if (!why)
			why = tell_apart(magic, translator);
		return why ? why : enter(magic, *translator);
	}
	errno = EINVAL;
	return because("'%s' is no architecture", arch);
}

void children_drop_rights(void)
{
	struct __user_cap_header_struct who = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || syscall(SYS_capset, &who, none) < 0)
		die(3, "cannot give up rights: %s", strerror(errno));
}
