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

int main(void)
{
	emulated_vms_are_said();
	return done_testing();
}
