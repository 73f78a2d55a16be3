/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/execute.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "model/exec_request.h"
#include "plan/planner.h"
#include "run/audit.h"
#include "store/sample_json.h"

#define STDOUT_MAX (400u << 10)
#define STDERR_MAX (16u << 10)

static void fail(struct sample *s, enum status status, const char *reason)
{
	s->status = status;
	str_copy(s->reason, sizeof(s->reason), reason);
	str_sanitize(s->reason);
}

/* ---- the command line ---- */

/* The words of a command, told how many threads. */
static void add_words(char *const *words, uint64_t threads, struct argv *ret)
{
	for (; *words; words++) {
		const char *rest = *words, *mark;
		struct str word = {0};

		while ((mark = strstr(rest, WORKLOAD_THREADS))) {
			str_addn(&word, rest, (size_t)(mark - rest));
			str_addf(&word, "%llu", (unsigned long long)threads);
			rest = mark + strlen(WORKLOAD_THREADS);
		}
		str_add(&word, rest);
		argv_add(ret, str_text(&word));
		str_release(&word);
	}
}

static void program_args(const struct plan *plan, const struct arm *arm, const struct workload *w,
	uint64_t threads, struct argv *args)
{
	if (w->args) {
		add_words(w->args, threads, args);
		return;
	}
	if (threads > 1)
		argv_addf(args, "--threads=%llu", (unsigned long long)threads);
	argv_addf(args, "--size=%s", plan_size(plan, arm));
	argv_addf(args, "--iterations=%llu", (unsigned long long)plan->iterations);
	argv_addf(args, "--min-time=%.3f", (double)plan->min_time_ns / 1e9);
	argv_addf(args, "--max-time=%.3f", (double)plan->max_time_ns / 1e9);
	argv_addf(args, "--seed=%llu", (unsigned long long)plan->seed);
}

/* What the runner is told beside that: workloads/package/options.h. */
static void package_args(const struct workload *w, struct argv *args)
{
	const struct packaged *p = w->packaged;

	argv_addf(args, "--name=%s", w->name);
	for (size_t i = 0; i < p->ninputs; i++) {
		const struct input *in = &p->inputs[i];

		if (in->text)
			argv_addf(args, "--file=%s:%s", in->file, in->text);
		else
			argv_addf(args, "--input=%s:%s:%llu", in->file, input_kind_names[in->kind],
				(unsigned long long)in->kib);
	}
	if (p->metric.pattern && p->metric.better == METRIC_HIGHER)
		argv_addf(args, "--rate=%s", p->metric.pattern);
	else if (p->metric.pattern)
		argv_addf(args, "--duration=%llu:%s",
			(unsigned long long)duration_unit_ns(p->metric.unit), p->metric.pattern);
	if (p->service.command)
		argv_addf(args, "--ready-time=%llu", (unsigned long long)p->service.ready_s);
	for (char **word = p->service.command; word && *word; word++)
		argv_addf(args, "--service=%s", *word);
	for (char **word = p->service.ready; word && *word; word++)
		argv_addf(args, "--ready=%s", *word);
	if (p->output)
		argv_addf(args, "--output=%s", p->output);
	if (p->pattern)
		argv_addf(args, "--pattern=%s", p->pattern);
	for (char **copy = p->copies; copy && *copy; copy++)
		argv_addf(args, "--copy=" GUEST_ROOT "/" EXEC_INPUTS "/%s", *copy);
	if (p->workdir)
		argv_addf(args, "--%s=%s",
			str_starts(p->workdir, EXEC_WRITABLE) ? "folder" : "workdir", p->workdir);
}

/* The words of a command in its image. A program of the user's lies beside the runner. */
static void image_command(
	const struct packaged *p, const char *program, uint64_t threads, struct argv *words)
{
	if (p->own)
		argv_addf(words, GUEST_ROOT "/%s", program);
	else
		argv_add(words, p->command[0]);
	add_words(p->command + 1, threads, words);
}

/* A fixed environment: what the caller happens to have set must not change a result. */
static void program_env(const struct variant *v, const struct arm *arm, struct argv *env)
{
	uint64_t threads = point_threads(&arm->env.point);

	argv_add(env, "PATH=/usr/bin:/bin");
	argv_add(env, "HOME=/");
	argv_add(env, "LC_ALL=C");
	argv_addf(env, "OPENBLAS_NUM_THREADS=%llu", (unsigned long long)threads);
	if (threads > 1)
		argv_addf(env, "OMP_NUM_THREADS=%llu", (unsigned long long)threads);
	for (char **e = v->env[arm->parts.arch]; e && *e; e++)
		argv_set_variable(env, *e);
}

