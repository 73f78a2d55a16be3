/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scratch.h"
#include "tap.h"
#include "vm/kernel.h"
#include "vm/uri.h"

static struct vm_uri parsed(const char *text)
{
	struct vm_uri uri = {0};
	struct err err = {0};

	if (vm_uri_parse(text, &uri, &err) < 0)
		printf("# %s\n", err.text);
	return uri;
}

static void test_embedded(void)
{
	ok(parsed(NULL).embedded, "no URI is the embedded driver");
	ok(parsed("qemu:///embed").embedded, "and so is its own URI");
	ok(parsed("qemu:///embed").shares_files, "its QEMU reads our files");
	ok(!parsed("qemu:///system").embedded, "the system's driver is not");
}

static void test_files(void)
{
	ok(!parsed("qemu:///system").shares_files, "the system's QEMU cannot read our files");
	ok(parsed("qemu:///session").shares_files == (geteuid() != 0),
		"an ordinary user's session reads them, root's is the system's driver");
	ok(!parsed("qemu+ssh://host/session").shares_files, "another machine's session cannot");
}

static void test_remote(void)
{
	ok(!parsed("qemu:///system").remote, "no host: this machine");
	ok(!parsed("qemu+unix:///system?socket=/run/other").remote,
		"a socket of one's own: this machine");
	ok(parsed("qemu+ssh://me@host:2222/system").remote, "a host: another machine");
	ok(parsed("qemu+ssh://host/system").ssh && !parsed("qemu+tls://host/system").ssh,
		"ssh is told from other transports");
}

static bool refused(const char *text, const char *word)
{
	struct vm_uri uri;
	struct err err = {0};

	return vm_uri_parse(text, &uri, &err) == -ERR_INPUT && strstr(err.text, word);
}

static void test_bad(void)
{
	char *dots = xmalloc(400);

	ok(refused("", "no URI"), "nothing is no URI");
	ok(refused("system", "no URI"), "a word is no URI");
	ok(refused("lxc:///", "QEMU"), "another driver is refused");
	ok(refused("qemu://host", "no URI"), "a URI without a path is refused");
	ok(refused("qemu:///sistem", "/session or /system"), "an unknown path says what is known");
	ok(refused("qemu:///embed?root=/tmp/x", "folder of its own"),
		"an embedded driver elsewhere is refused");
	memset(dots, 'h', 399);
	memcpy(dots, "qemu+ssh://", 11);
	strcpy(dots + 380, "/system");
	ok(refused(dots, "longer"), "what a plan cannot hold is refused");
	free(dots);
}

static void test_batch_mode(void)
{
	static const struct {
		const char *asked, *want;
	} cases[] = {
		{"qemu:///system", "qemu:///system"},
		{"qemu+ssh://h/system", "qemu+ssh://h/system?no_tty=1"},
		{"qemu+ssh://h/system?keyfile=/k", "qemu+ssh://h/system?keyfile=/k&no_tty=1"},
		{"qemu+ssh://h/system?no_tty=0", "qemu+ssh://h/system?no_tty=0"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct vm_uri uri = parsed(cases[i].asked);
		_cleanup_free_ char *got = vm_uri_for_libvirt(cases[i].asked, &uri);

		is_str(got, cases[i].want, "ssh must not ask: %s", cases[i].asked);
	}
}

static void test_remedy(void)
{
	struct vm_uri uri = parsed("qemu+ssh://me@host:22/system");
	_cleanup_free_ char *remedy = vm_uri_remedy("qemu+ssh://me@host:22/system", &uri);

	ok(strstr(remedy, "'ssh -o BatchMode=yes me@host virsh list'"),
		"the remedy names what must work without a question");
}

/* ---- kernels ---- */

static int check(const char *head, size_t at, const char *magic, size_t len, enum arch arch)
{
	_cleanup_free_ char *path = scratch_path("kernel");
	char file[1024] = {0};

	memcpy(file, head, strlen(head));
	memcpy(file + at, magic, len);
	file_write(path, file, sizeof(file), NULL);
	return vm_kernel_check(path, arch, NULL);
}

static void test_kernels(void)
{
	static const char x86_elf[] = {62, 0}, arm_elf[] = {(char)183, 0};

	ok(!check("MZ", 0x202, "HdrS", 4, ARCH_X86_64), "a bzImage is for x86_64");
	ok(check("MZ", 0x202, "HdrS", 4, ARCH_AARCH64) == -EINVAL, "and not for aarch64");
	ok(!check("MZ", 56, "ARM\x64", 4, ARCH_AARCH64), "an Image is for aarch64");
	ok(check("MZ", 56, "ARM\x64", 4, ARCH_X86_64) == -EINVAL, "and not for x86_64");
	ok(!check("\177ELF", 18, x86_elf, 2, ARCH_X86_64), "an ELF kernel says its machine");
	ok(check("\177ELF", 18, arm_elf, 2, ARCH_X86_64) == -EINVAL, "and is refused for another");
	ok(check("text", 8, "text", 4, ARCH_X86_64) == -EINVAL, "another file is no kernel");
}

int main(void)
{
	scratch_open();
	test_embedded();
	test_files();
	test_remote();
	test_bad();
	test_batch_mode();
	test_remedy();
	test_kernels();
	scratch_close();
	return done_testing();
}
