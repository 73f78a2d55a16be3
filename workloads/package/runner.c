/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * package.runner: what makes a workload of a program that knows nothing of toll. It makes the
 * program's input files, runs it again and again in a folder of its own, times each run from the
 * start of the process to its end, and prints the record that workload programs print (wl.h).
 *
 * It runs inside a root image, on the CPU of the place: under a translator only the program is
 * translated (--through WORD, once for each word that stands in front of it), so that an iteration
 * contains the translator's own start, as it does for who uses one. With --children, what the
 * program starts in turn is translated too, where the kernel can be told (children.h); where it
 * cannot, that is said when the program fails.
 *
 * A --service is started before, and ended afterwards (service.h).
 *
 * The folder is /tmp/work; whatever the program left there is removed before its next run, inputs
 * excepted; copies of files (--copy) are made anew for each run, so that a program may write to
 * them. It starts there, or in --workdir. What is checked is the first run's result: what it
 * printed, or the file named by
 * --output. Its hash (FNV-1a) is the digest; with a --pattern it must match that POSIX extended
 * regular expression, and where that has a group, the group is what is hashed.
 *
 * The record's user_ns, sys_ns and max_rss_kib are the program's: whoever waits for the runner, or
 * for what is around it, does not see them.
 *
 * Exit status: 0 a record was printed; 2 bad usage; 3 the program failed; 4 its result does not
 * match the pattern; 5 its service was not ready in time: all said on stderr. A program's signal is
 * the runner's own end.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <regex.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "workloads/package/children.h"
#include "workloads/package/input.h"
#include "workloads/package/options.h"
#include "workloads/package/process.h"
#include "workloads/package/service.h"
#include "workloads/wl.h"

#define RESULT_MAX (16u << 20) /* bytes of a result that are looked at */

#if defined(__x86_64__)
#define ARCH "x86_64"
#else
#define ARCH "aarch64"
#endif

struct timing {
	uint64_t begin_ns, end_ns, warm_ns;
	uint64_t wall_ns[WL_MAX_ITERATIONS], cpu_ns[WL_MAX_ITERATIONS];
	uint64_t iterations;
	struct usage usage; /* of all runs: times added up, the largest resident set */
};

static struct timing timing;
static char out_path[4200], err_path[4200];
static const char *untranslated; /* why what the command starts is not translated; NULL: it is */

/* ---- the folder ---- */

static void make_input(const char *word, uint64_t seed)
{
	char name[256], kind[256], *end;
	const char *rest = options_split(word, name);
	const char *size = options_split(rest, kind);
	unsigned long kib = strtoul(size, &end, 10);
	int r;

	if (!*size || *end || kib > 1u << 20)
		die(WL_EXIT_USAGE, "--input '%s': expected NAME:KIND:KIB", word);
	r = input_make(name, kind, kib, seed);
	if (r < 0)
		die(r == -EINVAL ? WL_EXIT_USAGE : WL_EXIT_FAILED, "cannot make the input '%s': %s",
			word, strerror(-r));
}

static void make_file(const char *word)
{
	char name[256];
	const char *text = options_split(word, name);
	FILE *out = fopen(name, "we");

	if (!out || fputs(text, out) < 0 || fclose(out))
		die(WL_EXIT_FAILED, "cannot write '%s': %s", name, strerror(errno));
}

/* The folder, and those that it lies in. */
static void make_folder(const char *folder)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s", folder);
	for (char *slash = path; (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
	mkdir(path, 0755);
}

static void copy_file(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	int from = open(path, O_RDONLY | O_CLOEXEC), to = -1;
	static char block[1 << 16];
	struct stat st = {0};
	ssize_t n = -1;

	if (from >= 0 && !fstat(from, &st))
		to = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, st.st_mode & 0777);
	while (to >= 0 && (n = read(from, block, sizeof(block))) > 0)
		if (write(to, block, (size_t)n) != n)
			break;
	if (to < 0 || n || close(to))
		die(WL_EXIT_FAILED, "cannot copy the input '%s': %s", path, strerror(errno));
	close(from);
}

static void prepare(const struct options *o)
{
	make_folder(o->folder);
	if (chdir(o->folder) < 0)
		die(WL_EXIT_FAILED, "cannot work in '%s': %s", o->folder, strerror(errno));
	snprintf(out_path, sizeof(out_path), "%s.out", o->folder);
	snprintf(err_path, sizeof(err_path), "%s.err", o->folder);
	for (int i = 0; i < o->inputs.n; i++)
		make_input(o->inputs.v[i], o->seed);
	for (int i = 0; i < o->files.n; i++)
		make_file(o->files.v[i]);
}

