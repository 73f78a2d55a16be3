/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/schema.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "model/sample.h"
#include "store/summary_lists.h"
#include "store/tables.h"

/* A member that no table row describes: its name, its schema, and whether it is always there. */
struct extra {
	const char *name;
	const char *json;
	bool required;
};

#define STRINGIFY(x) #x
#define TEXT(x) STRINGIFY(x)
#define COUNT "{\"type\":\"integer\",\"minimum\":0}"
#define TIME_FROM(least)                                                                           \
	"{\"type\":\"integer\",\"minimum\":" least ",\"maximum\":1e+15}" /* TIME_MAX_NS */
#define NUMBER_OR_NULL "{\"type\":[\"number\",\"null\"]}"
#define ARM "{\"enum\":[\"main\",\"aa\"],\"description\":\"aa: a duplicate, to know the noise\"}"
#define TIMES_FROM(least, what)                                                                    \
	"{\"type\":\"array\",\"maxItems\":" TEXT(ITERATIONS_MAX) ",\"items\":" TIME_FROM(          \
		least) ",\"description\":\"" what "\"}"
#define TIMES(what) TIMES_FROM("0", what)
#define INTERVAL(what)                                                                             \
	"{\"type\":\"array\",\"minItems\":2,\"maxItems\":2,\"items\":" NUMBER_OR_NULL              \
	",\"description\":\"" what "; nulls: undefined\"}"
#define RATIO_OPEN "{\"type\":\"object\",\"description\":\""
#define RATIO_CLOSE                                                                                \
	"\",\"additionalProperties\":false,"                                                       \
	"\"required\":[\"point\",\"ci95\",\"blocks\"],\"properties\":{"                            \
	"\"point\":" NUMBER_OR_NULL ",\"ci95\":" INTERVAL("95 % interval") ",\"blocks\":" COUNT    \
									   "}}"
#define RATIO(what) RATIO_OPEN what RATIO_CLOSE

static void write_extras(struct json_writer *w, const struct extra *extras)
{
	for (; extras && extras->name; extras++)
		jw_raw(w, extras->name, extras->json);
}

static void write_required(struct json_writer *w, const char *schema, const struct field *table,
	const struct extra *extras)
{
	jw_begin_array(w, "required");
	if (schema)
		jw_string(w, NULL, "schema");
	for (; table->name; table++)
		if (table->required)
			jw_string(w, NULL, table->name);
	for (; extras && extras->name; extras++)
		if (extras->required)
			jw_string(w, NULL, extras->name);
	jw_end_array(w);
}

/* The members of an object's schema, into the object that is open. `schema` is what its member of
 * that name must hold; NULL: it has none. */
static void write_object(struct json_writer *w, const char *description, const char *schema,
	const struct field *table, const struct extra *extras)
{
	jw_string(w, "type", "object");
	jw_string(w, "description", description);
	jw_bool(w, "additionalProperties", false);
	write_required(w, schema, table, extras);
	jw_begin_object(w, "properties");
	if (schema) {
		jw_begin_object(w, "schema");
		jw_string(w, "const", schema);
		jw_end_object(w);
	}
	fields_schema(table, w);
	write_extras(w, extras);
	jw_end_object(w);
}

/* An array of such objects, as a heap string: an extra of the document that holds it. */
static char *list_of(const char *description, const struct field *table, const struct extra *extras)
{
	struct str text = {0};
	struct json_writer w;

	json_writer_init(&w, &text, false);
	jw_begin_object(&w, NULL);
	jw_string(&w, "type", "array");
	jw_begin_object(&w, "items");
	write_object(&w, description, NULL, table, extras);
	jw_end_object(&w);
	jw_end_object(&w);
	return str_take(&text);
}

/* The table's object itself, as a heap string. */
static char *object_of(
	const char *description, const struct field *table, const struct extra *extras)
{
	struct str text = {0};
	struct json_writer w;

	json_writer_init(&w, &text, false);
	jw_begin_object(&w, NULL);
	write_object(&w, description, NULL, table, extras);
	jw_end_object(&w);
	return str_take(&text);
}

static void begin_document(struct json_writer *w, struct str *out, const char *title)
{
	json_writer_init(w, out, true);
	w->compact_below = 3;
	jw_begin_object(w, NULL);
	jw_string(w, "$schema", "https://json-schema.org/draft/2020-12/schema");
	jw_string(w, "title", title);
}

