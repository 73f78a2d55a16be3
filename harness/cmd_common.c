/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/log.h"
#include "host/host.h"
#include "host/kvm.h"
#include "plan/environments.h"
#include "plan/manifest.h"
#include "report/report.h"
#include "run/aa_count.h"
#include "run/summarize.h"
#include "stats/describe.h"
#include "vm/vm.h"

volatile sig_atomic_t stop_signal;

static void on_signal(int sig)
{
	/* The second one ends it at once: the reaper takes care of the guests. */
	if (stop_signal)
		_exit(EXIT_SIGNAL + sig);
	stop_signal = sig;
}

void catch_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction sa = {.sa_handler = on_signal};

	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		struct sigaction old;

		/* nohup and background shells ignore some on purpose. */
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &sa, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

int check_signal(struct err *err)
{
	return stop_signal ? err_set(err, ERR_INTERRUPTED, "interrupted") : 0;
}

int complain(const struct err *err)
{
	log_error("%s", err->text);
	if (stop_signal)
		return EXIT_SIGNAL + stop_signal;
	switch (err->code) {
	case ERR_INPUT:
	case ENOENT: /* what was named is not there, taken, or closed to this user */
	case EBUSY:
	case EACCES:
	case EPERM:
	case ENOTDIR:
	case EISDIR:
	case EFBIG:
	case EROFS:
		return EXIT_USAGE;
	default:
		return EXIT_SOME_FAILED;
	}
}

int report_result(int r, struct err *err)
{
	if (r >= 0 || r == -ERR_INTERRUPTED)
		return r;
	err->code = EIO;
	return -EIO;
}

/* ---- folders ---- */

static bool is_home(const char *dir)
{
	_cleanup_free_ char *workloads = xasprintf("%s/workloads", dir);
	_cleanup_free_ char *scripts = xasprintf("%s/plots", dir);

	return file_exists(workloads) && file_exists(scripts);
}

char *find_home(void)
{
	const char *given = getenv("TOLL_HOME");
	char self[PATH_MAX];
	ssize_t n;

	if (given && *given) {
		char *real = realpath(given, NULL);

		return real ? real : xstrdup(given);
	}
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[n > 0 ? n : 0] = '\0';
	for (char *slash; (slash = strrchr(self, '/'));) {
		*slash = '\0';
		if (is_home(*self ? self : "/"))
			return xstrdup(*self ? self : "/");
	}
	fputs("toll: cannot find the source tree (the folder with workloads/ and plots/) above the "
	      "program; set TOLL_HOME\n",
		stderr);
	exit(EXIT_USAGE);
}

char *output_dir(const struct options *o, const char *home)
{
	char *real;

	if (!o->output)
		return xstrdup(home);
	real = realpath(o->output, NULL);
	return real ? real : xstrdup(o->output);
}

/* ---- what measuring works with ---- */

/* What runs on this host, and the VMs of the machine that libvirt runs them on. */
static size_t environments_here(struct app *app, struct environment *ret, size_t max)
{
	enum arch vms = app->host.arch;
	size_t n = 0, all;

	if (app->ctx.vms)
		vm_host_arch(app->ctx.vms, &vms, NULL);
	environments_of_host(app->host.arch, ret, max, &all);
	if (vms == app->host.arch)
		return all;
	for (size_t i = 0; i < all; i++)
		if (!environment_vm(&ret[i]))
			ret[n++] = ret[i];
	environments_of_host(vms, ret + n, max - n, &all);
	all += n;
	for (size_t i = n; i < all; i++)
		if (environment_vm(&ret[i]))
			ret[n++] = ret[i];
	return n;
}

int read_environments(
	const char *home, const char *path, struct command_layers *ret, struct err *err)
{
	_cleanup_free_ char *shipped = xasprintf("%s/environments.json", home);

	if (path)
		return environments_read(path, ret, err);
	return file_exists(shipped) ? environments_read(shipped, ret, err) : 0;
}

