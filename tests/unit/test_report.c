/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reports of a made-up run.
 *
 *   test_report               the tests
 *   test_report --update      writes tests/golden/report.md and report.txt anew
 *   test_report --write DIR   leaves DIR/results/RUN/report.html (hostile: DIR/hostile/…) for the
 *                             browser's tests and for a look
 */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/proc.h"
#include "report/figure.h"
#include "report/number.h"
#include "report/report.h"
#include "report/sections.h"
#include "tests/unit/fixture_summary.h"
#include "tests/unit/tap.h"

#define SCRIPTS "plots"
#define GOLDEN "tests/golden"
#define FILE_MAX (16u << 20)

struct home {
	char path[64], run[128], plots[128];
};

static void home_make(struct home *h)
{
	struct err err = {0};

	str_copy(h->path, sizeof(h->path), "/tmp/toll-report-XXXXXX");
	if (!mkdtemp(h->path))
		abort();
	snprintf(h->run, sizeof(h->run), "%s/results/RUN", h->path);
	snprintf(h->plots, sizeof(h->plots), "%s/plots/RUN", h->path);
	ok(!file_mkdirs(h->run, &err), "a folder for the run is there %s", err.text);
}

static void home_remove(struct home *h)
{
	file_remove_tree(h->path, NULL);
}

static struct report_input input_of(const struct fixture *f, const struct home *h)
{
	return (struct report_input){.summary = &f->summary,
		.samples = &f->samples,
		.workloads = &f->workloads,
		.record = &f->record,
		.run_dir = h->run,
		.plots_dir = h->plots,
		.scripts_dir = SCRIPTS};
}

static char *read_in(const char *folder, const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", folder, name);
	char *text = NULL;

	return file_read(path, FILE_MAX, &text, NULL, NULL) ? xstrdup("") : text;
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

/* ---- golden ---- */

static void compare_golden(const char *name, const char *text, bool update)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", GOLDEN, name), *golden = NULL;
	struct err err = {0};

	if (update) {
		ok(!file_mkdirs(GOLDEN, &err) && !file_write(path, text, strlen(text), &err),
			"%s is written %s", path, err.text);
		return;
	}
	golden = read_in(GOLDEN, name);
	if (!ok(!strcmp(golden, text), "%s is as it was (else look, and test_report --update)",
		    name)) {
		size_t i = 0;

		while (golden[i] && golden[i] == text[i])
			i++;
		printf("# differs at byte %zu: '%.60s' was '%.60s'\n", i, text + i, golden + i);
	}
}

static void reports_are_as_they_were(const struct fixture *f, const struct home *h, bool update)
{
	_cleanup_(str_release) struct str terminal = {0};
	_cleanup_free_ char *markdown = read_in(h->run, "report.md");
	size_t widest = 0;

	report_terminal(&f->summary, &f->record,
		&(struct report_terminal_spec){
			.width = 80, .report_path = "results/RUN/report.html"},
		&terminal);
	compare_golden("report.md", markdown, update);
	compare_golden("report.txt", str_text(&terminal), update);
	ok(!strchr(str_text(&terminal), '\033'), "the terminal summary has no colour unless asked");
	for (char *line = strtok(terminal.s, "\n"); line; line = strtok(NULL, "\n"))
		widest = text_columns(line) > widest ? text_columns(line) : widest;
	ok(widest <= 80, "… and fits into 80 columns (%zu)", widest);
}

/* ---- figures ---- */

/* True when a line of this figure's data shows the cell, with a number or with its reason. */
static bool data_has(const char *data, const struct cell_summary *c)
{
	_cleanup_free_ char *copy = xstrdup(data);
	_cleanup_free_ char *mark =
		xasprintf("\t\"%s\"\t\"%s\"\t\"%s\"\t", c->workload, c->variant, c->env);
	char *save = NULL;

	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *at = strstr(line, mark), *value;

		if (!at)
			continue;
		if (c->status != STATUS_OK)
			return strstr(at, status_text(c->status)) && strstr(at, c->reason);
		/* no note, and behind it the values, of which one is a number */
		value = strstr(at, "\t\"-\"\t");
		return value && value[strcspn(value, "123456789")];
	}
	return false;
}

