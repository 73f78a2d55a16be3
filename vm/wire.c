/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vm/wire.h"

#include <errno.h>
#include <string.h>

/* ---- writing ---- */

static void put_bytes(struct wire_writer *w, const void *bytes, size_t n)
{
	if (w->overflow || n > w->cap - w->len) {
		w->overflow = true;
		return;
	}
	if (n)
		memcpy(w->data + w->len, bytes, n);
	w->len += n;
}

static void put_u32(struct wire_writer *w, uint32_t v)
{
	uint8_t b[4] = {(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24)};

	put_bytes(w, b, sizeof(b));
}

static void put_u64(struct wire_writer *w, uint64_t v)
{
	put_u32(w, (uint32_t)v);
	put_u32(w, (uint32_t)(v >> 32));
}

static void put_blob(struct wire_writer *w, const void *bytes, size_t n)
{
	if (n > WIRE_PAYLOAD_MAX) {
		w->overflow = true;
		return;
	}
	put_u32(w, (uint32_t)n);
	put_bytes(w, bytes, n);
}

static void put_string(struct wire_writer *w, const char *s)
{
	put_blob(w, s, strlen(s) + 1);
}

static void put_list(struct wire_writer *w, const char *const *items, uint32_t n)
{
	if (n > WIRE_ARGS_MAX)
		w->overflow = true;
	put_u32(w, n);
	for (uint32_t i = 0; i < n && !w->overflow; i++)
		put_string(w, items[i]);
}

void wire_begin(struct wire_writer *w, uint8_t *buf, size_t cap)
{
	*w = (struct wire_writer){.data = buf, .cap = cap, .len = WIRE_HEADER_SIZE};
	if (cap < WIRE_HEADER_SIZE) {
		w->overflow = true;
		w->len = cap;
	}
}

int64_t wire_finish(struct wire_writer *w, enum wire_type type, uint32_t seq)
{
	size_t len = w->len;

	if (w->overflow || len - WIRE_HEADER_SIZE > WIRE_PAYLOAD_MAX)
		return -EMSGSIZE;
	w->len = 0;
	put_u32(w, WIRE_MAGIC);
	put_u32(w, type);
	put_u32(w, seq);
	put_u32(w, (uint32_t)(len - WIRE_HEADER_SIZE));
	w->len = len;
	return (int64_t)len;
}

void wire_put_hello(struct wire_writer *w, const struct wire_hello *hello)
{
	put_u32(w, hello->version);
	put_string(w, hello->arch);
	put_string(w, hello->release);
	put_u64(w, hello->mono_ns);
	put_u32(w, hello->ncpus);
	put_u64(w, hello->mem_kib);
}

void wire_put_exec(struct wire_writer *w, const struct wire_exec *exec)
{
	put_list(w, exec->argv, exec->argc);
	put_list(w, exec->envp, exec->envc);
	put_string(w, exec->cwd ? exec->cwd : "");
	put_string(w, exec->root ? exec->root : "");
	put_u64(w, exec->timeout_ns);
	put_u32(w, exec->stdout_max);
	put_u32(w, exec->stderr_max);
	put_u32(w, (uint32_t)exec->cpu);
}

void wire_put_result(struct wire_writer *w, const struct wire_result *result)
{
	put_u32(w, result->end);
	put_u32(w, (uint32_t)result->code);
	put_u64(w, result->begin_ns);
	put_u64(w, result->end_ns);
	put_u64(w, result->user_ns);
	put_u64(w, result->sys_ns);
	put_u64(w, result->max_rss_kib);
	put_u64(w, result->oom_kills);
	put_blob(w, result->out, result->out_len);
	put_blob(w, result->err, result->err_len);
}

void wire_put_time(struct wire_writer *w, uint64_t mono_ns)
{
	put_u64(w, mono_ns);
}

void wire_put_text(struct wire_writer *w, const char *text)
{
	size_t n = strnlen(text, WIRE_TEXT_MAX - 1);

	put_u32(w, (uint32_t)n + 1);
	put_bytes(w, text, n);
	put_bytes(w, "", 1);
}

/* ---- reading ---- */

/* What is left to read. The first thing that does not fit sets `error`; from then on every read
 * gives zero, so that decoders check once, at the end. */
struct reader {
	const uint8_t *p;
	size_t left;
	int error;
};

static const uint8_t *get_bytes(struct reader *r, size_t n)
{
	const uint8_t *p = r->p;

	if (r->error || n > r->left) {
		r->error = r->error ? r->error : -EPROTO;
		return NULL;
	}
	r->p += n;
	r->left -= n;
	return p;
}