/* Unless they are judged, environments count as usable; so do those that nobody chose: to find out
 * can take a guest. */
static void add_environment(struct app *app, const struct environment *env, bool optional,
	const char *chosen, bool judge)
{
	struct verdict *v;

	app->verdicts.v =
		xrealloc_array(app->verdicts.v, app->verdicts.n + 1, sizeof(*app->verdicts.v));
	v = &app->verdicts.v[app->verdicts.n++];
	*v = (struct verdict){.env = *env, .status = STATUS_OK};
	if (judge && (!chosen || str_glob(chosen, env->id)))
		stack_check(env, &app->ctx, v);
	v->optional = optional;
}

static bool is_listed(const struct app *app, const char *id)
{
	for (size_t i = 0; i < app->verdicts.n; i++)
		if (!strcmp(app->verdicts.v[i].env.id, id))
			return true;
	return false;
}

/* Stacks with a known command layer that --env spells out are judged too, so that who asks for one
 * learns why it cannot be. */
static void list_named(struct app *app, const char *patterns, bool judge)
{
	_cleanup_free_ char *copy = patterns ? xstrdup(patterns) : NULL;
	char *save = NULL;

	for (char *p = copy ? strtok_r(copy, ",", &save) : NULL; p;
		p = strtok_r(NULL, ",", &save)) {
		struct environment env;

		if (environment_parse(p, &env, NULL) == 0 && environment_command(&env) &&
			command_layers_find(&app->commands, environment_command(&env)) &&
			!is_listed(app, env.id))
			add_environment(app, &env, true, patterns, judge);
	}
}

/* This host's environments, then those of command layers. */
static void list_environments(struct app *app, const char *patterns, bool judge)
{
	struct environment envs[32];
	size_t n = environments_here(app, envs, ARRAY_LEN(envs));

	for (size_t i = 0; i < n; i++)
		add_environment(app, &envs[i], false, patterns, judge);
	for (size_t i = 0; i < app->commands.n; i++) {
		struct environment env = command_layer_environment(&app->commands.v[i]);

		add_environment(app, &env, true, patterns, judge);
	}
	list_named(app, patterns, judge);
}

/* Tries what can be used. */
static void judge_host(struct app *app)
{
	enum kvm_state kvm = kvm_probe(KVM_DEVICE, app->host.kvm, sizeof(app->host.kvm),
		app->kvm_remedy, sizeof(app->kvm_remedy));

	app->ctx.kvm_denied = kvm == KVM_NO_PERMISSION;
	/* What libvirt starts shall not be where it measures. */
	if (app->ctx.connect)
		host_pin_harness(&app->host);
	layer_ctx_try_vms(&app->ctx);
}

int app_open(const struct options *o, bool judge, struct app *ret, struct err *err)
{
	struct app *app = ret;
	_cleanup_free_ char *manifests = NULL;
	int r;

	*app = (struct app){.home = find_home()};
	app->output = output_dir(o, app->home);
	app->ctx = (struct layer_ctx){.host = &app->host,
		.kvm_remedy = app->kvm_remedy,
		.home = app->home,
		.commands = &app->commands,
		.stop = &stop_signal};
	app_use_programs(app, NULL);
	r = layer_ctx_connect(&app->ctx, o->connect, err);
	if (!r)
		r = host_detect(&app->host, err);
	manifests = xasprintf("%s/workloads", app->home);
	if (!r)
		r = manifests_read(manifests, &app->workloads, err);
	if (!r)
		r = read_environments(app->home, o->environments, &app->commands, err);
	if (!r)
		r = choose_cpus(app, o, judge, err);
	if (r < 0) {
		app_release(app);
		return r;
	}
	if (judge)
		judge_host(app);
	list_environments(app, o->env, judge);
	r = judge ? check_signal(err) : 0;
	if (r < 0)
		app_release(app);
	return r;
}

