/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/replay.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"

struct place_replay {
	struct place place;
	const struct sample_index *canned;
	const volatile sig_atomic_t *stop;
	const char *lost; /* why the canned place went away in the last execution, or NULL */
};

/* The canned program entered main() this long after time 0 of its clock. */
#define START_NS UINT64_C(1000000000)

static void write_numbers(struct json_writer *w, const char *key, const uint64_t *v, size_t n)
{
	jw_begin_array(w, key);
	for (size_t i = 0; i < n; i++)
		jw_u64(w, NULL, v[i]);
	jw_end_array(w);
}

static void write_record(const struct sample *s, struct str *out)
{
	struct json_writer w;

	json_writer_init(&w, out, false);
	jw_begin_object(&w, NULL);
	jw_string(&w, "schema", "toll.record/1");
	jw_string(&w, "workload", "replayed");
	jw_u64(&w, "main_ns", START_NS + s->startup_ns);
	write_numbers(&w, "iter_wall_ns", s->iter_wall_ns, s->iterations);
	write_numbers(&w, "iter_cpu_ns", s->iter_cpu_ns, s->iterations);
	jw_begin_object(&w, "work");
	jw_double(&w, "flop", s->flop);
	jw_double(&w, "bytes", s->bytes);
	jw_end_object(&w);
	jw_string(&w, "path", s->path);
	jw_begin_object(&w, "digest");
	jw_begin_array(&w, "values");
	for (size_t i = 0; i < s->digest.n; i++)
		jw_double(&w, NULL, s->digest.values[i]);
	jw_end_array(&w);
	jw_string(&w, "hash", s->digest.hash);
	jw_end_object(&w);
	if (s->nlosses) {
		jw_begin_array(&w, "losses");
		for (size_t i = 0; i < s->nlosses; i++)
			jw_double(&w, NULL, s->losses[i]);
		jw_end_array(&w);
	}
	if (s->probe)
		jw_raw(&w, "probe", s->probe);
	jw_end_object(&w);
}

static void set_end(const struct sample *s, struct exec_result *ret)
{
	struct proc_result *res = &ret->proc;

	switch (s->status) {
	case STATUS_TIMEOUT:
	case STATUS_TOO_SLOW:
		res->end = PROC_TIMEOUT;
		break;
	case STATUS_ILLEGAL:
		res->end = PROC_SIGNALED;
		res->code = SIGILL;
		break;
	case STATUS_OUT_OF_MEMORY:
		ret->oom_kills = 1;
		res->end = PROC_SIGNALED;
		res->code = SIGKILL;
		break;
	case STATUS_CRASH:
		res->end = PROC_SIGNALED;
		res->code = SIGSEGV;
		break;
	case STATUS_RUBBISH:
		str_add(&res->out, "rubbish");
		break;
	default:
		write_record(s, &res->out);
	}
}

static int replay_exec(
	struct place *p, const struct exec_spec *spec, struct exec_result *ret, struct err *err)
{
	struct place_replay *replay = (struct place_replay *)p;
	const struct sample *label = spec->label;
	const struct sample *s = sample_index_find(
		replay->canned, label->block, label->cell, label->duplicate, label->execution);

	if (*replay->stop)
		return err_set(err, ERR_INTERRUPTED, "interrupted");
	if (!s)
		return err_set(err, ENOENT,
			"the replayed run holds no execution %llu of it in block %llu",
			(unsigned long long)label->execution, (unsigned long long)label->block);
	replay->lost = s->status == STATUS_LOST ? s->reason : NULL;
	if (s->status == STATUS_LOST || s->status == STATUS_ERROR)
		return err_set(err, EIO, "%s", s->reason);
	set_end(s, ret);
	ret->proc.begin_ns = START_NS;
	ret->proc.end_ns = START_NS + s->host_wall_ns;
	ret->proc.user_ns = s->user_ns;
	ret->proc.sys_ns = s->sys_ns;
	ret->proc.max_rss_kib = s->max_rss_kib;
	ret->host_cpu_ns = s->host_cpu_ns;
	ret->host_wall_ns = s->host_wall_ns;
	ret->guest_wall_ns = s->guest_wall_ns;
	ret->clock_error_ns = s->clock_error_ns;
	ret->start_ns = START_NS;
	return 0;
}

static const char *replay_broken(const struct place *p)
{
	return ((const struct place_replay *)p)->lost;
}

static void replay_close(struct place *p)
{
	free(p);
}

static const struct place_ops replay_ops = {
	.exec = replay_exec, .broken = replay_broken, .close = replay_close};

static int replay_boot(const struct samples *canned, struct boot *boot, struct err *err)
{
	for (size_t i = 0; i < canned->nboots; i++) {
		const struct boot *b = &canned->boots[i];
		uint64_t number = boot->boot;

		if (b->block != boot->block || b->duplicate != boot->duplicate ||
			strcmp(b->env, boot->env))
			continue;
		if (b->status != STATUS_OK)
			return err_set(err, EIO, "%s", b->reason);
		*boot = *b;
		boot->boot = number;
		return 0;
	}
	return err_set(err, ENOENT, "the replayed run holds no boot of block %llu",
		(unsigned long long)boot->block);
}

int replay_open(const struct sample_index *canned, const volatile sig_atomic_t *stop,
	struct place **ret, struct boot *boot, struct err *err)
{
	struct place_replay *replay;
	int r = boot ? replay_boot(canned->samples, boot, err) : 0;

	if (r < 0)
		return r;
	replay = xcalloc(1, sizeof(*replay));
	*replay = (struct place_replay){.place = {&replay_ops}, .canned = canned, .stop = stop};
	*ret = &replay->place;
	return 0;
}