static uint32_t get_u32(struct reader *r)
{
	const uint8_t *b = get_bytes(r, 4);

	if (!b)
		return 0;
	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static uint64_t get_u64(struct reader *r)
{
	uint64_t low = get_u32(r);

	return low | (uint64_t)get_u32(r) << 32;
}

static const uint8_t *get_blob(struct reader *r, uint32_t *ret_len)
{
	uint32_t n = get_u32(r);
	const uint8_t *p = get_bytes(r, n);

	*ret_len = p ? n : 0;
	return p;
}

static const char *get_string(struct reader *r)
{
	uint32_t n;
	const uint8_t *p = get_blob(r, &n);

	if (!p || !n || memchr(p, 0, n) != p + n - 1) {
		r->error = r->error ? r->error : -EPROTO;
		return "";
	}
	return (const char *)p;
}

static const char *get_short_string(struct reader *r)
{
	const char *s = get_string(r);

	if (strlen(s) >= WIRE_TEXT_MAX) {
		r->error = -EMSGSIZE;
		return "";
	}
	return s;
}

static uint32_t get_list(struct reader *r, const char *ret[static WIRE_ARGS_MAX + 1])
{
	uint32_t n = get_u32(r), i;

	if (n > WIRE_ARGS_MAX) {
		r->error = r->error ? r->error : -EMSGSIZE;
		n = 0;
	}
	for (i = 0; i < n && !r->error; i++)
		ret[i] = get_string(r);
	ret[i] = NULL;
	return i;
}

/* The decoder's verdict: an error, or bytes too many, or all is well. */
static int get_end(const struct reader *r)
{
	if (r->error)
		return r->error;
	return r->left ? -EPROTO : 0;
}

int wire_get_header(const uint8_t buf[static WIRE_HEADER_SIZE], struct wire_header *ret)
{
	struct reader r = {.p = buf, .left = WIRE_HEADER_SIZE};
	uint32_t magic = get_u32(&r), type = get_u32(&r), seq = get_u32(&r), len = get_u32(&r);

	if (magic != WIRE_MAGIC || type < WIRE_HELLO || type >= WIRE_TYPE_END)
		return -EPROTO;
	if (len > WIRE_PAYLOAD_MAX)
		return -EMSGSIZE;
	*ret = (struct wire_header){.type = (enum wire_type)type, .seq = seq, .len = len};
	return 0;
}

int wire_get_hello(const uint8_t *payload, size_t len, struct wire_hello *ret)
{
	struct reader r = {.p = payload, .left = len};
	struct wire_hello hello = {.version = get_u32(&r)};
	int error;

	if (!r.error && hello.version != WIRE_VERSION)
		return -EPROTO;
	hello.arch = get_short_string(&r);
	hello.release = get_short_string(&r);
	hello.mono_ns = get_u64(&r);
	hello.ncpus = get_u32(&r);
	hello.mem_kib = get_u64(&r);
	error = get_end(&r);
	if (!error)
		*ret = hello;
	return error;
}

int wire_get_exec(const uint8_t *payload, size_t len, struct wire_exec *ret)
{
	struct reader r = {.p = payload, .left = len};

	ret->argc = get_list(&r, ret->argv);
	ret->envc = get_list(&r, ret->envp);
	ret->cwd = get_string(&r);
	ret->root = get_short_string(&r);
	ret->timeout_ns = get_u64(&r);
	ret->stdout_max = get_u32(&r);
	ret->stderr_max = get_u32(&r);
	ret->cpu = (int32_t)get_u32(&r);
	if (!r.error && (!ret->argc || !ret->timeout_ns))
		return -EPROTO;
	if (!r.error && (ret->stdout_max > WIRE_OUTPUT_MAX ||
				ret->stderr_max > WIRE_OUTPUT_MAX - ret->stdout_max))
		return -EMSGSIZE;
	return get_end(&r);
}

int wire_get_result(const uint8_t *payload, size_t len, struct wire_result *ret)
{
	struct reader r = {.p = payload, .left = len};
	struct wire_result result = {0};
	uint32_t end = get_u32(&r);
	int error;

	if (end >= WIRE_END_END)
		return -EPROTO;
	result.end = (enum wire_end)end;
	result.code = (int32_t)get_u32(&r);
	result.begin_ns = get_u64(&r);
	result.end_ns = get_u64(&r);
	result.user_ns = get_u64(&r);
	result.sys_ns = get_u64(&r);
	result.max_rss_kib = get_u64(&r);
	result.oom_kills = get_u64(&r);
	result.out = get_blob(&r, &result.out_len);
	result.err = get_blob(&r, &result.err_len);
	if (!r.error && result.end_ns < result.begin_ns)
		return -EPROTO;
	error = get_end(&r);
	if (!error)
		*ret = result;
	return error;
}

int wire_get_time(const uint8_t *payload, size_t len, uint64_t *ret_mono_ns)
{
	struct reader r = {.p = payload, .left = len};
	uint64_t ns = get_u64(&r);
	int error = get_end(&r);

	if (!error)
		*ret_mono_ns = ns;
	return error;
}

int wire_get_text(const uint8_t *payload, size_t len, const char **ret)
{
	struct reader r = {.p = payload, .left = len};
	const char *text = get_short_string(&r);
	int error = get_end(&r);

	if (!error)
		*ret = text;
	return error;
}
