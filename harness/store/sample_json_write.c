/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The writing half of store/sample_json.h.
 */
#include "store/sample_json.h"

#include "base/cleanup.h"
#include "base/field.h"
#include "base/json.h"
#include "store/tables.h"

static void end_line(struct json_writer *w)
{
	jw_end_object(w);
	str_addc(w->out, '\n');
}

static void begin_line(struct json_writer *w, struct str *out, const char *schema)
{
	json_writer_init(w, out, false);
	jw_begin_object(w, NULL);
	jw_string(w, "schema", schema);
}

static void write_times(struct json_writer *w, const char *key, const uint64_t *v, size_t n)
{
	jw_begin_array(w, key);
	for (size_t i = 0; v && i < n; i++)
		jw_u64(w, NULL, v[i]);
	jw_end_array(w);
}

static void write_doubles(struct json_writer *w, const char *key, const double *v, size_t n)
{
	jw_begin_array(w, key);
	for (size_t i = 0; i < n; i++)
		jw_double(w, NULL, v[i]);
	jw_end_array(w);
}

static void write_body(const struct sample *s, struct json_writer *w)
{
	write_times(w, "iter_wall_ns", s->iter_wall_ns, s->iterations);
	write_times(w, "iter_cpu_ns", s->iter_cpu_ns, s->iterations);
	jw_begin_object(w, "work");
	jw_double(w, "flop", s->flop);
	jw_double(w, "bytes", s->bytes);
	jw_end_object(w);
	jw_string(w, "path", s->path);
	jw_begin_object(w, "digest");
	write_doubles(w, "values", s->digest.values, s->digest.n);
	jw_string(w, "hash", s->digest.hash);
	jw_end_object(w);
	if (s->nlosses)
		write_doubles(w, "losses", s->losses, s->nlosses);
	if (s->probe)
		jw_raw(w, "probe", s->probe);
}

void sample_to_line(const struct sample *s, struct str *out)
{
	struct json_writer w;

	begin_line(&w, out, SCHEMA_SAMPLE);
	jw_string(&w, "arm", s->duplicate ? "aa" : "main");
	fields_to_json(table_sample, s, &w);
	if (s->iterations)
		write_body(s, &w);
	if (s->sentinel_ns[0] && s->sentinel_ns[1])
		write_times(&w, "sentinel_ns", s->sentinel_ns, ARRAY_LEN(s->sentinel_ns));
	end_line(&w);
}

void boot_to_line(const struct boot *b, struct str *out)
{
	struct json_writer w;

	begin_line(&w, out, SCHEMA_BOOT);
	jw_string(&w, "arm", b->duplicate ? "aa" : "main");
	fields_to_json(table_boot, b, &w);
	end_line(&w);
}

void discard_to_line(uint64_t block, const char *reason, struct str *out)
{
	struct json_writer w;

	begin_line(&w, out, SCHEMA_DISCARD);
	jw_u64(&w, "block", block);
	jw_string(&w, "reason", reason);
	end_line(&w);
}

void session_to_line(const struct sample_session *session, struct str *out)
{
	struct json_writer w;

	begin_line(&w, out, SCHEMA_SESSION);
	fields_to_json(table_session, session, &w);
	end_line(&w);
}
