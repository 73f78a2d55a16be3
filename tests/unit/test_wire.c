/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>

#include "tap.h"
#include "vm/wire.h"

static uint8_t frame[WIRE_HEADER_SIZE + WIRE_PAYLOAD_MAX];

static const struct wire_hello HELLO = {
	.version = WIRE_VERSION,
	.arch = "aarch64",
	.release = "6.1.0-test",
	.mono_ns = UINT64_C(0x0123456789abcdef),
	.ncpus = 2,
	.mem_kib = 500000,
};

static const struct wire_exec EXEC = {
	.argc = 3,
	.argv = {"/toll/run", "", "--x=1"},
	.envc = 1,
	.envp = {"PATH=/bin"},
	.cwd = "/tmp",
	.root = "0123456789abcdef",
	.timeout_ns = 1000000000,
	.stdout_max = 4096,
	.stderr_max = 100,
	.cpu = -1,
};

/* Returns the payload's length. */
static size_t finish(struct wire_writer *w, enum wire_type type)
{
	int64_t len = wire_finish(w, type, 7);

	return len < 0 ? 0 : (size_t)len - WIRE_HEADER_SIZE;
}

static size_t hello_frame(const struct wire_hello *hello)
{
	struct wire_writer w;

	wire_begin(&w, frame, sizeof(frame));
	wire_put_hello(&w, hello);
	return finish(&w, WIRE_HELLO);
}

static size_t exec_frame(const struct wire_exec *exec)
{
	struct wire_writer w;

	wire_begin(&w, frame, sizeof(frame));
	wire_put_exec(&w, exec);
	return finish(&w, WIRE_EXEC);
}

static size_t result_frame(const struct wire_result *result)
{
	struct wire_writer w;

	wire_begin(&w, frame, sizeof(frame));
	wire_put_result(&w, result);
	return finish(&w, WIRE_RESULT);
}

/* A copy that ends where the payload ends, so that a sanitizer sees a read beyond it. */
static uint8_t *exact(size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	memcpy(copy, frame + WIRE_HEADER_SIZE, len);
	return copy;
}

static void test_headers(void)
{
	static const uint8_t expected[] = {
		'T', 'O', 'L', 'L', 4, 0, 0, 0, 9, 2, 0, 0, 8, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0};
	struct wire_header header = {0};
	struct wire_writer w;

	wire_begin(&w, frame, sizeof(frame));
	wire_put_time(&w, 0x201);
	is_int(wire_finish(&w, WIRE_PING, 0x209), (int)sizeof(expected), "a frame's length");
	ok(!memcmp(frame, expected, sizeof(expected)), "numbers are little-endian on the wire");
	is_int(wire_get_header(frame, &header), 0, "a header decodes");
	ok(header.type == WIRE_PING && header.seq == 0x209 && header.len == 8, "to what was put");
	frame[0] ^= 1;
	is_int(wire_get_header(frame, &header), -EPROTO, "another magic is no frame");
	frame[0] ^= 1;
	frame[4] = 0;
	is_int(wire_get_header(frame, &header), -EPROTO, "type 0 is none");
	frame[4] = WIRE_TYPE_END;
	is_int(wire_get_header(frame, &header), -EPROTO, "a type beyond the last is none");
	frame[4] = WIRE_PING;
	memcpy(frame + 12, (uint8_t[]){1, 0, 16, 0}, 4);
	is_int(wire_get_header(frame, &header), -EMSGSIZE, "a payload beyond the limit is refused");
	memcpy(frame + 12, (uint8_t[]){0, 0, 16, 0}, 4);
	is_int(wire_get_header(frame, &header), 0, "one at the limit is not");
	is_int(header.len, WIRE_PAYLOAD_MAX, "and has that length");
}