static void data_is_complete(const struct fixture *f, const struct home *h)
{
	static const char *const names[] = {
		"overhead", "heatmap", "cold", "iterations", "distribution", "rates"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		_cleanup_free_ char *file = xasprintf("%s.tsv", names[i]);
		_cleanup_free_ char *data = read_in(h->plots, file);
		size_t absent = 0;

		for (size_t k = 0; k < f->summary.ncells; k++) {
			const struct cell_summary *c = &f->summary.cells[k];

			if (!strcmp(c->workload, "device-probe") ||
				(i < 2 && !strcmp(c->env, "native")))
				continue;
			if (data_has(data, c))
				continue;
			absent++;
			printf("# %s lacks %s\n", file, c->id);
		}
		is_int(absent, 0, "%s has a number or a reason for every cell", file);
	}
}

static void figures_are_whole(const struct fixture *f, const struct home *h)
{
	for (const struct figure *g = figures; g->name; g++) {
		_cleanup_free_ char *svg_name = xasprintf("%s.svg", g->name);
		_cleanup_free_ char *png_name = xasprintf("%s.png", g->name);
		_cleanup_free_ char *svg = read_in(h->plots, svg_name);
		_cleanup_free_ char *png = read_in(h->plots, png_name);
		size_t absent = 0;

		if (!strcmp(g->name, "limits")) {
			ok(!*svg && !*png, "of a run without a sweep there is no figure of one");
			continue;
		}
		ok(strstr(svg, "</svg>") && !strncmp(png, "\x89PNG", 4),
			"%s is drawn as SVG and PNG", g->name);
		for (size_t i = 0; i < f->workloads.n; i++)
			absent += !strstr(svg, f->workloads.v[i].name);
		is_int(absent, 0, "%s names every workload", svg_name);
		ok(strstr(svg, "Xeon") && strstr(svg, "7.2.22") && strstr(svg, "2026-03-01"),
			"… and its caption has host, QEMU version and date");
	}
}

static void anyone_can_redraw(const struct home *h)
{
	_cleanup_free_ char *before = read_in(h->plots, "overhead.svg"), *after = NULL;
	_cleanup_free_ char *svg = xasprintf("%s/overhead.svg", h->plots);
	_cleanup_(proc_result_release) struct proc_result result = {0};
	char *argv[] = {"gnuplot", "overhead.gp", NULL};
	struct err err = {0};

	ok(!unlink(svg), "a figure is removed");
	ok(!proc_run(&(struct proc_spec){.argv = argv,
			     .cwd = h->plots,
			     .cpu = PROC_CPU_ANY,
			     .timeout_ns = 60 * NS_PER_S,
			     .stderr_max = 4096},
		   &result, &err) &&
			result.end == PROC_EXITED && result.code == 0,
		"the script beside it runs %s", str_text(&result.err));
	after = read_in(h->plots, "overhead.svg");
	is_str(after, before, "… and draws the same figure");
}

static void latest_is_a_link(const struct home *h)
{
	_cleanup_free_ char *latest = xasprintf("%s/plots/latest", h->path);
	char target[64] = "";

	ok(readlink(latest, target, sizeof(target) - 1) > 0, "plots/latest is a link");
	is_str(target, "RUN", "… to this run's figures");
}

/* ---- hostile text ---- */

