/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * --resume: a run goes on as it was begun, or not at all.
 */
#include <string.h>

#include "base/cleanup.h"
#include "cmd.h"
#include "host/host.h"
#include "run/roots.h"
#include "session.h"

/* A run's blocks are compared with each other: all of it is measured on one host. */
static int check_host(const struct session *s, struct err *err)
{
	struct host begun;
	int r = run_folder_read_host(&s->folder, &begun, err);

	if (r < 0 || s->replaying || host_is_same(&begun, &s->app.host))
		return r;
	return err_set(err, ERR_INPUT,
		"run '%s' was begun on another kind of host (%s %s, %s; this is %s %s, %s): go on "
		"there, or begin a new run here",
		s->folder.name, begun.cpu_model, begun.cpu_revision, begun.kernel,
		s->app.host.cpu_model, s->app.host.cpu_revision, s->app.host.kernel);
}

/* A run goes on with the VMs it was begun with. */
static int connect_resumed(struct session *s, struct err *err)
{
	const char *begun = s->plan.connect[0] ? s->plan.connect : NULL;
	const char *asked = s->app.ctx.connect;

	if (!asked)
		return layer_ctx_connect(&s->app.ctx, begun, err);
	if (!begun || strcmp(asked, begun))
		return err_set(err, ERR_INPUT, "the run was begun with --connect %s; go on with it",
			begun ? begun : "qemu:///embed");
	return 0;
}

/* How many blocks a run has was decided, or will be, by its own plan. */
static int check_resumed_precision(const struct session *s, struct err *err)
{
	double asked = s->o->precision_percent / 100;

	if (!(asked > 0) || (s->plan.pilot && asked == s->plan.precision))
		return 0;
	if (!s->plan.pilot)
		return err_set(err, ERR_INPUT,
			"run '%s' has a fixed number of blocks, %llu: --precision is for a run "
			"that begins",
			s->folder.name, (unsigned long long)s->plan.blocks);
	return err_set(err, ERR_INPUT,
		"run '%s' was begun with --precision %g, by which its pilot decides; go on with it",
		s->folder.name, 100 * s->plan.precision);
}

/* What was measured before and what follows are one sample: of the same files. */
static int check_programs(struct session *s, struct err *err)
{
	struct workloads workloads = plan_workloads(&s->plan, &s->app.workloads);
	_cleanup_free_ char *staged = xasprintf("%s/programs", s->folder.dir);
	const char *dir = has_own_programs(&s->plan) ? staged : s->app.programs;
	_cleanup_(programs_release) struct programs begun = {0}, now = {0};
	int r = s->replaying ? 0 : run_folder_read_programs(&s->folder, &begun, err);

	if (!r && !s->replaying)
		r = session_identify(s, &workloads, dir, &now, err);
	for (size_t i = 0; !r && i < now.n; i++) {
		const char *program = now.v[i].program;

		if (program_compare(programs_find(&begun, program), &now.v[i]) == PROGRAM_DIFFERS)
			r = err_set(err, ERR_INPUT,
				"'%s/%s' is not the file that run '%s' was begun with: put that "
				"back, or begin a new run",
				dir, program, s->folder.name);
	}
	return r;
}

int session_check_options(const struct options *o, struct err *err)
{
	static const char *const taken[] = {
		"resume", "output", "quiet", "budget", "precision", "connect"};

	for (size_t i = 0; i < o->given.n; i++) {
		size_t k = 0;

		while (k < ARRAY_LEN(taken) && strcmp(o->given.v[i], taken[k]))
			k++;
		if (k == ARRAY_LEN(taken))
			return err_set(err, ERR_INPUT,
				"run '%s' goes on as it was begun with: --%s is for a run that "
				"begins",
				o->resume, o->given.v[i]);
	}
	return 0;
}

int session_begin_resumed(struct session *s, struct err *err)
{
	int r = run_folder_open(s->app.output, s->o->resume, &s->folder, err);

	if (!r)
		r = run_folder_lock(&s->folder, err);
	if (!r)
		r = run_folder_read_plan(&s->folder, &s->plan, err);
	if (!r)
		r = check_resumed_precision(s, err);
	if (!r)
		r = run_folder_read_samples(&s->folder, &s->stored, NULL, err);
	/* Of this session; the plan's is that of the first. */
	if (!r && s->o->budget_ns)
		s->plan.budget_ns = s->o->budget_ns;
	if (!r)
		r = run_folder_check_samples(&s->folder, &s->stored, &s->plan, err);
	if (!r && s->plan.replay[0])
		r = session_open_replay(s, s->plan.replay, err);
	if (!r)
		r = check_host(s, err);
	if (!r && !s->replaying)
		r = roots_check(&s->plan, &s->app.ctx, err);
	if (!r)
		r = check_programs(s, err);
	if (!r)
		r = connect_resumed(s, err);
	if (r < 0)
		return r;
	r = session_open_vms(s, err);
	return r < 0 ? err_wrap(err, "the run has VMs, which cannot be started now; mend that and "
				     "--resume it again")
		     : 0;
}
