/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `toll diff`: what changed from one stored run to another.
 */
#include "cmd.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "run/diff.h"
#include "store/diff_json.h"

static struct diff_source source_of(const struct stored_run *run)
{
	return (struct diff_source){.input = {.plan = &run->plan,
					    .host = &run->host,
					    .workloads = &run->workloads,
					    .samples = &run->samples,
					    .session = &run->session},
		.programs = &run->programs,
		.summary = &run->summary};
}

static void print(const struct options *o, const struct diff *d)
{
	struct report_terminal_spec spec = stdout_terminal(NULL);
	_cleanup_(str_release) struct str text = {0};

	if (o->json)
		diff_to_json(d, &text);
	else
		report_diff_terminal(d, &spec, &text);
	fputs(str_text(&text), stdout);
}

static int compare(
	const struct options *o, const struct stored_run *before, const struct stored_run *after)
{
	struct diff_source first = source_of(before), second = source_of(after);
	struct diff_spec spec = {
		.quantity = o->times ? DIFF_TIMES : DIFF_RATIOS, .within = o->within_percent / 100};
	struct diff d;
	struct err err = {0};
	int code;

	if (diff_runs(&first, &second, &spec, &d, &err) < 0)
		return complain(&err);
	print(o, &d);
	code = diff_exit_code(&d);
	diff_release(&d);
	return code;
}

int cmd_diff(const struct options *o, const char *const *operands, size_t n)
{
	_cleanup_free_ char *home = find_home();
	_cleanup_free_ char *output = output_dir(o, home);
	struct stored_run before, after;
	struct err err = {0};
	int code;

	(void)n;
	if (stored_run_read(home, output, operands[0], &before, &err) < 0)
		return complain(&err);
	if (stored_run_read(home, output, operands[1], &after, &err) < 0) {
		code = complain(&err);
	} else {
		code = compare(o, &before, &after);
		stored_run_release(&after);
	}
	stored_run_release(&before);
	return code;
}
