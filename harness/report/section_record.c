/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether the intervals of this host have been what they claim: its stored runs together.
 */
#include "base/cleanup.h"
#include "report/number.h"
#include "report/sections.h"

#define NAMES_MAX 3

/* That bounds include the rate promised does not show that it is kept. */
static void add_verdict(struct str *out, const struct aa_tally *tally)
{
	char hi[NUMBER_TEXT_MAX];

	percent_text(tally->hi, hi);
	if (tally->verdict == AA_UNKNOWN)
		str_add(out, "too few runs yet to check the promised 5 %");
	else if (tally->verdict == AA_TOO_NARROW)
		str_add(out, "too narrow");
	else if (tally->hi < AA_RATE)
		str_addf(out, "more than %s is ruled out", hi);
	else
		str_addf(out, "5 %% is not ruled out; more than %s is", hi);
}

void sentence_record(const struct aa_record *record, struct str *out)
{
	const struct aa_tally *all = &record->all;
	char rate[NUMBER_TEXT_MAX], lo[NUMBER_TEXT_MAX], hi[NUMBER_TEXT_MAX];

	if (!all->intervals)
		return;
	str_addf(out,
		"A/A on this host: of %zu intervals of duplicates in %zu run%s %zu exclude%s 1, "
		"%s [%s, %s]: ",
		all->intervals, all->runs, all->runs == 1 ? "" : "s", all->excluded,
		all->excluded == 1 ? "s" : "", percent_text(all->rate, rate),
		percent_text(all->lo, lo), percent_text(all->hi, hi));
	if (all->verdict == AA_TOO_NARROW)
		str_add(out, "this host's noise model is wrong: its intervals are too narrow, and "
			     "small effects mean nothing");
	else
		add_verdict(out, all);
	str_addc(out, '.');
}

void sentence_unreadable(const struct aa_record *record, struct str *out)
{
	size_t n = record->nunreadable;

	if (!n)
		return;
	str_addf(out, "%zu stored run%s cannot be read and %s not counted: ", n, n == 1 ? "" : "s",
		n == 1 ? "is" : "are");
	for (size_t i = 0; i < n && i < NAMES_MAX; i++)
		str_addf(out, "%s%s", i ? ", " : "", record->unreadable[i].run);
	if (n > NAMES_MAX)
		str_addf(out, " and %zu more", n - NAMES_MAX);
	str_addc(out, '.');
}

static void tally_row(struct table *t, const struct aa_tally *tally)
{
	_cleanup_(str_release) struct str verdict = {0};
	char text[NUMBER_TEXT_MAX], hi[NUMBER_TEXT_MAX];

	add_verdict(&verdict, tally);
	table_add(t, "%s", tally->kind);
	table_add(t, "%zu", tally->runs);
	table_add(t, "%zu", tally->intervals);
	table_add(t, "%zu", tally->excluded);
	table_add(t, "%s", percent_text(tally->rate, text));
	table_sub(t, "%s to %s", percent_text(tally->lo, text), percent_text(tally->hi, hi));
	table_add(t, "%s", str_text(&verdict));
}

static void tally_table(struct doc *d, const struct aa_record *record)
{
	static const char *const head[] = {
		"Duplicate", "Runs", "Intervals", "Exclude 1", "Rate", "Verdict", NULL};
	struct table t = {.caption = "Intervals of duplicated cells over all stored runs of this "
				     "host, with 95 % bounds of the rate",
		.columns = 6,
		.text_columns = 1};

	table_head(&t, head);
	for (size_t i = 0; i < record->nkinds; i++)
		tally_row(&t, &record->kinds[i]);
	tally_row(&t, &record->all);
	doc_table(d, &t);
}

static void add_count(struct str *out, size_t n, const char *what)
{
	if (n)
		str_addf(out, "%s%zu %s", out->len ? ", " : "", n, what);
}

void section_record(struct doc *d, const struct story *st)
{
	const struct aa_record *record = st->record;
	_cleanup_(str_release) struct str said = {0}, left_out = {0};

	if (!record)
		return;
	doc_heading(d, 2, "record", "Have intervals of this host been right?");
	sentence_record(record, &said);
	doc_block(d, DOC_PARAGRAPH, "%s",
		said.len ? str_text(&said) : "No run of this host has duplicates yet.");
	if (said.len)
		tally_table(d, record);
	for (size_t i = 0; i < record->nunreadable; i++)
		doc_block(d, DOC_PARAGRAPH, "Not counted, for it cannot be read: %s.",
			record->unreadable[i].why);
	add_count(&left_out, record->of_others, "of other hosts");
	add_count(&left_out, record->unfinished, "without a summary yet");
	add_count(&left_out, record->replayed, "replayed");
	doc_block(d, DOC_QUIET,
		"What is measured twice has a true ratio of 1, and a 95 %% interval may miss it in "
		"5 %% of cases. Those of one run go together; the bounds allow for it by taking "
		"runs as clusters.%s%s%s",
		left_out.len ? " Other runs in this folder: " : "", str_text(&left_out),
		left_out.len ? "." : "");
}