static void command_line(const struct execute_spec *spec, struct argv *ret)
{
	const struct packaged *p = spec->workload->packaged;
	const struct environment *env = &spec->arm->env;
	_cleanup_free_ char *program =
		plan_program(spec->workload, spec->variant, spec->arm->parts.arch);
	_cleanup_(argv_release) struct argv args = {0}, words = {0};
	uint64_t threads = point_threads(&env->point);

	/* The runner of a command has one thread. */
	program_args(
		spec->plan, spec->arm, spec->workload, p && !p->interpreter ? 1 : threads, &args);
	if (!p) {
		stack_command(env, spec->ctx, program, args.v, ret);
	} else if (p->interpreter) {
		stack_script_command(env, spec->ctx, p->interpreter, program, args.v, ret);
	} else {
		package_args(spec->workload, &args);
		image_command(p, program, threads, &words);
		stack_package_command(env, spec->ctx, args.v, words.v, ret);
	}
}

/* ---- endings ---- */

/* The translator's own words for a program's end by a signal. */
#define UNCAUGHT "qemu: uncaught target signal"

/* The last line that the program itself wrote. */
static const char *last_words(struct str *text)
{
	const char *line = str_last_line(text);

	while (str_starts(line, UNCAUGHT)) {
		text->len = (size_t)(line - text->s);
		text->s[text->len] = '\0';
		line = str_last_line(text);
	}
	return line;
}

/* What is wrong with the CPU that programs see: the innermost layer's. */
static char *cpu_fault(const struct environment *env, const struct layer_ctx *ctx)
{
	const struct layer *inner = env->n ? &env->layers[env->n - 1] : NULL;
	const char *cpu = "the host's CPU";

	if (inner && inner->kind == LAYER_COMMAND)
		cpu = "the CPU that the command presents";
	else if (inner && inner->kind == LAYER_VM && inner->accel == ACCEL_KVM)
		cpu = "the CPU that KVM shows its guests";
	else if (inner && ctx->cpus && ctx->cpus[inner->arch].lacks[0])
		return xasprintf("the CPU model %s has no %s", ctx->cpus[inner->arch].model,
			ctx->cpus[inner->arch].lacks);
	else if (inner)
		cpu = cpu_model(ctx->cpus, inner->arch);
	return xasprintf("%s lacks a CPU feature that the program uses", cpu);
}

static void judge_crash(struct exec_result *res, const struct execute_spec *spec, struct sample *s)
{
	char how[PROC_END_TEXT_MAX];
	const char *last = last_words(&res->proc.err);
	_cleanup_free_ char *why = NULL;

	proc_end_text(&res->proc, how);
	if (res->proc.end == PROC_SIGNALED && res->proc.code == SIGILL) {
		_cleanup_free_ char *fault = cpu_fault(&spec->arm->env, spec->ctx);

		why = xasprintf("illegal instruction: %s", fault);
		fail(s, STATUS_ILLEGAL, why);
		return;
	}
	why = xasprintf("%s%s%.160s", how, *last ? ": " : "", last);
	fail(s, STATUS_CRASH, why);
}

/* The guest's kernel says so; what the program makes of the end of its children does not count. */
static void judge_memory(const struct execute_spec *spec, struct sample *s)
{
	_cleanup_free_ char *why =
		xasprintf("out of memory: its guest has %llu MiB; give it more with --memory",
			(unsigned long long)plan_memory_mib(spec->plan, &spec->arm->env));

	fail(s, STATUS_OUT_OF_MEMORY, why);
}

/* package.runner's status for a result that does not match its pattern, and for a service that was
 * not ready in time. */
#define RUNNER_WRONG 4
#define RUNNER_LATE 5

static void judge_exit(struct exec_result *res, const struct execute_spec *spec, struct sample *s)
{
	if (spec->workload->packaged && res->proc.code == RUNNER_WRONG)
		fail(s, STATUS_WRONG, str_last_line(&res->proc.err));
	else if (spec->workload->packaged && res->proc.code == RUNNER_LATE)
		fail(s, STATUS_TIMEOUT, str_last_line(&res->proc.err));
	else
		judge_crash(res, spec, s);
}

static void judge_record(
	const struct exec_result *res, const struct execute_spec *spec, struct sample *s)
{
	struct err err = {0};
	uint64_t main_ns = 0;

	if (record_parse(str_text(&res->proc.out), res->proc.out.len, "record", s, &main_ns, &err) <
		0) {
		fail(s, STATUS_RUBBISH, err.text);
		return;
	}
	/* A program that lies about its clock cannot make the start-up time negative or absurd. */
	if (main_ns > res->start_ns &&
		main_ns - res->start_ns < res->proc.end_ns - res->proc.begin_ns)
		s->startup_ns = main_ns - res->start_ns;
	if (!workload_prints_time(spec->workload) && sample_overruns(s)) {
		fail(s, STATUS_RUBBISH, AUDIT_OVERRUN);
		return;
	}
	s->status = STATUS_OK;
}

