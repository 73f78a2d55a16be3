/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vm/host.h"

#include <libvirt/virterror.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "vm/domain.h"
#include "vm/qemus.h"
#include "vm/reaper.h"
#include "vm/root.h"
#include "vm/store.h"

#define PROBE_TIMEOUT_NS (180 * NS_PER_S)
/* libvirt calls its probing QEMU's folder so. */
#define PROBE_MATCH "/qmp-"
#define CLOSE_TIMEOUT_NS (2 * NS_PER_S)
/* A session's daemon may have to be started and to probe QEMU first. */
#define CONNECT_LOCAL_NS (90 * NS_PER_S)
#define CONNECT_REMOTE_NS (30 * NS_PER_S)
#define HANG_UP_NS (5 * NS_PER_S)
/* The other end may look its own name up. */
#define IDENTIFY_NS (90 * NS_PER_S)
/* A vain try to connect again that took longer than this is not repeated for so long. */
#define RECONNECT_SLOW_NS (5 * NS_PER_S)
#define RECONNECT_PAUSE_NS (60 * NS_PER_S)
/* Seconds between signs of life, and how many may be missing: a host that went away is noticed
 * within 16 s, before a guest's agent is given up (20 s), whose silence would be the wrong reason.
 */
#define KEEPALIVE_S 4
#define KEEPALIVE_MISSING 3
/* An account without rights, on every system. */
#define NOBODY 65534

/* ---- errors ---- */

/* Takes the times out that libvirt has QEMU put before its messages: "2026-11-21T13:12:46.5Z ". */
static void drop_times(char *text)
{
	char *to = text;

	while (*text) {
		size_t n = strcspn(text, " \n");
		bool time = n >= 20 && text[4] == '-' && text[10] == 'T' && text[n - 1] == 'Z';

		n += text[n] != '\0';
		if (!time) {
			memmove(to, text, n);
			to += n;
		}
		text += n;
	}
	*to = '\0';
}

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
	drop_times(message);
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

/* ---- who is at the other end ---- */

static void version_text(unsigned long v, char ret[static VM_TEXT_MAX])
{
	snprintf(ret, VM_TEXT_MAX, "%lu.%lu.%lu", v / 1000000, v / 1000 % 1000, v % 1000);
}

/* "laptop" and "laptop.example.org" are one. */
static bool is_this_machine(const char *name)
{
	char here[HOST_NAME_MAX + 1] = "";
	size_t n;

	if (gethostname(here, sizeof(here) - 1) < 0)
		return false;
	n = strcspn(here, ".");
	return n == strcspn(name, ".") && !strncmp(here, name, n);
}

/* Another machine is what the URI names as one, or what has another name: a socket may lead
 * anywhere. Where a name cannot be had the URI decides. */
