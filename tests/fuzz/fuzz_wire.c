/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Anything at all, decoded as every message of the guest protocol. What decodes must encode again
 * to the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "vm/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t frame[WIRE_HEADER_SIZE + WIRE_PAYLOAD_MAX];

static void same(struct wire_writer *w, enum wire_type type, const uint8_t *data, size_t size)
{
	int64_t len = wire_finish(w, type, 1);

	if (len != (int64_t)(WIRE_HEADER_SIZE + size) ||
		memcmp(frame + WIRE_HEADER_SIZE, data, size) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct wire_exec exec;
	struct wire_writer w;
	struct wire_header header;
	struct wire_hello hello;
	struct wire_result result;
	const char *text;
	uint64_t ns;

	if (size > WIRE_PAYLOAD_MAX)
		return 0;
	if (size >= WIRE_HEADER_SIZE && wire_get_header(data, &header) == 0 &&
		header.len > WIRE_PAYLOAD_MAX)
		abort();
	wire_begin(&w, frame, sizeof(frame));
	if (wire_get_hello(data, size, &hello) == 0) {
		wire_put_hello(&w, &hello);
		same(&w, WIRE_HELLO, data, size);
	}
	wire_begin(&w, frame, sizeof(frame));
	if (wire_get_exec(data, size, &exec) == 0) {
		wire_put_exec(&w, &exec);
		same(&w, WIRE_EXEC, data, size);
	}
	wire_begin(&w, frame, sizeof(frame));
	if (wire_get_result(data, size, &result) == 0) {
		wire_put_result(&w, &result);
		same(&w, WIRE_RESULT, data, size);
	}
	wire_begin(&w, frame, sizeof(frame));
	if (wire_get_time(data, size, &ns) == 0) {
		wire_put_time(&w, ns);
		same(&w, WIRE_PONG, data, size);
	}
	wire_begin(&w, frame, sizeof(frame));
	if (wire_get_text(data, size, &text) == 0) {
		wire_put_text(&w, text);
		same(&w, WIRE_ERROR, data, size);
	}
	return 0;
}
