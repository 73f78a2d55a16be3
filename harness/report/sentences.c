/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The answer in words.
 */
#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/figure_data.h"
#include "report/number.h"
#include "report/sections.h"

static void add_wins(const struct story *st, struct str *out)
{
	const struct view *v = st->view;
	size_t unclear = answers_with(st->answers, v->nrows, VERDICT_UNCLEAR), parts = 0, only;

	for (size_t e = 0; e < v->nenvs; e++) {
		size_t won = answers_won(st->answers, v->nrows, v->envs[e].id);

		if (won)
			str_addf(out, "%s%s is fastest for %zu", parts++ ? "; " : "", v->envs[e].id,
				won);
	}
	if (unclear)
		str_addf(out,
			"%sfor %zu this run cannot tell the fastest from the next (5 %% over all "
			"workloads)",
			parts++ ? "; " : "", unclear);
	only = answers_with(st->answers, v->nrows, VERDICT_ONLY);
	if (only)
		str_addf(out, "%sfor %zu only one way has a time here", parts++ ? "; " : "", only);
}

void sentence_fastest(const struct story *st, struct str *out)
{
	const struct view_env *foreign = view_first_foreign(st->view);
	size_t n = st->view->nrows, none;

	if (!foreign) {
		str_add(out, n ? "This run has no environment for a foreign architecture on this "
				 "machine."
			       : "There is no cell to compare.");
		return;
	}
	none = answers_with(st->answers, n, VERDICT_NONE);
	if (none == n) {
		str_addf(out, "No %s program could be timed here.", arch_text(foreign->arch));
		return;
	}
	str_addf(out, "Running %s programs on this %s host: ", arch_text(foreign->arch),
		arch_text(st->summary->host.arch));
	if (answers_with(st->answers, n, VERDICT_UNCLEAR) == n) {
		str_addf(out,
			"this run cannot tell the fastest way from the next for %s (5 %% over all "
			"workloads).",
			n == 1 ? "the one workload variant" : "any workload variant");
		return;
	}
	str_addf(out, "of %zu workload variants, ", n);
	add_wins(st, out);
	if (none)
		str_addf(out, "; for %zu nothing could be timed", none);
	str_addc(out, '.');
}

/* The fastest foreign environment by geometric mean that is not `but`. */
static const struct geomean *fastest_foreign(
	const struct story *st, const char *variant, const struct geomean *but)
{
	const struct geomean *best = NULL;

	for (size_t e = 0; e < st->view->nenvs; e++) {
		const struct view_env *env = &st->view->envs[e];
		const struct geomean *g = geomean_find(st->summary, env->id, variant);

		if (!env->foreign || !g || g == but || !ratio_has_point(&g->ratio))
			continue;
		if (!best || g->ratio.point < best->ratio.point)
			best = g;
	}
	return best;
}

static void add_mean(struct str *out, const struct geomean *g)
{
	char ratio[NUMBER_TEXT_MAX], interval[NUMBER_TEXT_MAX];

	str_addf(out, "%s %s %s", g->env, ratio_text(g->ratio.point, ratio),
		interval_text(&g->ratio, interval));
}

/* ": user-aarch64 is 1.2× faster", or that it cannot be told. The suite's pair is over the programs
 * that both have; where a mean has others too, that is said. */
static void add_comparison(
	struct str *out, const struct summary *s, const struct geomean *a, const struct geomean *b)
{
	struct pair p;
	struct ratio gain;
	char number[NUMBER_TEXT_MAX], interval[NUMBER_TEXT_MAX];
	bool both = summary_pair(s, "", a->variant, a->env, b->env, &p);

	if (!both || !p.ratio.defined || (p.ratio.lo <= 1 && p.ratio.hi >= 1)) {
		str_add(out, ", which cannot be told apart");
	} else {
		gain = p.ratio.hi < 1 ? ratio_inverse(&p.ratio) : p.ratio;
		str_addf(out, ": %s is %s %s faster", p.ratio.hi < 1 ? p.a : p.b,
			ratio_text(gain.point, number), interval_text(&gain, interval));
	}
	if (both && (p.workloads != a->workloads || p.workloads != b->workloads))
		str_addf(out, " over the %zu that both ran", p.workloads);
}

void sentence_geomeans(const struct story *st, struct str *out)
{
	const struct summary *s = st->summary;
	size_t parts = 0;

	for (size_t i = 0; i < s->ngeomeans; i++) {
		const char *variant = s->geomeans[i].variant;
		const struct geomean *first = fastest_foreign(st, variant, NULL), *second;

		/* each variant once: at the line of its first */
		if (first != &s->geomeans[i])
			continue;
		str_add(out,
			parts++ ? "; " : "On the geometric mean, in multiples of native time, ");
		str_addf(out, "%s: ",
			strcmp(variant, "all") ? variant : "all variants, each program once");
		add_mean(out, first);
		second = fastest_foreign(st, variant, first);
		if (second) {
			str_add(out, ", then ");
			add_mean(out, second);
			add_comparison(out, s, first, second);
		}
	}
	if (parts)
		str_addc(out, '.');
}

