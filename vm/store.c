/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vm/store.h"

#include <fcntl.h>
#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/proc.h"
#include "base/str.h"
#include "vm/host.h"

#define POOL "default"
#define HASH_TIMEOUT_NS (120 * NS_PER_S)
/* Without progress for so long, an upload has failed. */
#define STORE_TIMEOUT_NS (30 * NS_PER_S)
#define CHUNK (256u << 10)
#define HASH_DIGITS 16
#define MIB (1u << 20)

/* A file of ours that is known to be on the other side. */
struct upload {
	char *path, *there;
	struct stat st;
};

static void pool_freep(virStoragePoolPtr *pool)
{
	if (*pool)
		virStoragePoolFree(*pool);
}

static void vol_freep(virStorageVolPtr *vol)
{
	if (*vol)
		virStorageVolFree(*vol);
}

/* ---- what is known ---- */

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static const char *known(const struct vm_host *host, const char *path, const struct stat *st)
{
	for (size_t i = 0; i < host->nuploads; i++)
		if (!strcmp(host->uploads[i].path, path) && same_file(&host->uploads[i].st, st))
			return host->uploads[i].there;
	return NULL;
}

static void remember(
	struct vm_host *host, const char *path, const struct stat *st, const char *there)
{
	GROW(host->uploads, host->nuploads, host->uploads_cap);
	host->uploads[host->nuploads++] =
		(struct upload){.path = xstrdup(path), .there = xstrdup(there), .st = *st};
}

void store_forget(struct vm_host *host)
{
	for (size_t i = 0; i < host->nuploads; i++) {
		free(host->uploads[i].path);
		free(host->uploads[i].there);
	}
	free(host->uploads);
	host->uploads = NULL;
	host->nuploads = host->uploads_cap = 0;
}

/* ---- names ---- */

/* "toll-0123456789abcdef-vmlinuz" */
static int name_of(const struct vm_host *host, const char *path, char **ret, struct err *err)
{
	char *argv[] = {"sha256sum", "--", (char *)path, NULL};
	const char *slash = strrchr(path, '/');
	struct proc_result res;
	int r = proc_run(&(struct proc_spec){.argv = argv,
				 .cpu = PROC_CPU_ANY,
				 .timeout_ns = HASH_TIMEOUT_NS,
				 .stdout_max = 8192,
				 .stderr_max = 4096,
				 .stop = host->stop},
		&res, err);
	/* A name with a backslash or a line end is marked by a backslash in front. */
	const char *hash = str_text(&res.out) + (str_text(&res.out)[0] == '\\');

	if (r >= 0 && (res.end != PROC_EXITED || res.code || strlen(hash) < HASH_DIGITS))
		r = err_set(err, res.end == PROC_STOPPED ? ERR_INTERRUPTED : EIO,
			"cannot hash '%s'", path);
	if (r >= 0)
		*ret = xasprintf("toll-%.*s-%s", HASH_DIGITS, hash, slash ? slash + 1 : path);
	proc_result_release(&res);
	return r;
}

/* ---- the pool ---- */

static int open_pool(struct vm_host *host, virStoragePoolPtr *ret, struct err *err)
{
	virStoragePoolPtr pool = virStoragePoolLookupByName(host->conn, POOL);
	const virError *why = virGetLastError();

	if (!pool && why && why->code != VIR_ERR_NO_STORAGE_POOL)
		return err_libvirt(err, "cannot look for libvirt's storage pool '" POOL "'");
	if (!pool)
		return err_set(err, ENOENT,
			"libvirt has no storage pool '" POOL
			"' there, to upload the guest's images "
			"to; make one: virsh -c '%s' pool-create-as " POOL
			" dir --target /var/lib/libvirt/images --build",
			host->uri);
	if (virStoragePoolIsActive(pool) != 1) {
		virStoragePoolFree(pool);
		return err_set(err, ENOENT,
			"libvirt's storage pool '" POOL "' is not active; start it: virsh -c '%s' "
			"pool-start " POOL,
			host->uri);
	}
	*ret = pool;
	return 0;
}