static void test_hello(void)
{
	struct wire_hello hello = {.ncpus = 77}, bad = HELLO;
	size_t len = hello_frame(&HELLO);
	char long_text[WIRE_TEXT_MAX + 1];

	is_int(wire_get_hello(frame + WIRE_HEADER_SIZE, len, &hello), 0, "a hello decodes");
	is_str(hello.arch, "aarch64", "architecture");
	is_str(hello.release, "6.1.0-test", "release");
	ok(hello.mono_ns == HELLO.mono_ns && hello.ncpus == 2 && hello.mem_kib == 500000,
		"numbers");
	bad.version = WIRE_VERSION + 1;
	len = hello_frame(&bad);
	hello.ncpus = 77;
	is_int(wire_get_hello(frame + WIRE_HEADER_SIZE, len, &hello), -EPROTO,
		"another version of the protocol is refused");
	is_int(hello.ncpus, 77, "and leaves the output alone");
	memset(long_text, 'x', sizeof(long_text));
	long_text[WIRE_TEXT_MAX] = '\0';
	bad = HELLO;
	bad.release = long_text;
	len = hello_frame(&bad);
	is_int(wire_get_hello(frame + WIRE_HEADER_SIZE, len, &hello), -EMSGSIZE,
		"a release longer than WIRE_TEXT_MAX is refused");
}

static void test_exec(void)
{
	struct wire_exec exec, bad = EXEC;
	size_t len = exec_frame(&EXEC);

	is_int(wire_get_exec(frame + WIRE_HEADER_SIZE, len, &exec), 0, "a request decodes");
	is_int(exec.argc, 3, "three arguments");
	is_str(exec.argv[0], "/toll/run", "the first");
	is_str(exec.argv[1], "", "an empty one");
	ok(!exec.argv[3] && !exec.envp[1], "both lists end with NULL");
	is_str(exec.envp[0], "PATH=/bin", "environment");
	is_str(exec.cwd, "/tmp", "folder");
	is_str(exec.root, "0123456789abcdef", "root");
	ok(exec.timeout_ns == EXEC.timeout_ns && exec.cpu == -1 && exec.stderr_max == 100,
		"numbers, a negative one too");
	bad.argc = 0;
	len = exec_frame(&bad);
	is_int(wire_get_exec(frame + WIRE_HEADER_SIZE, len, &exec), -EPROTO,
		"a request without a program is refused");
	bad = EXEC;
	bad.timeout_ns = 0;
	len = exec_frame(&bad);
	is_int(wire_get_exec(frame + WIRE_HEADER_SIZE, len, &exec), -EPROTO,
		"one without a deadline is refused");
	bad = EXEC;
	bad.stdout_max = WIRE_OUTPUT_MAX;
	bad.stderr_max = 1;
	len = exec_frame(&bad);
	is_int(wire_get_exec(frame + WIRE_HEADER_SIZE, len, &exec), -EMSGSIZE,
		"one for more output than a result holds is refused");
	bad = EXEC;
	len = exec_frame(&bad);
	memcpy(frame + WIRE_HEADER_SIZE, (uint8_t[]){1, 1, 0, 0}, 4);
	is_int(wire_get_exec(frame + WIRE_HEADER_SIZE, len, &exec), -EMSGSIZE,
		"more arguments than WIRE_ARGS_MAX are refused");
	len = exec_frame(&EXEC);
	frame[WIRE_HEADER_SIZE + 8] = '\0';
	is_int(wire_get_exec(frame + WIRE_HEADER_SIZE, len, &exec), -EPROTO,
		"a NUL inside a string is refused");
	len = exec_frame(&EXEC);
	frame[WIRE_HEADER_SIZE + 8 + 9] = 'x';
	is_int(wire_get_exec(frame + WIRE_HEADER_SIZE, len, &exec), -EPROTO,
		"a string without its NUL is refused");
}