#define LIKELIHOODS(whose)                                                                         \
	"{\"type\":\"array\",\"minItems\":" TEXT(NOISE_RHOS) ",\"maxItems\":" TEXT(                \
		NOISE_RHOS) ",\"items\":{\"type\":\"number\",\"maximum\":0},\"description\":"      \
			    "\"of a correlation from block to block of -0.6, -0.575 to 0.9, the "  \
			    "largest 0; " whose "\"}"

static const struct extra noise_extras[] = {
	{"log_likelihood", LIKELIHOODS("by the blocks of cells"), true},
	{"mean_log_likelihood",
		LIKELIHOODS("by blocks averaged over the cells of an environment, there where "
			    "mean_values is not 0"),
		false},
	{0},
};

void plan_schema(struct str *out)
{
	_cleanup_free_ char *arms = list_of("a column of the measuring schedule", table_arm, NULL);
	_cleanup_free_ char *command =
		object_of("what toll exec was asked to run", table_request, NULL);
	_cleanup_free_ char *roots =
		list_of("what programs of images see as '/'", table_root, NULL);
	_cleanup_free_ char *noise = list_of(
		"what an earlier run of the host says of its noise", table_noise, noise_extras);
	const struct extra extras[] = {
		{"command", command, false},
		{"commands",
			"{\"type\":\"array\",\"description\":\"what the arms' command layers "
			"stand for\",\"items\":{\"type\":\"object\","
			"\"additionalProperties\":false,"
			"\"required\":[\"env\",\"version\",\"command\",\"variables\"],"
			"\"properties\":{"
			"\"env\":{\"type\":\"string\",\"description\":\"environment of the "
			"layer alone\"},"
			"\"version\":{\"type\":\"string\",\"description\":\"what it said "
			"when the run was planned\"},"
			"\"command\":{\"type\":\"array\",\"items\":{\"type\":\"string\"},"
			"\"description\":\"the words in front of the program\"},"
			"\"variables\":{\"type\":\"object\","
			"\"additionalProperties\":{\"type\":\"string\"},"
			"\"description\":\"environment variables that it sets\"}}}}",
			false},
		{"roots", roots, false},
		{"noise", noise, false},
		{"arms", arms, true},
		{0},
	};
	struct json_writer w;

	begin_document(&w, out, "plan.json of a toll run");
	write_object(
		&w, "what a run is going to do, decided once", SCHEMA_PLAN, table_plan, extras);
	jw_end_object(&w);
}

void host_schema(struct str *out)
{
	_cleanup_free_ char *programs = list_of("a measured program", table_program, NULL);
	const struct extra extras[] = {
		{"packages",
			"{\"type\":\"array\",\"items\":{\"type\":\"object\"},"
			"\"description\":\"downloaded packages, with versions and SHA-256 sums\"}",
			false},
		{"programs", programs, false},
		{0},
	};
	struct json_writer w;

	begin_document(&w, out, "host.json of a toll run");
	write_object(&w, "the machine that was measured on", SCHEMA_HOST, table_host, extras);
	jw_end_object(&w);
}

static const struct extra sample_extras[] = {
	{"arm", ARM, true},
	{"iter_wall_ns", TIMES_FROM("1", "wall time of each iteration by the program's own clock"),
		false},
	{"iter_cpu_ns", TIMES("CPU time of each iteration"), false},
	{"work",
		"{\"type\":\"object\",\"description\":\"work of one iteration\","
		"\"additionalProperties\":false,\"properties\":{"
		"\"flop\":{\"type\":\"number\",\"minimum\":0,"
		"\"description\":\"floating-point operations\"},"
		"\"bytes\":{\"type\":\"number\",\"minimum\":0,\"description\":\"bytes moved\"}}}",
		false},
	{"path",
		"{\"type\":\"string\",\"maxLength\":63,"
		"\"description\":\"code path the program took, for example its BLAS core\"}",
		false},
	{"digest",
		"{\"type\":\"object\",\"description\":\"the result: a short vector and an exact "
		"hash\",\"additionalProperties\":false,\"required\":[\"values\",\"hash\"],"
		"\"properties\":{"
		"\"values\":{\"type\":\"array\",\"maxItems\":" TEXT(
			DIGEST_VALUES_MAX) ",\"items\":{\"type\":\"number\"}},"
					   "\"hash\":{\"type\":\"string\",\"pattern\":\"^[0-9a-f]{"
					   "0,"
					   "16}$\"}}}",
		false},
	{"losses",
		"{\"type\":\"array\",\"maxItems\":" TEXT(
			LOSSES_MAX) ",\"items\":{\"type\":"
				    "\"number\"},"
				    "\"description\":\"losses of the "
				    "verification's training steps\"}",
		false},
	{"probe", "{\"type\":\"object\",\"description\":\"what device-probe saw\"}", false},
	{"sentinel_ns",
		"{\"type\":\"array\",\"minItems\":2,\"maxItems\":2,\"items\":" TIME_FROM(
			"0") ",\"description\":\"time of the sentinel loop before and after\"}",
		false},
	{0},
};

