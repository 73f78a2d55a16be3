/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "plan/profile.h"

static void join_names(const struct workload *w, struct str *variants, struct str *sizes)
{
	for (size_t i = 0; i < w->nvariants; i++)
		str_addf(variants, "%s%s", i ? "," : "", w->variants[i].name);
	for (size_t i = 0; i < w->nsizes; i++)
		str_addf(sizes, "%s%s (%s)", i ? ", " : "", w->sizes[i].name, w->sizes[i].shape);
}

static void list_workloads(const struct app *app)
{
	for (size_t i = 0; i < app->workloads.n; i++) {
		const struct workload *w = &app->workloads.v[i];
		struct str variants = {0}, sizes = {0};

		join_names(w, &variants, &sizes);
		printf("%-22s %s\n%22s %s; %s\n", w->name, w->summary, "", str_text(&variants),
			str_text(&sizes));
		str_release(&variants);
		str_release(&sizes);
	}
}

static void list_environments(const struct app *app)
{
	for (size_t i = 0; i < app->verdicts.n; i++) {
		const struct verdict *v = &app->verdicts.v[i];

		printf("%-28s %-8s %s\n", v->env.id, status_text(v->status),
			v->status == STATUS_OK ? v->detail : v->reason);
	}
}

static void list_profiles(void)
{
	for (const struct profile *p = profiles; p->name; p++)
		printf("%-8s %s\n", p->name, p->summary);
}

static void json_workloads(const struct app *app, struct json_writer *w)
{
	jw_begin_array(w, "workloads");
	for (size_t i = 0; i < app->workloads.n; i++) {
		const struct workload *wl = &app->workloads.v[i];

		jw_begin_object(w, NULL);
		jw_string(w, "name", wl->name);
		jw_string(w, "suite", wl->suite);
		jw_string(w, "summary", wl->summary);
		jw_begin_array(w, "variants");
		for (size_t k = 0; k < wl->nvariants; k++)
			jw_string(w, NULL, wl->variants[k].name);
		jw_end_array(w);
		jw_begin_object(w, "sizes");
		for (size_t k = 0; k < wl->nsizes; k++)
			jw_string(w, wl->sizes[k].name, wl->sizes[k].shape);
		jw_end_object(w);
		jw_end_object(w);
	}
	jw_end_array(w);
}

void json_environments(const struct app *app, struct json_writer *w)
{
	jw_begin_array(w, "environments");
	for (size_t i = 0; i < app->verdicts.n; i++) {
		const struct verdict *v = &app->verdicts.v[i];

		jw_begin_object(w, NULL);
		jw_string(w, "id", v->env.id);
		jw_string(w, "arch", arch_text(environment_arch(&v->env)));
		jw_string(w, "status", status_text(v->status));
		jw_string(w, "reason", v->reason[0] ? v->reason : NULL);
		jw_string(w, "remedy", v->remedy[0] ? v->remedy : NULL);
		jw_string(w, "detail", v->detail[0] ? v->detail : NULL);
		jw_string(w, "about", v->about[0] ? v->about : NULL);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void json_profiles(struct json_writer *w)
{
	jw_begin_array(w, "profiles");
	for (const struct profile *p = profiles; p->name; p++) {
		jw_begin_object(w, NULL);
		jw_string(w, "name", p->name);
		jw_string(w, "summary", p->summary);
		jw_u64(w, "blocks", p->blocks);
		jw_u64(w, "budget_ns", p->budget_ns);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void print_json(const struct app *app, bool workloads, bool environments, bool profiles_)
{
	struct json_writer w;
	struct str out = {0};

	json_writer_init(&w, &out, true);
	w.compact_below = 2;
	jw_begin_object(&w, NULL);
	if (workloads)
		json_workloads(app, &w);
	if (environments)
		json_environments(app, &w);
	if (profiles_)
		json_profiles(&w);
	jw_end_object(&w);
	fputs(str_text(&out), stdout);
	str_release(&out);
}

int cmd_list(const struct options *o, const char *const *operands, size_t n)
{
	const char *what = n ? operands[0] : "";
	bool workloads = !n || !strcmp(what, "workloads");
	bool environments = !n || !strcmp(what, "environments");
	bool profiles_ = !n || !strcmp(what, "profiles");
	struct app app;
	struct err err = {0};

	if (!workloads && !environments && !profiles_) {
		err_set(&err, ERR_INPUT,
			"there is no list of '%s'; there are workloads, environments and profiles",
			what);
		return complain(&err);
	}
	if (app_open(o, environments, &app, &err) < 0)
		return complain(&err);
	if (o->json) {
		print_json(&app, workloads, environments, profiles_);
	} else {
		if (workloads)
			list_workloads(&app);
		if (!n)
			putchar('\n');
		if (environments)
			list_environments(&app);
		if (!n)
			putchar('\n');
		if (profiles_)
			list_profiles();
	}
	app_release(&app);
	return EXIT_MEASURED;
}
