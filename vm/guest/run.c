/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm/guest/guest.h"

/* One stream of the program: what fits is kept, the rest is counted as lost. */
struct stream {
	int fd;
	uint8_t *buf;
	uint32_t len, max;
	bool lost;
};

static uint8_t output[WIRE_OUTPUT_MAX];

static uint64_t timeval_ns(struct timeval tv)
{
	return (uint64_t)tv.tv_sec * AGENT_NS_PER_S + (uint64_t)tv.tv_usec * 1000;
}

/* In the vfork child: system calls only. Returns errno. */
static int start_program(const struct wire_exec *exec, const char *root, int out, int err)
{
	int null = open("/dev/null", O_RDONLY);
	cpu_set_t set;

	setsid();
	if (exec->cpu >= 0) {
		CPU_ZERO(&set);
		CPU_SET((size_t)exec->cpu, &set);
		if (sched_setaffinity(0, sizeof(set), &set) < 0)
			return errno;
	}
	if (root && chroot(root) < 0)
		return errno;
	if (chdir(exec->cwd[0] ? exec->cwd : "/") < 0)
		return errno;
	if (dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
		return errno;
	signal(SIGPIPE, SIG_DFL);
	execve(exec->argv[0], (char *const *)exec->argv, (char *const *)exec->envp);
	return errno;
}

static pid_t spawn(const struct wire_exec *exec, const char *root, int out, int err, int *ret_errno)
{
	volatile int child_errno = 0;
	pid_t pid = vfork();

	if (pid == 0) {
		child_errno = start_program(exec, root, out, err);
		_exit(127);
	}
	*ret_errno = pid < 0 ? errno : child_errno;
	return pid;
}

/* Reads what is there without waiting. */
static void read_stream(struct stream *s)
{
	static uint8_t rest[65536];

	while (s->fd >= 0) {
		bool full = s->len == s->max;
		ssize_t n = read(s->fd, full ? rest : s->buf + s->len,
			full ? sizeof(rest) : s->max - s->len);

		if (n > 0) {
			s->lost |= full;
			s->len += full ? 0 : (uint32_t)n;
			if (s->lost)
				return;
			continue;
		}
		if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
			close(s->fd);
			s->fd = -1;
		}
		return;
	}
}

static int wait_ms(uint64_t deadline_ns)
{
	uint64_t now = agent_now_ns();

	if (now >= deadline_ns)
		return 0;
	if (deadline_ns - now > 3600 * AGENT_NS_PER_S)
		return 3600 * 1000;
	return (int)((deadline_ns - now + AGENT_NS_PER_MS - 1) / AGENT_NS_PER_MS);
}

/* Waits for the end of the program, collecting its output; ends it at the deadline, when it
 * floods, or when the host goes. */
static void watch(
	int pidfd, uint64_t deadline_ns, struct stream streams[static 2], struct wire_result *res)
{
	for (;;) {
		struct pollfd fds[] = {{.fd = pidfd, .events = POLLIN},
			{.fd = streams[0].fd, .events = POLLIN},
			{.fd = streams[1].fd, .events = POLLIN}, {.fd = port_fd()}};

		poll(fds, 4, wait_ms(deadline_ns));
		if (fds[0].revents)
			return;
		if (fds[3].revents & POLLHUP)
			agent_die("the host hung up", "", 0);
		read_stream(&streams[0]);
		read_stream(&streams[1]);
		if (streams[0].lost)
			res->end = WIRE_FLOOD;
		else if (agent_now_ns() >= deadline_ns)
			res->end = WIRE_TIMEOUT;
		else
			continue;
		return;
	}
}

static long own_peak_rss_kib(void)
{
	struct rusage ru = {0};

	getrusage(RUSAGE_SELF, &ru);
	return ru.ru_maxrss;
}

/* Nothing but this process and the program's descendants lives in the guest. */
static void reap(pid_t pid, long inherited_rss_kib, struct wire_result *res)
{
	struct rusage ru = {0};
	int status = 0;

	if (res->end != WIRE_EXITED)
		kill(pid, SIGKILL);
	while (wait4(pid, &status, 0, &ru) < 0 && errno == EINTR)
		;
	res->end_ns = agent_now_ns();
	kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	res->user_ns = timeval_ns(ru.ru_utime);
	res->sys_ns = timeval_ns(ru.ru_stime);
	if (ru.ru_maxrss > inherited_rss_kib)
		res->max_rss_kib = (uint64_t)ru.ru_maxrss;
	if (res->end != WIRE_EXITED)
		return;
	if (WIFSIGNALED(status)) {
		res->end = WIRE_SIGNALED;
		res->code = WTERMSIG(status);
	} else {
		res->code = WEXITSTATUS(status);
	}
}

static void supervise(const struct wire_exec *exec, const char *root, const int pipes[static 4],
	struct stream streams[static 2], struct wire_result *res)
{
	int error = 0, pidfd;
	long inherited_rss_kib;
	pid_t pid;

	res->begin_ns = agent_now_ns();
	pid = spawn(exec, root, pipes[1], pipes[3], &error);
	inherited_rss_kib = own_peak_rss_kib();
	close(pipes[1]);
	close(pipes[3]);
	if (error) {
		if (pid > 0)
			waitpid(pid, NULL, 0);
		res->end = WIRE_NOT_STARTED;
		res->code = error;
		res->end_ns = agent_now_ns();
		return;
	}
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pidfd < 0)
		agent_die("cannot watch a program", "", errno);
	watch(pidfd,
		res->begin_ns + exec->timeout_ns < res->begin_ns ? UINT64_MAX
								 : res->begin_ns + exec->timeout_ns,
		streams, res);
	reap(pid, inherited_rss_kib, res);
	close(pidfd);
	read_stream(&streams[0]);
	read_stream(&streams[1]);
	if (streams[0].lost && res->end == WIRE_EXITED)
		res->end = WIRE_FLOOD;
}

void run_program(const struct wire_exec *exec, struct wire_result *ret)
{
	static uint64_t oom_kills;
	uint64_t before = oom_kills;
	const char *root = NULL;
	int pipes[4];
	struct stream streams[2];

	*ret = (struct wire_result){.end = WIRE_EXITED};
	if (exec->root[0] && !(root = root_enter(exec->root))) {
		ret->end = WIRE_NOT_STARTED;
		ret->code = ENODEV;
		return;
	}
	if (pipe2(pipes, O_CLOEXEC) < 0 || pipe2(pipes + 2, O_CLOEXEC) < 0)
		agent_die("cannot make a pipe", "", errno);
	fcntl(pipes[0], F_SETFL, O_NONBLOCK);
	fcntl(pipes[2], F_SETFL, O_NONBLOCK);
	streams[0] = (struct stream){.fd = pipes[0], .buf = output, .max = exec->stdout_max};
	streams[1] = (struct stream){
		.fd = pipes[2], .buf = output + exec->stdout_max, .max = exec->stderr_max};
	supervise(exec, root, pipes, streams, ret);
	if (root)
		root_leave(root);
	oom_kills = setup_oom_kills();
	ret->oom_kills = oom_kills - before;
	for (int i = 0; i < 2; i++)
		if (streams[i].fd >= 0)
			close(streams[i].fd);
	ret->out = streams[0].buf;
	ret->out_len = streams[0].len;
	ret->err = streams[1].buf;
	ret->err_len = streams[1].len;
}
