/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `toll run` and `toll compare`: plan, measure, summarize, report.
 */
#include "cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "host/host.h"
#include "host/identity.h"
#include "model/exec_request.h"
#include "progress.h"
#include "run/earlier.h"
#include "run/measure.h"
#include "run/roots.h"
#include "run/summarize.h"
#include "session.h"
#include "vm/vm.h"

#define PACKAGES_MAX (4u << 20)

static int need_vms(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->arms[i].status == STATUS_OK && environment_vm(&plan->arms[i].env))
			return 1;
	return 0;
}

static void identify_images(
	const struct plan *plan, const struct workloads *workloads, struct programs *ret)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct cell_parts *p = &plan->arms[i].parts;
		const struct workload *w = workloads_find(workloads, p->workload);
		const struct root *root = plan_root(plan, w, p->arch);
		_cleanup_free_ char *program =
			plan_program(w, workload_variant(w, p->variant), p->arch);

		for (size_t k = 0; root && k < ret->n; k++)
			if (!strcmp(ret->v[k].program, program))
				str_copy(ret->v[k].root, SHA256_MAX, root->sha256);
	}
}

int session_identify(struct session *s, const struct workloads *workloads, const char *dir,
	struct programs *ret, struct err *err)
{
	struct err why = {0};

	if (s->replaying) {
		*ret = s->replay.programs;
		s->replay.programs = (struct programs){0};
		return 0;
	}
	for (size_t i = 0; i < s->plan.n; i++) {
		const struct cell_parts *p = &s->plan.arms[i].parts;
		const struct workload *w = workloads_find(workloads, p->workload);
		const struct variant *v = w ? workload_variant(w, p->variant) : NULL;
		_cleanup_free_ char *program = v ? plan_program(w, v, p->arch) : NULL;

		if (!program)
			return err_set(err, ERR_INPUT,
				"no manifest below '%s/workloads' describes '%s.%s': put it back, "
				"or begin a new run without it",
				s->app.home, p->workload, p->variant);
		programs_add(ret, program);
	}
	if (programs_identify(dir, ret, &why) < 0)
		log_warn("%s", why.text);
	identify_images(&s->plan, workloads, ret);
	return 0;
}

int session_open_vms(struct session *s, struct err *err)
{
	int r;

	if (s->replaying)
		return 0;
	host_pin_harness(&s->app.host);
	if (!need_vms(&s->plan))
		return 0;
	r = layer_ctx_open_vms(&s->app.ctx, err);
	if (!r)
		str_copy(s->app.host.libvirt, sizeof(s->app.host.libvirt),
			vm_host_libvirt(s->app.ctx.vms));
	return r;
}

static void refuse_vms(struct plan *plan, const struct err *why)
{
	for (size_t i = 0; i < plan->n; i++) {
		struct arm *arm = &plan->arms[i];

		if (arm->status != STATUS_OK || !environment_vm(&arm->env))
			continue;
		arm->status = STATUS_REFUSED;
		snprintf(arm->reason, sizeof(arm->reason),
			"VMs cannot be started here: %.140s; mend that, or try another libvirt: "
			"--connect qemu:///session",
			why->text);
		str_sanitize(arm->reason);
	}
}

/* A new run measures the rest: that libvirt works here is known only now. */
static int open_or_refuse_vms(struct session *s, struct err *err)
{
	struct err why = {0};
	int r = session_open_vms(s, &why);

	if (r == -ERR_INTERRUPTED)
		*err = why;
	if (r >= 0 || r == -ERR_INTERRUPTED)
		return r;
	refuse_vms(&s->plan, &why);
	log_warn("no VM is measured: %s", why.text);
	return 0;
}

/* ---- a new run, or an old one ---- */

int session_open_replay(struct session *s, const char *run, struct err *err)
{
	int r = stored_run_read(s->app.home, s->app.output, run, &s->replay, err);

	if (r < 0)
		return err_wrap(err, "--replay");
	s->replaying = true;
	return 0;
}

/* A replayed host can run what the canned run could. */
static void adopt_replayed_host(struct session *s)
{
	s->app.host = s->replay.host;
	for (size_t i = 0; i < s->app.verdicts.n; i++) {
		struct verdict *v = &s->app.verdicts.v[i];

		v->status = STATUS_REFUSED;
		str_copy(v->reason, sizeof(v->reason), "the replayed run did not measure it");
		for (size_t k = 0; k < s->replay.plan.n; k++) {
			const struct arm *arm = &s->replay.plan.arms[k];

			if (!environment_id_same_stack(arm->parts.env, v->env.id))
				continue;
			v->status = arm->status;
			str_copy(v->reason, sizeof(v->reason), arm->reason);
		}
	}
}

/* … measures twice nothing that it did not … */
static void adopt_replayed_duplicates(struct session *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->plan.n; i++) {
		const struct arm *arm = &s->plan.arms[i];

		if (!arm->duplicate || plan_arm(&s->replay.plan, arm->cell, true))
			s->plan.arms[kept++] = *arm;
	}
	s->plan.n = kept;
}