static void line(struct json_writer *w, const char *description, const char *schema,
	const struct field *table, const struct extra *extras)
{
	jw_begin_object(w, NULL);
	write_object(w, description, schema, table, extras);
	jw_end_object(w);
}

void sample_schema(struct str *out)
{
	static const struct field none[] = {{0}};
	static const struct extra arm[] = {{"arm", ARM, true}, {0}};
	static const struct extra discard[] = {
		{"block", COUNT, true}, {"reason", "{\"type\":\"string\"}", false}, {0}};
	struct json_writer w;

	begin_document(&w, out, "a line of samples.jsonl of a toll run");
	w.compact_below = 5;
	jw_begin_array(&w, "oneOf");
	line(&w, "an execution", SCHEMA_SAMPLE, table_sample, sample_extras);
	line(&w, "a boot of a VM", SCHEMA_BOOT, table_boot, arm);
	line(&w, "what the file holds of this block so far does not count", SCHEMA_DISCARD, none,
		discard);
	line(&w, "how long one session of the run measured", SCHEMA_SESSION, table_session, NULL);
	jw_end_array(&w);
	jw_end_object(&w);
}

#define DESCRIBED(text) "{\"type\":\"object\",\"description\":\"" text "\","
#define MEAN_INTERVAL INTERVAL("95 % t interval")
#define AS_REPORTED INTERVAL("as reported: under serial correlation, with the sentinel")
#define SIGN_INTERVAL INTERVAL("sign-test interval of the median")
#define RAW_INTERVAL INTERVAL("plain paired t interval")
#define STEADY                                                                                     \
	DESCRIBED("mean over blocks of the iterations after warm-up")                              \
	"\"additionalProperties\":false,\"required\":[\"mean_ns\",\"ci95\"],\"properties\":{"      \
	"\"mean_ns\":" NUMBER_OR_NULL ",\"ci95\":" MEAN_INTERVAL "}}"
#define OVERHEAD                                                                                   \
	DESCRIBED("overhead: time here ÷ time in the reference cell, paired by block")             \
	"\"additionalProperties\":false,\"required\":[\"reference\",\"point\",\"ci95\","           \
	"\"sign_ci95\",\"raw_ci95\",\"raw_point\",\"blocks\",\"target_met\"],\"properties\":{"     \
	"\"reference\":{\"type\":\"string\"},\"point\":" NUMBER_OR_NULL ",\"ci95\":" AS_REPORTED   \
	",\"sign_ci95\":" SIGN_INTERVAL ",\"raw_ci95\":" RAW_INTERVAL                              \
	",\"raw_point\":" NUMBER_OR_NULL ",\"blocks\":" COUNT                                      \
	",\"target_met\":{\"type\":\"boolean\"}}}"
#define LABEL "{\"type\":\"string\",\"description\":\"label of its host\"}"
#define LISTS_MAX 12

/* What a cell has beside its table. */
static const struct extra cell_extras[] = {{"steady", STEADY, true}, {"cold", NULL, true},
	{"ratio", OVERHEAD, true},
	{"probe", "{\"type\":\"object\",\"description\":\"what device-probe saw\"}", false}, {0}};

/* The schema of one list; labelled: as in merged.json. Heap. */
static char *schema_of_list(const struct summary_list *l, bool labelled)
{
	static const struct extra host = {"host", LABEL, true},
				  run = {"run",
					  "{\"type\":\"string\",\"description\":\"the run it is "
					  "from\"}",
					  true};
	_cleanup_free_ char *cold = object_of("apart from the steady state", table_cold, NULL);
	char *ratios[SUMMARY_RATIOS_MAX] = {0}, *schema;
	struct extra extras[ARRAY_LEN(cell_extras) + SUMMARY_RATIOS_MAX + 2] = {{0}};
	size_t n = 0;

	if (labelled)
		extras[n++] = host;
	if (labelled && l->of_run)
		extras[n++] = run;
	for (size_t i = 0; l->ratios[i].key; i++) {
		ratios[i] = xasprintf("%s%s%s", RATIO_OPEN, l->ratios[i].what, RATIO_CLOSE);
		extras[n++] = (struct extra){l->ratios[i].key, ratios[i], true};
	}
	for (const struct extra *e = cell_extras; l->rest && e->name; e++, n++) {
		extras[n] = *e;
		if (!e->json)
			extras[n].json = cold;
	}
	schema = list_of(l->what, l->table, extras);
	for (size_t i = 0; i < SUMMARY_RATIOS_MAX; i++)
		free(ratios[i]);
	return schema;
}

