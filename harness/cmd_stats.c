/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "cmd.h"
#include "store/summary_json.h"

int cmd_stats(const struct options *o, const char *const *operands, size_t n)
{
	_cleanup_free_ char *home = find_home();
	_cleanup_free_ char *output = output_dir(o, home);
	struct stored_run run;
	struct err err = {0};
	int r = stored_run_read(home, output, operands[0], &run, &err);

	(void)n;
	if (r < 0)
		return complain(&err);
	if (o->output)
		r = run_folder_write_below(&run.folder, output, &err);
	if (!r)
		r = run_folder_write_summary(&run.folder, &run.summary, &err);
	if (o->json) {
		struct str text = {0};

		summary_to_json(&run.summary, &text);
		fputs(str_text(&text), stdout);
		str_release(&text);
	} else {
		printf("%s/summary.json\n", run_folder_into(&run.folder));
	}
	stored_run_release(&run);
	return r < 0 ? complain(&err) : EXIT_MEASURED;
}