void app_use_programs(struct app *app, const char *dir)
{
	free(app->programs);
	free(app->disks);
	app->programs = dir ? xstrdup(dir) : xasprintf("%s/build", app->home);
	app->disks = dir ? xstrdup(dir) : xasprintf("%s/build/images", app->home);
	app->ctx.programs = app->programs;
	app->ctx.disks = app->disks;
}

void app_release(struct app *app)
{
	layer_ctx_close(&app->ctx);
	workloads_release(&app->workloads);
	command_layers_release(&app->commands);
	verdicts_release(&app->verdicts);
	free(app->home);
	free(app->output);
	free(app->programs);
	free(app->disks);
	app->home = app->output = app->programs = app->disks = NULL;
}

/* ---- planning ---- */

static uint64_t median_wall(const struct samples *samples, const char *cell)
{
	_cleanup_free_ double *x = xcalloc(samples->n, sizeof(*x));
	size_t n = 0;

	for (size_t i = 0; i < samples->n; i++)
		if (!strcmp(samples->v[i].cell, cell) && samples->v[i].host_wall_ns)
			x[n++] = (double)samples->v[i].host_wall_ns;
	return n ? (uint64_t)stats_median(x, n) : 0;
}

/* What an execution of each arm took in the latest run of this profile and size. */
static void estimate_arms(const struct app *app, struct plan *plan)
{
	_cleanup_(argv_release) struct argv runs = {0};

	if (run_folder_list(app->output, &runs, NULL) < 0)
		return;
	for (size_t i = runs.n; i-- > 0;) {
		struct run_folder folder;
		struct plan old = {0};
		struct samples samples = {0};
		bool fits = false;

		if (run_folder_open(app->output, runs.v[i], &folder, NULL) < 0)
			continue;
		fits = run_folder_read_plan(&folder, &old, NULL) == 0 &&
		       !strcmp(old.profile, plan->profile) && !strcmp(old.size, plan->size) &&
		       !strcmp(old.connect, plan->connect) &&
		       cpus_are_equal(old.cpus, plan->cpus) &&
		       run_folder_read_samples(&folder, &samples, NULL, NULL) == 0 && samples.n;
		for (size_t k = 0; fits && k < plan->n; k++)
			plan->arms[k].estimate_ns = median_wall(&samples, plan->arms[k].cell);
		samples_release(&samples);
		plan_release(&old);
		run_folder_close(&folder);
		if (fits)
			return;
	}
}

static uint64_t random_seed(void)
{
	uint64_t seed = 0;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = (uint64_t)getpid();
	return (seed & UINT32_MAX) | 1;
}

int app_plan(const struct app *app, const struct options *o, struct plan *ret, struct err *err)
{
	struct selection selection = {
		.env = o->env,
		.workload = o->workload,
		.variant = o->variant,
		.suite = o->suite,
		.size = o->size,
		.executions = o->executions,
		.blocks = o->blocks,
		.budget_ns = o->budget_ns,
		.seed = o->seed ? o->seed : random_seed(),
		.precision = o->precision_percent / 100,
		.patience = o->patience,
	};
	struct planner_input in = {.selection = &selection,
		.workloads = &app->workloads,
		.verdicts = &app->verdicts,
		.commands = &app->commands,
		.programs = o->replay ? NULL : app->programs,
		.host = &app->host,
		.vms_elsewhere = app->ctx.uri.remote};
	int r = shard_parse(o->shard, &selection.shard, err);

	for (enum limit i = 0; i < LIMIT_COUNT; i++)
		selection.limits[i] = o->limits[i];
	if (!r)
		r = exec_command(o, &in.command, err);
	in.profile = &command_profile;
	if (in.command)
		in.programs = NULL;
	else if (!r)
		r = profile_find(o->profile, &in.profile, err);
	if (!r)
		r = plan_make(&in, ret, err);
	if (r < 0)
		return r;
	plan_stamp(ret);
	str_copy(ret->connect, sizeof(ret->connect), app->ctx.connect ? app->ctx.connect : "");
	memcpy(ret->cpus, app->cpus, sizeof(ret->cpus));
	estimate_arms(app, ret);
	return 0;
}