static void hostile_text_stays_text(void)
{
	struct home h;
	struct fixture f;
	struct err err = {0};
	_cleanup_free_ char *html = NULL, *markdown = NULL, *svg = NULL;
	_cleanup_(str_release) struct str terminal = {0};

	fixture_init(&f);
	fixture_make_hostile(&f);
	home_make(&h);
	ok(!report_write(&(struct report_input){.summary = &f.summary,
				 .samples = &f.samples,
				 .workloads = &f.workloads,
				 .run_dir = h.run,
				 .plots_dir = h.plots,
				 .scripts_dir = SCRIPTS},
		   &err),
		"a report of hostile text is written %s", err.text);
	html = read_in(h.run, "report.html");
	markdown = read_in(h.run, "report.md");
	svg = read_in(h.plots, "overhead.svg");
	is_int(count(html, "<script"), 0, "the page has no script element");
	is_int(count(html, "<img"), 0, "… and no image element");
	is_int(count(html, "<b>"), 0, "… nor what a workload's name wants to open");
	is_int(count(html, "</svg>"), count(html, "<svg"), "… and no figure is closed early");
	ok(strstr(html, "&lt;script&gt;alert(1)"), "… the reason is there as text");
	ok(!strstr(markdown, "<script") && !strstr(markdown, "[l](javascript"),
		"Markdown has neither elements nor links from reasons");
	is_int(count(svg, "<script"), 0, "a figure has no script element");
	ok(strstr(svg, "&lt;b>"), "… and the name as text");
	report_terminal(&f.summary, NULL, &(struct report_terminal_spec){.width = 80}, &terminal);
	ok(!strchr(str_text(&terminal), '\t'), "the terminal gets no control characters");
	fixture_release(&f);
	home_remove(&h);
}

/* ---- what is missing ---- */

static void missing_gnuplot_is_an_error_with_a_report(void)
{
	struct home h;
	struct fixture f;
	struct err err = {0};
	_cleanup_free_ char *path = xstrdup(getenv("PATH")), *html = NULL;
	struct report_input in;

	fixture_init(&f);
	home_make(&h);
	in = input_of(&f, &h);
	setenv("PATH", "/nonexistent", 1);
	ok(report_write(&in, &err) < 0, "without gnuplot report_write fails");
	setenv("PATH", path, 1);
	ok(strstr(err.text, "gnuplot-nox"), "… and says what to install: %s", err.text);
	html = read_in(h.run, "report.html");
	ok(strstr(html, "Not drawn, because") && strstr(html, "id=\"answer\""),
		"… and the report has the numbers, and why there are no figures");
	fixture_release(&f);
	home_remove(&h);
}

static void missing_data_is_said(void)
{
	struct home h;
	struct fixture f;
	struct err err = {0};
	struct report_input in;
	_cleanup_free_ char *html = NULL;

	fixture_init(&f);
	home_make(&h);
	in = input_of(&f, &h);
	in.samples = NULL;
	in.workloads = NULL;
	f.summary.nfactors = 0;
	f.summary.replayed = true;
	f.summary.naa = 0;
	f.summary.blocks_planned = f.summary.blocks_done + 1;
	ok(!report_write(&in, &err), "a report without samples is written %s", err.text);
	html = read_in(h.run, "report.html");
	is_int(count(html, "Not drawn, because"), 3, "three figures say why they are not there");
	ok(strstr(html, "Replayed."), "a replayed run has its banner");
	ok(strstr(html, "its noise is not known"), "no duplicates: the noise is not known");
	ok(strstr(html, "Unfinished."), "a run with blocks missing has its banner");
	free(html);
	f.summary.budget_ended = true;
	ok(!report_write(&in, &err), "a report of a run that its budget ended is written");
	html = read_in(h.run, "report.html");
	ok(!strstr(html, "Unfinished.") && strstr(html, "all that the budget had time for"),
		"blocks that the budget had no time for are no alarm");
	fixture_release(&f);
	home_remove(&h);
}

static void nothing_measured_is_a_report_too(void)
{
	struct home h;
	struct summary s = {.host.arch = ARCH_X86_64};
	struct err err = {0};
	_cleanup_(str_release) struct str terminal = {0};

	home_make(&h);
	ok(!report_write(&(struct report_input){.summary = &s,
				 .run_dir = h.run,
				 .plots_dir = h.plots,
				 .scripts_dir = SCRIPTS},
		   &err),
		"an empty summary gives a report %s", err.text);
	report_terminal(&s, NULL, &(struct report_terminal_spec){.width = 20}, &terminal);
	ok(strstr(str_text(&terminal), "There is no cell to compare."),
		"… and the terminal says that there is nothing");
	home_remove(&h);
}