static bool has_name(const struct list *list, const char *name)
{
	size_t n = strlen(name);

	for (int i = 0; i < list->n; i++)
		if (!strncmp(list->v[i], name, n) && list->v[i][n] == ':')
			return true;
	return false;
}

/* nftw() hands nothing through. */
static const struct options *cleared_for;

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type;
	if (at->level == 0 ||
		(at->level == 1 && (has_name(&cleared_for->inputs, path + at->base) ||
					   has_name(&cleared_for->files, path + at->base))))
		return 0;
	return remove(path) < 0 ? -1 : 0;
}

static void clear_folder(const struct options *o)
{
	cleared_for = o;
	if (nftw(".", remove_entry, 16, FTW_DEPTH | FTW_PHYS) < 0)
		die(WL_EXIT_FAILED, "cannot clear '%s': %s", o->folder, strerror(errno));
	for (int i = 0; i < o->copies.n; i++)
		copy_file(o->copies.v[i]);
}

/* ---- the program ---- */

/* An end by a signal is this process's own end: illegal instructions are told apart from crashes.
 */
static void check_end(const struct options *o, int status)
{
	char words[200];

	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return;
	service_check();
	process_last_words(err_path, words, sizeof(words));
	if (WIFSIGNALED(status)) {
		fprintf(stderr, "%s was killed by signal %d: %s\n", o->words[o->command],
			WTERMSIG(status), words);
		fflush(stderr);
		signal(WTERMSIG(status), SIG_DFL);
		setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
		raise(WTERMSIG(status));
	}
	die(WL_EXIT_FAILED, "%s ended with status %d: %s%s%s", o->words[o->command],
		WIFEXITED(status) ? WEXITSTATUS(status) : -1, words,
		untranslated ? "; what it starts is not translated: " : "",
		untranslated ? untranslated : "");
}

/* One iteration: from before the process is made until it was waited for. */
static void run_once(const struct options *o, uint64_t *ret_wall, uint64_t *ret_cpu)
{
	uint64_t begin = now_ns();
	struct usage usage;
	int status = process_wait(process_start(o->words, o->workdir, out_path, err_path), &usage);

	timing.end_ns = now_ns();
	*ret_wall = timing.end_ns - begin;
	*ret_cpu = usage.user_ns + usage.sys_ns;
	timing.usage.user_ns += usage.user_ns;
	timing.usage.sys_ns += usage.sys_ns;
	if (usage.max_rss_kib > timing.usage.max_rss_kib)
		timing.usage.max_rss_kib = usage.max_rss_kib;
	check_end(o, status);
}

/* ---- the result ---- */

static char *read_all(const char *path, size_t *ret_len)
{
	FILE *f = fopen(path, "rbe");
	struct stat st;
	size_t size;
	char *text;

	if (!f || fstat(fileno(f), &st) < 0)
		die(WL_EXIT_FAILED, "the program has not made its output '%s'", path);
	/* No more than it takes: this process's size is the least that its children are said to
	 * have had. */
	size = st.st_size < (off_t)RESULT_MAX ? (size_t)st.st_size : RESULT_MAX;
	text = wl_alloc(1, size + 1);
	*ret_len = fread(text, 1, size, f);
	fclose(f);
	return text;
}

/* The pattern's group in the text, or all of the text where it has none. */
static void match(const char *pattern, char **text, size_t *len)
{
	regmatch_t m[2] = {{-1, -1}, {-1, -1}};
	char why[128];
	regex_t re;
	int r = regcomp(&re, pattern, REG_EXTENDED | REG_NEWLINE);

	if (r) {
		regerror(r, &re, why, sizeof(why));
		die(WL_EXIT_USAGE, "pattern '%s': %s", pattern, why);
	}
	if (regexec(&re, *text, 2, m, 0))
		die(WL_EXIT_WRONG, "its result does not match '%s'; it begins with: %.*s", pattern,
			(int)strcspn(*text, "\n"), *text);
	if (m[1].rm_so >= 0) {
		*len = (size_t)(m[1].rm_eo - m[1].rm_so);
		*text += m[1].rm_so;
	}
	regfree(&re);
}

