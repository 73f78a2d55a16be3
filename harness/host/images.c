/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/images.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/json.h"

#define ABOUT_MAX 4096
#define F FIELD_ROW

const struct field image_fields[] = {
	{.name = "arch",
		.type = FIELD_CHOICE,
		.offset = offsetof(struct image, root.arch),
		.choices = arch_names,
		.required = true,
		.help = "architecture of its programs"},
	{.name = "packages",
		.type = FIELD_TEXT,
		.offset = offsetof(struct image, root.packages),
		.size = ROOT_LIST_MAX,
		.required = true,
		.help = "packages that were asked for, joined by ','"},
	{.name = "sha256",
		.type = FIELD_TEXT,
		.offset = offsetof(struct image, root.sha256),
		.size = SHA256_MAX,
		.required = true,
		.help = "of the names, versions and sums of all packages it holds"},
	F(image, installed, FIELD_U64, .help = "packages it holds"),
	F(image, tree_kib, FIELD_U64, .help = "size of its files"),
	F(image, disk_kib, FIELD_U64, .help = "size of the disk for guests"),
	F(image, seconds, FIELD_U64, .help = "what it took to make"),
	{0},
};

static char *folder_of(const char *home, enum arch arch)
{
	return xasprintf("%s/build/roots/%s", home, arch_text(arch));
}

/* The lock that recipes hold. */
static int lock_recipes(const char *home, enum arch arch, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/build/roots/%s.lock", home, arch_text(arch));
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0 || flock(fd, LOCK_EX) < 0)
		return err_sys(err, errno, "cannot lock '%s'", path);
	return fd;
}

/* ---- listing ---- */

static int read_about(const char *dir, const char *key, struct image *ret, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s/about.json", dir, key);
	_cleanup_json_ struct json_doc *doc = NULL;
	struct image image = {0};
	int r = json_read_file(path, ABOUT_MAX, &doc, err);

	if (!r)
		r = fields_from_json(image_fields, &image, doc, json_root(doc), err);
	if (!r)
		*ret = image;
	return r;
}

static bool is_key(const char *name)
{
	return strlen(name) == ROOT_KEY_LEN && strspn(name, "0123456789abcdef") == ROOT_KEY_LEN;
}

/* Does this list of packages resolve to the image? */
static bool names_image(const char *dir, const char *file, const struct root *root)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, file), *text = NULL;

	return str_ends(file, ".key") && file_read(path, 256, &text, NULL, NULL) == 0 &&
	       !strncmp(text, root->sha256, SHA256_MAX - 1);
}

static int add_images(const char *dir, struct images *to, struct err *err)
{
	struct dirent **entries = NULL;
	int n = scandir(dir, &entries, NULL, alphasort), r = 0;

	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *stamp = xasprintf("%s/%s/.stamp", dir, entries[i]->d_name);
		struct image image = {0};
		struct stat st;

		if (r < 0 || !is_key(entries[i]->d_name) || stat(stamp, &st) < 0)
			continue;
		r = read_about(dir, entries[i]->d_name, &image, err);
		if (r < 0)
			continue;
		image.used_s = (uint64_t)st.st_mtime;
		for (int k = 0; k < n; k++)
			image.wanted |= names_image(dir, entries[k]->d_name, &image.root);
		GROW(to->v, to->n, to->cap);
		to->v[to->n++] = image;
	}
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
	return r;
}

static int latest_first(const void *a, const void *b)
{
	const struct image *x = a, *y = b;

	if (x->used_s != y->used_s)
		return x->used_s < y->used_s ? 1 : -1;
	return strcmp(x->root.sha256, y->root.sha256);
}

int images_list(const char *home, struct images *ret, struct err *err)
{
	struct images images = {0};
	int r = 0;

	for (enum arch a = 0; !r && a < ARCH_COUNT; a++) {
		_cleanup_free_ char *dir = folder_of(home, a);

		r = add_images(dir, &images, err);
	}
	if (r < 0) {
		images_release(&images);
		return r;
	}
	if (images.n)
		qsort(images.v, images.n, sizeof(*images.v), latest_first);
	*ret = images;
	return 0;
}

void images_release(struct images *images)
{
	free(images->v);
	*images = (struct images){0};
}

/* ---- holding and removing ---- */

int image_hold(const char *home, const struct root *root, int *ret_fd, struct err *err)
{
	_cleanup_free_ char *stamp = root_path(home, root, ".stamp");
	_cleanup_fd_ int fd = open(stamp, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, errno, "cannot open '%s'", stamp);
	if (flock(fd, LOCK_SH | LOCK_NB) < 0)
		return err_set(err, EBUSY, "the root image '%s' is being removed", root->packages);
	futimens(fd, NULL);
	*ret_fd = take_fd(&fd);
	return 0;
}

static void forget_lists(const char *dir, const struct root *root)
{
	struct dirent **entries = NULL;
	int n = scandir(dir, &entries, NULL, NULL);

	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *path = xasprintf("%s/%s", dir, entries[i]->d_name);

		if (names_image(dir, entries[i]->d_name, root))
			unlink(path);
		free(entries[i]);
	}
	free(entries);
}

int image_remove(const char *home, const struct root *root, struct err *err)
{
	_cleanup_free_ char *dir = folder_of(home, root->arch);
	_cleanup_free_ char *stamp = root_path(home, root, ".stamp");
	_cleanup_free_ char *image = xasprintf("%s/%.*s", dir, ROOT_KEY_LEN, root->sha256);
	_cleanup_free_ char *old = xasprintf("%s.old.%d", image, (int)getpid());
	_cleanup_fd_ int recipes = lock_recipes(home, root->arch, err);
	_cleanup_fd_ int held = -1;

	if (recipes < 0)
		return recipes;
	held = open(stamp, O_RDONLY | O_CLOEXEC);
	if (held < 0)
		return err_sys(err, errno, "cannot open '%s'", stamp);
	if (flock(held, LOCK_EX | LOCK_NB) < 0)
		return err_set(err, EBUSY, "a run uses the root image '%s' for %s", root->packages,
			arch_text(root->arch));
	forget_lists(dir, root);
	if (rename(image, old) < 0)
		return err_sys(err, errno, "cannot remove '%s'", image);
	return file_remove_tree(old, err);
}

/* What a recipe or image_remove() was still making or removing. */
static bool is_leftover(const char *name)
{
	return name[0] != '.' && (strstr(name, ".tmp.") || strstr(name, ".old."));
}

int images_sweep(const char *home, struct err *err)
{
	int r = 0;

	for (enum arch a = 0; !r && a < ARCH_COUNT; a++) {
		_cleanup_free_ char *dir = folder_of(home, a);
		_cleanup_fd_ int recipes = -1;
		struct dirent **entries = NULL;
		int n = scandir(dir, &entries, NULL, NULL);

		if (n >= 0)
			recipes = lock_recipes(home, a, err);
		r = n >= 0 && recipes < 0 ? recipes : 0;
		for (int i = 0; i < n; i++) {
			const char *name = entries[i]->d_name;
			_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);

			if (!r && is_leftover(name))
				r = file_remove_tree(path, err);
			free(entries[i]);
		}
		free(entries);
	}
	return r;
}