/* What went well before a cell failed is in the samples, and no cell has a time. */
static void nothing_but_failures_is_a_report_too(void)
{
	struct home h;
	struct fixture f;
	struct err err = {0};
	struct report_input in;

	fixture_init(&f);
	home_make(&h);
	in = input_of(&f, &h);
	for (size_t i = 0; i < f.summary.ncells; i++) {
		f.summary.cells[i].status = STATUS_ERROR;
		str_copy(f.summary.cells[i].reason, REASON_MAX, "all went wrong");
	}
	ok(!report_write(&in, &err), "a run whose cells all failed has a report %s", err.text);
	fixture_release(&f);
	home_remove(&h);
}

/* gnuplot 5.4 crashes on plots whose only record is undefined. */
static void the_smallest_runs_are_drawn(void)
{
	for (unsigned small = 0; small < 4; small++) {
		struct home h;
		struct fixture f;
		struct err err = {0};
		struct report_input in;
		size_t all;

		fixture_init(&f);
		home_make(&h);
		in = input_of(&f, &h);
		all = f.summary.ncells;
		/* native alone; with one other; with one that is refused; with one that has no
		 * interval */
		f.summary.ncells = small ? 2 : 1;
		f.summary.nfactors = small ? 1 : 0;
		if (small == 2)
			f.summary.cells[1].status = STATUS_REFUSED;
		if (small == 3)
			f.summary.cells[1].ratio.defined = false;
		ok(!report_write(&in, &err), "a run of %zu cells (%u) is drawn %s",
			f.summary.ncells, small, err.text);
		f.summary.ncells = all;
		fixture_release(&f);
		home_remove(&h);
	}
}

static void a_stopped_report_leaves_nothing(void)
{
	struct home h;
	struct fixture f;
	struct err err = {0};
	struct report_input in;
	volatile sig_atomic_t stop = 1;

	fixture_init(&f);
	home_make(&h);
	in = input_of(&f, &h);
	in.stop = &stop;
	is_int(report_write(&in, &err), -ERR_INTERRUPTED, "a stopped report says so");
	_cleanup_free_ char *html = xasprintf("%s/report.html", h.run);
	ok(!file_exists(html), "… and is not published");
	fixture_release(&f);
	home_remove(&h);
}

/* ---- history ---- */

static void history_needs_two_runs(void)
{
	struct home h;
	struct fixture f;
	struct err err = {0};
	struct history_point points[16];
	size_t n = 0;

	fixture_init(&f);
	home_make(&h);
	for (unsigned run = 0; run < 8; run++) {
		for (unsigned e = 0; e < 2; e++) {
			struct history_point *p = &points[n++];

			*p = (struct history_point){
				.ratio = {true, 5 + e + 0.1 * run, 4.8 + e + 0.1 * run,
					5.2 + e + 0.1 * run, 6}};
			snprintf(p->run, sizeof(p->run), "2026030%uT081500Z-aaaaa%u", run + 1, run);
			snprintf(p->date, sizeof(p->date), "2026-03-0%u 08:15:00 UTC", run + 1);
			str_copy(p->group, sizeof(p->group), "geometric mean, blas");
			str_copy(p->env, sizeof(p->env), e ? "vm-aarch64-tcg" : "user-aarch64");
		}
	}
	struct history_input in = {.points = points,
		.n = 2,
		.summary = &f.summary,
		.plots_dir = h.plots,
		.scripts_dir = SCRIPTS};
	is_int(report_history(&in, &err), -ENODATA, "one stored run is no history: %s", err.text);
	in.n = n;
	ok(!report_history(&in, &err), "eight are %s", err.text);
	_cleanup_free_ char *svg = read_in(h.plots, "history.svg");
	ok(strstr(svg, "2026-03-01") && strstr(svg, "geometric mean, blas"),
		"the figure has the dates and the group");
	fixture_release(&f);
	home_remove(&h);
}

