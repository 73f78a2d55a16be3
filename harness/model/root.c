/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/root.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"

bool root_is_package(const char *name)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789+.-";

	if (str_starts(name, ROOT_WHEELS))
		name += strlen(ROOT_WHEELS);
	return *name && strchr(first, *name) && strlen(name) > 1 &&
	       strspn(name, letters) == strlen(name);
}

int root_list(char *const *packages, char ret[static ROOT_LIST_MAX], struct err *err)
{
	struct str list = {0};
	int r = 0;

	for (char *const *p = packages; p && *p; p++)
		str_addf(&list, "%s%s", list.len ? "," : "", *p);
	if (list.len >= ROOT_LIST_MAX)
		r = err_set(err, ERR_INPUT, "the list of packages is longer than %d characters",
			ROOT_LIST_MAX - 1);
	else
		str_copy(ret, ROOT_LIST_MAX, str_text(&list));
	str_release(&list);
	return r;
}

const struct root *roots_find(const struct roots *roots, enum arch arch, const char *packages)
{
	for (size_t i = 0; i < roots->n; i++)
		if (roots->v[i].arch == arch && !strcmp(roots->v[i].packages, packages))
			return &roots->v[i];
	return NULL;
}

struct root *roots_add(struct roots *roots, enum arch arch, const char *packages)
{
	struct root *root;

	GROW(roots->v, roots->n, roots->cap);
	root = &roots->v[roots->n++];
	*root = (struct root){.arch = arch};
	str_copy(root->packages, sizeof(root->packages), packages);
	return root;
}

void roots_release(struct roots *roots)
{
	for (size_t i = 0; i < roots->n; i++)
		if (roots->v[i].held_fd > 0)
			close(roots->v[i].held_fd);
	free(roots->v);
	*roots = (struct roots){0};
}

void root_key(const struct root *root, char ret[static ROOT_KEY_LEN + 1])
{
	str_copy(ret, ROOT_KEY_LEN + 1, root->sha256);
}

char *root_path(const char *home, const struct root *root, const char *file)
{
	return xasprintf("%s/build/roots/%s/%.*s/%s", home, arch_text(root->arch), ROOT_KEY_LEN,
		root->sha256, file);
}