void sentence_payback(const struct story *st, struct str *out)
{
	size_t n = st->view->nrows, compared = 0, pays = 0, unclear = 0;
	const struct answer *soonest = NULL;
	char number[NUMBER_TEXT_MAX], time[NUMBER_TEXT_MAX];

	for (size_t i = 0; i < n; i++) {
		const struct answer *a = &st->answers[i];

		compared += a->payback.kind != PAYBACK_NONE;
		unclear += a->payback.kind == PAYBACK_UNCLEAR;
		if (a->payback.kind != PAYBACK_AT)
			continue;
		pays++;
		if (!soonest || a->payback.work_ns < soonest->payback.work_ns)
			soonest = a;
	}
	if (!compared)
		return;
	if (compared == unclear) {
		str_addf(out,
			"Whether booting a VM pays back against translating cannot be told for any "
			"of "
			"%zu.",
			compared);
		return;
	}
	str_addf(out, "Booting a VM instead of translating pays back for %zu of %zu", pays,
		compared);
	if (soonest)
		str_addf(out, ", soonest for %s %s: after %s iterations (%s of work)",
			soonest->row->workload, soonest->row->variant,
			count_text(soonest->payback.iterations, number),
			time_text(soonest->payback.work_ns, time));
	if (unclear)
		str_addf(out, "; for %zu the two cannot be told apart", unclear);
	str_addc(out, '.');
}

static const struct geomean *same_arch_geomean(
	const struct story *st, enum view_kind kind, const char *variant)
{
	const struct geomean *best = NULL;

	for (size_t e = 0; e < st->view->nenvs; e++) {
		const struct view_env *env = &st->view->envs[e];
		const struct geomean *g = geomean_find(st->summary, env->id, variant);

		if (env->foreign || env->kind != kind || !g || !ratio_has_point(&g->ratio))
			continue;
		if (!best || g->ratio.point < best->ratio.point)
			best = g;
	}
	return best;
}

void sentence_same_arch(const struct story *st, struct str *out)
{
	const struct summary *s = st->summary;
	size_t parts = 0;

	for (size_t i = 0; i < s->ngeomeans; i++) {
		const char *variant = s->geomeans[i].variant;
		const char *what = strcmp(variant, "all") ? variant : "all variants";
		const struct geomean *user = same_arch_geomean(st, VIEW_USER, variant);
		const struct geomean *vm = same_arch_geomean(st, VIEW_VM, variant);
		char a[NUMBER_TEXT_MAX], b[NUMBER_TEXT_MAX];

		/* each variant once: at its translator's line */
		if (!user || !vm || &s->geomeans[i] != user)
			continue;
		if (parts++)
			str_addf(out, "; %s: %s against %s", what, ratio_text(user->ratio.point, a),
				ratio_text(vm->ratio.point, b));
		else
			str_addf(out,
				"Programs of the host's own architecture, %s, translated (%s) "
				"against the same in a VM (%s), %s: %s against %s native time",
				arch_text(s->host.arch), user->env, vm->env, what,
				ratio_text(user->ratio.point, a), ratio_text(vm->ratio.point, b));
		add_comparison(out, s, user, vm);
	}
	if (parts)
		str_addc(out, '.');
}

/* ---- too few blocks ---- */

/* Fewer than STATS_FEW_ENOUGH blocks can all fall into one spell of a host that switches speed. */
static void add_few_blocks(const struct summary *s, size_t fewest, struct str *out)
{
	str_addf(out, "Intervals of fewer than five blocks (here %zu) are ", fewest);
	if (s->bunches)
		str_addf(out,
			"as wide as the spread of all cells makes them: the blocks of this run "
			"bunch as on a host that switches speed for seconds at a time (p = %.2g).",
			s->bunching_p);
	else if (isfinite(s->bunching_p))
		str_addf(out,
			"wide; this run's cells show no sign of a host that switches speed for "
			"seconds at a time, where they would be too narrow (p = %.2g).",
			s->bunching_p);
	else
		str_add(out, "too narrow where the host switches speed for seconds at a time: all "
			     "of them can fall into one such spell, and this run has too few cells "
			     "to tell.");
	str_add(out, " Six blocks are better.");
}

/* Nor can a few blocks of a few cells tell how its moods last from block to block. */
static void add_few_cells(const struct summary *s, struct str *out)
{
	str_addf(out,
		"Where the host switches speed for seconds at a time these intervals are too "
		"narrow, and cover 80 to 90 %% instead of 95: the %zu ratios of single blocks that "
		"tell how the noise lasts, ",
		(size_t)s->noise_values);
	if (s->noise_runs)
		str_addf(out, "of this run and %zu before it,", (size_t)s->noise_runs);
	else
		str_add(out, "all of this run,");
	str_addf(out, " are too few. More blocks%s help", s->pilot ? " of the pilot" : "");
	if (!s->replayed && !s->connect[0])
		str_add(out, ", and so do further such runs: each uses what those before it say");
	str_addc(out, '.');
}