static void identify(struct vm_host *host)
{
	unsigned long v = 0;
	char *name = NULL;

	guard_begin(host, NULL, deadline_in(IDENTIFY_NS));
	if (virConnectGetLibVersion(host->conn, &v) < 0)
		v = 0;
	if (!host->root)
		name = virConnectGetHostname(host->conn);
	guard_end(host);
	host->there_version[0] = host->ran_on[0] = '\0';
	if (v)
		version_text(v, host->there_version);
	if (host->kind.remote || (name && !is_this_machine(name)))
		str_copy(host->ran_on, sizeof(host->ran_on), name ? name : "another machine");
	str_sanitize(host->ran_on);
	free(name);
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

static int prepare_libvirt(struct vm_host *host, struct err *err)
{
	/* Unless the user wants to see libvirt's own log. */
	setenv("LIBVIRT_LOG_OUTPUTS", "4:file:/dev/null", 0);
	virSetErrorFunc(NULL, swallow_error);
	if (virInitialize() < 0)
		return err_libvirt(err, "cannot initialise libvirt");
	if (start_event_loop(err) < 0)
		return -EIO;
	host->guard = guard_new(host->root, host->stop);
	return 0;
}

static int open_connection(struct vm_host *host, struct err *err)
{
	_cleanup_free_ char *uri = NULL;
	int fired;

	if (host->root) {
		host->conn = open_embedded(host->root);
		if (!host->conn)
			return err_libvirt(err, "cannot open libvirt's embedded driver");
		identify(host);
		return 0;
	}
	uri = vm_uri_for_libvirt(host->uri, &host->kind);
	guard_open_begin(host->guard);
	guard_begin(
		host, NULL, deadline_in(host->kind.remote ? CONNECT_REMOTE_NS : CONNECT_LOCAL_NS));
	host->conn = virConnectOpen(uri);
	fired = guard_end(host);
	guard_open_end(host->guard);
	if (!host->conn && fired)
		return err_set(err, -fired, "cannot connect to libvirt ('%s'): %s", host->uri,
			fired == -ETIMEDOUT ? "no answer in time" : "interrupted");
	if (!host->conn)
		return err_libvirt(err, "cannot connect to libvirt ('%s')", host->uri);
	virConnectSetKeepAlive(host->conn, KEEPALIVE_S, KEEPALIVE_MISSING);
	identify(host);
	return 0;
}

static void close_connection(struct vm_host *host)
{
	if (!host->conn)
		return;
	guard_begin(host, NULL, deadline_in(HANG_UP_NS));
	virConnectClose(host->conn);
	guard_end(host);
	host->conn = NULL;
}

int host_ready(struct vm_host *host, struct err *err)
{
	uint64_t slow_ns;

	if (host->root || (host->conn && virConnectIsAlive(host->conn) == 1))
		return 0;
	if (host->lost.code && !deadline_passed(host->retry_ns))
		return err_set(err, host->lost.code, "%s", host->lost.text);
	close_connection(host);
	store_forget(host);
	slow_ns = deadline_in(RECONNECT_SLOW_NS);
	if (open_connection(host, &host->lost) < 0) {
		host->retry_ns = deadline_in(deadline_passed(slow_ns) ? RECONNECT_PAUSE_NS : 0);
		return err_set(err, host->lost.code, "%s", host->lost.text);
	}
	host->lost = (struct err){0};
	return 0;
}

static void read_version(struct vm_host *host)
{
	unsigned long v = 0;

	virGetVersion(&v, NULL, NULL);
	version_text(v, host->version);
}

/* Names of guests begin with it: recognisably ours, and two machines that use the same libvirt do
 * not meet. */
static char *random_tag(void)
{
	uint32_t n = 0;

	if (getrandom(&n, sizeof(n), 0) != sizeof(n))
		n = (uint32_t)getpid();
	return xasprintf("toll-%08x", n);
}

int vm_host_open(const struct vm_host_spec *spec, struct vm_host **ret, struct err *err)
{
	struct vm_host *host;
	struct vm_uri kind;
	int r = vm_uri_parse(spec->uri, &kind, err);

	if (r < 0)
		return r;
	host = xcalloc(1, sizeof(*host));
	host->kind = kind;
	host->stop = spec->stop;
	host->cache_dir = spec->cache_dir ? xstrdup(spec->cache_dir) : NULL;
	host->names = spec->names ? xstrdup(spec->names) : random_tag();
	if (kind.embedded)
		r = prepare_embedded(host, err);
	else
		host->uri = xstrdup(spec->uri);
	if (r >= 0)
		r = prepare_libvirt(host, err);
	if (r >= 0)
		r = open_connection(host, err);
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
	close_connection(host);
	store_forget(host);
	if (host->reaper) {
		reaper_stop(host->reaper);
		qemus_reap();
	}
	if (host->root)
		file_remove_tree(host->root, NULL);
	free(host->reaper);
	free(host->cache_dir);
	free(host->uri);
	free(host->names);
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

/* ---- what the other side can run ---- */

static void publish_capabilities(const struct vm_host *host)
{
	struct err err = {0};

	if (host->root && host->cache_dir &&
		root_publish_capabilities(host->root, host->cache_dir, &err) < 0)
		log_debug("libvirt's capabilities are not kept: %s", err.text);
}

static int ask_capabilities(
	struct vm_host *host, const struct vm_spec *spec, char **ret, struct err *err)
{
	bool kvm = !strcmp(spec->accel, "kvm");
	int fired;

	guard_begin(host, PROBE_MATCH, deadline_in(PROBE_TIMEOUT_NS));
	*ret = virConnectGetDomainCapabilities(host->conn, NULL, arch_text(spec->arch),
		domain_machine(spec), kvm ? "kvm" : "qemu", 0);
	fired = guard_end(host);
	if (*ret)
		return 0;
	if (fired)
		return err_set(err, -fired, "libvirt did not come to know the %s emulator: %s",
			arch_text(spec->arch), fired == -ETIMEDOUT ? "timed out" : "interrupted");
	return err_set(err, ENODEV, "libvirt has no %s machine '%s' for %s %s: %s", spec->accel,
		domain_machine(spec), arch_text(spec->arch), host->root ? "here" : "there",
		virGetLastErrorMessage());
}

int host_probe(struct vm_host *host, const struct vm_spec *spec, struct err *err)
{
	bool *probed = &host->probed[spec->arch][!strcmp(spec->accel, "kvm")];
	char *capabilities = NULL;
	int r;

	if (*probed)
		return 0;
	r = ask_capabilities(host, spec, &capabilities, err);
	free(capabilities);
	if (r < 0)
		return r;
	*probed = true;
	publish_capabilities(host);
	return 0;
}

int vm_host_check(struct vm_host *host, enum arch arch, const char *accel, struct err *err)
{
	const struct vm_spec spec = {.arch = arch, .accel = accel};
	int r = host_ready(host, err);

	if (r >= 0)
		r = host_probe(host, &spec, err);
	return r < 0 ? r : store_check(host, err);
}

int vm_host_arch(struct vm_host *host, enum arch *ret, struct err *err)
{
	virNodeInfo node;
	int r, fired;

	r = host_ready(host, err);
	if (r < 0)
		return r;
	guard_begin(host, NULL, deadline_in(CONNECT_REMOTE_NS));
	r = virNodeGetInfo(host->conn, &node);
	fired = guard_end(host);
	if (fired)
		return err_set(err, -fired, "libvirt does not say what its host is");
	if (r < 0)
		return err_libvirt(err, "libvirt does not say what its host is");
	/* For x86 this field is "x86_64", for Arm "aarch64": uname's machine. */
	if (!arch_parse(node.model, ret))
		return err_set(err, ENODEV,
			"libvirt's host is '%s': toll has images for x86_64 and aarch64 only",
			node.model);
	return 0;
}

int host_cpu(struct vm_host *host, int cpu)
{
	unsigned char *map = NULL;
	int n, last = VM_CPU_ANY;

	if (!host->kind.remote || cpu == VM_CPU_ANY)
		return cpu;
	guard_begin(host, NULL, deadline_in(CONNECT_REMOTE_NS));
	n = virNodeGetCPUMap(host->conn, &map, NULL, 0);
	guard_end(host);
	for (int i = 0; i < n; i++)
		if (VIR_CPU_USED(map, i))
			last = i;
	free(map);
	return last;
}