static void test_result(void)
{
	static const uint8_t out[] = {'a', 0, 'b'};
	struct wire_result put = {.end = WIRE_SIGNALED,
		.code = 4,
		.begin_ns = 10,
		.end_ns = 20,
		.user_ns = 3,
		.sys_ns = 2,
		.max_rss_kib = 900,
		.oom_kills = 2,
		.out = out,
		.out_len = 3,
		.err = out,
		.err_len = 0};
	struct wire_result got;
	size_t len = result_frame(&put);

	is_int(wire_get_result(frame + WIRE_HEADER_SIZE, len, &got), 0, "a result decodes");
	ok(got.end == WIRE_SIGNALED && got.code == 4, "how it ended");
	ok(got.max_rss_kib == 900 && got.oom_kills == 2, "and what became of memory");
	ok(got.out_len == 3 && !memcmp(got.out, out, 3), "output may hold any byte");
	is_int(got.err_len, 0, "no error output");
	put.end_ns = 9;
	len = result_frame(&put);
	is_int(wire_get_result(frame + WIRE_HEADER_SIZE, len, &got), -EPROTO,
		"an end before the beginning is refused");
	put.end_ns = 20;
	put.end = WIRE_END_END;
	len = result_frame(&put);
	is_int(wire_get_result(frame + WIRE_HEADER_SIZE, len, &got), -EPROTO,
		"an unknown end is refused");
}

/* Every decoder against every shorter payload, one byte more, and lengths that point outside. */
static void test_hostile(void)
{
	struct wire_result result;
	struct wire_hello hello;
	struct wire_exec exec;
	unsigned refused = 0, tried = 0;
	size_t len = exec_frame(&EXEC);

	for (size_t n = 0; n < len; n++, tried++) {
		uint8_t *copy = exact(n);

		refused += wire_get_exec(copy, n, &exec) < 0;
		free(copy);
	}
	len = hello_frame(&HELLO);
	for (size_t n = 0; n < len; n++, tried++) {
		uint8_t *copy = exact(n);

		refused += wire_get_hello(copy, n, &hello) < 0;
		free(copy);
	}
	len = result_frame(&(struct wire_result){.out = frame, .out_len = 5});
	for (size_t n = 0; n < len; n++, tried++) {
		uint8_t *copy = exact(n);

		refused += wire_get_result(copy, n, &result) < 0;
		free(copy);
	}
	is_int(refused, tried, "every truncated payload is refused");
	is_int(wire_get_result(frame + WIRE_HEADER_SIZE, len + 1, &result), -EPROTO,
		"bytes behind the end are refused");
	memset(frame + WIRE_HEADER_SIZE + 56, 0xff, 4);
	is_int(wire_get_result(frame + WIRE_HEADER_SIZE, len, &result), -EPROTO,
		"a length that points outside is refused");
}

static void test_limits(void)
{
	struct wire_writer w;
	uint8_t small[WIRE_HEADER_SIZE + 7], tiny[3];
	const char *text;
	char words[2 * WIRE_TEXT_MAX];
	static uint8_t out[WIRE_OUTPUT_MAX];
	struct wire_result full = {.out = out, .out_len = WIRE_OUTPUT_MAX};

	wire_begin(&w, small, sizeof(small));
	wire_put_time(&w, 1);
	is_int(wire_finish(&w, WIRE_PONG, 1), -EMSGSIZE, "what does not fit is an error");
	wire_begin(&w, tiny, sizeof(tiny));
	is_int(wire_finish(&w, WIRE_PING, 1), -EMSGSIZE, "even a header");
	ok(result_frame(&full) > 0, "the largest output fits into a frame");
	memset(words, 'y', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	wire_begin(&w, frame, sizeof(frame));
	wire_put_text(&w, words);
	is_int(wire_get_text(frame + WIRE_HEADER_SIZE, finish(&w, WIRE_ERROR), &text), 0,
		"an error's text decodes");
	is_int(strlen(text), WIRE_TEXT_MAX - 1, "cut to WIRE_TEXT_MAX");
}

int main(void)
{
	test_headers();
	test_hello();
	test_exec();
	test_result();
	test_hostile();
	test_limits();
	return done_testing();
}
