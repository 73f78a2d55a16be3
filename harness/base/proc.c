/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/proc.h"

#include <ctype.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"

/* Of a program that is asked for one line. */
#define FIRST_LINE_OUTPUT_MAX (64u << 10)

extern char **environ;

/* How long output may still arrive after the process ended: a pipe it left to nobody is empty. */
#define DRAIN_NS (20 * NS_PER_MS)
/* A stop request is looked at at least this often, should the signal come between two checks. */
#define STOP_CHECK_NS (200 * NS_PER_MS)
/* Buffers read from a pipe before the deadline is looked at again. */
#define READS_MAX 16
/* What is handed on as a line although it has not ended. */
#define LINE_MAX_BYTES 4096

struct child {
	pid_t pid;
	int pidfd, out, err;
	long inherited_rss_kib; /* where its peak began */
	struct str lines;	/* of stderr, not yet handed on */
};

static uint64_t timeval_ns(struct timeval tv)
{
	return (uint64_t)tv.tv_sec * NS_PER_S + (uint64_t)tv.tv_usec * NS_PER_US;
}

/* What came before the child left the group is delivered when it is unblocked: to the child, as it
 * would be behind the exec, and not to a handler that works on the parent's memory. */
static void drop_handlers(void)
{
	static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		struct sigaction sa;

		if (sigaction(signals[i], NULL, &sa) == 0 && sa.sa_handler != SIG_IGN)
			signal(signals[i], SIG_DFL);
	}
}

/* Runs in the vfork child: system calls only, no memory is touched but this frame. */
static int child_exec(const struct proc_spec *spec, const char *program, const int fds[3],
	const sigset_t *mask, pid_t parent)
{
	cpu_set_t set;

	setpgid(0, 0);
	/* A kill -9 of this program takes its children along; it may have come already. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		return ESRCH;
	if (spec->cpu != PROC_CPU_ANY) {
		CPU_ZERO(&set);
		CPU_SET((size_t)spec->cpu, &set);
		for (int i = 1; i < (int)spec->cpus && i <= spec->cpu; i++)
			CPU_SET((size_t)(spec->cpu - i), &set);
		if (sched_setaffinity(0, sizeof(set), &set) < 0)
			return errno;
	}
	if (spec->cwd && chdir(spec->cwd) < 0)
		return errno;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fds[fd] >= 0 && dup2(fds[fd], fd) < 0)
			return errno;
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	drop_handlers();
	sigprocmask(SIG_SETMASK, mask, NULL);
	execve(program, spec->argv, spec->envp ? spec->envp : environ);
	return errno;
}

static int spawn(
	const struct proc_spec *spec, const char *program, const int fds[3], pid_t *ret_pid)
{
	volatile int child_errno = 0;
	pid_t parent = getpid(), pid;
	sigset_t all, old;

	/* A handler must not run in the child while it shares this memory. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	pid = vfork();
	if (pid == 0) {
		child_errno = child_exec(spec, program, fds, &old, parent);
		_exit(127);
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (pid < 0)
		return -errno;
	if (child_errno) {
		waitpid(pid, NULL, 0);
		return -child_errno;
	}
	*ret_pid = pid;
	return 0;
}

static long own_peak_rss_kib(void)
{
	struct rusage ru = {0};

	getrusage(RUSAGE_SELF, &ru);
	return ru.ru_maxrss;
}

static int child_start(const struct proc_spec *spec, const char *program, struct child *child)
{
	/* In a process group of its own it could not read from the terminal: it would stop. */
	_cleanup_fd_ int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	_cleanup_fd_ int out_w = -1, err_w = -1, out_r = -1, err_r = -1;
	int fds[2], r;

	if (spec->stdout_max) {
		if (pipe2(fds, O_CLOEXEC) < 0)
			return -errno;
		out_r = fds[0];
		out_w = fds[1];
		fcntl(out_r, F_SETFL, O_NONBLOCK);
	} else {
		out_w = open("/dev/null", O_WRONLY | O_CLOEXEC);
	}
	if (spec->stderr_max || spec->err_line) {
		if (pipe2(fds, O_CLOEXEC) < 0)
			return -errno;
		err_r = fds[0];
		err_w = fds[1];
		fcntl(err_r, F_SETFL, O_NONBLOCK);
	}
	r = spawn(spec, program, (const int[3]){in, out_w, err_w}, &child->pid);
	if (r < 0)
		return r;
	/* Behind its exec: before, this process may still have grown. */
	child->inherited_rss_kib = own_peak_rss_kib();
	child->pidfd = (int)syscall(SYS_pidfd_open, child->pid, 0);
	if (child->pidfd < 0) {
		/* Without it nobody would see the end: nothing may run unwatched. */
		r = -errno;
		kill(-child->pid, SIGKILL);
		waitpid(child->pid, NULL, 0);
		return r;
	}
	child->out = take_fd(&out_r);
	child->err = take_fd(&err_r);
	return 0;
}

