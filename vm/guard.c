/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vm/guard.h"

#include <dirent.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "vm/host.h"
#include "vm/qemus.h"

#define GUARD_STEP_MS 50
#define SOCKETS_MAX 64

/* A socket stays known by its inode: the number of a closed descriptor is used again. */
struct socket_id {
	int fd;
	ino_t inode;
};

struct sockets {
	struct socket_id v[SOCKETS_MAX];
	size_t n;
};

struct guard {
	pthread_mutex_t mutex;
	int timer;
	const char *root;
	const volatile sig_atomic_t *stop;
	struct sockets before; /* those that are not the connection's */
	struct sockets ours;   /* the connection's, once it is open */
	bool opening;
	bool armed;
	const char *match;
	uint64_t deadline_ns;
	int fired; /* 0, -ETIMEDOUT, -ERR_INTERRUPTED */
};

/* ---- sockets ---- */

static bool sockets_have(const struct sockets *s, struct socket_id id)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].fd == id.fd && s->v[i].inode == id.inode)
			return true;
	return false;
}

/* The sockets that this process has open, without those in `except`. */
static void sockets_list(const struct sockets *except, struct sockets *ret)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	ret->n = 0;
	while (dir && ret->n < SOCKETS_MAX && (entry = readdir(dir))) {
		struct socket_id id = {.fd = (int)strtol(entry->d_name, NULL, 10)};
		struct stat st;

		if (entry->d_name[0] == '.' || fstat(id.fd, &st) < 0 || !S_ISSOCK(st.st_mode))
			continue;
		id.inode = st.st_ino;
		if (!except || !sockets_have(except, id))
			ret->v[ret->n++] = id;
	}
	if (dir)
		closedir(dir);
}

static void sockets_shut_down(const struct sockets *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct stat st;

		if (fstat(s->v[i].fd, &st) == 0 && S_ISSOCK(st.st_mode) &&
			st.st_ino == s->v[i].inode)
			shutdown(s->v[i].fd, SHUT_RDWR);
	}
}

/* ---- the guard ---- */

static void take_away(struct guard *guard)
{
	if (guard->root) {
		qemus_kill(guard->root, guard->match);
		return;
	}
	if (guard->opening)
		sockets_list(&guard->before, &guard->ours);
	sockets_shut_down(&guard->ours);
	/* libvirt waits for its ssh's last words, and an ssh that still connects does not see that
	 * nobody listens. */
	children_end("ssh");
}

/* In the event loop's thread. */
static void guard_tick(int timer, void *opaque)
{
	struct guard *guard = opaque;

	(void)timer;
	pthread_mutex_lock(&guard->mutex);
	if (guard->armed && guard->stop && *guard->stop)
		guard->fired = -ERR_INTERRUPTED;
	else if (guard->armed && deadline_passed(guard->deadline_ns))
		guard->fired = -ETIMEDOUT;
	if (guard->armed && guard->fired)
		take_away(guard);
	if (guard->armed && guard->root)
		qemus_reap();
	pthread_mutex_unlock(&guard->mutex);
}

struct guard *guard_new(const char *root, const volatile sig_atomic_t *stop)
{
	static struct guard guard = {.mutex = PTHREAD_MUTEX_INITIALIZER};

	guard.root = root;
	guard.stop = stop;
	guard.timer = virEventAddTimeout(-1, guard_tick, &guard, NULL);
	return &guard;
}

void guard_open_begin(struct guard *guard)
{
	pthread_mutex_lock(&guard->mutex);
	sockets_list(NULL, &guard->before);
	guard->opening = true;
	pthread_mutex_unlock(&guard->mutex);
}

void guard_open_end(struct guard *guard)
{
	pthread_mutex_lock(&guard->mutex);
	sockets_list(&guard->before, &guard->ours);
	guard->opening = false;
	pthread_mutex_unlock(&guard->mutex);
}

void guard_begin(struct vm_host *host, const char *match, uint64_t deadline_ns)
{
	struct guard *guard = host->guard;

	pthread_mutex_lock(&guard->mutex);
	guard->armed = true;
	guard->match = match;
	guard->deadline_ns = deadline_ns;
	guard->fired = 0;
	pthread_mutex_unlock(&guard->mutex);
	virEventUpdateTimeout(guard->timer, GUARD_STEP_MS);
}

void guard_extend(struct vm_host *host, uint64_t deadline_ns)
{
	pthread_mutex_lock(&host->guard->mutex);
	host->guard->deadline_ns = deadline_ns;
	pthread_mutex_unlock(&host->guard->mutex);
}

int guard_end(struct vm_host *host)
{
	struct guard *guard = host->guard;
	int fired;

	virEventUpdateTimeout(guard->timer, -1);
	pthread_mutex_lock(&guard->mutex);
	guard->armed = false;
	fired = guard->fired;
	pthread_mutex_unlock(&guard->mutex);
	return fired;
}
