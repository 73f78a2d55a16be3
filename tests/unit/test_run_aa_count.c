/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * run/aa_count: which stored runs count, and what they say together.
 */
#include "run/aa_count.h"

#include <unistd.h>

#include "base/str.h"
#include "scratch.h"
#include "store/run_folder.h"
#include "tap.h"

#define HOST "0123456789abcdef"

static char results[64];

/* A run of this name with duplicates of two kinds of which so many exclude 1. */
static struct summary summary_of(const char *run, const char *host, size_t native, size_t vm)
{
	struct summary s = {.naa = 2, .aa = xcalloc(2, sizeof(*s.aa))};

	str_copy(s.run, sizeof(s.run), run);
	str_copy(s.host.id, sizeof(s.host.id), host);
	s.aa[0] = (struct aa){.kind = "native", .env = "native", .cells = 3, .excluded = native};
	s.aa[1] = (struct aa){.kind = "vm", .env = "vm-x86_64-tcg", .cells = 3, .excluded = vm};
	return s;
}

/* "20250101T000000Z-00000N" */
static const char *name_of(unsigned n)
{
	static char name[32];

	snprintf(name, sizeof(name), "20250101T000000Z-%06x", n);
	return name;
}

static void bail_out(const struct err *err)
{
	printf("Bail out! %s\n", err->text);
	exit(1);
}

/* Puts a run into the folder: a plan, and the summary where there is one. */
static void store(unsigned n, const struct summary *s)
{
	_cleanup_free_ char *dir = xasprintf("%s/%s", results, name_of(n));
	_cleanup_free_ char *plan = xasprintf("%s/plan.json", dir);
	struct run_folder folder = {.dir = dir};
	struct err err;

	if (file_mkdirs(dir, &err) < 0 || file_write(plan, "{}", 2, &err) < 0 ||
		(s && run_folder_write_summary(&folder, s, &err) < 0))
		bail_out(&err);
}

static void store_run(unsigned n, const char *host, size_t native, size_t vm)
{
	struct summary s = summary_of(name_of(n), host, native, vm);

	store(n, &s);
	summary_release(&s);
}

static void damage(unsigned n, const char *text)
{
	_cleanup_free_ char *path = xasprintf("%s/%s/summary.json", results, name_of(n));
	struct err err;

	if (file_write(path, text, strlen(text), &err) < 0)
		bail_out(&err);
}

static struct aa_record counted(const struct summary *now)
{
	struct aa_record record = {0};
	struct err err = {0};

	ok(!aa_count(results, now, &record, &err), "the runs are counted %s", err.text);
	return record;
}

static void test_alone(void)
{
	struct summary now = summary_of(name_of(1), HOST, 1, 0);
	struct aa_record r = counted(&now);

	ok(r.all.intervals == 6 && r.all.excluded == 1 && r.all.runs == 1,
		"without a folder there is the run itself");
	is_int(r.all.verdict, AA_UNKNOWN, "of which alone nothing can be said");
	aa_record_release(&r);
	summary_release(&now);
}

static void test_which_count(void)
{
	struct summary now = summary_of(name_of(1), HOST, 1, 0), other;
	struct aa_record r;

	store_run(1, HOST, 3, 3); /* an older summary of this run: not the one given */
	store_run(2, HOST, 0, 1);
	store_run(3, "fedcba9876543210", 3, 3);
	store(4, NULL);
	store_run(5, HOST, 3, 3);
	damage(5, "{\"schema\":\"toll.summary/1\",\"run\":\"20250101T000");
	store_run(6, HOST, 3, 3);
	damage(6, "{\"schema\":\"toll.summary/2\",\"run\":\"x\",\"host\":{}}");
	other = summary_of(name_of(7), HOST, 3, 3);
	other.replayed = true;
	store(7, &other);
	summary_release(&other);
	other = summary_of(name_of(8), HOST, 0, 3);
	other.boots = xcalloc(1, sizeof(*other.boots));
	other.nboots = 1;
	str_copy(other.boots[0].env, sizeof(other.boots[0].env), "vm-x86_64-tcg");
	str_copy(other.boots[0].ran_on, sizeof(other.boots[0].ran_on), "farm");
	store(8, &other);
	summary_release(&other);
	r = counted(&now);
	ok(r.all.runs == 3 && r.all.intervals == 15 && r.all.excluded == 2,
		"runs of this host count, each once: %zu runs, %zu of %zu", r.all.runs,
		r.all.excluded, r.all.intervals);
	ok(r.nkinds == 2 && !strcmp(r.kinds[0].kind, "native") && r.kinds[0].intervals == 9 &&
			r.kinds[0].excluded == 1 && r.kinds[1].intervals == 6 &&
			r.kinds[1].excluded == 1 && r.kinds[1].runs == 2,
		"by kind; VMs on another machine are left out");
	is_int(r.of_others, 1, "another host's run is left out");
	is_int(r.unfinished, 1, "and one without a summary");
	is_int(r.replayed, 1, "and one that measured nothing");
	ok(r.nunreadable == 2 && !strcmp(r.unreadable[0].run, name_of(5)) &&
			strstr(r.unreadable[0].why, "is not valid JSON") &&
			strstr(r.unreadable[1].why, "toll.summary/2"),
		"damaged ones are named with what is wrong: %s",
		r.nunreadable ? r.unreadable[0].why : "none");
	aa_record_release(&r);
	now.replayed = true;
	r = counted(&now);
	ok(r.all.runs == 2 && r.replayed == 2, "a replayed run does not count itself");
	aa_record_release(&r);
	summary_release(&now);
}

