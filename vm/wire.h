/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The protocol between the harness and the guest agent, over one virtio-serial port.
 *
 * Both ends send frames: a header of WIRE_HEADER_SIZE bytes and a payload of at most
 * WIRE_PAYLOAD_MAX bytes. Every number is little-endian, whatever either end's order:
 *
 *	offset 0  u32 magic "TOLL"       offset 8  u32 sequence number
 *	offset 4  u32 type               offset 12 u32 payload length
 *
 * The guest speaks first (HELLO, sequence 0). After that the host asks and the guest answers with
 * the same sequence number: EXEC by RESULT or ERROR, PING by PONG. POWEROFF has no answer.
 *
 * In payloads a string is a u32 length that counts its terminating NUL, then the bytes; it has no
 * NUL inside. Bytes are a u32 length and the bytes. Lists are a u32 count and the items. A payload
 * must be used up exactly.
 *
 * Decoding treats its input as hostile: every length is checked against what is there, every enum
 * against its range. What a decoder returns points into the payload it was given and lives as long
 * as that. Functions return 0 or a negative errno: -EPROTO for what no honest peer sends,
 * -EMSGSIZE for what is beyond a limit.
 *
 * No dependency but libc: the agent is built from the same files for both architectures.
 */
#ifndef VM_WIRE_H
#define VM_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_MAGIC 0x4c4c4f54u
#define WIRE_VERSION 3u
#define WIRE_HEADER_SIZE 16u
#define WIRE_PAYLOAD_MAX (1u << 20)
#define WIRE_ARGS_MAX 256u		     /* argv and envp, each */
#define WIRE_TEXT_MAX 256u		     /* ERROR's text and HELLO's strings, with the NUL */
#define WIRE_OUTPUT_MAX ((1u << 20) - 4096u) /* stdout and stderr of one result together */

/* The port's name; where there is no udev it is found in /sys/class/virtio-ports. */
#define WIRE_PORT_NAME "org.toll.agent"

enum wire_type {
	WIRE_HELLO = 1,
	WIRE_EXEC,
	WIRE_RESULT,
	WIRE_PING,
	WIRE_PONG,
	WIRE_POWEROFF,
	WIRE_ERROR, /* a request that could not even be tried, as text */
	WIRE_TYPE_END,
};

struct wire_header {
	enum wire_type type;
	uint32_t seq;
	uint32_t len;
};

/* ---- messages ---- */

struct wire_hello {
	uint32_t version;    /* WIRE_VERSION */
	const char *arch;    /* uname -m: "x86_64", "aarch64" */
	const char *release; /* uname -r */
	uint64_t mono_ns;    /* the guest's CLOCK_MONOTONIC when it spoke */
	uint32_t ncpus;	     /* online */
	uint64_t mem_kib;    /* MemTotal */
};

struct wire_exec {
	uint32_t argc, envc;
	const char *argv[WIRE_ARGS_MAX + 1]; /* NULL-terminated; argv[0] is an absolute path */
	const char *envp[WIRE_ARGS_MAX + 1];
	const char *cwd;  /* "" means "/" */
	const char *root; /* serial of the disk whose files are its "/"; "": the guest's own */
	uint64_t timeout_ns;
	uint32_t stdout_max; /* more ends the program (WIRE_FLOOD) */
	uint32_t stderr_max; /* what comes after is dropped */
	int32_t cpu;	     /* guest CPU to pin to, -1: any */
};

enum wire_end {
	WIRE_EXITED,	  /* code: exit status */
	WIRE_SIGNALED,	  /* code: signal number */
	WIRE_TIMEOUT,	  /* killed at its deadline */
	WIRE_FLOOD,	  /* killed: more output than stdout_max */
	WIRE_NOT_STARTED, /* code: errno of execve, chdir, sched_setaffinity … */
	WIRE_END_END,
};

struct wire_result {
	enum wire_end end;
	int32_t code;
	uint64_t begin_ns, end_ns; /* guest's CLOCK_MONOTONIC around the program */
	uint64_t user_ns, sys_ns;  /* of the program and the children it waited for */
	/* as in struct proc_result: 0 where it is not above the agent's own */
	uint64_t max_rss_kib;
	uint64_t oom_kills; /* processes that the guest's kernel ended for want of memory meanwhile
			     */
	const uint8_t *out, *err;
	uint32_t out_len, err_len;
};

/* ---- writing ---- */

/* Collects one frame in the caller's storage. What does not fit sets `overflow`, once and for
 * all, and is not written. */
struct wire_writer {
	uint8_t *data;
	size_t cap, len;
	bool overflow;
};

/* Starts a frame at the beginning of the buffer. */
void wire_begin(struct wire_writer *w, uint8_t *buf, size_t cap);
/* Fills in the header. Returns the frame's length in bytes, or -EMSGSIZE. */
int64_t wire_finish(struct wire_writer *w, enum wire_type type, uint32_t seq);

void wire_put_hello(struct wire_writer *w, const struct wire_hello *hello);
void wire_put_exec(struct wire_writer *w, const struct wire_exec *exec);
void wire_put_result(struct wire_writer *w, const struct wire_result *result);
void wire_put_time(struct wire_writer *w, uint64_t mono_ns); /* PONG */
void wire_put_text(struct wire_writer *w, const char *text); /* ERROR; cut at WIRE_TEXT_MAX */

/* ---- reading ---- */

int wire_get_header(const uint8_t buf[static WIRE_HEADER_SIZE], struct wire_header *ret);
int wire_get_hello(const uint8_t *payload, size_t len, struct wire_hello *ret);
int wire_get_exec(const uint8_t *payload, size_t len, struct wire_exec *ret);
int wire_get_result(const uint8_t *payload, size_t len, struct wire_result *ret);
int wire_get_time(const uint8_t *payload, size_t len, uint64_t *ret_mono_ns);
int wire_get_text(const uint8_t *payload, size_t len, const char **ret);

#endif
