/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workloads/package/service.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "workloads/package/process.h"
#include "workloads/wl.h"

#define END_NS UINT64_C(5000000000) /* from SIGTERM to SIGKILL */
#define POLL_US 10000

static struct {
	pid_t pid; /* 0: none runs */
	const char *name;
	char out[4300], err[4300], ready[4300];
} service;

/* The words of a list behind those that stand in front of the command. */
static const char **words_of(const struct options *o, const struct list *list)
{
	const char **words = wl_alloc((size_t)o->command + (size_t)list->n + 1, sizeof(*words));
	int n = 0;

	for (; n < o->command; n++)
		words[n] = o->words[n];
	words[n++] = process_find(list->v[0]);
	for (int i = 1; i < list->n; i++)
		words[n++] = list->v[i];
	words[n] = NULL;
	return words;
}

/* Waits at most until `end_ns`. Returns whether it has ended. */
static bool ends_until(pid_t pid, uint64_t end_ns, int *ret_status)
{
	pid_t got;

	while ((got = waitpid(pid, ret_status, WNOHANG)) == 0 || (got < 0 && errno == EINTR)) {
		if (now_ns() >= end_ns)
			return false;
		usleep(POLL_US);
	}
	return true;
}

static void kill_and_wait(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
}

static void kill_service(void)
{
	if (service.pid)
		kill_and_wait(service.pid);
	service.pid = 0;
}

void service_check(void)
{
	char words[200];
	int status;

	if (!service.pid || waitpid(service.pid, &status, WNOHANG) != service.pid)
		return;
	service.pid = 0;
	process_last_words(service.err, words, sizeof(words));
	if (!words[0])
		process_last_words(service.out, words, sizeof(words));
	die(WL_EXIT_FAILED, "the service '%s' ended %s %d: %s", service.name,
		WIFSIGNALED(status) ? "by signal" : "with status",
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), words);
}

static void not_ready(const struct options *o)
{
	char words[200];

	process_last_words(service.ready, words, sizeof(words));
	die(WL_EXIT_LATE, "the service '%s' was not ready within %.1f s: %s: %s", service.name,
		(double)o->ready_ns / 1e9, o->ready.v[0], words);
}

/* Tries until it succeeds; a try ends with the time, too. */
static void wait_until_ready(const struct options *o)
{
	const char **words = words_of(o, &o->ready);
	uint64_t end_ns = now_ns() + o->ready_ns;
	int status = 1;

	while (status) {
		pid_t pid = process_start(words, NULL, service.ready, service.ready);

		if (!ends_until(pid, end_ns, &status)) {
			kill_and_wait(pid);
			not_ready(o);
		}
		service_check();
		if (status && now_ns() >= end_ns)
			not_ready(o);
		if (status)
			usleep(POLL_US);
	}
	free(words);
}

void service_start(const struct options *o)
{
	char folder[4200];
	const char **words;

	if (!o->service.n)
		return;
	snprintf(folder, sizeof(folder), "%s.service", o->folder);
	snprintf(service.out, sizeof(service.out), "%s.out", folder);
	snprintf(service.err, sizeof(service.err), "%s.err", folder);
	snprintf(service.ready, sizeof(service.ready), "%s.ready", folder);
	words = words_of(o, &o->service);
	service.name = o->service.v[0];
	mkdir(folder, 0755);
	if (chdir(folder) < 0)
		die(WL_EXIT_FAILED, "cannot work in '%s': %s", folder, strerror(errno));
	atexit(kill_service);
	service.pid = process_start(words, NULL, service.out, service.err);
	free(words);
	if (o->ready.n)
		wait_until_ready(o);
	if (chdir(o->folder) < 0)
		die(WL_EXIT_FAILED, "cannot work in '%s': %s", o->folder, strerror(errno));
}

void service_stop(void)
{
	int status;

	if (!service.pid)
		return;
	kill(service.pid, SIGTERM);
	if (!ends_until(service.pid, now_ns() + END_NS, &status))
		kill_and_wait(service.pid);
	service.pid = 0;
}