/* ---- stored runs ---- */

int stored_run_read(const char *home, const char *output, const char *run, struct stored_run *ret,
	struct err *err)
{
	struct stored_run s = {.folder = {.samples_fd = -1, .lock_fd = -1}};
	_cleanup_free_ char *manifests = xasprintf("%s/workloads", home);
	int r = run_folder_open(output, run, &s.folder, err);

	if (!r)
		r = run_folder_read_plan(&s.folder, &s.plan, err);
	if (!r)
		r = run_folder_read_host(&s.folder, &s.host, err);
	if (!r)
		r = run_folder_read_programs(&s.folder, &s.programs, err);
	if (!r)
		r = run_folder_read_samples(&s.folder, &s.samples, &s.session, err);
	if (!r)
		r = run_folder_check_samples(&s.folder, &s.samples, &s.plan, err);
	if (!r)
		r = manifests_read(manifests, &s.manifests, err);
	if (r < 0) {
		stored_run_release(&s);
		return r;
	}
	run_folder_warn_missing(&s.folder, &s.samples, &s.plan);
	s.workloads = plan_workloads(&s.plan, &s.manifests);
	summarize(&(struct summarize_input){.plan = &s.plan,
			  .host = &s.host,
			  .workloads = &s.workloads,
			  .samples = &s.samples,
			  .session = &s.session},
		&s.summary);
	*ret = s;
	return 0;
}

void stored_run_release(struct stored_run *run)
{
	summary_release(&run->summary);
	workloads_release(&run->manifests);
	samples_release(&run->samples);
	programs_release(&run->programs);
	plan_release(&run->plan);
	run_folder_close(&run->folder);
}

/* ---- reports ---- */

unsigned terminal_width(int fd)
{
	struct winsize ws;
	const char *columns = getenv("COLUMNS");

	if (ioctl(fd, TIOCGWINSZ, &ws) == 0 && ws.ws_col)
		return ws.ws_col;
	return columns ? (unsigned)strtoul(columns, NULL, 10) : 80;
}

struct report_terminal_spec stdout_terminal(const char *report_path)
{
	const char *no_color = getenv("NO_COLOR");

	return (struct report_terminal_spec){.width = terminal_width(STDOUT_FILENO),
		.colour = isatty(STDOUT_FILENO) && !(no_color && *no_color),
		.report_path = report_path};
}

/* Over the runs beside this one; without it there is still a report. */
static int count_aa(const struct stored_run *run, struct aa_record *ret)
{
	_cleanup_free_ char *copy = xstrdup(run->folder.dir);
	struct err why = {0};
	int r = aa_count(dirname(copy), &run->summary, ret, &why);

	if (r < 0)
		log_warn("the duplicates of stored runs are not counted: %s", why.text);
	return r;
}

int write_report(const char *home, const struct stored_run *run, bool terminal, struct err *err)
{
	_cleanup_(aa_record_release) struct aa_record record = {0};
	const struct aa_record *counted = count_aa(run, &record) < 0 ? NULL : &record;
	_cleanup_free_ char *scripts = xasprintf("%s/plots", home);
	_cleanup_free_ char *html = xasprintf("%s/report.html", run_folder_into(&run->folder));
	struct report_terminal_spec spec;
	struct str text = {0};
	int r = report_write(&(struct report_input){.summary = &run->summary,
				     .samples = &run->samples,
				     .workloads = &run->workloads,
				     .record = counted,
				     .run_dir = run_folder_into(&run->folder),
				     .plots_dir = run->folder.plots,
				     .scripts_dir = scripts,
				     .stop = &stop_signal},
		err);

	r = report_result(r, err);
	if (!terminal)
		return r;
	spec = stdout_terminal(r < 0 ? NULL : html);
	report_terminal(&run->summary, counted, &spec, &text);
	fputs(str_text(&text), stdout);
	str_release(&text);
	return r;
}
