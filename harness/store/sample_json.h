/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lines of samples.jsonl: toll.sample/1, toll.boot/1, toll.discard/1 and toll.session/1.
 * results/SCHEMA.md describes them for people.
 */
#ifndef STORE_SAMPLE_JSON_H
#define STORE_SAMPLE_JSON_H

#include "base/str.h"
#include "model/sample.h"

/* One line each, with its newline. */
void sample_to_line(const struct sample *s, struct str *out);
void boot_to_line(const struct boot *b, struct str *out);
/* Everything the file holds of this block so far does not count: it is run again as a whole. */
void discard_to_line(uint64_t block, const char *reason, struct str *out);
/* How long the measuring stage worked, and how much of that inside executions and boots. Several
 * sessions (resumed runs) add up. */
struct sample_session {
	uint64_t wall_ns, inside_ns;
	bool budget_ended; /* before all planned blocks; of the latest session */
	size_t sessions;
};
void session_to_line(const struct sample_session *session, struct str *out);

/* Reads what a file of such lines holds. A torn last line (no newline at its end) is dropped and
 * counted in *ret_torn; any other bad line is an error with its number and key, and so is an
 * execution that stands there twice. `session` and ret_torn may be NULL. */
int samples_parse(const char *text, size_t len, const char *name, struct samples *ret,
	struct sample_session *session, size_t *ret_torn, struct err *err);

/* Decodes the record a workload program prints (toll.record/1) into the parts of a sample that
 * come from it. The two CPU times, and max_rss_kib, stay as they are where it does not state them.
 * ret_main_ns: the program's clock at entry of main(). Hostile input: every length and number is
 * checked. */
int record_parse(const char *text, size_t len, const char *name, struct sample *ret,
	uint64_t *ret_main_ns, struct err *err);

#endif
