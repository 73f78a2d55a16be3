/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "layer/sandbox.h"
#include "run/sentinel.h"
#include "stats/describe.h"
#include "store/plan_json.h"

/* Two seconds of sentinels: enough to see a host that is busy now. A slow one runs a few. */
#define NOISE_NS (2 * NS_PER_S)
#define NOISE_READINGS_MIN 20
#define NOISE_READINGS_MAX 200

/* What is needed beside QEMU, and found in PATH when it is. */
static const struct {
	const char *program, *use, *remedy;
} tools[] = {
	{"gnuplot", "figures", "apt-get install gnuplot-nox"},
	{"mksquashfs", "guests of 'toll exec'", "apt-get install squashfs-tools"},
};

struct noise {
	double median_ns, cv, slowest; /* slowest ÷ median */
};

static void measure_noise(const struct host *host, struct noise *ret)
{
	double x[NOISE_READINGS_MAX];
	uint64_t end_ns = deadline_in(NOISE_NS);
	size_t n = 0;

	while (n < NOISE_READINGS_MAX && !stop_signal &&
		(n < NOISE_READINGS_MIN || !deadline_passed(end_ns)))
		x[n++] = (double)sentinel_run(host->measure_cpu);
	ret->median_ns = stats_median(x, n);
	ret->cv = stats_sd(x, n) / stats_mean(x, n);
	ret->slowest = stats_quantile(x, n, 1) / ret->median_ns;
}

static void print_tools(void)
{
	for (size_t i = 0; i < ARRAY_LEN(tools); i++) {
		_cleanup_free_ char *path = file_find_program(tools[i].program);

		if (path)
			printf("%-28s usable\n", tools[i].program);
		else
			printf("%-28s missing\n%28s why: cannot find it in PATH; needed for %s\n"
			       "%28s do:  %s\n",
				tools[i].program, "", tools[i].use, "", tools[i].remedy);
	}
}

static void print_verdict(const struct verdict *v)
{
	printf("%-28s %s\n", v->env.id, v->status == STATUS_OK ? "usable" : "refused");
	if (v->about[0])
		printf("%28s %s\n", "", v->about);
	if (v->status == STATUS_OK) {
		if (v->detail[0])
			printf("%28s %s\n", "", v->detail);
		return;
	}
	printf("%28s why: %s\n", "", v->reason);
	if (v->remedy[0])
		printf("%28s do:  %s\n", "", v->remedy);
}

/* Is it a command layer that hosts of the other architecture may have? */
static bool is_for_other_host(const struct app *app, const struct verdict *v)
{
	const struct layer *command = environment_command(&v->env);
	const struct command_layer *c =
		command ? command_layers_find(&app->commands, command) : NULL;

	return c && !command_layer_is_for(c, app->host.arch);
}

/* Nothing can be done about those of another kind of host: one line for all. */
static void print_verdicts(const struct app *app)
{
	const char *arch = arch_text(arch_other(app->host.arch));
	_cleanup_(str_release) struct str others = {0};

	for (size_t i = 0; i < app->verdicts.n; i++) {
		const struct verdict *v = &app->verdicts.v[i];

		if (is_for_other_host(app, v))
			str_addf(&others, "%s%s", others.len ? ", " : "", v->env.id);
		else
			print_verdict(v);
	}
	if (!others.len)
		return;
	printf("for %s hosts:%*s %s\n", arch, (int)(17 - strlen(arch)), "", others.s);
}

/* A child of a program of packages: can a translated one start others? */
struct children {
	const char *env;
	bool usable;
	char why[REASON_MAX];
};

/* What was tried for this command alone. */
struct findings {
	struct noise noise;
	struct children children[ARCH_COUNT];
	size_t nchildren;
};

#define CHILDREN_REMEDY                                                                            \
	"a kernel of 6.7 or later, user namespaces, and make deps-packages workloads"

/* The host's own translators that can be used: at most one for each architecture. */
static size_t check_children(const struct app *app, struct children ret[static ARCH_COUNT])
{
	size_t n = 0;

	for (size_t i = 0; i < app->verdicts.n && n < ARCH_COUNT; i++) {
		const struct verdict *v = &app->verdicts.v[i];
		struct err err = {0};

		if (v->status != STATUS_OK || v->env.n != 1 || !stack_translates_children(&v->env))
			continue;
		ret[n] = (struct children){.env = v->env.id,
			.usable = sandbox_check_children(&app->ctx, v->env.layers[0].arch, &err) ==
				  0};
		str_copy(ret[n++].why, REASON_MAX, err.text);
	}
	return n;
}

