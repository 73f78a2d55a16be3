/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Child processes: each has a deadline, its own process group, nothing on its standard input,
 * bounded output, and is reaped together with whatever it left behind in its group. A child dies
 * with the thread that started it.
 */
#ifndef BASE_PROC_H
#define BASE_PROC_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define PROC_CPU_ANY (-1)

struct proc_spec {
	char *const *argv;   /* argv[0] is a path, or a name searched in PATH */
	char *const *envp;   /* complete environment; NULL: this process's own */
	const char *cwd;     /* NULL: stay */
	int cpu;	     /* pin to this CPU, or PROC_CPU_ANY */
	unsigned cpus;	     /* … and to those below it, so many in all; 0 is 1 */
	uint64_t timeout_ns; /* from the start; 0 is refused */
	size_t stdout_max;   /* bytes kept; more ends the process (PROC_FLOOD); 0: /dev/null */
	size_t stderr_max;   /* bytes kept, the first ones; the rest is read and dropped;
				0: inherited */
	/* Gets each line of stderr as it comes, without its newline; then none is kept. NULL: none.
	 */
	void (*err_line)(void *arg, const char *line);
	void *err_line_arg;
	const volatile sig_atomic_t *stop; /* when it becomes non-zero: PROC_STOPPED; may be NULL */
};

enum proc_end {
	PROC_EXITED,   /* code: exit status */
	PROC_SIGNALED, /* code: signal number */
	PROC_TIMEOUT,  /* killed at its deadline */
	PROC_FLOOD,    /* killed because stdout exceeded stdout_max */
	PROC_STOPPED,  /* killed because *stop was set */
};

struct proc_result {
	enum proc_end end;
	int code;
	uint64_t begin_ns;	  /* clock_now_ns() just before the child was made */
	uint64_t end_ns;	  /* … when its exit was seen, or that it was not made */
	uint64_t user_ns, sys_ns; /* of the child and the children it waited for */
	/* Peak resident set of the child or of one that it waited for. The kernel begins a child's
	 * peak with that of the process it was made from, across exec: one that is not above this
	 * process's own, as getrusage(2) has it, says nothing of the child and is 0, not known.
	 * (What started this process may have been larger; then more is not known than need be.) */
	uint64_t max_rss_kib;
	struct str out, err;
};

/* Runs to the end. Returns 0 whenever the program was started, however it ended; an error when it
 * could not be (-ENOENT, -EACCES, -ENOEXEC …). The result is released by the caller either way. */
int proc_run(const struct proc_spec *spec, struct proc_result *ret, struct err *err);
void proc_result_release(struct proc_result *result);

/* Runs a short program, usually one that is asked for its version, and copies the first line it
 * prints that holds a letter or digit, on stdout or else on stderr; bytes that are not printable
 * ASCII become '?'. An error, ret untouched, when it cannot be started (-ENOENT …), does not exit
 * with 0 in time, or prints no such line. spec: stdout_max and stderr_max are set here. */
int proc_first_line(const struct proc_spec *spec, char *ret, size_t size, struct err *err);

/* "exit status 3", "killed by SIGILL (illegal instruction)", "timed out". Returns buf. */
#define PROC_END_TEXT_MAX 64
const char *proc_end_text(const struct proc_result *result, char buf[static PROC_END_TEXT_MAX]);

#endif
