/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vm/uri.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"

#define EMBEDDED "qemu:///embed"
#define EXAMPLES "qemu:///session, qemu:///system, qemu+ssh://HOST/system"

/* The path of a URI ends where its parameters begin. */
static bool path_is(const char *path, const char *want)
{
	size_t n = strcspn(path, "?#");

	return n == strlen(want) && !strncmp(path, want, n);
}

static int parse_embedded(const char *text, struct vm_uri *ret, struct err *err)
{
	if (text && strcmp(text, EMBEDDED))
		return err_set(err, ERR_INPUT,
			"'%s': the embedded driver has a folder of its own; say %s", text,
			EMBEDDED);
	*ret = (struct vm_uri){.embedded = true, .shares_files = true};
	return 0;
}

int vm_uri_parse(const char *text, struct vm_uri *ret, struct err *err)
{
	const char *authority = text ? strstr(text, "://") : NULL, *path;
	bool session;

	if (!text)
		return parse_embedded(text, ret, err);
	path = authority ? strchr(authority + 3, '/') : NULL;
	if (!path || !(str_starts(text, "qemu:") || str_starts(text, "qemu+")))
		return err_set(err, ERR_INPUT,
			"'%s' is no URI of libvirt's QEMU driver; these are: " EXAMPLES, text);
	if (path_is(path, "/embed"))
		return parse_embedded(text, ret, err);
	if (strlen(text) > VM_URI_MAX)
		return err_set(err, ERR_INPUT,
			"the libvirt URI is longer than %d characters; use "
			"a host alias of ssh's configuration",
			VM_URI_MAX);
	session = path_is(path, "/session");
	if (!session && !path_is(path, "/system"))
		return err_set(err, ERR_INPUT,
			"'%s': the path of the URI must be /session or /system", text);
	*ret = (struct vm_uri){
		.remote = path > authority + 3,
		.ssh = str_starts(text, "qemu+ssh:"),
	};
	/* Root's session is the system's driver, whose QEMU runs as another user. */
	ret->shares_files = session && !ret->remote && geteuid() != 0;
	return 0;
}

char *vm_uri_for_libvirt(const char *text, const struct vm_uri *uri)
{
	if (!uri->ssh || strstr(text, "no_tty="))
		return xstrdup(text);
	return xasprintf("%s%cno_tty=1", text, strchr(text, '?') ? '&' : '?');
}

/* "[user@]host" of the URI; the port stays behind. */
static char *login_of(const char *text)
{
	const char *begin = strstr(text, "://") + 3;
	size_t n = strcspn(begin, ":/");
	struct str login = {0};

	str_addn(&login, begin, n);
	return str_take(&login);
}

char *vm_uri_remedy(const char *text, const struct vm_uri *uri)
{
	_cleanup_free_ char *login = NULL;

	if (!uri->ssh)
		return xasprintf("make 'virsh -c %s list' work: is libvirtd running, and may this "
				 "user use it (usually the group libvirt)?",
			text);
	login = login_of(text);
	return xasprintf("make 'ssh -o BatchMode=yes %s virsh list' work without a question: the "
			 "key (ssh-copy-id, or ?keyfile=), the host key (known_hosts), libvirtd "
			 "there",
		login);
}