/* The number that a pattern finds in what the program printed. */
static double read_number(const char *pattern)
{
	size_t len;
	char *all = read_all(out_path, &len), *text = all;
	double value;

	match(pattern, &text, &len);
	text[len] = '\0';
	value = strtod(text, NULL);
	if (!(value > 0 && value < 1e18))
		die(WL_EXIT_WRONG, "'%s' finds '%.40s', which is no number above 0", pattern, text);
	free(all);
	return value;
}

/* What the program says that it took, where it is asked. */
static uint64_t metric_ns(const struct options *o, uint64_t wall_ns)
{
	double ns = (double)wall_ns;
	char *pattern;

	if (o->rate) {
		ns = 1e9 / read_number(o->rate);
	} else if (o->duration) {
		ns = (double)strtoull(o->duration, &pattern, 10);
		if (ns < 1 || *pattern != ':')
			die(WL_EXIT_USAGE, "--duration '%s': expected NS:REGEX", o->duration);
		ns *= read_number(pattern + 1);
	}
	return ns < 1 ? 1 : (uint64_t)(ns + 0.5);
}

static uint64_t check_result(const struct options *o)
{
	uint64_t hash = 0xcbf29ce484222325u;
	size_t len;
	char *all = read_all(o->output ? o->output : out_path, &len), *text = all;

	if (o->pattern)
		match(o->pattern, &text, &len);
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
	free(all);
	return hash;
}

/* ---- the run ---- */

static bool goes_on(const struct timing *t, const struct options *o)
{
	if (t->iterations == WL_MAX_ITERATIONS || t->end_ns - t->begin_ns >= o->max_time_ns)
		return !t->iterations;
	return t->iterations < o->iterations || t->warm_ns < o->min_time_ns;
}

static uint64_t measure(const struct options *o, struct timing *t)
{
	uint64_t hash = 0, wall_ns;

	t->begin_ns = t->end_ns = now_ns();
	while (goes_on(t, o)) {
		clear_folder(o);
		run_once(o, &wall_ns, &t->cpu_ns[t->iterations]);
		if (!t->iterations)
			hash = check_result(o);
		else
			t->warm_ns += wall_ns;
		t->wall_ns[t->iterations++] = metric_ns(o, wall_ns);
	}
	return hash;
}

static void print_times(const char *key, const uint64_t *ns, uint64_t n)
{
	printf(",\"%s\":[", key);
	for (uint64_t i = 0; i < n; i++)
		printf("%s%" PRIu64, i ? "," : "", ns[i]);
	printf("]");
}

static void print_record(const struct options *o, const struct timing *t, uint64_t hash)
{
	printf("{\"schema\":\"toll.record/1\",\"workload\":");
	wl_json_string(stdout, o->name);
	printf(",\"variant\":\"package\",\"arch\":\"" ARCH "\",\"size\":");
	wl_json_string(stdout, o->size);
	/* main_ns 0: the start of this program is not the workload's. */
	printf(",\"seed\":%" PRIu64 ",\"threads\":1,\"main_ns\":0,\"begin_ns\":%" PRIu64
	       ",\"end_ns\":%" PRIu64,
		o->seed, t->begin_ns, t->end_ns);
	print_times("iter_wall_ns", t->wall_ns, t->iterations);
	print_times("iter_cpu_ns", t->cpu_ns, t->iterations);
	printf(",\"user_ns\":%" PRIu64 ",\"sys_ns\":%" PRIu64 ",\"max_rss_kib\":%" PRIu64,
		t->usage.user_ns, t->usage.sys_ns, t->usage.max_rss_kib);
	printf(",\"digest\":{\"values\":[],\"hash\":\"%016" PRIx64 "\"}}\n", hash);
}

int main(int argc, char **argv)
{
	struct options o;
	uint64_t hash;

	options_parse(argc, argv, &o);
	if (o.children)
		untranslated = children_translate(o.children, &o.words[0]);
	children_drop_rights();
	prepare(&o);
	o.words[o.command] = process_find(o.words[o.command]);
	service_start(&o);
	hash = measure(&o, &timing);
	service_stop();
	print_record(&o, &timing, hash);
	if (fflush(stdout) || ferror(stdout))
		die(WL_EXIT_FAILED, "cannot write the record: %s", strerror(errno));
	return 0;
}