int store_check(struct vm_host *host, struct err *err)
{
	_cleanup_(pool_freep) virStoragePoolPtr pool = NULL;
	int r, fired;

	if (host->kind.shares_files)
		return 0;
	guard_begin(host, NULL, deadline_in(STORE_TIMEOUT_NS));
	r = open_pool(host, &pool, err);
	fired = guard_end(host);
	return fired ? err_set(err, -fired, "libvirt's storage does not answer") : r;
}

static int no_room(
	struct vm_host *host, const char *name, uint64_t size, uint64_t left, struct err *err)
{
	return err_set(err, ENOSPC,
		"libvirt's storage pool '" POOL "' has %llu MiB left, '%s' needs %llu; free some "
		"(virsh -c '%s' vol-list " POOL "; toll-* can be made again) or make it larger",
		(unsigned long long)left / MIB, name, (unsigned long long)(size + MIB - 1) / MIB,
		host->uri);
}

/* ---- volumes ---- */

/* Whole, or gone, or left over and to be written again. */
static int find_volume(virStoragePoolPtr pool, const char *name, uint64_t size,
	virStorageVolPtr *ret, bool *ret_whole, struct err *err)
{
	virStorageVolPtr vol = virStorageVolLookupByName(pool, name);
	virStorageVolInfo info;

	if (vol && virStorageVolGetInfo(vol, &info) < 0) {
		/* Its file was removed behind libvirt's back. */
		virStorageVolFree(vol);
		if (virStoragePoolRefresh(pool, 0) < 0)
			return err_libvirt(err, "cannot refresh libvirt's storage pool '" POOL "'");
		vol = virStorageVolLookupByName(pool, name);
		if (vol && virStorageVolGetInfo(vol, &info) < 0) {
			virStorageVolFree(vol);
			return err_libvirt(err, "cannot look at the volume '%s'", name);
		}
	}
	if (vol && info.capacity > size) {
		int r = virStorageVolDelete(vol, 0);

		virStorageVolFree(vol);
		if (r < 0)
			return err_libvirt(err, "cannot replace the volume '%s'", name);
		vol = NULL;
	}
	*ret_whole = vol && info.capacity == size;
	*ret = vol;
	return 0;
}

/* Empty: it grows as it is written. Readable by whatever user QEMU runs as. */
static virStorageVolPtr create_volume(virStoragePoolPtr pool, const char *name)
{
	struct str xml = {0};
	virStorageVolPtr vol;

	str_add(&xml, "<volume><name>");
	str_add_xml(&xml, name);
	str_add(&xml, "</name><capacity>0</capacity><target><format type='raw'/><permissions>"
		      "<mode>0644</mode></permissions></target></volume>");
	vol = virStorageVolCreateXML(pool, str_text(&xml), 0);
	str_release(&xml);
	return vol;
}

static int send_file(struct vm_host *host, virStreamPtr st, int fd, struct err *err)
{
	_cleanup_free_ char *buf = xmalloc(CHUNK);
	ssize_t n;

	while ((n = read(fd, buf, CHUNK)) > 0)
		for (ssize_t sent = 0; sent < n;) {
			int k = virStreamSend(st, buf + sent, (size_t)(n - sent));

			if (k < 0)
				return err_libvirt(err, "cannot upload");
			sent += k;
			guard_extend(host, deadline_in(STORE_TIMEOUT_NS));
		}
	return n < 0 ? err_sys(err, errno, "cannot read") : 0;
}

static int upload(struct vm_host *host, virStorageVolPtr vol, const char *path, uint64_t size,
	struct err *err)
{
	_cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	virStreamPtr st;
	int r;

