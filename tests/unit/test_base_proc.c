/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/proc: how a child ends is told, and nothing of it stays.
 */
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/proc.h"
#include "scratch.h"
#include "tap.h"

static struct proc_result res;
static struct err err;

/* Runs a shell script; what is not set in `spec` gets a value that does not limit. */
static int sh(const char *script, struct proc_spec spec)
{
	spec.argv = (char *[]){"sh", "-c", (char *)script, NULL};
	spec.cpu = PROC_CPU_ANY;
	if (!spec.timeout_ns)
		spec.timeout_ns = 20 * NS_PER_S;
	if (!spec.stdout_max)
		spec.stdout_max = 4096;
	if (!spec.stderr_max)
		spec.stderr_max = 4096;
	proc_result_release(&res);
	err = (struct err){0};
	return proc_run(&spec, &res, &err);
}

static void is_end(int end, int code, const char *text, const char *name)
{
	char buf[PROC_END_TEXT_MAX];

	proc_end_text(&res, buf);
	ok((int)res.end == end && res.code == code && strstr(buf, text), "%s: %s", name, buf);
}

/* No child of this process is left, living or zombie. */
static void nothing_left(const char *name)
{
	ok(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "%s leaves no child behind", name);
}

/* The process whose number the file holds is gone within a second. */
static bool gone(const char *path)
{
	uint64_t deadline = deadline_in(NS_PER_S);
	char *text = NULL;
	pid_t pid;

	if (file_read(path, 64, &text, NULL, NULL) < 0)
		return false;
	pid = (pid_t)strtol(text, NULL, 10);
	free(text);
	while (pid > 0 && kill(pid, 0) == 0 && !deadline_passed(deadline)) {
		_cleanup_free_ char *stat = xasprintf("/proc/%d/stat", (int)pid);
		_cleanup_free_ char *line = NULL;

		/* Whoever adopted it may not have reaped it yet. */
		if (file_read(stat, 4096, &line, NULL, NULL) < 0 || strstr(line, ") Z"))
			return true;
		clock_sleep_until(deadline_in(10 * NS_PER_MS));
	}
	return pid > 0 && kill(pid, 0) < 0;
}

static void test_endings(void)
{
	is_int(sh("echo out; echo err >&2", (struct proc_spec){0}), 0, "a program runs");
	is_end(PROC_EXITED, 0, "exit status 0", "and ends well");
	is_str(str_text(&res.out), "out\n", "its output is kept");
	is_str(str_text(&res.err), "err\n", "its messages apart from it");
	ok(res.end_ns > res.begin_ns && res.end_ns - res.begin_ns < 20 * NS_PER_S,
		"times are filled");
	sh("exit 3", (struct proc_spec){0});
	is_end(PROC_EXITED, 3, "exit status 3", "an exit status is told");
	sh("kill -ILL $$", (struct proc_spec){0});
	is_end(PROC_SIGNALED, SIGILL, "killed by SIGILL", "a signal is told");
	nothing_left("an ordinary end");
	sh("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done", (struct proc_spec){0});
	ok(res.user_ns + res.sys_ns > NS_PER_MS, "its CPU time is told: %" PRIu64 " ns",
		res.user_ns + res.sys_ns);
}

static void test_memory(void)
{
	enum { OWN = 48 << 20 };
	char *own = xmalloc(OWN);

	for (size_t i = 0; i < OWN; i += 4096)
		((volatile char *)own)[i] = 1;
	free(own);
	sh("true", (struct proc_spec){0});
	ok(res.max_rss_kib == 0, "this process's own peak is not a child's: %" PRIu64 " KiB",
		res.max_rss_kib);
	sh("head -c 80000000 /dev/zero | tail -n 1 >/dev/null", (struct proc_spec){0});
	ok(res.max_rss_kib > 70000 && res.max_rss_kib < 160000,
		"a larger one is, also of a process that the child waited for: %" PRIu64 " KiB",
		res.max_rss_kib);
}

static void add_line(void *arg, const char *line)
{
	str_addf(arg, "[%s]", line);
}

