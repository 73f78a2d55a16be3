/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sample_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/field.h"
#include "base/json.h"
#include "store/sample_check.h"
#include "store/tables.h"

#define PROBE_MAX 65536

#define F FIELD_ROW
#define T FIELD_TEXT_ROW

/* Members of the record that are checked and not kept, or decoded by hand. */
struct record_head {
	char schema[32], workload[64], variant[64], arch[16], size[32], path[64];
	uint64_t seed, threads, main_ns, begin_ns, end_ns;
	uint64_t user_ns, sys_ns, max_rss_kib;
};

static const struct field record_fields[] = {
	T(record_head, schema, .required = true),
	T(record_head, workload, .required = true),
	T(record_head, variant),
	T(record_head, arch),
	T(record_head, size),
	T(record_head, path),
	F(record_head, seed, FIELD_U64),
	F(record_head, threads, FIELD_U64),
	F(record_head, main_ns, FIELD_U64, .required = true),
	F(record_head, begin_ns, FIELD_U64),
	F(record_head, end_ns, FIELD_U64),
	F(record_head, user_ns, FIELD_U64, .max = TIME_MAX_NS),
	F(record_head, sys_ns, FIELD_U64, .max = TIME_MAX_NS),
	F(record_head, max_rss_kib, FIELD_U64, .max = 1ull << 40),
	{0},
};

/* Whole nanoseconds, each at least `least`. */
static int read_times(const struct json_doc *doc, const struct json *object, const char *key,
	double least, uint64_t **ret, size_t *ret_n, struct err *err)
{
	_cleanup_free_ uint64_t *v = NULL;
	const struct json *array = NULL;
	size_t n = 0;
	int r = json_get_array(doc, object, key, true, &array, err);

	if (r < 0)
		return r;
	if (json_count(array) > ITERATIONS_MAX)
		return json_error(doc, array, err, "has more than %d entries", ITERATIONS_MAX);
	v = xcalloc(json_count(array), sizeof(*v));
	json_for_each (item, array) {
		double d = json_number(item);

		if (!(d >= least && d <= TIME_MAX_NS) || d != floor(d))
			return json_error(doc, array, err,
				"entry %zu must be a whole number of nanoseconds from %g to %g",
				n + 1, least, (double)TIME_MAX_NS);
		v[n++] = (uint64_t)d;
	}
	*ret = TAKE(v);
	*ret_n = n;
	return 0;
}

static int read_doubles(const struct json_doc *doc, const struct json *array, double *v, size_t max,
	size_t *ret_n, struct err *err)
{
	size_t n = 0;

	json_for_each (item, array) {
		if (n == max)
			return json_error(doc, array, err, "has more than %zu entries", max);
		if (!isfinite(json_number(item)))
			return json_error(
				doc, array, err, "entry %zu must be a finite number", n + 1);
		v[n++] = json_number(item);
	}
	*ret_n = n;
	return 0;
}

static int read_digest(
	const struct json_doc *doc, const struct json *object, struct digest *ret, struct err *err)
{
	static const char *const known[] = {"values", "hash", NULL};
	const struct json *d = NULL, *values = NULL;
	const char *hash = "";
	int r = json_get_object(doc, object, "digest", true, &d, err);

	if (!r)
		r = json_known_keys(doc, d, known, err);
	if (!r)
		r = json_get_array(doc, d, "values", true, &values, err);
	if (!r)
		r = read_doubles(doc, values, ret->values, DIGEST_VALUES_MAX, &ret->n, err);
	if (!r)
		r = json_get_string(doc, d, "hash", true, &hash, err);
	if (r < 0)
		return r;
	if (strlen(hash) >= sizeof(ret->hash) || strspn(hash, "0123456789abcdef") != strlen(hash))
		return json_error(doc, d, err, "'hash' must be at most 16 hex digits");
	str_copy(ret->hash, sizeof(ret->hash), hash);
	return 0;
}

static int read_work(
	const struct json_doc *doc, const struct json *object, struct sample *s, struct err *err)
{
	static const char *const known[] = {"flop", "bytes", NULL};
	const struct json *work = NULL;
	int r = json_get_object(doc, object, "work", false, &work, err);

	if (r < 0 || !work)
		return r;
	r = json_known_keys(doc, work, known, err);
	if (!r)
		r = json_get_double(doc, work, "flop", false, &s->flop, err);
	if (!r)
		r = json_get_double(doc, work, "bytes", false, &s->bytes, err);
	if (!r && (s->flop < 0 || s->bytes < 0))
		r = json_error(doc, work, err, "must not be negative");
	return r;
}

