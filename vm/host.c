/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vm/host.h"

#include <libvirt/virterror.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "vm/qemus.h"
#include "vm/reaper.h"
#include "vm/root.h"

#define PROBE_TIMEOUT_NS (180 * NS_PER_S)
/* libvirt calls its probing QEMU's folder so. */
#define PROBE_MATCH "/qmp-"
#define CLOSE_TIMEOUT_NS (2 * NS_PER_S)
#define GUARD_STEP_MS 50
/* An account without rights, on every system. */
#define NOBODY 65534

/* ---- errors ---- */

/* QEMU's warnings come before the line that matters. */
static void shorten(char *message)
{
	char *end = message + strlen(message), *last, *first;

	while (end > message && end[-1] == '\n')
		*--end = '\0';
	last = strrchr(message, '\n');
	first = strstr(message, "qemu-system-");
	if (last && first && first < last)
		memmove(first, last + 1, strlen(last + 1) + 1);
	str_sanitize(message);
}

int err_libvirt(struct err *err, const char *fmt, ...)
{
	_cleanup_free_ char *message = xstrdup(virGetLastErrorMessage());
	char text[ERR_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	shorten(message);
	return err_set(err, EIO, "%s: %s", text, message);
}

/* libvirt prints its errors unless told not to; here they are returned. */
static void swallow_error(void *opaque, virErrorPtr error)
{
	(void)opaque;
	(void)error;
}

/* ---- the guard ---- */

struct guard {
	pthread_mutex_t mutex;
	int timer;
	const char *root;
	const volatile sig_atomic_t *stop;
	bool armed;
	const char *match;
	uint64_t deadline_ns;
	int fired; /* 0, -ETIMEDOUT, -ERR_INTERRUPTED */
};

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
		qemus_kill(guard->root, guard->match);
	if (guard->armed)
		qemus_reap();
	pthread_mutex_unlock(&guard->mutex);
}

void guard_begin(struct vm_host *host, const char *match, uint64_t deadline_ns)
{
	struct guard *guard = host->guard;

	if (!guard)
		return;
	pthread_mutex_lock(&guard->mutex);
	guard->armed = true;
	guard->match = match;
	guard->deadline_ns = deadline_ns;
	guard->fired = 0;
	pthread_mutex_unlock(&guard->mutex);
	virEventUpdateTimeout(guard->timer, GUARD_STEP_MS);
}

int guard_end(struct vm_host *host)
{
	struct guard *guard = host->guard;
	int fired;

	if (!guard)
		return 0;
	virEventUpdateTimeout(guard->timer, -1);
	pthread_mutex_lock(&guard->mutex);
	guard->armed = false;
	fired = guard->fired;
	pthread_mutex_unlock(&guard->mutex);
	return fired;
}

/* Never freed: its timer may be in the event loop's hands, and a process has one. */
static struct guard *guard_new(const char *root, const volatile sig_atomic_t *stop)
{
	static struct guard guard = {.mutex = PTHREAD_MUTEX_INITIALIZER};

	guard.root = root;
	guard.stop = stop;
	guard.timer = virEventAddTimeout(-1, guard_tick, &guard, NULL);
	return &guard;
}

/* ---- the event loop ---- */

static void *event_loop(void *opaque)
{
	(void)opaque;
	prctl(PR_SET_NAME, "toll-events");
	while (virEventRunDefaultImpl() >= 0)
		;
	return NULL;
}

