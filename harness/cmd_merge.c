/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `toll merge`: runs of several hosts and shards into one folder that holds all it was made of.
 */
#include "cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "report/report.h"
#include "run/aa_count.h"
#include "run/merge.h"
#include "store/merged_json.h"

struct merging {
	char *home, *output, *dir;
	struct stored_run *runs;
	size_t n;
	struct merged merged;
	bool stored;
};

static int read_runs(struct merging *m, const char *const *names, size_t n, struct err *err)
{
	m->runs = xcalloc(n, sizeof(*m->runs));
	for (size_t i = 0; i < n; i++) {
		int r = stored_run_read(m->home, m->output, names[i], &m->runs[i], err);

		if (r < 0)
			return r;
		m->n++;
	}
	return 0;
}

static int join(struct merging *m, struct err *err)
{
	_cleanup_free_ struct merge_source *sources = xcalloc(m->n, sizeof(*sources));

	for (size_t i = 0; i < m->n; i++) {
		const struct stored_run *run = &m->runs[i];

		sources[i] = (struct merge_source){.input = {.plan = &run->plan,
							   .host = &run->host,
							   .workloads = &run->workloads,
							   .samples = &run->samples,
							   .session = &run->session},
			.programs = &run->programs};
	}
	return merge_runs(sources, m->n, &m->merged, err);
}

static int store(const struct merging *m, struct err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < m->n; i++) {
		_cleanup_free_ char *to = xasprintf("%s/sources/%s", m->dir, m->runs[i].plan.run);

		r = run_folder_copy(&m->runs[i].folder, &m->runs[i].summary, to, err);
	}
	return r < 0 ? r : merged_write(m->dir, &m->merged, err);
}

int report_merged(const char *home, const char *dir, struct err *err)
{
	_cleanup_free_ char *scripts = xasprintf("%s/plots", home);
	_cleanup_free_ char *html = xasprintf("%s/report.html", dir);
	_cleanup_(str_release) struct str text = {0};
	_cleanup_free_ char *sources = xasprintf("%s/sources", dir);
	_cleanup_(merged_release) struct merged merged = {0};
	_cleanup_free_ struct aa_record *records = NULL;
	struct report_terminal_spec spec;
	int r = merged_read(dir, &merged, err);

	if (r < 0)
		return r;
	records = xcalloc(merged.nhosts, sizeof(*records));
	for (size_t h = 0; h < merged.nhosts; h++)
		records[h] = aa_count_sources(sources, &merged, h);
	r = report_merged_write(&(struct merged_report_input){.merged = &merged,
					.records = records,
					.dir = dir,
					.scripts_dir = scripts,
					.stop = &stop_signal},
		err);
	r = report_result(r, err);
	spec = stdout_terminal(r < 0 ? NULL : html);
	report_merged_terminal(&merged, records, &spec, &text);
	fputs(str_text(&text), stdout);
	for (size_t h = 0; h < merged.nhosts; h++)
		aa_record_release(&records[h]);
	return r;
}

/* Claims the folder: what is there already is never written into. */
static int make_folder(struct merging *m, const char *into, struct err *err)
{
	_cleanup_free_ char *dir = xstrdup(into ? into : ""), *parent = NULL;
	char *slash;
	int r = 0;

	for (size_t n = strlen(dir); n > 1 && dir[n - 1] == '/'; n--)
		dir[n - 1] = '\0';
	if (!*dir)
		return err_set(err, ERR_INPUT, "say where to put it: -o RUN, a folder to be made");
	slash = strrchr(dir, '/');
	if (slash && slash > dir) {
		parent = xasprintf("%.*s", (int)(slash - dir), dir);
		r = file_mkdirs(parent, err);
	}
	if (r < 0)
		return r;
	if (mkdir(dir, 0777) < 0)
		return errno != EEXIST
			       ? err_sys(err, errno, "cannot make the folder '%s'", dir)
			       : err_set(err, ERR_INPUT,
					 "'%s' is there already, and nothing is overwritten: name "
					 "another folder",
					 dir);
	m->dir = realpath(dir, NULL);
	return m->dir ? 0 : err_sys(err, errno, "cannot resolve '%s'", dir);
}

static int merge(struct merging *m, const struct options *o, const char *const *operands, size_t n,
	struct err *err)
{
	int r = read_runs(m, operands, n, err);

	if (!r)
		r = join(m, err);
	if (!r)
		r = make_folder(m, o->into, err);
	if (r < 0)
		return r;
	r = store(m, err);
	if (r < 0) {
		file_remove_tree(m->dir, NULL);
		return r;
	}
	m->stored = true;
	return report_merged(m->home, m->dir, err);
}

int cmd_merge(const struct options *o, const char *const *operands, size_t n)
{
	struct merging m = {.home = find_home()};
	struct err err = {0};
	int r, code;

	m.output = output_dir(o, m.home);
	r = merge(&m, o, operands, n, &err);
	code = r < 0 ? complain(&err) : (int)merged_exit_code(&m.merged);
	if (m.stored)
		puts(m.dir);
	merged_release(&m.merged);
	for (size_t i = 0; i < m.n; i++)
		stored_run_release(&m.runs[i]);
	free(m.runs);
	free(m.home);
	free(m.output);
	free(m.dir);
	return code;
}
