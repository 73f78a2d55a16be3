/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/run_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/log.h"
#include "store/plan_json.h"
#include "store/sample_check.h"
#include "store/summary_json.h"

#define DOCUMENT_MAX (64u << 20)
#define SAMPLES_MAX (2048ul << 20)

static char *path_in(const struct run_folder *run, const char *file)
{
	return xasprintf("%s/%s", run->dir, file);
}

static int take_lock(struct run_folder *run, struct err *err)
{
	_cleanup_fd_ int fd = open(run->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(err, errno, "cannot open '%s'", run->dir);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return err_set(err, EBUSY, "another toll is measuring into '%s'", run->dir);
	run->lock_fd = take_fd(&fd);
	return 0;
}

static int open_samples(struct run_folder *run, struct err *err)
{
	_cleanup_free_ char *path = path_in(run, "samples.jsonl");

	return file_append_open(path, &run->samples_fd, err);
}

static int write_document(
	const struct run_folder *run, const char *file, const struct str *text, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", run_folder_into(run), file);

	return file_write(path, text->s, text->len, err);
}

static int write_plan(const struct run_folder *run, const struct plan *plan, struct err *err)
{
	_cleanup_(str_release) struct str text = {0};

	plan_to_json(plan, &text);
	return write_document(run, "plan.json", &text, err);
}

int run_folder_write_summary(const struct run_folder *run, const struct summary *s, struct err *err)
{
	_cleanup_(str_release) struct str text = {0};

	summary_to_json(s, &text);
	return write_document(run, "summary.json", &text, err);
}

/* A guest's console is named to another process, which has its own working folder. */
static int absolute(struct run_folder *run, struct err *err)
{
	char *real = realpath(run->dir, NULL);

	if (!real)
		return err_sys(err, errno, "cannot resolve '%s'", run->dir);
	free(run->dir);
	run->dir = real;
	return 0;
}

int run_folder_create(const char *home, const struct plan *plan, const struct host *host,
	const char *packages_json, const struct programs *programs, struct run_folder *ret,
	struct err *err)
{
	_cleanup_(run_folder_close) struct run_folder run = {
		.dir = xasprintf("%s/results/%s", home, plan->run),
		.plots = xasprintf("%s/plots/%s", home, plan->run),
		.name = xstrdup(plan->run),
		.samples_fd = -1,
		.lock_fd = -1,
	};
	_cleanup_(str_release) struct str text = {0};
	int r = file_mkdirs(run.dir, err);

	if (!r)
		r = absolute(&run, err);
	if (!r)
		r = take_lock(&run, err);
	if (r < 0)
		return r;
	host_to_json(host, packages_json, programs, &text);
	r = write_document(&run, "host.json", &text, err);
	if (!r)
		r = open_samples(&run, err);
	/* Last: a folder with a plan is a run that can be resumed. */
	if (!r)
		r = write_plan(&run, plan, err);
	if (r < 0)
		return r;
	*ret = run;
	run = (struct run_folder){.samples_fd = -1, .lock_fd = -1};
	return 0;
}

int run_folder_list_in(const char *results, struct argv *ret, struct err *err)
{
	struct dirent **entries = NULL;
	int n = scandir(results, &entries, NULL, alphasort);

	if (n < 0 && errno != ENOENT)
		return err_sys(err, errno, "cannot list '%s'", results);
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;
		_cleanup_free_ char *plan = xasprintf("%s/%s/plan.json", results, name);

		if (run_id_is_valid(name) && file_exists(plan))
			argv_add(ret, name);
		free(entries[i]);
	}
	free(entries);
	return 0;
}

int run_folder_list(const char *home, struct argv *ret, struct err *err)
{
	_cleanup_free_ char *results = xasprintf("%s/results", home);

	return run_folder_list_in(results, ret, err);
}

