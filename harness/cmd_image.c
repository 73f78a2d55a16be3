/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `toll image`: the root images on this disk.
 */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "host/images.h"

#define KIB_PER_MIB 1024

static uint64_t kib_of(const struct image *i)
{
	return i->tree_kib + i->disk_kib;
}

static uint64_t total_kib(const struct images *images)
{
	uint64_t total = 0;

	for (size_t i = 0; i < images->n; i++)
		total += kib_of(&images->v[i]);
	return total;
}

/* ---- ls ---- */

static const char *day_of(uint64_t seconds, char buf[static 16])
{
	time_t t = (time_t)seconds;
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(buf, 16, "%Y-%m-%d", &tm);
	return buf;
}

static void print_images(const struct images *images)
{
	char day[16];

	for (size_t i = 0; i < images->n; i++) {
		const struct image *im = &images->v[i];

		printf("%.*s  %-7s %5llu MiB  %s  %s%s\n", ROOT_KEY_LEN, im->root.sha256,
			arch_text(im->root.arch), (unsigned long long)kib_of(im) / KIB_PER_MIB,
			day_of(im->used_s, day), im->root.packages,
			im->wanted ? "" : "  (replaced)");
	}
	printf("%zu images, %llu MiB\n", images->n,
		(unsigned long long)total_kib(images) / KIB_PER_MIB);
}

static void json_images(const struct images *images)
{
	struct str text = {0};
	struct json_writer w;

	json_writer_init(&w, &text, true);
	w.compact_below = 2;
	jw_begin_object(&w, NULL);
	jw_begin_array(&w, "images");
	for (size_t i = 0; i < images->n; i++) {
		const struct image *im = &images->v[i];

		jw_begin_object(&w, NULL);
		fields_to_json(image_fields, im, &w);
		jw_u64(&w, "used_s", im->used_s);
		jw_bool(&w, "wanted", im->wanted);
		jw_end_object(&w);
	}
	jw_end_array(&w);
	jw_end_object(&w);
	puts(str_text(&text));
	str_release(&text);
}

/* ---- rm, gc ---- */

static int remove_image(const char *home, const struct image *image, struct err *err)
{
	int r = image_remove(home, &image->root, err);

	if (!r)
		printf("removed %.*s %s %s, %llu MiB\n", ROOT_KEY_LEN, image->root.sha256,
			arch_text(image->root.arch), image->root.packages,
			(unsigned long long)kib_of(image) / KIB_PER_MIB);
	return r;
}

/* name: a key, or a list of packages, whose images of both architectures are meant. */
static bool is_meant(const struct image *image, const char *name)
{
	return !strcmp(image->root.packages, name) ||
	       (strlen(name) == ROOT_KEY_LEN && !strncmp(image->root.sha256, name, ROOT_KEY_LEN));
}

static int remove_named(
	const char *home, const struct images *images, const char *name, struct err *err)
{
	bool found = false;
	int r = 0;

	for (size_t i = 0; !r && i < images->n; i++) {
		if (!is_meant(&images->v[i], name))
			continue;
		found = true;
		r = remove_image(home, &images->v[i], err);
	}
	if (!found)
		return err_set(
			err, ERR_INPUT, "no root image '%s'; 'toll image ls' shows them", name);
	return r;
}

/* Replaced ones go, then those used longest ago until the rest is below the cap. One that a run
 * holds stays. */
static int collect(const char *home, const struct images *images, uint64_t cap_mib, struct err *err)
{
	uint64_t left_kib = total_kib(images);
	int r = images_sweep(home, err);

	for (int replaced = 1; !r && replaced >= 0; replaced--) {
		for (size_t i = images->n; !r && i-- > 0;) {
			const struct image *im = &images->v[i];
			bool over = cap_mib && left_kib > cap_mib * KIB_PER_MIB;

			if (replaced == im->wanted || (im->wanted && !over))
				continue;
			r = remove_image(home, im, err);
			if (!r)
				left_kib -= kib_of(im);
			else if (r == -EBUSY)
				r = 0;
		}
	}
	if (!r)
		printf("%llu MiB are left\n", (unsigned long long)left_kib / KIB_PER_MIB);
	return r;
}

/* Each option is of one verb. */
static int check_options(const struct options *o, const char *verb, struct err *err)
{
	if (o->json && strcmp(verb, "ls"))
		return err_set(err, ERR_INPUT, "--json is for 'toll image ls'");
	if (o->cap_mib && strcmp(verb, "gc"))
		return err_set(err, ERR_INPUT, "--cap is for 'toll image gc'");
	return 0;
}

int cmd_image(const struct options *o, const char *const *operands, size_t n)
{
	_cleanup_free_ char *home = find_home();
	_cleanup_(images_release) struct images images = {0};
	const char *verb = operands[0];
	struct err err = {0};
	int r = check_options(o, verb, &err);

	if (!r)
		r = images_list(home, &images, &err);
	if (r < 0)
		return complain(&err);
	if (!strcmp(verb, "ls") && n == 1 && o->json)
		json_images(&images);
	else if (!strcmp(verb, "ls") && n == 1)
		print_images(&images);
	else if (!strcmp(verb, "gc") && n == 1)
		r = collect(home, &images, o->cap_mib, &err);
	else if (!strcmp(verb, "rm") && n > 1)
		for (size_t i = 1; !r && i < n; i++)
			r = remove_named(home, &images, operands[i], &err);
	else
		r = err_set(&err, ERR_INPUT,
			"image: expected 'ls', 'rm' and names, or 'gc', not '%s'", verb);
	return r < 0 ? complain(&err) : EXIT_MEASURED;
}