/* Appends the lists to a document's members, which end where n says. */
static size_t add_lists(struct extra *extras, size_t n, bool labelled)
{
	for (const struct summary_list *l = summary_lists; l->key; l++)
		extras[n++] = (struct extra){
			l->key, schema_of_list(l, labelled), labelled || !l->optional};
	return n;
}

static void free_lists(const struct extra *extras, size_t from)
{
	for (size_t i = 0; summary_lists[i].key; i++)
		free((char *)extras[from + i].json);
}

void summary_schema(struct str *out)
{
	_cleanup_free_ char *host = object_of("the machine, as in host.json", table_host, NULL);
	_cleanup_free_ char *noise = object_of("what this run says of the host's noise to later "
					       "ones of few cells; not there: nothing",
		table_noise, noise_extras);
	struct extra extras[LISTS_MAX + 3] = {{"host", host, true}, {"noise", noise, false}};
	struct json_writer w;

	add_lists(extras, 2, false);
	begin_document(&w, out, "summary.json of a toll run");
	write_object(&w, "what statistics make of a run's samples", SCHEMA_SUMMARY, table_summary,
		extras);
	jw_end_object(&w);
	free_lists(extras, 2);
}

void merged_schema(struct str *out)
{
	_cleanup_free_ char *machine =
		object_of("as in host.json of its first run", table_host, NULL);
	const struct extra of_host[] = {{"machine", machine, true}, {0}};
	_cleanup_free_ char *hosts = list_of(
				    "machines that count as one", table_merged_host, of_host),
			    *sources = list_of("a run that was joined", table_merged_source, NULL),
			    *clashes = list_of("a program that runs do not share: its cells are "
					       "left out",
				    table_clash, NULL);
	static const struct extra of_contrast[] = {
		{"overhead_a", RATIO("over native there, over the programs that entered"), true},
		{"overhead_b", RATIO("over native here"), true},
		{"ratio", RATIO("overhead_b ÷ overhead_a, by Welch on the logarithms"), true}, {0}};
	_cleanup_free_ char *contrasts =
		list_of("an overhead on two hosts", table_contrast, of_contrast);
	struct extra extras[LISTS_MAX + 5] = {{"hosts", hosts, true}, {"sources", sources, true}};
	size_t n = add_lists(extras, 2, true);
	struct json_writer w;

	extras[n++] = (struct extra){"clashes", clashes, true};
	extras[n] = (struct extra){"contrasts", contrasts, false};
	begin_document(&w, out, "merged.json, runs joined by toll merge");
	write_object(&w,
		"runs of several hosts and shards; of hosts overheads are compared, never times",
		SCHEMA_MERGED, table_merged, extras);
	jw_end_object(&w);
	free_lists(extras, 2);
}

void diff_schema(struct str *out)
{
	_cleanup_free_ char *side = object_of(
				    "the cell in this run; not there: it is no cell of it",
				    table_diff_side, NULL),
			    *facts = list_of(
				    "a key in which the runs differ", table_diff_fact, NULL);
	const struct extra of_cell[] = {{"change", RATIO("second run ÷ first"), true},
		{"before", side, false}, {"after", side, false}, {0}};
	static const struct extra of_suite[] = {
		{"change", RATIO("second run ÷ first, over both runs' programs"), true}, {0}};
	_cleanup_free_ char *cell = list_of("a cell of either run", table_diff_cell, of_cell),
			    *suite = list_of("geometric mean over an environment's programs",
				    table_diff_suite, of_suite);
	const struct extra extras[] = {
		{"sentinel",
			RATIO("the sentinel loop beside native executions, second run ÷ first: an "
			      "interval without 1 says that the host was in another state; null "
			      "for "
			      "two hosts"),
			true},
		{"facts", facts, true}, {"cells", cell, true}, {"suites", suite, true}, {0}};
	struct json_writer w;

	begin_document(&w, out, "what toll diff --json prints");
	write_object(&w, "what changed from one run to another", SCHEMA_DIFF, table_diff, extras);
	jw_end_object(&w);
}