/* … and nothing more often. */
static void adopt_replayed_executions(struct session *s)
{
	for (size_t i = 0; i < s->plan.n; i++) {
		struct arm *arm = &s->plan.arms[i];

		for (size_t k = 0; k < s->replay.plan.n; k++) {
			const struct arm *canned = &s->replay.plan.arms[k];

			if (canned->duplicate == arm->duplicate &&
				!strcmp(canned->cell, arm->cell) &&
				canned->executions < arm->executions)
				arm->executions = canned->executions;
		}
	}
}

/* A pilot of canned blocks goes no further than they do. */
static int adopt_replayed_blocks(struct session *s, struct err *err)
{
	uint64_t blocks = samples_blocks(&s->replay.samples);

	if (!s->plan.pilot)
		return 0;
	if (blocks < 2)
		return err_set(err, ERR_INPUT,
			"--precision decides by a pilot of two blocks at least, and the replayed "
			"run has %llu",
			(unsigned long long)blocks);
	if (s->plan.blocks > blocks)
		s->plan.blocks = blocks;
	if (s->plan.pilot > blocks)
		s->plan.pilot = blocks;
	return 0;
}

/* … and repeats no more than they do. */
static void adopt_replayed_pilot(struct session *s)
{
	struct plan *plan = &s->plan;

	for (size_t i = 0; i < plan->n; i++) {
		const struct arm *arm = &plan->arms[i];
		const struct arm *canned = plan_arm(&s->replay.plan, arm->cell, arm->duplicate);

		if (!canned || arm->status != STATUS_OK)
			continue;
		for (uint64_t block = 1; block <= plan->pilot; block++) {
			uint64_t n = plan_executions(&s->replay.plan, canned, block);

			if (n < plan->pilot_executions)
				plan->pilot_executions = n;
		}
	}
	if (plan->pilot_executions < 2)
		plan->pilot_executions = 0;
}

bool has_own_programs(const struct plan *plan)
{
	return plan->command && exec_request_is_staged(plan->command->request);
}

static int prepare_roots(struct session *s, const struct workloads *workloads, struct err *err)
{
	struct progress *progress = progress_new(s->o->quiet);
	int r = roots_prepare(
		&s->plan, workloads, &s->app.ctx, progress_show_recipe, progress, err);

	progress_free(progress);
	return r;
}

/* What is measured here is judged with what earlier runs here say of the noise; what is replayed,
 * with what the canned run knew. */
static void recall_noise(struct session *s)
{
	_cleanup_free_ char *results = xasprintf("%s/results", s->app.output);
	struct err why = {0};

	if (s->replaying) {
		s->plan.earlier = s->replay.plan.earlier;
		s->replay.plan.earlier = (struct noise_history){0};
		return;
	}
	if (s->plan.connect[0])
		return;
	if (earlier_noise(results, s->app.host.id, &s->plan.earlier, &why) < 0)
		log_warn("what earlier runs say of the noise is not known: %s", why.text);
}

static int begin_new(struct session *s, struct err *err)
{
	_cleanup_free_ char *packages_path =
		xasprintf("%s/build/images/packages.json", s->app.home);
	_cleanup_(programs_release) struct programs programs = {0};
	_cleanup_free_ char *packages = NULL, *staged = NULL;
	struct workloads workloads;
	int r;

	if (s->o->replay) {
		r = session_open_replay(s, s->o->replay, err);
		if (r < 0)
			return r;
		adopt_replayed_host(s);
	}
	exec_refuse_missing(s->o, &s->app.verdicts);
	r = app_plan(&s->app, s->o, &s->plan, err);
	if (r < 0)
		return r;
	if (s->replaying) {
		str_copy(s->plan.replay, sizeof(s->plan.replay), s->replay.folder.dir);
		adopt_replayed_duplicates(s);
		adopt_replayed_executions(s);
		r = adopt_replayed_blocks(s, err);
		adopt_replayed_pilot(s);
	}
	workloads = plan_workloads(&s->plan, &s->app.workloads);
	if (!r && !s->replaying)
		r = prepare_roots(s, &workloads, err);
	if (!r)
		r = open_or_refuse_vms(s, err);
	if (!r)
		r = check_signal(err);
	if (r < 0)
		return r;
	file_read(packages_path, PACKAGES_MAX, &packages, NULL, NULL);
	/* A folder with a plan is a run that can be resumed: the programs come first. */
	if (has_own_programs(&s->plan)) {
		_cleanup_free_ char *dir = xasprintf("%s/results/%s", s->app.output, s->plan.run);

		r = exec_stage(&s->app, s->o, s->plan.command, dir, err);
		if (r < 0)
			return r;
		staged = xasprintf("%s/programs", dir);
	}
	r = session_identify(s, &workloads, staged ? staged : s->app.programs, &programs, err);
	if (r < 0)
		return r;
	recall_noise(s);
	return run_folder_create(
		s->app.output, &s->plan, &s->app.host, packages, &programs, &s->folder, err);
}