/* Runs until the process ends: libvirt cannot take an event implementation back. */
static int start_event_loop(struct err *err)
{
	static bool running;
	pthread_t thread;
	sigset_t all, old;
	int r;

	if (running)
		return 0;
	if (virEventRegisterDefaultImpl() < 0)
		return err_libvirt(err, "cannot set up libvirt's event loop");
	/* Signals are the main thread's: they must interrupt its waits. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	r = pthread_create(&thread, NULL, event_loop, NULL);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (r)
		return err_sys(err, r, "cannot start libvirt's event loop");
	pthread_detach(thread);
	running = true;
	return 0;
}

/* ---- opening ---- */

/* libvirt looks at the effective user when it opens its embedded driver. For root it would set up
 * the system-wide one, which wants an account for QEMU that only the daemon's package creates,
 * and takes care of confinement and file ownership at every start. The unprivileged one runs QEMU
 * as whoever calls, and is the same code for every user. File access stays root's. */
static virConnectPtr open_unprivileged(const char *uri)
{
	bool root = geteuid() == 0 && seteuid(NOBODY) == 0;
	virConnectPtr conn;

	if (root)
		setfsuid(0);
	conn = virConnectOpen(uri);
	if (root && seteuid(0) < 0)
		abort();
	return conn;
}

/* The driver keeps one more folder of state, in XDG_RUNTIME_DIR or below the home directory, which
 * may be missing or read-only. */
static virConnectPtr open_embedded(const char *root)
{
	_cleanup_free_ char *uri = xasprintf("qemu:///embed?root=%s", root);
	_cleanup_free_ char *run = xasprintf("%s/run", root);
	const char *was = getenv("XDG_RUNTIME_DIR");
	_cleanup_free_ char *old = was ? xstrdup(was) : NULL;
	virConnectPtr conn;

	setenv("XDG_RUNTIME_DIR", run, 1);
	conn = open_unprivileged(uri);
	if (old)
		setenv("XDG_RUNTIME_DIR", old, 1);
	else
		unsetenv("XDG_RUNTIME_DIR");
	return conn;
}

static int prepare_embedded(struct vm_host *host, struct err *err)
{
	int r = root_make(host->cache_dir, &host->root, err);

	if (r < 0)
		return r;
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return err_sys(err, errno, "cannot become a subreaper");
	host->reaper = xmalloc(sizeof(*host->reaper));
	*host->reaper = REAPER_NONE;
	return reaper_start(host->root, host->reaper, err);
}

static int connect_libvirt(struct vm_host *host, const char *uri, struct err *err)
{
	/* Unless the user wants to see libvirt's own log. */
	setenv("LIBVIRT_LOG_OUTPUTS", "4:file:/dev/null", 0);
	virSetErrorFunc(NULL, swallow_error);
	if (virInitialize() < 0)
		return err_libvirt(err, "cannot initialise libvirt");
	if (start_event_loop(err) < 0)
		return -EIO;
	host->conn = host->root ? open_embedded(host->root) : virConnectOpen(uri);
	if (!host->conn)
		return err_libvirt(
			err, "cannot connect to libvirt ('%s')", uri ? uri : "qemu:///embed");
	if (host->root)
		host->guard = guard_new(host->root, host->stop);
	else
		virConnectSetKeepAlive(host->conn, 5, 3);
	return 0;
}

static void read_version(struct vm_host *host)
{
	unsigned long v = 0;

	virGetVersion(&v, NULL, NULL);
	snprintf(host->version, sizeof(host->version), "%lu.%lu.%lu", v / 1000000, v / 1000 % 1000,
		v % 1000);
}

int vm_host_open(const struct vm_host_spec *spec, struct vm_host **ret, struct err *err)
{
	struct vm_host *host = xcalloc(1, sizeof(*host));
	int r = 0;

	host->stop = spec->stop;
	host->cache_dir = spec->cache_dir ? xstrdup(spec->cache_dir) : NULL;
	if (!spec->uri)
		r = prepare_embedded(host, err);
	if (r >= 0)
		r = connect_libvirt(host, spec->uri, err);
	if (r < 0) {
		vm_host_close(host);
		return r;
	}
	read_version(host);
	*ret = host;
	return 0;
}

/* libvirt still tidies up after guests that were killed; their folders are about to go. */
static void wait_for_domains(struct vm_host *host)
{
	uint64_t until = deadline_in(CLOSE_TIMEOUT_NS);

	while (virConnectNumOfDomains(host->conn) > 0 && !deadline_passed(until))
		clock_sleep_until(deadline_in(10 * NS_PER_MS));
}

void vm_host_close(struct vm_host *host)
{
	if (!host)
		return;
	if (host->conn && host->root)
		wait_for_domains(host);
	if (host->conn)
		virConnectClose(host->conn);
	if (host->reaper) {
		reaper_stop(host->reaper);
		qemus_reap();
	}
	if (host->root)
		file_remove_tree(host->root, NULL);
	free(host->reaper);
	free(host->cache_dir);
	/* The root's name stays: the guard may look at it once more. */
	free(host);
}

const char *vm_host_libvirt(const struct vm_host *host)
{
	return host->version;
}

const char *vm_host_root(const struct vm_host *host)
{
	return host->root;
}

/* ---- probing ---- */

int host_probe(struct vm_host *host, const struct vm_spec *spec, struct err *err)
{
	bool kvm = !strcmp(spec->accel, "kvm");
	bool *probed = &host->probed[spec->arch][kvm];
	char *capabilities;
	int fired;

	if (*probed)
		return 0;
	guard_begin(host, PROBE_MATCH, deadline_in(PROBE_TIMEOUT_NS));
	capabilities = virConnectGetDomainCapabilities(
		host->conn, NULL, arch_text(spec->arch), NULL, kvm ? "kvm" : "qemu", 0);
	fired = guard_end(host);
	free(capabilities);
	if (fired)
		return err_set(err, -fired, "libvirt did not come to know the %s emulator: %s",
			arch_text(spec->arch), fired == -ETIMEDOUT ? "timed out" : "interrupted");
	if (!capabilities)
		return err_libvirt(err, "libvirt has no %s machine for %s here", spec->accel,
			arch_text(spec->arch));
	*probed = true;
	if (host->root && host->cache_dir) {
		struct err publish = {0};

		if (root_publish_capabilities(host->root, host->cache_dir, &publish) < 0)
			log_debug("libvirt's capabilities are not kept: %s", publish.text);
	}
	return 0;
}
