/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `toll nightly`: one run for the record, compared with this host's stored runs.
 */
#include "cmd.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "report/report.h"
#include "run/trend.h"

/* Older runs say little about tonight, and reading them takes time. */
#define RUNS_MAX 30

struct nightly {
	char *home, *output;
	struct stored_run now;
	struct trends trends;
	struct history_point *points;
	size_t npoints, points_cap;
};

/* ---- lock ---- */

static int take_lock(const char *output, int *ret_fd, struct err *err)
{
	_cleanup_free_ char *dir = xasprintf("%s/results", output);
	_cleanup_free_ char *path = xasprintf("%s/.nightly.lock", dir);
	_cleanup_fd_ int fd = -1;
	int r = file_mkdirs(dir, err);

	if (r < 0)
		return r;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_sys(err, errno, "cannot open '%s'", path);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return err_set(
			err, EBUSY, "another nightly run is under way (it holds '%s')", path);
	*ret_fd = take_fd(&fd);
	return 0;
}

/* ---- stored runs ---- */

static bool is_comparable(
	const struct plan *plan, const struct host *host, const struct stored_run *now)
{
	return !strcmp(host->id, now->host.id) && !strcmp(plan->profile, now->plan.profile) &&
	       !strcmp(plan->size, now->plan.size) && strcmp(plan->run, now->plan.run) &&
	       !strcmp(plan->connect, now->plan.connect) && !plan->command && !now->plan.command &&
	       cpus_are_equal(plan->cpus, now->plan.cpus) &&
	       !plan->replay[0] == !now->plan.replay[0];
}

/* Plan and host tell, without reading the samples. */
static bool run_is_comparable(const struct nightly *n, const char *name)
{
	_cleanup_(run_folder_close) struct run_folder folder = {.samples_fd = -1, .lock_fd = -1};
	_cleanup_(plan_release) struct plan plan = {0};
	struct host host = {0};

	return run_folder_open(n->output, name, &folder, NULL) == 0 &&
	       run_folder_read_plan(&folder, &plan, NULL) == 0 &&
	       run_folder_read_host(&folder, &host, NULL) == 0 &&
	       is_comparable(&plan, &host, &n->now);
}

static void add_points(struct nightly *n, const struct stored_run *run)
{
	for (size_t i = 0; i < run->summary.ngeomeans; i++) {
		const struct geomean *g = &run->summary.geomeans[i];
		struct history_point p = {.ratio = g->ratio};

		if (strcmp(g->variant, "all"))
			continue;
		str_copy(p.run, sizeof(p.run), run->plan.run);
		str_copy(p.date, sizeof(p.date), run->plan.created);
		str_copy(p.group, sizeof(p.group), "geometric mean");
		str_copy(p.env, sizeof(p.env), g->env);
		GROW(n->points, n->npoints, n->points_cap);
		n->points[n->npoints++] = p;
	}
}

static void add_stored_run(struct nightly *n, const char *name)
{
	struct stored_run old;
	struct err why = {0};

	if (stored_run_read(n->home, n->output, name, &old, &why) < 0) {
		log_warn("left out of the comparison: %s", why.text);
		return;
	}
	trends_add(&n->trends, &old.plan, &old.samples, &old.summary);
	add_points(n, &old);
	stored_run_release(&old);
}

/* The latest comparable runs, added oldest first: the figure shows them in that order. */
static int add_stored_runs(struct nightly *n, struct err *err)
{
	_cleanup_(argv_release) struct argv runs = {0};
	size_t chosen[RUNS_MAX], count = 0;
	int r = run_folder_list(n->output, &runs, err);

	if (r < 0)
		return r;
	for (size_t i = runs.n; i-- > 0 && count < RUNS_MAX;)
		if (run_is_comparable(n, runs.v[i]))
			chosen[count++] = i;
	while (count)
		add_stored_run(n, runs.v[chosen[--count]]);
	add_points(n, &n->now);
	return 0;
}

/* ---- nightly.md ---- */

static const char *verdict_text(enum trend_verdict v)
{
	static const char *const text[] = {[TREND_SAME] = "unchanged",
		[TREND_SLOWER] = "**slower**",
		[TREND_FASTER] = "faster",
		[TREND_NO_HISTORY] = "no stored run has it"};

	return text[v];
}

static size_t count(const struct trends *t, enum trend_verdict v)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += t->v[i].verdict == v;
	return n;
}