static void print_children(const struct findings *found)
{
	for (size_t i = 0; i < found->nchildren; i++) {
		const struct children *c = &found->children[i];
		_cleanup_free_ char *what = xasprintf("children in %s", c->env);

		printf("%-28s %s\n", what, c->usable ? "usable" : "refused");
		if (!c->usable)
			printf("%28s why: %s\n%28s do:  %s\n", "", c->why, "", CHILDREN_REMEDY);
	}
}

static void print_text(const struct app *app, const struct findings *found)
{
	const struct noise *noise = &found->noise;
	const struct host *h = &app->host;

	printf("host          %s, %u CPUs, %llu MiB, %s\n", h->cpu_model, h->cpus,
		(unsigned long long)h->memory_mib, h->kernel);
	if (h->hypervisor[0])
		printf("              itself a guest: %s\n", h->hypervisor);
	printf("system        %s\n", h->distribution);
	printf("qemu          %s\n", h->qemu_system[0] ? h->qemu_system : "not installed");
	printf("KVM           %s\n", h->kvm);
	printf("measures on   CPU %d; toll itself on CPU %d\n", h->measure_cpu, h->harness_cpu);
	printf("noise now     translated-like loop: variation %.1f %%, slowest %.2f × the median\n",
		100 * noise->cv, noise->slowest);
	if (h->load1 > 0.5)
		printf("              load average %.2f: something else is running\n", h->load1);
	puts("");
	print_verdicts(app);
	print_children(found);
	print_tools();
}

static void json_tools(struct json_writer *w)
{
	jw_begin_array(w, "tools");
	for (size_t i = 0; i < ARRAY_LEN(tools); i++) {
		_cleanup_free_ char *path = file_find_program(tools[i].program);

		jw_begin_object(w, NULL);
		jw_string(w, "program", tools[i].program);
		jw_string(w, "use", tools[i].use);
		jw_string(w, "path", path);
		jw_string(w, "remedy", path ? NULL : tools[i].remedy);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void json_children(const struct findings *found, struct json_writer *w)
{
	jw_begin_array(w, "children");
	for (size_t i = 0; i < found->nchildren; i++) {
		const struct children *c = &found->children[i];

		jw_begin_object(w, NULL);
		jw_string(w, "environment", c->env);
		jw_bool(w, "usable", c->usable);
		jw_string(w, "reason", c->usable ? NULL : c->why);
		jw_string(w, "remedy", c->usable ? NULL : CHILDREN_REMEDY);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void print_json(const struct app *app, const struct findings *found)
{
	const struct noise *noise = &found->noise;
	struct json_writer w;
	struct str out = {0};

	json_writer_init(&w, &out, true);
	w.compact_below = 2;
	jw_begin_object(&w, NULL);
	jw_begin_object(&w, "host");
	host_fields_to_json(&app->host, &w);
	jw_end_object(&w);
	jw_begin_object(&w, "noise");
	jw_double(&w, "sentinel_median_ns", noise->median_ns);
	jw_double(&w, "sentinel_cv", noise->cv);
	jw_double(&w, "sentinel_slowest", noise->slowest);
	jw_end_object(&w);
	json_environments(app, &w);
	json_children(found, &w);
	json_tools(&w);
	jw_end_object(&w);
	fputs(str_text(&out), stdout);
	str_release(&out);
}

int cmd_doctor(const struct options *o, const char *const *operands, size_t n)
{
	struct findings found = {.nchildren = 0};
	struct app app;
	struct err err = {0};

	(void)operands, (void)n;
	if (app_open(o, true, &app, &err) < 0)
		return complain(&err);
	measure_noise(&app.host, &found.noise);
	found.nchildren = check_children(&app, found.children);
	/* What is stopped seems unusable. */
	if (stop_signal) {
		app_release(&app);
		return EXIT_SIGNAL + stop_signal;
	}
	if (o->json)
		print_json(&app, &found);
	else
		print_text(&app, &found);
	app_release(&app);
	return EXIT_MEASURED;
}