static int latest(const char *home, char **ret, struct err *err)
{
	_cleanup_(argv_release) struct argv runs = {0};
	int r = run_folder_list(home, &runs, err);

	if (r < 0)
		return r;
	if (!runs.n)
		return err_set(err, ERR_INPUT,
			"'%s/results' holds no run; measure with 'toll compare'", home);
	*ret = xasprintf("%s/results/%s", home, runs.v[runs.n - 1]);
	return 0;
}

int run_folder_open(const char *home, const char *run, struct run_folder *ret, struct err *err)
{
	_cleanup_free_ char *dir = NULL, *plan = NULL, *copy = NULL, *real = NULL;
	const char *name;
	int r;

	if (!strcmp(run, "latest")) {
		r = latest(home, &dir, err);
		if (r < 0)
			return r;
	} else if (run_id_is_valid(run)) {
		dir = xasprintf("%s/results/%s", home, run);
	} else {
		dir = xstrdup(run);
	}
	plan = xasprintf("%s/plan.json", dir);
	if (!file_exists(plan))
		return err_set(err, ERR_INPUT, "'%s' is no run: there is no '%s'", run, plan);
	real = realpath(dir, NULL);
	copy = xstrdup(real ? real : dir);
	name = basename(copy);
	*ret = (struct run_folder){
		.dir = TAKE(real),
		.plots = xasprintf("%s/plots/%s", home, name),
		.name = xstrdup(name),
		.samples_fd = -1,
		.lock_fd = -1,
	};
	return 0;
}

int run_folder_write_below(struct run_folder *run, const char *home, struct err *err)
{
	_cleanup_free_ char *into = xasprintf("%s/results/%s", home, run->name), *real = NULL;
	int r = file_mkdirs(into, err);

	if (r < 0)
		return r;
	real = realpath(into, NULL);
	if (!real)
		return err_sys(err, errno, "cannot resolve '%s'", into);
	free(run->into);
	run->into = TAKE(real);
	return 0;
}

const char *run_folder_into(const struct run_folder *run)
{
	return run->into ? run->into : run->dir;
}

/* A line that a kill cut in two would spoil the next one. */
static int cut_torn_line(const char *path, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	size_t len = 0, keep;
	int r;

	if (!file_exists(path))
		return 0;
	r = file_read(path, SAMPLES_MAX, &text, &len, err);
	if (r < 0)
		return r;
	keep = len;
	while (keep && text[keep - 1] != '\n')
		keep--;
	if (keep == len)
		return 0;
	log_warn("'%s' ended in a torn line of %zu bytes, which is dropped", path, len - keep);
	if (truncate(path, (off_t)keep) < 0)
		return err_sys(err, errno, "cannot cut '%s'", path);
	return 0;
}

int run_folder_lock(struct run_folder *run, struct err *err)
{
	_cleanup_free_ char *samples = path_in(run, "samples.jsonl");
	int r = take_lock(run, err);

	if (!r)
		r = cut_torn_line(samples, err);
	return r < 0 ? r : open_samples(run, err);
}

void run_folder_close(struct run_folder *run)
{
	cleanup_fd(&run->samples_fd);
	cleanup_fd(&run->lock_fd);
	free(run->dir);
	free(run->into);
	free(run->plots);
	free(run->name);
	*run = (struct run_folder){.samples_fd = -1, .lock_fd = -1};
}

/* ---- documents ---- */

int run_folder_read_plan(const struct run_folder *run, struct plan *ret, struct err *err)
{
	_cleanup_free_ char *path = path_in(run, "plan.json");
	_cleanup_json_ struct json_doc *doc = NULL;
	int r = json_read_file(path, DOCUMENT_MAX, &doc, err);

	return r < 0 ? r : plan_from_json(doc, ret, err);
}

int run_folder_read_host(const struct run_folder *run, struct host *ret, struct err *err)
{
	_cleanup_free_ char *path = path_in(run, "host.json");
	_cleanup_json_ struct json_doc *doc = NULL;
	int r = json_read_file(path, DOCUMENT_MAX, &doc, err);

	return r < 0 ? r : host_from_json(doc, ret, err);
}