static void test_lines(void)
{
	_cleanup_(str_release) struct str lines = {0};

	sh("echo out; printf 'one\\ntw' >&2; sleep 0.1; printf 'o\\n\\nthree' >&2",
		(struct proc_spec){.err_line = add_line, .err_line_arg = &lines});
	is_str(str_text(&lines), "[one][two][][three]",
		"lines of stderr are handed on as they come");
	is_str(str_text(&res.err), "", "and not kept");
	is_str(str_text(&res.out), "out\n", "other output is");
	str_release(&lines);
	sh("head -c 200000 /dev/zero >&2",
		(struct proc_spec){.err_line = add_line, .err_line_arg = &lines});
	ok(lines.len > 200000, "a line without an end is handed on in parts");
}

static void test_input(void)
{
	int fds[2], saved = dup(STDIN_FILENO);

	if (!ok(saved >= 0 && pipe(fds) == 0 && write(fds[1], "secret\n", 7) == 7 &&
			    dup2(fds[0], STDIN_FILENO) == STDIN_FILENO,
		    "standard input holds something"))
		return;
	sh("read x && echo \"$x\"", (struct proc_spec){0});
	is_end(PROC_EXITED, 1, "exit status 1", "a program finds its standard input at its end");
	is_str(str_text(&res.out), "", "and none of this process's");
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(fds[0]);
	close(fds[1]);
}

static void test_kills(void)
{
	_cleanup_free_ char *pids = scratch_path("pid");
	_cleanup_free_ char *tree = xasprintf("(sleep 60 & echo $! >%s; wait) & sleep 60", pids);
	_cleanup_free_ char *orphan = xasprintf("sleep 60 & echo $! >%s", pids);
	uint64_t begin = clock_now_ns();
	volatile sig_atomic_t stop = 1;

	is_int(sh(tree, (struct proc_spec){.timeout_ns = NS_PER_S}), 0,
		"a program that hangs is started");
	is_end(PROC_TIMEOUT, 0, "timed out", "and ended at its deadline");
	ok(clock_now_ns() - begin < 10 * NS_PER_S, "without waiting for it");
	ok(gone(pids), "its grandchild is killed too");
	nothing_left("a timeout");

	begin = clock_now_ns();
	sh(orphan, (struct proc_spec){0});
	is_end(PROC_EXITED, 0, "exit status 0", "a program may leave a child behind");
	ok(gone(pids), "which is killed with its group");
	ok(clock_now_ns() - begin < 10 * NS_PER_S,
		"and whose open output does not hold up the end");

	sh("trap '' TERM INT HUP; sleep 60", (struct proc_spec){.timeout_ns = 200 * NS_PER_MS});
	is_end(PROC_TIMEOUT, 0, "timed out", "a program that ignores signals is ended as well");
	sh("sleep 60", (struct proc_spec){.stop = &stop});
	is_end(PROC_STOPPED, 0, "stopped", "a stop request ends it");
	nothing_left("a stop");
}

static void test_output_limits(void)
{
	sh("exec yes >&2", (struct proc_spec){.stderr_max = 1000, .timeout_ns = 300 * NS_PER_MS});
	is_end(PROC_TIMEOUT, 0, "timed out", "endless messages do not outlast the deadline");
	sh("yes", (struct proc_spec){.stdout_max = 1000});
	is_end(PROC_FLOOD, 0, "printed more than it may", "endless output ends the program");
	is_int(res.out.len, 1000, "what it may print is kept");
	sh("printf 1234567890", (struct proc_spec){.stdout_max = 10});
	is_end(PROC_EXITED, 0, "exit status 0", "as much output as allowed is no flood");
	sh("printf 12345678901", (struct proc_spec){.stdout_max = 10});
	is_end(PROC_FLOOD, 0, "printed more", "a byte more is one, even at its end");
	sh("head -c 1000000 /dev/zero >&2; exit 4", (struct proc_spec){.stderr_max = 100});
	is_end(PROC_EXITED, 4, "exit status 4", "messages beyond the limit are dropped, no flood");
	is_int(res.err.len, 100, "the first of them are kept");
	sh("exec >&- 2>&-; sleep 0.1; exit 5", (struct proc_spec){0});
	is_end(PROC_EXITED, 5, "exit status 5", "closing its output is not the end of a program");
	nothing_left("a flood");
}