/* ---- main ---- */

static int write_into(const char *folder, bool hostile)
{
	struct fixture f;
	struct home h;
	struct err err = {0};
	struct report_input in;
	int r;

	fixture_init(&f);
	if (hostile)
		fixture_make_hostile(&f);
	snprintf(h.run, sizeof(h.run), "%s/results/RUN", folder);
	snprintf(h.plots, sizeof(h.plots), "%s/plots/RUN", folder);
	in = input_of(&f, &h);
	r = file_mkdirs(h.run, &err);
	if (!r)
		r = report_write(&in, &err);
	if (r)
		fprintf(stderr, "%s\n", err.text);
	fixture_release(&f);
	return r ? 1 : 0;
}

/* The sentence about the precision. */
static void says(const struct fixture *f, const char *want, const char *name)
{
	_cleanup_(str_release) struct str text = {0};
	struct story st = {.summary = &f->summary};

	sentence_precision(&st, &text);
	ok(strstr(str_text(&text), want), "%s: %s", name, str_text(&text));
}

static void missed(struct fixture *f)
{
	struct summary *s = &f->summary;

	s->pilot = 10;
	s->blocks_done = s->blocks_planned = 25;
	says(f,
		"17 of 20 cells reached it; matmul.blas.x86_64.vm-x86_64-tcg needs about 480 "
		"blocks (2 h",
		"how many reached it and what the worst needs");
	says(f, "this run has 25: --blocks allows no more.", "the number of blocks ended it");
	s->blocks_planned = 480;
	says(f, "it is unfinished.", "an interruption did");
	s->budget_ended = true;
	says(f, "the budget allows no more.", "the budget did");
	ok(precision_was_missed(s), "which is no target reached");
	s->blocks_needed = INFINITY;
	says(f, "vm-x86_64-tcg is out of its reach", "a need beyond counting");
}

static void usual_theft(void)
{
	_cleanup_(str_release) struct str text = {0};
	struct fixture f;
	struct story st = {.summary = &f.summary};

	fixture_init(&f);
	sentence_usual_theft(&st, &text);
	f.summary.conditions.stolen_blocks = NAN;
	sentence_usual_theft(&st, &text);
	ok(!text.len, "no theft, or none that shows, is not complained of");
	f.summary.conditions.stolen_blocks = 3;
	sentence_usual_theft(&st, &text);
	ok(strstr(str_text(&text), "In 3 blocks, more than half of the run's, a hypervisor"),
		"theft in most blocks is: %s", str_text(&text));
	fixture_release(&f);
}

static void noise_of_a_joined_run(void)
{
	_cleanup_(str_release) struct str text = {0};
	struct merged_source s = {.run = "R", .host = "x86_64", .sentinel_shift = NAN};

	sentence_source_noise(&s, &text);
	ok(!text.len, "a joined run without either is not complained of");
	s.stolen_blocks = 3;
	s.sentinel_shift = 0.025;
	sentence_source_noise(&s, &text);
	ok(strstr(str_text(&text), "Run R on x86_64. In 3 of its blocks") &&
			strstr(str_text(&text), "off by 2.5 %"),
		"one with both is named: %s", str_text(&text));
}

