/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/host.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

void host_hash(const char *text, char ret[static HOST_ID_MAX])
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (const char *p = text; *p; p++)
		hash = (hash ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
	snprintf(ret, HOST_ID_MAX, "%016" PRIx64, hash);
}

/* Everything that decides a time and is the same on every node of a cluster, but libvirt. */
static char *kind(const struct host *h, const char *cpu_revision)
{
	return xasprintf("%s/%s%s/%s/%s/%s/%s", arch_text(h->arch), h->cpu_model, cpu_revision,
		h->hypervisor, h->kernel, h->qemu_user, h->qemu_system);
}

/* What one of them does not know agrees with anything. */
static bool agree(const char *a, const char *b)
{
	return !a[0] || !b[0] || !strcmp(a, b);
}

bool host_is_same(const struct host *a, const struct host *b)
{
	_cleanup_free_ char *kind_a = kind(a, ""), *kind_b = kind(b, "");

	return !strcmp(kind_a, kind_b) && agree(a->cpu_revision, b->cpu_revision) &&
	       agree(a->libvirt, b->libvirt);
}

void host_fingerprint(const struct host *h, char ret[static HOST_ID_MAX])
{
	_cleanup_free_ char *text = kind(h, h->cpu_revision);

	host_hash(text, ret);
}