/* What a record and a sample line have in common: iterations, work, digest, losses, probe. */
static int read_body(
	const struct json_doc *doc, const struct json *object, struct sample *s, struct err *err)
{
	const struct json *losses = NULL, *probe = NULL;
	size_t n_cpu = 0;
	int r = read_times(doc, object, "iter_wall_ns", 1, &s->iter_wall_ns, &s->iterations, err);

	if (!r)
		r = read_times(doc, object, "iter_cpu_ns", 0, &s->iter_cpu_ns, &n_cpu, err);
	if (!r && n_cpu != s->iterations)
		r = json_error(doc, object, err,
			"iter_wall_ns and iter_cpu_ns differ in length: %zu and %zu", s->iterations,
			n_cpu);
	if (!r)
		r = read_work(doc, object, s, err);
	if (!r)
		r = read_digest(doc, object, &s->digest, err);
	if (!r)
		r = json_get_array(doc, object, "losses", false, &losses, err);
	if (!r && losses)
		r = read_doubles(doc, losses, s->losses, LOSSES_MAX, &s->nlosses, err);
	if (!r)
		r = json_get_object(doc, object, "probe", false, &probe, err);
	if (!r && probe) {
		struct str text = {0};

		json_print(probe, &text);
		if (text.len > PROBE_MAX)
			r = json_error(doc, probe, err, "is larger than %d bytes", PROBE_MAX);
		s->probe = str_take(&text);
	}
	return r;
}

/* "main" or "aa" */
static int read_arm(
	const struct json_doc *doc, const struct json *object, bool *ret, struct err *err)
{
	const char *arm = NULL;
	int r = json_get_string(doc, object, "arm", true, &arm, err);

	if (!r && strcmp(arm, "main") != 0 && strcmp(arm, "aa") != 0)
		r = json_error(doc, json_get(object, "arm"), err,
			"must be one of main, aa, not '%.40s'", arm);
	if (!r)
		*ret = !strcmp(arm, "aa");
	return r;
}

static int read_sentinel(
	const struct json_doc *doc, const struct json *object, struct sample *s, struct err *err)
{
	_cleanup_free_ uint64_t *v = NULL;
	size_t n = 0;
	int r;

	if (!json_get(object, "sentinel_ns"))
		return 0;
	r = read_times(doc, object, "sentinel_ns", 0, &v, &n, err);
	if (!r && n != ARRAY_LEN(s->sentinel_ns))
		r = json_error(doc, json_get(object, "sentinel_ns"), err,
			"must hold the times before and after, not %zu", n);
	if (!r)
		memcpy(s->sentinel_ns, v, sizeof(s->sentinel_ns));
	return r;
}

static int read_path(
	const struct json_doc *doc, const struct json *object, struct sample *s, struct err *err)
{
	const char *path = "";
	int r = json_get_string(doc, object, "path", false, &path, err);

	if (!r && strlen(path) >= sizeof(s->path))
		r = json_error(doc, json_get(object, "path"), err, "is longer than %zu bytes",
			sizeof(s->path) - 1);
	if (!r)
		str_copy(s->path, sizeof(s->path), path);
	return r;
}

/* What would be no time, although it is called one. */
static int check_ok(const struct json_doc *doc, const struct json *object, const struct sample *s,
	struct err *err)
{
	if (s->status != STATUS_OK)
		return 0;
	if (!s->iterations)
		return json_error(doc, object, err, "it is ok and holds no iteration");
	if (s->guest_wall_ns && !s->host_wall_ns)
		return json_error(doc, json_get(object, "guest_wall_ns"), err,
			"needs 'host_wall_ns' beside it: a guest's clock alone is no time");
	if (json_get(object, "host_wall_ns") && !s->host_wall_ns)
		return json_error(doc, json_get(object, "host_wall_ns"), err,
			"0 is no time; what was not taken is not there");
	if (json_get(object, "sentinel_ns") && !(s->sentinel_ns[0] && s->sentinel_ns[1]))
		return json_error(doc, json_get(object, "sentinel_ns"), err,
			"0 is no time; what was not taken is not there");
	return 0;
}

static int read_sample(
	const struct json_doc *doc, const struct json *object, struct sample *s, struct err *err)
{
	static const char *const others[] = {"schema", "arm", "iter_wall_ns", "iter_cpu_ns", "work",
		"path", "digest", "losses", "probe", "sentinel_ns", NULL};
	struct cell_parts parts;
	int r = fields_from_json_with(table_sample, s, doc, object, others, err);

	if (!r)
		r = read_arm(doc, object, &s->duplicate, err);
	if (!r && cell_parse(s->cell, &parts, err) < 0)
		r = json_error(
			doc, json_get(object, "cell"), err, "is no cell id: '%.80s'", s->cell);
	if (!r && json_get(object, "iter_wall_ns"))
		r = read_body(doc, object, s, err);
	if (!r)
		r = read_path(doc, object, s, err);
	if (!r)
		r = read_sentinel(doc, object, s, err);
	return r < 0 ? r : check_ok(doc, object, s, err);
}

struct reader {
	struct samples *samples;
	struct sample_session *session;
};

static int read_boot(const struct json_doc *doc, const struct json *object, unsigned line,
	struct samples *to, struct err *err)
{
	static const char *const others[] = {"schema", "arm", NULL};
	struct boot boot = {.line = line, .skew_ppm = NAN, .skew_error_ppm = NAN};
	int r = fields_from_json_with(table_boot, &boot, doc, object, others, err);