/* A command's one iteration is its execution, its result is what it printed. */
static void judge_command(const struct exec_result *res, struct sample *s)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

	for (size_t i = 0; i < res->proc.out.len; i++)
		hash = (hash ^ (unsigned char)res->proc.out.s[i]) * UINT64_C(0x100000001b3);
	snprintf(s->digest.hash, sizeof(s->digest.hash), "%016llx", (unsigned long long)hash);
	s->iter_wall_ns = xcalloc(1, sizeof(*s->iter_wall_ns));
	s->iter_cpu_ns = xcalloc(1, sizeof(*s->iter_cpu_ns));
	s->iterations = 1;
	s->iter_wall_ns[0] = res->program_ns;
	s->iter_cpu_ns[0] = res->proc.user_ns + res->proc.sys_ns;
	s->status = STATUS_OK;
}

static void judge(const struct execute_spec *spec, struct exec_result *res, struct sample *s)
{
	char limit[DURATION_TEXT_MAX], reason[REASON_MAX];
	_cleanup_free_ char *why = NULL;

	s->host_wall_ns =
		res->host_wall_ns ? res->host_wall_ns : res->proc.end_ns - res->proc.begin_ns;
	s->guest_wall_ns = res->guest_wall_ns;
	s->clock_error_ns = res->clock_error_ns;
	s->user_ns = res->proc.user_ns;
	s->sys_ns = res->proc.sys_ns;
	s->host_cpu_ns = res->host_cpu_ns;
	s->max_rss_kib = res->proc.max_rss_kib;
	switch (res->proc.end) {
	case PROC_EXITED:
		if (res->proc.code && res->oom_kills)
			judge_memory(spec, s);
		else if (res->proc.code)
			judge_exit(res, spec, s);
		else if (spec->workload->args)
			judge_command(res, s);
		else
			judge_record(res, spec, s);
		break;
	case PROC_SIGNALED:
		if (res->oom_kills)
			judge_memory(spec, s);
		else
			judge_crash(res, spec, s);
		break;
	case PROC_FLOOD:
		fail(s, STATUS_RUBBISH, "it printed more than 400 KiB");
		break;
	case PROC_TIMEOUT:
	case PROC_STOPPED:
		why = xasprintf(
			"not done within %s", duration_text(spec->plan->deadline_ns, limit));
		fail(s, STATUS_TIMEOUT, why);
		break;
	}
	/* Around a program in an image is a sandbox, whose own CPU time is all that is seen of it
	 * from outside; the record has the program's. */
	if (!environment_vm(&spec->arm->env) && s->host_cpu_ns < s->user_ns + s->sys_ns)
		s->host_cpu_ns = s->user_ns + s->sys_ns;
	if (s->status == STATUS_OK && audit_refuses(s, reason))
		fail(s, STATUS_RUBBISH, reason);
}

/* One try. Negative: interrupted. */
static int try_once(const struct execute_spec *spec, const struct exec_spec *exec,
	struct place *place, struct sample *s, uint64_t *inside_ns, struct err *err)
{
	struct exec_result res = {0};
	struct err why = {0};
	int r = place_exec(place, exec, &res, &why);

	*inside_ns += res.proc.end_ns - res.proc.begin_ns;
	if (*spec->ctx->stop || res.proc.end == PROC_STOPPED)
		r = err_set(err, ERR_INTERRUPTED, "interrupted");
	else if (r < 0)
		fail(s, place_broken(place) ? STATUS_LOST : STATUS_ERROR, why.text);
	else
		judge(spec, &res, s);
	exec_result_release(&res);
	return r == -ERR_INTERRUPTED ? r : 0;
}

static bool has_translator(const struct environment *env)
{
	return env->n && env->layers[env->n - 1].kind != LAYER_VM;
}

int execute_arm(const struct execute_spec *spec, struct place *place, struct sample *sample,
	uint64_t *ret_inside_ns, struct err *err)
{
	_cleanup_(argv_release) struct argv argv = {0}, env = {0};
	struct exec_spec exec = {
		.cpus = (unsigned)point_threads(&spec->arm->env.point),
		.timeout_ns = spec->plan->deadline_ns,
		.stdout_max = STDOUT_MAX,
		.stderr_max = STDERR_MAX,
		.label = sample,
	};
	int r;

	str_copy(sample->cell, sizeof(sample->cell), spec->arm->cell);
	sample->duplicate = spec->arm->duplicate;
	program_env(spec->variant, spec->arm, &env);
	stack_variables(&spec->arm->env, spec->ctx, &env);
	command_line(spec, &argv);
	exec.root = plan_root(spec->plan, spec->workload, spec->arm->parts.arch);
	exec.mounts = exec.root && !spec->workload->packaged->interpreter &&
		      stack_translates_children(&spec->arm->env);
	exec.argv = argv.v;
	exec.envp = env.v;
	*ret_inside_ns = 0;
	r = try_once(spec, &exec, place, sample, ret_inside_ns, err);
	if (!r && sample->status == STATUS_CRASH && has_translator(&spec->arm->env)) {
		sample->retries++;
		sample->reason[0] = '\0';
		r = try_once(spec, &exec, place, sample, ret_inside_ns, err);
	}
	return r;
}