static void add_headline(const struct trends *t, struct str *out)
{
	str_addf(out, "%zu slower, %zu faster, %zu unchanged, compared with %zu stored runs.\n",
		count(t, TREND_SLOWER), count(t, TREND_FASTER), count(t, TREND_SAME), t->runs);
	if (t->runs < TREND_RUNS_MIN)
		str_addf(out,
			"Before %d stored runs nothing is called a regression: the spread between "
			"nights is not known yet.\n",
			TREND_RUNS_MIN);
}

static void add_rows(const struct trends *t, enum trend_verdict verdict, struct str *out)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct trend *v = &t->v[i];

		if (v->verdict != verdict)
			continue;
		str_addf(out, "| %s | ", v->cell);
		if (v->n_runs)
			str_addf(out, "%.3f [%.3f, %.3f] | %.3g | ±%.0f %% | ",
				v->change.ratio.point, v->change.ratio.lo, v->change.ratio.hi,
				v->change.p_adjusted, 100 * v->spread);
		else
			str_add(out, "– | – | – | ");
		str_addf(out, "%s |\n", verdict_text(verdict));
	}
}

static int write_nightly(const struct nightly *n, bool figure, struct err *err)
{
	static const enum trend_verdict order[] = {
		TREND_SLOWER, TREND_FASTER, TREND_SAME, TREND_NO_HISTORY};
	_cleanup_free_ char *path = xasprintf("%s/nightly.md", n->now.folder.dir);
	_cleanup_(str_release) struct str out = {0};

	str_addf(&out, "# Nightly run %s\n\n", n->now.plan.run);
	add_headline(&n->trends, &out);
	if (figure)
		str_addf(&out,
			"\n![Overhead ratios over the stored runs](../../plots/%s/history.svg)\n",
			n->now.plan.run);
	str_add(&out, "\nChange of the overhead ratio, new ÷ stored (Welch on the logarithms, 95 % "
		      "interval); p adjusted by Holm over the cells; spread: the largest deviation "
		      "of a stored run.\n\n"
		      "| cell | change | p | spread | verdict |\n|---|---|---|---|---|\n");
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		add_rows(&n->trends, order[i], &out);
	str_add(&out, "\n[The report of this run](report.md)\n");
	return file_write(path, out.s, out.len, err);
}

/* ---- the command ---- */

/* A figure or a report that cannot be made is complained about and does not hide the verdict. */
static bool draw_history(const struct nightly *n)
{
	_cleanup_free_ char *scripts = xasprintf("%s/plots", n->home);
	struct err err = {0};
	int r = report_history(&(struct history_input){.points = n->points,
				       .n = n->npoints,
				       .summary = &n->now.summary,
				       .plots_dir = n->now.folder.plots,
				       .scripts_dir = scripts,
				       .stop = &stop_signal},
		&err);

	if (r < 0 && r != -ENODATA)
		complain(&err);
	return r == 0;
}

static int compare_with_history(struct nightly *n, const char *dir, struct err *err)
{
	struct err report = {0};
	int r = stored_run_read(n->home, n->output, dir, &n->now, err);

	if (r < 0)
		return r;
	trends_init(&n->trends, &n->now.plan, &n->now.samples, &n->now.summary);
	r = add_stored_runs(n, err);
	if (r < 0)
		return r;
	trends_judge(&n->trends);
	if (write_report(n->home, &n->now, true, &report) < 0)
		complain(&report);
	return write_nightly(n, draw_history(n), err);
}

static int run_nightly(const struct options *o, struct nightly *n)
{
	_cleanup_free_ char *dir = NULL;
	_cleanup_(str_release) struct str text = {0};
	struct err err = {0};
	int code = measure_run(o, &dir);

	if (!dir)
		return code;
	if (compare_with_history(n, dir, &err) < 0)
		return complain(&err);
	if (stop_signal)
		return EXIT_SIGNAL + stop_signal;
	add_headline(&n->trends, &text);
	printf("\n%s%s/nightly.md\n%s\n", str_text(&text), dir, dir);
	return trends_regressed(&n->trends) ? EXIT_REGRESSION : code;
}

int cmd_nightly(const struct options *o, const char *const *operands, size_t n_operands)
{
	struct nightly n = {
		.home = find_home(), .now = {.folder = {.samples_fd = -1, .lock_fd = -1}}};
	_cleanup_fd_ int lock = -1;
	struct err err = {0};
	int code;

	(void)operands, (void)n_operands;
	n.output = output_dir(o, n.home);
	code = take_lock(n.output, &lock, &err) < 0 ? complain(&err) : run_nightly(o, &n);
	trends_release(&n.trends);
	stored_run_release(&n.now);
	free(n.points);
	free(n.home);
	free(n.output);
	return code;
}