static void open_log(const struct run_folder *folder)
{
	_cleanup_free_ char *path = xasprintf("%s/log.txt", folder->dir);
	int fd = -1;

	if (file_append_open(path, &fd, NULL) == 0)
		log_set_file(fd);
}

/* ---- measuring ---- */

static int do_measure(struct session *s, struct err *err)
{
	struct workloads workloads = plan_workloads(&s->plan, &s->app.workloads);
	struct progress *progress;
	int r = 0;

	/* Also of a resumed run: what its plan says, not what a file or an option says now. */
	s->app.ctx.commands = &s->plan.commands;
	s->app.ctx.cpus = s->plan.cpus;
	if (has_own_programs(&s->plan)) {
		_cleanup_free_ char *programs = xasprintf("%s/programs", s->folder.dir);

		app_use_programs(&s->app, programs);
	}
	if (!s->plan.n)
		log_note("shard %llu of %llu holds no program: there is nothing to measure",
			(unsigned long long)s->plan.shard, (unsigned long long)s->plan.shards);
	if (has_own_programs(&s->plan) && !s->replaying)
		r = exec_make_disks(&s->app, &s->plan, &s->folder, err);
	if (r < 0)
		return r;
	progress = progress_new(s->o->quiet);
	r = measure(&(struct measure_spec){.plan = &s->plan,
			    .workloads = &workloads,
			    .ctx = &s->app.ctx,
			    .run = &s->folder,
			    .replay = s->replaying ? &s->replay.samples : NULL,
			    .progress = progress_show,
			    .progress_arg = progress},
		&s->stored, err);
	progress_free(progress);
	return r;
}

static void warn_of_nothing(const struct summary *s)
{
	_cleanup_(str_release) struct str why = {0};

	summary_why_nothing(s, &why);
	log_warn("nothing was measured: %s", str_text(&why));
}

static int store_summary(struct session *s, int *ret_code, struct err *err)
{
	struct stored_run run;
	int r = stored_run_read(s->app.home, s->app.output, s->folder.dir, &run, err);

	if (r < 0)
		return r;
	r = run_folder_write_summary(&s->folder, &run.summary, err);
	*ret_code = summary_exit_code(&run.summary);
	if (*ret_code == EXIT_NOTHING)
		warn_of_nothing(&run.summary);
	stored_run_release(&run);
	return r;
}

/* By its name the run is found below the same --output only. */
static void note_resume(const struct session *s)
{
	char *words[] = {"toll", "compare", "--resume", s->folder.name,
		s->o->output ? "--output" : NULL, s->app.output, NULL};
	_cleanup_free_ char *line = argv_line(words);

	log_note("what was measured is kept; go on with: %s", line);
}

static int run_session(struct session *s, int *ret_code, struct err *err)
{
	int r = s->o->resume ? session_check_options(s->o, err) : 0;

	if (!r)
		r = app_open(s->o, !s->o->replay, &s->app, err);
	if (!r)
		r = s->o->resume ? session_begin_resumed(s, err) : begin_new(s, err);
	if (r < 0)
		return r;
	open_log(&s->folder);
	r = do_measure(s, err);
	if (r == -ERR_INTERRUPTED)
		note_resume(s);
	if (r < 0)
		return r;
	return store_summary(s, ret_code, err);
}

int measure_run(const struct options *o, char **ret_dir)
{
	struct session s = {.o = o,
		.folder = {.samples_fd = -1, .lock_fd = -1},
		.replay = {.folder = {.samples_fd = -1, .lock_fd = -1}}};
	struct err err = {0};
	int code = EXIT_MEASURED, r = run_session(&s, &code, &err);

	if (r < 0)
		code = complain(&err);
	*ret_dir = r < 0 ? NULL : xstrdup(s.folder.dir);
	samples_release(&s.stored);
	stored_run_release(&s.replay);
	plan_release(&s.plan);
	run_folder_close(&s.folder);
	app_release(&s.app);
	return code;
}

int cmd_run(const struct options *o, const char *const *operands, size_t n)
{
	_cleanup_free_ char *dir = NULL;
	int code = measure_run(o, &dir);

	(void)operands, (void)n;
	if (dir)
		puts(dir);
	return code;
}

int measure_and_report(const struct options *o)
{
	_cleanup_free_ char *home = find_home();
	_cleanup_free_ char *output = output_dir(o, home);
	_cleanup_free_ char *dir = NULL;
	struct stored_run run;
	struct err err = {0};
	int code = measure_run(o, &dir), r;

	if (!dir)
		return code;
	r = report_result(stored_run_read(home, output, dir, &run, &err), &err);
	if (!r) {
		r = write_report(home, &run, true, &err);
		stored_run_release(&run);
	}
	puts(dir);
	if (r < 0) {
		int why = complain(&err);

		code = code == EXIT_MEASURED || stop_signal ? why : code;
	}
	return code;
}

int cmd_compare(const struct options *o, const char *const *operands, size_t n)
{
	(void)operands, (void)n;
	return measure_and_report(o);
}