void sentence_few_blocks(const struct story *st, struct str *out)
{
	const struct summary *s = st->summary;
	size_t points = 0, intervals = 0, fewest = SIZE_MAX;

	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *c = &s->cells[i];

		if (!ratio_has_point(&c->ratio) || environment_id_is_native(c->env))
			continue;
		points++;
		intervals += c->ratio.defined;
		if (c->ratio.defined && c->ratio.blocks < fewest)
			fewest = c->ratio.blocks;
	}
	if (points && !intervals)
		str_add(out, "Of one block there is no interval: nothing tells how far off these "
			     "ratios are. Measure two blocks at least (--blocks), six are better.");
	else if (fewest < SUMMARY_BLOCKS_ENOUGH)
		add_few_blocks(s, fewest, out);
	else if (intervals && s->noise_values && s->noise_values < SUMMARY_NOISE_ENOUGH)
		add_few_cells(s, out);
}

/* ---- what ran the VMs ---- */

static bool ran_alike(const struct boot_summary *a, const struct boot_summary *b)
{
	return !strcmp(a->ran_on, b->ran_on) && !strcmp(a->qemu, b->qemu) &&
	       !strcmp(a->libvirt, b->libvirt);
}

static void add_where(const struct boot_summary *b, struct str *out)
{
	str_addf(out, " ran on %s (QEMU %s, libvirt %s)", b->ran_on,
		b->qemu[0] ? b->qemu : "unknown", b->libvirt[0] ? b->libvirt : "unknown");
}

void sentence_other_machine(const struct story *st, struct str *out)
{
	const struct summary *s = st->summary;
	const struct boot_summary *last = NULL;

	for (size_t i = 0; i < s->nboots; i++) {
		const struct boot_summary *b = &s->boots[i];

		if (!b->ran_on[0])
			continue;
		if (last && !ran_alike(last, b))
			add_where(last, out);
		str_addf(out, "%s%s", last ? ", " : "", b->env);
		last = b;
	}
	if (!last)
		return;
	add_where(last, out);
	str_addf(out,
		"%s%s; everything else on this machine. Times of two machines make no overhead: "
		"the VMs' have no ratio to native times here, and are compared with each other "
		"only. Run toll on that machine for their overheads.",
		s->connect[0] ? ", reached by " : "", s->connect);
}

/* Is it a word of the line? "7.2.2" is not in "QEMU emulator version 7.2.22 (Debian …)". */
static bool line_has_version(const char *line, const char *version)
{
	size_t n = strlen(version);

	for (const char *p = line; (p = strstr(p, version)); p++)
		if ((p == line || p[-1] == ' ') && (!p[n] || !strchr("0123456789.", p[n])))
			return true;
	return false;
}

void sentence_other_qemu(const struct story *st, struct str *out)
{
	const char *here = st->summary->host.qemu_system;
	size_t n = 0;

	for (size_t i = 0; i < st->summary->nboots; i++) {
		const struct boot_summary *b = &st->summary->boots[i];

		if (b->ran_on[0] || !b->qemu[0] || !here[0] || line_has_version(here, b->qemu))
			continue;
		str_addf(out, "%s%s ran on QEMU %s", n++ ? ", " : "", b->env, b->qemu);
	}
	if (n)
		str_addf(out, "; the QEMU in PATH here is another one: %s.", here);
}

/* ---- cold ---- */

static double started_ns(const struct cell_summary *c)
{
	return c->startup_ns + c->first_iter_ns;
}

static double boot_ns(const struct cell_summary *c)
{
	return c->boot_ns;
}

/* The median over an environment's cells that ran; NaN where none has it. */
static double median_of(
	const struct view *v, size_t env, double (*value)(const struct cell_summary *c))
{
	_cleanup_free_ double *ns = xcalloc(v->nrows + 1, sizeof(*ns));
	size_t n = 0;

	for (size_t r = 0; r < v->nrows; r++) {
		const struct cell_summary *c = view_cell(v, r, env);

		if (c && c->status == STATUS_OK && isfinite(value(c)))
			ns[n++] = value(c);
	}
	times_sort(ns, n);
	return n ? times_quantile(ns, n, 0.5) : NAN;
}

void sentence_cold(const struct story *st, struct str *out)
{
	const struct view *v = st->view;
	char text[NUMBER_TEXT_MAX];

	for (size_t e = 0; e < v->nenvs; e++) {
		double started = median_of(v, e, started_ns), boot = median_of(v, e, boot_ns);

		if (!isfinite(started))
			continue;
		str_addf(out, "%s %s %s",
			out->len ? "," : "Cold, start and first iteration, in the median:",
			v->envs[e].id, time_text(started, text));
		if (isfinite(boot))
			str_addf(out, " after a boot of %s", time_text(boot, text));
	}
	if (out->len)
		str_addc(out, '.');
}
