/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What reports say of a run, as far as the golden files do not show it.
 */
#include "base/cleanup.h"
#include "base/str.h"
#include "report/sections.h"
#include "tests/unit/fixture_summary.h"
#include "tests/unit/tap.h"

/* The words of a sentence about this run. */
static char *words(
	const struct summary *s, void (*sentence)(const struct story *st, struct str *out))
{
	_cleanup_(view_release) struct view v;
	struct story st = {.summary = s, .view = &v};
	struct str text = {0};

	view_init(&v, s);
	sentence(&st, &text);
	return text.len ? str_take(&text) : xstrdup("");
}

static void emulated_vms_are_said(void)
{
	_cleanup_free_ char *refused = NULL, *measured = NULL, *unasked = NULL;
	struct fixture f;
	struct summary *s = &f.summary;

	fixture_init(&f);
	refused = words(s, sentence_emulated);
	ok(strstr(refused, "emulated (TCG)") && strstr(refused, "KVM present but not progressing"),
		"where KVM is refused, VMs are said to be emulated, and why: %s", refused);
	for (size_t i = 0; i < s->ncells; i++)
		if (!strcmp(s->cells[i].env, "vm-x86_64-kvm"))
			s->cells[i].status = STATUS_OK;
	measured = words(s, sentence_emulated);
	is_str(measured, "", "where KVM has times, nothing is said");
	for (size_t i = 0; i < s->ncells; i++)
		if (!strcmp(s->cells[i].env, "vm-x86_64-kvm"))
			str_copy(s->cells[i].env, sizeof(s->cells[i].env), "user-x86_64");
	unasked = words(s, sentence_emulated);
	is_str(unasked, "", "nor where it was not asked for");
	fixture_release(&f);
}

/* What a section writes as Markdown. */
static char *section(
	const struct story *story, void (*write)(struct doc *d, const struct story *st))
{
	_cleanup_(view_release) struct view v;
	struct story st = *story;
	struct str text = {0};
	struct doc d = {.format = &doc_markdown, .out = &text};
	_cleanup_free_ struct answer *answers = NULL;

	view_init(&v, st.summary);
	answers = xcalloc(v.nrows + 1, sizeof(*answers));
	answers_find(&v, answers);
	st.view = &v;
	st.answers = answers;
	write(&d, &st);
	return text.len ? str_take(&text) : xstrdup("");
}

static void a_mean_of_all_counts_programs_once(void)
{
	struct variant variants[] = {{.name = "portable", .program = "portable"},
		{.name = "blas", .program = "portable"}};
	struct workload matmul = {.name = "matmul", .variants = variants, .nvariants = 2};
	struct workloads ws = {.v = &matmul, .n = 1};
	_cleanup_free_ char *silent = NULL, *said = NULL, *answer = NULL;
	struct fixture f;

	fixture_init(&f);
	silent =
		section(&(struct story){.summary = &f.summary, .workloads = &ws}, section_geomeans);
	ok(!strstr(silent, "each program once"), "without a mean over all there is no note on it");
	for (size_t i = 0; i < f.summary.ngeomeans; i++)
		if (!strcmp(f.summary.geomeans[i].variant, "blas"))
			str_copy(f.summary.geomeans[i].variant,
				sizeof(f.summary.geomeans[i].variant), "all");
	said = section(&(struct story){.summary = &f.summary, .workloads = &ws}, section_geomeans);
	ok(strstr(said, "each program once: without matmul blas,"),
		"what another variant runs too is named as left out of the mean over all");
	answer = words(&f.summary, sentence_geomeans);
	ok(strstr(answer, "all variants, each program once: "), "and so says the answer: %s",
		answer);
	fixture_release(&f);
}

static char *terminal(const struct summary *s)
{
	struct str text = {0};

	report_terminal(s, NULL, &(struct report_terminal_spec){.width = 200}, &text);
	return str_take(&text);
}

static void what_the_budget_cut_is_said_first(void)
{
	static const struct spoiled_block spoiled[] = {{.block = 7}};
	_cleanup_free_ char *whole = NULL, *cut = NULL, *short_of = NULL, *banner = NULL;
	struct fixture f;
	struct summary *s = &f.summary;

	fixture_init(&f);
	whole = terminal(s);
	ok(strstr(whole, "6 of 6 blocks in 4 min 43 s\n"), "the first line counts the blocks");
	s->blocks_done = 7;
	s->blocks_planned = 13;
	s->budget_ended = true;
	cut = terminal(s);
	ok(strstr(cut, "7 of 13 blocks in 4 min 43 s; the budget ended\n"),
		"and says that the budget ended");
	banner = section(&(struct story){.summary = s}, section_banner);
	ok(strstr(banner, "**The budget ended.** 7 of 13 planned blocks were measured."),
		"as the report does: %s", banner);
	s->spoiled = (void *)spoiled;
	s->nspoiled = 1;
	short_of = terminal(s);
	ok(strstr(short_of, "7 of 13 blocks in 4 min 43 s, 1 left out; the budget ended\n"),
		"and how many blocks are left out");
	s->spoiled = NULL;
	s->nspoiled = 0;
	fixture_release(&f);
}

static void whether_the_order_mattered(void)
{
	_cleanup_free_ char *yes = NULL, *no = NULL;
	struct fixture f;

	fixture_init(&f);
	yes = section(&(struct story){.summary = &f.summary}, section_method);
	ok(strstr(yes, "- It shows that the order mattered: position p = 0.41"),
		"one small p of the two is a sign that the order mattered");
	f.summary.carryover_p = 0.03;
	no = section(&(struct story){.summary = &f.summary}, section_method);
	ok(strstr(no, "- No sign that the order mattered: position p = 0.41"),
		"one of two just below five per cent is none yet");
	fixture_release(&f);
}

static void code_that_is_chosen_by_cpu_is_said(void)
{
	struct variant variants[] = {
		{.name = "portable", .program = "blas"}, {.name = "blas", .program = "blas"}};
	struct workload matmul = {.name = "matmul", .variants = variants, .nvariants = 2};
	struct workloads ws = {.v = &matmul, .n = 1};
	_cleanup_free_ char *none = NULL, *said = NULL;
	struct fixture f;
	struct summary *s = &f.summary;

	fixture_init(&f);
	for (size_t i = 0; i < s->ncells; i++)
		str_copy(s->cells[i].path, sizeof(s->cells[i].path), "plain");
	none = words(s, sentence_paths);
	is_str(none, "", "where all take one code, nothing is said");
	for (size_t i = 0; i < s->ncells; i++)
		if (!strcmp(s->cells[i].variant, "blas"))
			str_copy(s->cells[i].path, sizeof(s->cells[i].path),
				!strcmp(s->cells[i].env, "native") ? "Cooperlake"
				: s->cells[i].arch == ARCH_X86_64  ? "Haswell"
								   : "neoversen1");
	said = section(&(struct story){.summary = s, .workloads = &ws}, section_answer);
	ok(strstr(said, "Ratios of blas include that the program chooses its code by the CPU: "
			"Cooperlake natively, Haswell and neoversen1 elsewhere. Without that: "
			"matmul portable."),
		"where one chooses by CPU, the answer says what its ratios hold: %s", said);
	fixture_release(&f);
}

int main(void)
{
	code_that_is_chosen_by_cpu_is_said();
	whether_the_order_mattered();
	what_the_budget_cut_is_said_first();
	a_mean_of_all_counts_programs_once();
	emulated_vms_are_said();
	return done_testing();
}
