/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What reports say of a host's duplicates over all its runs.
 */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "report/sections.h"
#include "tap.h"

static void says(const struct aa_record *record, const char *expected, const char *name)
{
	_cleanup_(str_release) struct str text = {0};

	sentence_record(record, &text);
	is_str(str_text(&text), expected, name);
}

static void test_verdicts(void)
{
	struct aa_record r = {0};

	says(&r, "", "nothing without duplicates");
	r.all = (struct aa_tally){"all", 1, 9, 1, 1 / 9.0, 0, 0.9, 1, AA_UNKNOWN};
	says(&r,
		"A/A on this host: of 9 intervals of duplicates in 1 run 1 excludes 1, 11 % "
		"[0.0 %, 90 %]: too few runs yet to check the promised 5 %.",
		"too few");
	r.all = (struct aa_tally){"all", 20, 180, 9, 0.05, 0.023, 0.093, 180, AA_AS_CLAIMED};
	says(&r,
		"A/A on this host: of 180 intervals of duplicates in 20 runs 9 exclude 1, 5.0 % "
		"[2.3 %, 9.3 %]: 5 % is not ruled out; more than 9.3 % is.",
		"bounds that include what is promised do not show that it is kept");
	r.all = (struct aa_tally){"all", 99, 900, 9, 0.01, 0.005, 0.019, 900, AA_AS_CLAIMED};
	says(&r,
		"A/A on this host: of 900 intervals of duplicates in 99 runs 9 exclude 1, 1.0 % "
		"[0.5 %, 1.9 %]: more than 1.9 % is ruled out.",
		"fewer than promised");
	r.all = (struct aa_tally){"all", 20, 180, 36, 0.2, 0.144, 0.266, 180, AA_TOO_NARROW};
	says(&r,
		"A/A on this host: of 180 intervals of duplicates in 20 runs 36 exclude 1, 20 % "
		"[14 %, 27 %]: this host's noise model is wrong: its intervals are too narrow, "
		"and small effects mean nothing.",
		"too narrow");
}

static void test_unreadable(void)
{
	static const char *const expected[] = {"",
		"1 stored run cannot be read and is not counted: run-0.",
		"2 stored runs cannot be read and are not counted: run-0, run-1.",
		"3 stored runs cannot be read and are not counted: run-0, run-1, run-2.",
		"4 stored runs cannot be read and are not counted: run-0, run-1, run-2 and 1 "
		"more."};
	struct aa_unreadable runs[4] = {{.why = NULL}};
	struct aa_record r = {.unreadable = runs};

	for (size_t i = 0; i < ARRAY_LEN(runs); i++)
		snprintf(runs[i].run, sizeof(runs[i].run), "run-%zu", i);
	for (size_t n = 0; n <= ARRAY_LEN(runs); n++) {
		_cleanup_(str_release) struct str text = {0};

		r.nunreadable = n;
		sentence_unreadable(&r, &text);
		is_str(str_text(&text), expected[n], "runs that cannot be read are named");
	}
}

int main(void)
{
	test_verdicts();
	test_unreadable();
	return done_testing();
}