/* Reads what is there, but not for ever: who writes faster than this reads has a deadline too.
 * Returns false at end of file. */
static bool drain(int fd, struct str *to, size_t max, bool *overflow)
{
	char buf[65536];

	for (int reads = 0; reads < READS_MAX; reads++) {
		ssize_t n = read(fd, buf, sizeof(buf));
		size_t room = max - to->len;

		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		if (n == 0)
			return false;
		if ((size_t)n > room && overflow)
			*overflow = true;
		str_addn(to, buf, (size_t)n < room ? (size_t)n : room);
	}
	return true;
}

static void close_at_eof(int *fd, bool open)
{
	if (!open) {
		close(*fd);
		*fd = -1;
	}
}

/* Hands on what is whole; all: what is not, too. */
static void hand_on_lines(const struct proc_spec *spec, struct str *lines, bool all)
{
	char *begin = lines->s, *nl;

	if (!lines->len)
		return;
	all |= lines->len > LINE_MAX_BYTES;
	for (; (nl = strchr(begin, '\n')); begin = nl + 1) {
		*nl = '\0';
		spec->err_line(spec->err_line_arg, begin);
	}
	if (all && *begin) {
		spec->err_line(spec->err_line_arg, begin);
		begin += strlen(begin);
	}
	lines->len = strlen(begin);
	memmove(lines->s, begin, lines->len + 1);
}

static bool drain_lines(const struct proc_spec *spec, struct child *child)
{
	bool open = drain(child->err, &child->lines, SIZE_MAX, NULL);

	for (char *p = child->lines.s; p && p < child->lines.s + child->lines.len; p++)
		*p = *p ? *p : '?';
	hand_on_lines(spec, &child->lines, !open);
	return open;
}

static void read_output(
	const struct proc_spec *spec, struct child *child, struct proc_result *res, bool *flood)
{
	if (child->out >= 0)
		close_at_eof(&child->out, drain(child->out, &res->out, spec->stdout_max, flood));
	if (child->err >= 0 && spec->err_line)
		close_at_eof(&child->err, drain_lines(spec, child));
	else if (child->err >= 0)
		close_at_eof(&child->err, drain(child->err, &res->err, spec->stderr_max, NULL));
}

/* Waits for the exit; on deadline, stop or flood the group is killed and the verdict kept. */
static void watch(const struct proc_spec *spec, struct child *child, uint64_t deadline,
	struct proc_result *res)
{
	bool killed = false, flood = false;

	for (;;) {
		struct pollfd fds[] = {{.fd = child->pidfd, .events = POLLIN},
			{.fd = child->out, .events = POLLIN}, {.fd = child->err, .events = POLLIN}};
		uint64_t until = deadline_earlier(deadline, deadline_in(STOP_CHECK_NS));
		enum proc_end why;

		if (poll(fds, ARRAY_LEN(fds), killed ? -1 : deadline_poll_ms(until)) > 0 &&
			fds[0].revents) {
			res->end_ns = clock_now_ns();
			return;
		}
		read_output(spec, child, res, &flood);
		if (killed)
			continue;
		if (spec->stop && *spec->stop)
			why = PROC_STOPPED;
		else if (flood)
			why = PROC_FLOOD;
		else if (deadline_passed(deadline))
			why = PROC_TIMEOUT;
		else
			continue;
		res->end = why;
		killed = true;
		kill(-child->pid, SIGKILL);
		kill(child->pid, SIGKILL);
	}
}