	if (fd < 0)
		return err_sys(err, errno, "cannot open '%s'", path);
	st = virStreamNew(host->conn, 0);
	if (!st || virStorageVolUpload(vol, st, 0, size, 0) < 0)
		r = err_libvirt(err, "cannot begin to upload");
	else
		r = send_file(host, st, fd, err);
	if (r < 0 && st)
		virStreamAbort(st);
	else if (r >= 0 && virStreamFinish(st) < 0)
		r = err_libvirt(err, "cannot upload");
	if (st)
		virStreamFree(st);
	return r;
}

/* Writes the volume. What cannot be finished gives its room back. */
static int fill_volume(struct vm_host *host, virStoragePoolPtr pool, virStorageVolPtr vol,
	const char *path, uint64_t size, struct err *err)
{
	virStorageVolInfo info;
	virStoragePoolInfo room;
	struct err why = {0};
	int r = upload(host, vol, path, size, &why);

	if (r >= 0 && virStorageVolGetInfo(vol, &info) < 0)
		r = err_libvirt(&why, "cannot look at the volume");
	if (r >= 0 && info.capacity != size)
		r = err_set(&why, EIO, "the volume has %llu bytes after the upload, not %llu",
			info.capacity, (unsigned long long)size);
	if (r >= 0)
		return 0;
	if (strstr(why.text, "No space left") && virStoragePoolGetInfo(pool, &room) >= 0)
		r = no_room(host, virStorageVolGetName(vol), size, room.available, err);
	else
		r = err_set(err, why.code, "%s", why.text);
	virStorageVolDelete(vol, 0);
	return r;
}

static int place(struct vm_host *host, const char *path, const char *name, uint64_t size,
	char **ret, struct err *err)
{
	_cleanup_(pool_freep) virStoragePoolPtr pool = NULL;
	_cleanup_(vol_freep) virStorageVolPtr vol = NULL;
	virStoragePoolInfo room;
	bool whole = false;
	char *there;
	int r = open_pool(host, &pool, err);

	if (r >= 0)
		r = find_volume(pool, name, size, &vol, &whole, err);
	if (r < 0)
		return r;
	if (!whole && virStoragePoolGetInfo(pool, &room) >= 0 && room.available < size)
		return no_room(host, name, size, room.available, err);
	if (!vol && !(vol = create_volume(pool, name)))
		return err_libvirt(err, "cannot create the volume '%s'", name);
	if (!whole) {
		log_note("uploading %s (%llu MiB)", name, (unsigned long long)size / MIB);
		r = fill_volume(host, pool, vol, path, size, err);
	}
	if (r < 0)
		return err_wrap(err, "'%s'", name);
	there = virStorageVolGetPath(vol);
	if (!there)
		return err_libvirt(err, "cannot tell where the volume '%s' is", name);
	*ret = there;
	return 0;
}

int store_place(struct vm_host *host, const char *path, char **ret, struct err *err)
{
	_cleanup_free_ char *name = NULL;
	struct err dropped = {0};
	struct stat st;
	int r, fired;

	err = err ? err : &dropped;
	if (host->kind.shares_files) {
		*ret = xstrdup(path);
		return 0;
	}
	if (stat(path, &st) < 0)
		return err_sys(err, errno, "cannot find '%s'", path);
	if (known(host, path, &st)) {
		*ret = xstrdup(known(host, path, &st));
		return 0;
	}
	r = name_of(host, path, &name, err);
	if (r < 0)
		return r;
	guard_begin(host, NULL, deadline_in(STORE_TIMEOUT_NS));
	r = place(host, path, name, (uint64_t)st.st_size, ret, err);
	fired = guard_end(host);
	if (r < 0)
		return fired ? err_set(err, -fired, "'%s' could not be uploaded: %s", name,
				       fired == -ETIMEDOUT ? "libvirt does not answer"
							   : "interrupted")
			     : r;
	remember(host, path, &st, *ret);
	return 0;
}