/* A duplicate of a VM's environment, and a boot that ran on another machine. */
static void test_ran_elsewhere(void)
{
	static const struct {
		const char *duplicate, *boot;
		bool same;
	} rows[] = {
		{"vm-x86_64-tcg", "vm-x86_64-tcg", true},
		{"vm-x86_64-tcg+user-aarch64", "vm-x86_64-tcg", true},
		{"vm-x86_64-tcg@threads2", "vm-x86_64-tcg", true},
		{"vm-x86_64-tcg@vcpus2-threads2", "vm-x86_64-tcg@vcpus2", true},
		{"vm-x86_64-tcg+user-aarch64@vcpus2", "vm-x86_64-tcg@vcpus2", true},
		{"vm-x86_64-tcg@vcpus2", "vm-x86_64-tcg", false},
		{"vm-x86_64-tcg", "vm-aarch64-tcg", false},
		{"user-aarch64", "vm-x86_64-tcg", false},
		{"native", "vm-x86_64-tcg", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct summary now = summary_of(name_of(1), "a host of its own", 0, 0);
		struct aa_record r;

		str_copy(now.aa[1].env, sizeof(now.aa[1].env), rows[i].duplicate);
		now.boots = xcalloc(1, sizeof(*now.boots));
		now.nboots = 1;
		str_copy(now.boots[0].env, sizeof(now.boots[0].env), rows[i].boot);
		str_copy(now.boots[0].ran_on, sizeof(now.boots[0].ran_on), "farm");
		r = counted(&now);
		is_int(r.all.intervals, rows[i].same ? 3 : 6, "with %s elsewhere, %s %s",
			rows[i].boot, rows[i].duplicate, rows[i].same ? "was, too" : "was not");
		aa_record_release(&r);
		summary_release(&now);
	}
}

/* Thirty runs of six intervals each, `excluded` of a run in every `every`-th. */
static enum aa_verdict verdict_of(unsigned every, size_t excluded)
{
	struct summary now = summary_of(name_of(1), HOST, 0, 0);
	struct aa_record r;
	enum aa_verdict verdict;

	for (unsigned i = 2; i <= 30; i++)
		store_run(i, HOST, i % every ? 0 : excluded, 0);
	r = counted(&now);
	verdict = r.all.verdict;
	aa_record_release(&r);
	summary_release(&now);
	return verdict;
}

static void test_verdicts(void)
{
	is_int(verdict_of(3, 1), AA_AS_CLAIMED, "10 of 180 are as promised");
	is_int(verdict_of(31, 1), AA_AS_CLAIMED, "none of 180 are, too");
	is_int(verdict_of(1, 1), AA_TOO_NARROW, "29 of 180 are too many");
	is_int(verdict_of(15, 3), AA_AS_CLAIMED, "6 in two runs are as promised");
	is_int(verdict_of(6, 3), AA_UNKNOWN,
		"15 of 180 may be too many, but they came three at a time");
}

int main(void)
{
	snprintf(results, sizeof(results), "%s/results", scratch_open());
	test_alone();
	test_which_count();
	test_ran_elsewhere();
	test_verdicts();
	scratch_close();
	return done_testing();
}
