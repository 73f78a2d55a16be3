/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/file: a file is there whole or not at all, also when the disk is full.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"
#include "tap.h"

static struct err err;

static size_t entries(const char *dir)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n - 2;
}

static void test_reading(void)
{
	_cleanup_free_ char *path = scratch_file("seven", "1234567");
	_cleanup_free_ char *missing = scratch_path("missing");
	char *text = NULL;
	size_t len = 0;

	ok(!file_read(path, 7, &text, &len, &err) && len == 7 && !strcmp(text, "1234567"),
		"a file of exactly the limit is read and terminated");
	free(TAKE(text));
	ok(file_read(path, 6, &text, &len, &err) == -EFBIG && !text, "a larger one is refused: %s",
		err.text);
	ok(file_read(missing, 6, &text, &len, &err) == -ENOENT && strstr(err.text, missing),
		"a missing one is named: %s", err.text);
	ok(file_read(scratch_dir, 6, &text, &len, &err) == -EISDIR, "a folder is no file: %s",
		err.text);
}

static void test_delivering(void)
{
	_cleanup_free_ char *path = scratch_file("named", "old"), *link = scratch_path("link");
	_cleanup_free_ char *lost = scratch_path("lost"), *pipe_path = scratch_path("pipe");
	struct stat st;
	char got[8] = "";
	int fd;

	ok(!symlink("named", link) && !file_deliver(link, "new", 3, &err) &&
			scratch_holds(path, "new") && !lstat(link, &st) && S_ISLNK(st.st_mode),
		"a link stays, what it leads to is replaced");
	ok(!symlink("no/such/file", lost) && file_deliver(lost, "x", 1, &err) == -ENOENT &&
			strstr(err.text, lost),
		"one that leads nowhere is an error: %s", err.text);
	ok(!mkfifo(pipe_path, 0600), "a pipe");
	fd = open(pipe_path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	ok(!file_deliver(pipe_path, "text", 4, &err) && read(fd, got, sizeof(got)) == 4 &&
			!memcmp(got, "text", 4) && !lstat(pipe_path, &st) && S_ISFIFO(st.st_mode),
		"what is no file is written into and stays");
	close(fd);
	ok(!unlink(path) && !file_deliver(path, "made", 4, &err) && scratch_holds(path, "made"),
		"a new file is made");
	ok(file_deliver(scratch_dir, "x", 1, &err) == -EISDIR, "a folder is none: %s", err.text);
}

static void test_publishing(void)
{
	_cleanup_free_ char *path = scratch_file("doc", "old");
	_cleanup_free_ char *nowhere = scratch_path("no/such/doc");
	size_t before = entries(scratch_dir);

	ok(!file_write(path, "new", 3, &err) && scratch_holds(path, "new"), "a file is replaced");
	is_int(entries(scratch_dir), before, "and nothing else stays");
	ok(file_write(nowhere, "x", 1, &err) == -ENOENT && strstr(err.text, nowhere),
		"a missing folder is an error: %s", err.text);
	ok(file_write(path, "", 0, &err) == 0 && scratch_holds(path, ""), "a file may be empty");
}

static void fill(int fd)
{
	static const char zeros[4096];

	while (write(fd, zeros, sizeof(zeros)) > 0)
		;
	while (write(fd, zeros, 1) > 0)
		;
}

static void test_full_disk(void)
{
	_cleanup_free_ char *disk = scratch_path("disk");
	_cleanup_free_ char *doc = xasprintf("%s/doc", disk), *log = xasprintf("%s/log", disk),
			    *filler = xasprintf("%s/filler", disk);
	char big[3 * 4096];
	int fd = -1, full;

	memset(big, 'x', sizeof(big));
	mkdir(disk, 0755);
	if (mount("toll-test", disk, "tmpfs", 0, "size=64k") < 0) {
		skip("a full disk: cannot mount a small tmpfs: %s", strerror(errno));
		return;
	}
	file_write(doc, "old", 3, NULL);
	file_append_open(log, &fd, NULL);
	file_append(fd, log, "one\n", 4, NULL);
	full = open(filler, O_WRONLY | O_CREAT, 0644);
	fill(full);
	close(full);
	is_int(file_write(doc, big, sizeof(big), &err), -ENOSPC, "a full disk is an error: %s",
		err.text);
	ok(scratch_holds(doc, "old"), "the old document stays whole");
	is_int(entries(disk), 3, "no temporary file stays");
	is_int(file_append(fd, log, big, sizeof(big), &err), -ENOSPC, "appending fails: %s",
		err.text);
	ok(scratch_holds(log, "one\n"), "and leaves what was stored");
	unlink(filler);
	ok(!file_append(fd, log, "two\n", 4, &err) && scratch_holds(log, "one\ntwo\n"),
		"with room again the next line follows the last");
	close(fd);
	umount(disk);
}

/* A file-size limit cuts a write in two, as a disk does that fills up. */
static void test_partial_append(void)
{
	_cleanup_free_ char *log = scratch_path("log");
	struct rlimit old, limit;
	char big[8192];
	int fd = -1;

	memset(big, 'x', sizeof(big));
	is_int(file_append_open(log, &fd, &err), 0, "a file is opened for appending");
	is_int(file_append(fd, log, "one\n", 4, &err), 0, "a line is appended");
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	limit = (struct rlimit){4096, old.rlim_max};
	setrlimit(RLIMIT_FSIZE, &limit);
	ok(file_append(fd, log, big, sizeof(big), &err) < 0,
		"a line that fits in part is an error: %s", err.text);
	setrlimit(RLIMIT_FSIZE, &old);
	ok(scratch_holds(log, "one\n"), "its part is cut off again");
	close(fd);
	fd = open(log, O_RDONLY);
	is_int(file_append(fd, log, "x", 1, &err), -EBADF,
		"a file that cannot be written is an error");
	close(fd);
}

static void test_folders(void)
{
	_cleanup_free_ char *deep = scratch_path("a/b/c"), *top = scratch_path("a"),
			    *link = scratch_path("a/b/link"), *kept = scratch_file("kept", "x"),
			    *below = scratch_path("kept/x");

	ok(!file_mkdirs(deep, &err) && file_exists(deep), "folders are made with their parents");
	is_int(file_mkdirs(deep, &err), 0, "once more is no error");
	ok(file_mkdirs(below, &err) == -ENOTDIR, "a file in the way is one: %s", err.text);
	is_int(file_mkdirs(kept, &err), -ENOTDIR, "also at the end of the path: %s", err.text);
	if (symlink(kept, link) < 0)
		puts("# cannot make a link");
	ok(!file_remove_tree(top, &err) && !file_exists(top), "a tree is removed");
	ok(file_exists(kept), "what a link in it points to is not");
	is_int(file_remove_tree(top, &err), 0, "removing what is not there is no error");
}

static void test_programs(void)
{
	_cleanup_free_ char *sh = file_find_program("sh"),
			    *none = file_find_program("no-such-tool"),
			    *path = file_find_program("/bin/sh"), *dir = file_find_program("/bin");

	ok(sh && sh[0] == '/', "a program is found in PATH: %s", sh);
	ok(!none && !dir, "a missing one is not, nor is a folder one");
	is_str(path, "/bin/sh", "a path is checked as it is");
	ok(file_is_executable("/bin/sh") && !file_is_executable("/etc/passwd") &&
			!file_is_executable("/tmp"),
		"executable are files with the right to it");
}

int main(void)
{
	scratch_open();
	test_reading();
	test_publishing();
	test_delivering();
	test_full_disk();
	test_partial_append();
	test_folders();
	test_programs();
	scratch_close();
	return done_testing();
}
