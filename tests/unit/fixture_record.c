/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/cleanup.h"
#include "base/str.h"
#include "tests/unit/fixture_summary.h"

void fixture_add_record(struct aa_record *record)
{
	*record = (struct aa_record){
		.all = {"all", 9, 63, 4, 4 / 63.0, 0.0176, 0.1547, 60.2, AA_UNKNOWN},
		.kinds = {{"native", 9, 27, 0, 0, 0, 0.1277, 27, AA_AS_CLAIMED},
			{"user", 9, 36, 4, 4 / 36.0, 0.031, 0.2606, 30, AA_UNKNOWN}},
		.nkinds = 2,
		.unfinished = 1,
		.of_others = 2,
		.unreadable = xcalloc(1, sizeof(*record->unreadable)),
		.nunreadable = 1,
	};
	str_copy(record->unreadable[0].run, sizeof(record->unreadable[0].run),
		"20250304T050607Z-0a1b2c");
	record->unreadable[0].why = xstrdup("summary.json:1: is not valid JSON near 'end of text'");
}