static void unfair_sentinel(void)
{
	_cleanup_(str_release) struct str text = {0};
	struct fixture f;
	struct story st = {.summary = &f.summary};
	struct summary *s = &f.summary;

	fixture_init(&f);
	sentence_sentinel(&st, &text);
	ok(!text.len, "a sentinel that may be fair is not complained of");
	s->sentinel_bias = 1.05;
	s->sentinel_bias_lo = 1.03;
	s->sentinel_bias_hi = 1.07;
	s->sentinel_slope = NAN;
	sentence_sentinel(&st, &text);
	ok(!text.len && isnan(summary_sentinel_shift(s)), "nor one that is not used");
	s->sentinel_bias = s->sentinel_bias_lo = s->sentinel_bias_hi = NAN;
	s->sentinel_slope = 0.5;
	sentence_sentinel(&st, &text);
	ok(!text.len, "nor one whose bias is not known");
	s->sentinel_bias = 1.05;
	s->sentinel_bias_lo = 1.03;
	s->sentinel_bias_hi = 1.07;
	sentence_sentinel(&st, &text);
	ok(strstr(str_text(&text), "took 1.05× [1.03, 1.07] the time") &&
			strstr(str_text(&text), "off by 2.5 %"),
		"one that is not is, with what that does: %s", str_text(&text));
	fixture_release(&f);
}

static void precision(void)
{
	_cleanup_(str_release) struct str text = {0};
	struct fixture f;
	struct story st = {.summary = &f.summary};
	struct summary *s = &f.summary;

	fixture_init(&f);
	sentence_precision(&st, &text);
	ok(!text.len && !precision_was_missed(s), "no pilot, no target");
	s->cells_judged = 20;
	s->cells_reached = 17;
	s->blocks_needed = 480;
	s->needed_ns = 7200e9;
	str_copy(s->neediest, sizeof(s->neediest), "matmul.blas.x86_64.vm-x86_64-tcg");
	sentence_precision_of_fixed(&st, &text);
	is_str(str_text(&text),
		"±5 % (the default): 17 of 20 ratios are that narrow; "
		"matmul.blas.x86_64.vm-x86_64-tcg needs the most, about 480 blocks (2 h 0 min).",
		"a fixed number of blocks has it as advice");
	missed(&f);
	s->cells_reached = 20;
	s->budget_ended = false;
	says(&f, "all 20 cells reached it in 25 blocks.", "reached");
	ok(!precision_was_missed(s), "which is one");
	s->pilot_missing = 2;
	says(&f, "The pilot had 8 blocks that count, not 10",
		"blocks that were left out of the pilot are missing");
	s->pilot_missing = 0;
	s->blocks_done = s->blocks_planned = s->pilot = 4;
	says(&f, "The pilot had 4 blocks that count, not 10", "a smaller pilot is said");
	s->pilot = 10;
	s->pilot_missing = 9;
	s->blocks_done = 1;
	s->cells_judged = s->cells_reached = 0;
	s->neediest[0] = '\0';
	says(&f, "no cell has an interval, this run has 1", "one block has no interval");
	says(&f, "The pilot had 1 block that counts, not 10", "and is no pilot");
	ok(precision_was_missed(s), "and reaches nothing");
	fixture_release(&f);
}

int main(int argc, char **argv)
{
	bool update = argc > 1 && !strcmp(argv[1], "--update");
	struct home h;
	struct fixture f;
	struct err err = {0};
	struct report_input in;

	if (argc > 2 && !strcmp(argv[1], "--write")) {
		_cleanup_free_ char *hostile = xasprintf("%s/hostile", argv[2]);

		return write_into(argv[2], false) || write_into(hostile, true);
	}
	fixture_init(&f);
	home_make(&h);
	in = input_of(&f, &h);
	ok(!report_write(&in, &err), "a report is written %s", err.text);
	reports_are_as_they_were(&f, &h, update);
	data_is_complete(&f, &h);
	figures_are_whole(&f, &h);
	anyone_can_redraw(&h);
	latest_is_a_link(&h);
	fixture_release(&f);
	home_remove(&h);
	hostile_text_stays_text();
	missing_gnuplot_is_an_error_with_a_report();
	missing_data_is_said();
	nothing_measured_is_a_report_too();
	nothing_but_failures_is_a_report_too();
	the_smallest_runs_are_drawn();
	a_stopped_report_leaves_nothing();
	history_needs_two_runs();
	usual_theft();
	noise_of_a_joined_run();
	unfair_sentinel();
	precision();
	return done_testing();
}