static void test_starting(void)
{
	char *const env[] = {"TOLL_TEST=set", NULL};
	_cleanup_free_ char *data = scratch_file("data", "no program");
	struct proc_spec spec = {.argv = (char *[]){"/no/such/program", NULL},
		.cpu = PROC_CPU_ANY,
		.timeout_ns = NS_PER_S};

	is_int(proc_run(&spec, &res, &err), -ENOENT, "a missing program is an error: %s", err.text);
	spec.argv = (char *[]){"toll-no-such-program", NULL};
	is_int(proc_run(&spec, &res, &err), -ENOENT, "so is one that PATH does not have");
	spec.argv = (char *[]){data, NULL};
	ok(proc_run(&spec, &res, &err) < 0 && strstr(err.text, data), "and a file that is none: %s",
		err.text);
	chmod(data, 0755);
	is_int(proc_run(&spec, &res, &err), -ENOEXEC, "also when it may be executed: %s", err.text);
	ok(res.end_ns >= res.begin_ns && res.end_ns - res.begin_ns < 20 * NS_PER_S,
		"the attempt ends after it began");
	spec = (struct proc_spec){.argv = (char *[]){"true", NULL}, .cpu = PROC_CPU_ANY};
	is_int(proc_run(&spec, &res, &err), -EINVAL, "a program without a deadline is refused: %s",
		err.text);
	nothing_left("a failed start");
	is_int(sh("echo $TOLL_TEST; pwd", (struct proc_spec){.envp = env, .cwd = "/"}), 0,
		"environment and folder are given");
	is_str(str_text(&res.out), "set\n/\n", "and arrive");
	is_int(sh("true", (struct proc_spec){.cwd = "/no/such/folder"}), -ENOENT,
		"a missing folder is an error: %s", err.text);
}

static void test_pinning(void)
{
	struct proc_spec spec = {
		.argv = (char *[]){"nproc", NULL}, .timeout_ns = 5 * NS_PER_S, .stdout_max = 64};

	spec.cpu = sched_getcpu();
	is_int(proc_run(&spec, &res, &err), 0, "a program is pinned: %s", err.text);
	is_str(str_text(&res.out), "1\n", "to one CPU");
	proc_result_release(&res);
	spec.cpu = 1000;
	ok(proc_run(&spec, &res, &err) < 0, "a CPU that is not there is an error: %s", err.text);
	proc_result_release(&res);
}

static pid_t this_process;
static volatile sig_atomic_t ran_elsewhere;

static void note_where(int sig)
{
	(void)sig;
	if (getpid() != this_process)
		ran_elsewhere = 1;
}

/* In a group of its own, which gets a signal all the time. */
static _Noreturn void start_under_signals(void)
{
	uint64_t deadline = deadline_in(NS_PER_S);
	pid_t sender;

	setpgid(0, 0);
	this_process = getpid();
	signal(SIGTERM, note_where);
	sender = fork();
	if (sender == 0) {
		signal(SIGTERM, SIG_IGN);
		while (getppid() == this_process)
			kill(0, SIGTERM);
		_exit(0);
	}
	while (!deadline_passed(deadline) && !ran_elsewhere)
		sh("exit 0", (struct proc_spec){0});
	kill(sender, SIGKILL);
	waitpid(sender, NULL, 0);
	_exit(ran_elsewhere ? 1 : 0);
}

/* Ctrl-C goes to the whole group, and so to a child that has just been started too. */
static void test_signals(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		start_under_signals();
	waitpid(pid, &status, 0);
	ok(pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0,
		"a signal to the group runs this program's handler once, never in its children");
}

int main(void)
{
	scratch_open();
	test_endings();
	test_memory();
	test_lines();
	test_input();
	test_kills();
	test_output_limits();
	test_starting();
	test_pinning();
	test_signals();
	proc_result_release(&res);
	scratch_close();
	return done_testing();
}