int run_folder_read_programs(const struct run_folder *run, struct programs *ret, struct err *err)
{
	_cleanup_free_ char *path = path_in(run, "host.json");
	_cleanup_json_ struct json_doc *doc = NULL;
	int r = json_read_file(path, DOCUMENT_MAX, &doc, err);

	return r < 0 ? r : programs_from_json(doc, ret, err);
}

int run_folder_read_history(
	const char *results, const char *run, struct summary *ret, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s/summary.json", results, run);

	if (!file_exists(path))
		return err_set(err, ENOENT, "run '%s' has no summary yet", run);
	return summary_read_history(path, DOCUMENT_MAX, ret, err);
}

int run_folder_read_samples(const struct run_folder *run, struct samples *ret,
	struct sample_session *session, struct err *err)
{
	_cleanup_free_ char *path = path_in(run, "samples.jsonl");
	_cleanup_free_ char *text = NULL;
	size_t len = 0, torn = 0;
	int r = file_read(path, SAMPLES_MAX, &text, &len, err);

	if (!r)
		r = samples_parse(text, len, path, ret, session, &torn, err);
	if (!r && torn)
		log_warn("'%s' ends in a torn line of %zu bytes, which is left out", path, torn);
	return r;
}

int run_folder_check_samples(const struct run_folder *run, const struct samples *samples,
	const struct plan *plan, struct err *err)
{
	_cleanup_free_ char *path = path_in(run, "samples.jsonl");

	return samples_check_plan(samples, plan, path, err);
}

void run_folder_warn_missing(
	const struct run_folder *run, const struct samples *samples, const struct plan *plan)
{
	_cleanup_free_ char *path = path_in(run, "samples.jsonl");
	struct samples_missing missing = samples_missing(samples, plan);

	if (missing.n)
		log_warn("'%s' lacks %zu of %zu cells × blocks, wholly or in part, the first '%s' "
			 "(%s) in block %llu",
			path, missing.n, missing.of, missing.arm->cell,
			missing.arm->duplicate ? "aa" : "main", (unsigned long long)missing.block);
}

/* ---- appending ---- */

static int append(const struct run_folder *run, struct str *line, struct err *err)
{
	_cleanup_free_ char *path = path_in(run, "samples.jsonl");
	int r = file_append(run->samples_fd, path, line->s, line->len, err);

	str_release(line);
	return r;
}

int run_folder_append_sample(const struct run_folder *run, const struct sample *s, struct err *err)
{
	struct str line = {0};

	sample_to_line(s, &line);
	return append(run, &line, err);
}

int run_folder_append_boot(const struct run_folder *run, const struct boot *b, struct err *err)
{
	struct str line = {0};

	boot_to_line(b, &line);
	return append(run, &line, err);
}

int run_folder_append_discard(
	const struct run_folder *run, uint64_t block, const char *reason, struct err *err)
{
	struct str line = {0};

	discard_to_line(block, reason, &line);
	return append(run, &line, err);
}

int run_folder_append_session(
	const struct run_folder *run, const struct sample_session *session, struct err *err)
{
	struct str line = {0};

	session_to_line(session, &line);
	return append(run, &line, err);
}

/* ---- copying ---- */

int run_folder_copy(
	const struct run_folder *run, const struct summary *s, const char *to, struct err *err)
{
	static const char *const files[] = {"plan.json", "host.json", "samples.jsonl"};
	struct run_folder copy = {.dir = (char *)to};
	int r = file_mkdirs(to, err);

	for (size_t i = 0; !r && i < ARRAY_LEN(files); i++) {
		_cleanup_free_ char *from = path_in(run, files[i]);
		_cleanup_free_ char *target = path_in(&copy, files[i]);
		_cleanup_free_ char *text = NULL;
		size_t len = 0;

		r = file_read(from, SAMPLES_MAX, &text, &len, err);
		if (!r)
			r = file_write(target, text, len, err);
	}
	return r < 0 ? r : run_folder_write_summary(&copy, s, err);
}