static void reap(struct child *child, struct proc_result *res)
{
	siginfo_t info;
	struct rusage ru;
	int status;

	/* While the leader is not yet reaped its group id cannot be reused: kill the rest first. */
	while (waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
		;
	kill(-child->pid, SIGKILL);
	while (wait4(child->pid, &status, 0, &ru) < 0 && errno == EINTR)
		;
	/* Orphans of the group come to this process when it is a subreaper. */
	while (waitpid(-child->pid, NULL, 0) > 0)
		;
	res->user_ns = timeval_ns(ru.ru_utime);
	res->sys_ns = timeval_ns(ru.ru_stime);
	if (ru.ru_maxrss > child->inherited_rss_kib)
		res->max_rss_kib = (uint64_t)ru.ru_maxrss;
	if (res->end != PROC_EXITED)
		return;
	if (WIFSIGNALED(status)) {
		res->end = PROC_SIGNALED;
		res->code = WTERMSIG(status);
	} else {
		res->code = WEXITSTATUS(status);
	}
}

static void read_rest(const struct proc_spec *spec, struct child *child, struct proc_result *res)
{
	uint64_t until = deadline_in(DRAIN_NS);
	bool flood = false;

	read_output(spec, child, res, &flood);
	while ((child->out >= 0 || child->err >= 0) && !deadline_passed(until)) {
		struct pollfd fds[] = {
			{.fd = child->out, .events = POLLIN}, {.fd = child->err, .events = POLLIN}};

		poll(fds, ARRAY_LEN(fds), deadline_poll_ms(until));
		read_output(spec, child, res, &flood);
	}
	if (flood && res->end == PROC_EXITED)
		res->end = PROC_FLOOD;
}

int proc_run(const struct proc_spec *spec, struct proc_result *ret, struct err *err)
{
	_cleanup_free_ char *program = file_find_program(spec->argv[0]);
	struct child child = {.pidfd = -1, .out = -1, .err = -1};
	int r;

	*ret = (struct proc_result){0};
	if (!spec->timeout_ns)
		return err_set(err, ERR_INPUT, "'%s' was given no deadline", spec->argv[0]);
	if (!program)
		return err_set(err, ENOENT, "cannot find the program '%s'", spec->argv[0]);
	ret->begin_ns = clock_now_ns();
	r = child_start(spec, program, &child);
	if (r < 0) {
		ret->end_ns = clock_now_ns();
		return err_sys(err, -r, "cannot start '%s'", program);
	}
	watch(spec, &child, deadline_in(spec->timeout_ns), ret);
	reap(&child, ret);
	read_rest(spec, &child, ret);
	if (spec->err_line)
		hand_on_lines(spec, &child.lines, true);
	str_release(&child.lines);
	cleanup_fd(&child.out);
	cleanup_fd(&child.err);
	cleanup_fd(&child.pidfd);
	return 0;
}

void proc_result_release(struct proc_result *result)
{
	str_release(&result->out);
	str_release(&result->err);
}

/* The first line with a letter or a digit, cut out of text; NULL: none. */
static char *first_line(struct str *text)
{
	char *save = NULL;

	for (char *line = text->s ? strtok_r(text->s, "\r\n", &save) : NULL; line;
		line = strtok_r(NULL, "\r\n", &save)) {
		str_sanitize(line);
		for (const char *c = line; *c; c++)
			if (isalnum((unsigned char)*c))
				return line;
	}
	return NULL;
}

int proc_first_line(const struct proc_spec *spec, char *ret, size_t size, struct err *err)
{
	_cleanup_(proc_result_release) struct proc_result res = {0};
	_cleanup_free_ char *words = argv_line(spec->argv);
	char how[PROC_END_TEXT_MAX], limit[DURATION_TEXT_MAX];
	struct proc_spec bounded = *spec;
	const char *line;
	int r;

	bounded.stdout_max = bounded.stderr_max = FIRST_LINE_OUTPUT_MAX;
	r = proc_run(&bounded, &res, err);
	if (r < 0)
		return r;
	if (res.end == PROC_TIMEOUT)
		return err_set(err, ETIMEDOUT, "'%s': not done within %s", words,
			duration_text(spec->timeout_ns, limit));
	if (res.end != PROC_EXITED || res.code)
		return err_set(err, EIO, "'%s': %s", words, proc_end_text(&res, how));
	line = first_line(&res.out);
	if (!line)
		line = first_line(&res.err);
	if (!line)
		return err_set(err, EIO, "'%s' prints nothing that can be read", words);
	str_copy(ret, size, line);
	return 0;
}

const char *proc_end_text(const struct proc_result *result, char buf[static PROC_END_TEXT_MAX])
{
	switch (result->end) {
	case PROC_EXITED:
		snprintf(buf, PROC_END_TEXT_MAX, "exit status %d", result->code);
		break;
	case PROC_SIGNALED:
		snprintf(buf, PROC_END_TEXT_MAX, "killed by SIG%s (%s)", sigabbrev_np(result->code),
			sigdescr_np(result->code));
		break;
	case PROC_TIMEOUT:
		str_copy(buf, PROC_END_TEXT_MAX, "timed out");
		break;
	case PROC_FLOOD:
		str_copy(buf, PROC_END_TEXT_MAX, "printed more than it may");
		break;
	case PROC_STOPPED:
		str_copy(buf, PROC_END_TEXT_MAX, "stopped");
		break;
	}
	return buf;
}