	if (!r)
		r = read_arm(doc, object, &boot.duplicate, err);
	if (!r && boot.status == STATUS_OK && !boot.hello_ns)
		r = json_error(
			doc, object, err, "it is ok and needs the key 'hello_ns', which is not 0");
	if (!r)
		samples_add_boot(to, &boot);
	return r;
}

static int read_session(const struct json_doc *doc, const struct json *object,
	struct sample_session *to, struct err *err)
{
	static const char *const others[] = {"schema", NULL};
	struct sample_session one = {0};
	int r = fields_from_json_with(table_session, &one, doc, object, others, err);

	if (r < 0)
		return r;
	to->wall_ns += one.wall_ns;
	to->inside_ns += one.inside_ns;
	to->budget_ended = one.budget_ended;
	to->sessions++;
	return 0;
}

static int read_discard(const struct json_doc *doc, const struct json *object, struct samples *from,
	struct err *err)
{
	static const char *const known[] = {"schema", "block", "reason", NULL};
	uint64_t block = 0;
	int r = json_known_keys(doc, object, known, err);

	if (!r)
		r = json_get_u64(doc, object, "block", true, &block, err);
	if (!r)
		samples_discard_block(from, block);
	return r;
}

static int read_line(const struct json_doc *doc, unsigned line, struct reader *to, struct err *err)
{
	const struct json *object = json_root(doc);
	const char *schema = json_string(json_get(object, "schema"));
	struct sample sample = {.line = line, .execution = 1, .disturbance = DISTURBANCE_UNKNOWN};
	int r;

	if (!schema)
		return json_error(doc, object, err, "needs the key 'schema'");
	if (!strcmp(schema, SCHEMA_BOOT))
		return read_boot(doc, object, line, to->samples, err);
	if (!strcmp(schema, SCHEMA_SESSION))
		return read_session(doc, object, to->session, err);
	if (!strcmp(schema, SCHEMA_DISCARD))
		return read_discard(doc, object, to->samples, err);
	if (strcmp(schema, SCHEMA_SAMPLE))
		return json_error(doc, json_get(object, "schema"), err,
			"'%.40s' is not known to this version", schema);
	r = read_sample(doc, object, &sample, err);
	if (r < 0)
		sample_release(&sample);
	else
		samples_add(to->samples, &sample);
	return r;
}

int samples_parse(const char *text, size_t len, const char *name, struct samples *ret,
	struct sample_session *session, size_t *ret_torn, struct err *err)
{
	struct samples samples = {0};
	struct sample_session sessions = {0};
	struct reader to = {&samples, &sessions};
	unsigned line = 1;
	size_t torn = 0;

	for (const char *p = text, *end = text + len; p < end; line++) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		_cleanup_json_ struct json_doc *doc = NULL;
		int r;

		if (!nl) {
			torn = (size_t)(end - p);
			break;
		}
		r = json_parse(p, (size_t)(nl - p), name, line, &doc, err);
		if (!r)
			r = read_line(doc, line, &to, err);
		if (r < 0) {
			samples_release(&samples);
			return r;
		}
		p = nl + 1;
	}
	if (samples_check_unique(&samples, name, err) < 0) {
		samples_release(&samples);
		return -ERR_INPUT;
	}
	samples_audit_clocks(&samples);
	*ret = samples;
	if (session)
		*session = sessions;
	if (ret_torn)
		*ret_torn = torn;
	return 0;
}

/* What a program says that it used goes before what was seen of whatever is around it. */
static void take_usage(const struct record_head *head, struct sample *s)
{
	if (head->user_ns || head->sys_ns) {
		s->user_ns = head->user_ns;
		s->sys_ns = head->sys_ns;
	}
	if (head->max_rss_kib)
		s->max_rss_kib = head->max_rss_kib;
}

int record_parse(const char *text, size_t len, const char *name, struct sample *ret,
	uint64_t *ret_main_ns, struct err *err)
{
	static const char *const others[] = {
		"iter_wall_ns", "iter_cpu_ns", "work", "digest", "losses", "probe", NULL};
	_cleanup_json_ struct json_doc *doc = NULL;
	_cleanup_(sample_release) struct sample s = {0};
	struct record_head head = {0};
	int r = json_parse(text, len, name, 1, &doc, err);

	if (!r)
		r = fields_from_json_with(record_fields, &head, doc, json_root(doc), others, err);
	if (!r)
		r = json_check_schema(doc, SCHEMA_RECORD, err);
	if (!r)
		r = read_body(doc, json_root(doc), &s, err);
	if (!r && !s.iterations)
		r = json_error(doc, json_root(doc), err, "holds no iteration");
	if (r < 0)
		return r;
	str_copy(ret->path, sizeof(ret->path), head.path);
	take_usage(&head, ret);
	ret->iter_wall_ns = TAKE(s.iter_wall_ns);
	ret->iter_cpu_ns = TAKE(s.iter_cpu_ns);
	ret->iterations = s.iterations;
	ret->flop = s.flop;
	ret->bytes = s.bytes;
	ret->digest = s.digest;
	memcpy(ret->losses, s.losses, sizeof(ret->losses));
	ret->nlosses = s.nlosses;
	ret->probe = TAKE(s.probe);
	*ret_main_ns = head.main_ns;
	return 0;
}
