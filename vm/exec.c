/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/str.h"
#include "vm/machine.h"

#define PING_TIMEOUT_NS (20 * NS_PER_S)
#define VM_RSS_MAX_KIB (UINT64_C(1) << 40)

static int count_strings(char *const *v, const char *what, uint32_t *ret, struct err *err)
{
	uint32_t n = 0;

	while (v && v[n] && n < WIRE_ARGS_MAX)
		n++;
	*ret = n;
	if (v && v[n])
		return err_set(err, E2BIG, "more than %u %s", WIRE_ARGS_MAX, what);
	return 0;
}

static int put_request(struct vm *vm, const struct vm_exec *exec, struct err *err)
{
	struct wire_exec request = {
		.cwd = exec->cwd,
		.root = exec->root,
		.timeout_ns = exec->timeout_ns,
		.stdout_max = exec->stdout_max,
		.stderr_max = exec->stderr_max,
		.cpu = exec->cpu,
	};
	struct wire_writer *writer;
	int r;

	if ((r = count_strings(exec->argv, "arguments", &request.argc, err)) < 0 ||
		(r = count_strings(exec->envp, "environment variables", &request.envc, err)) < 0)
		return r;
	if (!request.argc || !exec->timeout_ns)
		return err_set(err, EINVAL, "no program, or no deadline, to run in the guest");
	if (exec->stdout_max > WIRE_OUTPUT_MAX ||
		exec->stderr_max > WIRE_OUTPUT_MAX - exec->stdout_max)
		return err_set(
			err, EMSGSIZE, "more than %u bytes of output asked for", WIRE_OUTPUT_MAX);
	memcpy(request.argv, exec->argv, request.argc * sizeof(char *));
	if (request.envc)
		memcpy(request.envp, exec->envp, request.envc * sizeof(char *));
	writer = channel_writer(vm->channel);
	wire_put_exec(writer, &request);
	return writer->overflow ? err_set(err, E2BIG, "the arguments are too long") : 0;
}

/* Sends what the writer holds and waits for the answer of the wanted type. Whatever goes wrong in
 * here leaves the two ends out of step: the guest is broken. */
static int exchange(struct vm *vm, enum wire_type ask, enum wire_type want, uint64_t deadline_ns,
	struct wire_header *header, const uint8_t **payload, struct err *err)
{
	const char *text;
	int r = channel_send(vm->channel, ask, ++vm->seq, deadline_ns, err);

	if (r >= 0)
		r = channel_receive(vm->channel, deadline_ns, header, payload, err);
	if (r < 0)
		return r;
	if (header->seq != vm->seq || (header->type != want && header->type != WIRE_ERROR))
		return err_set(err, EPROTO, "the guest's agent answered what was not asked");
	if (header->type == want)
		return 0;
	if (wire_get_text(*payload, header->len, &text) < 0)
		text = "an error without words";
	r = err_set(err, EPROTO, "the guest's agent says: %s", text);
	if (err)
		str_sanitize(err->text);
	return r;
}

static const enum proc_end END_OF[] = {
	[WIRE_EXITED] = PROC_EXITED,
	[WIRE_SIGNALED] = PROC_SIGNALED,
	[WIRE_TIMEOUT] = PROC_TIMEOUT,
	[WIRE_FLOOD] = PROC_FLOOD,
};

static int check_result(const struct vm_exec *exec, const struct wire_result *w, struct err *err)
{
	if (w->out_len > exec->stdout_max || w->err_len > exec->stderr_max)
		return err_set(err, EPROTO, "the guest's agent sent more output than it may");
	if ((w->end == WIRE_EXITED && (w->code < 0 || w->code > 255)) ||
		(w->end == WIRE_SIGNALED && (w->code < 1 || w->code > 64)) ||
		(w->end == WIRE_NOT_STARTED && (w->code < 1 || w->code > 4095)))
		return err_set(err, EPROTO, "the guest's agent sent an impossible status");
	if (w->user_ns > TIME_MAX_NS || w->sys_ns > TIME_MAX_NS || w->max_rss_kib > VM_RSS_MAX_KIB)
		return err_set(
			err, EPROTO, "the guest's agent sent an impossible use of resources");
	return 0;
}

static void take_result(const struct wire_result *w, struct vm_result *ret)
{
	ret->guest_begin_ns = w->begin_ns;
	ret->guest_end_ns = w->end_ns;
	ret->proc.end = END_OF[w->end];
	ret->proc.code = w->code;
	ret->proc.user_ns = w->user_ns;
	ret->proc.sys_ns = w->sys_ns;
	ret->proc.max_rss_kib = w->max_rss_kib;
	ret->oom_kills = w->oom_kills;
	str_addn(&ret->proc.out, (const char *)w->out, w->out_len);
	str_addn(&ret->proc.err, (const char *)w->err, w->err_len);
}

/* What the guest's QEMU has used so far; 0: not known. */
static uint64_t cpu_time_ns(const struct vm *vm)
{
	struct timespec ts;
	clockid_t clock;

	if (!vm->qemu || clock_getcpuclockid(vm->qemu, &clock) || clock_gettime(clock, &ts) < 0)
		return 0;
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

static int run(struct vm *vm, const struct vm_exec *exec, struct wire_result *ret,
	struct vm_result *times, struct err *err)
{
	uint64_t grace_ns = exec->grace_ns ? exec->grace_ns : VM_GRACE_NS;
	uint64_t deadline_ns = deadline_in(exec->timeout_ns + grace_ns);
	uint64_t cpu_before_ns = cpu_time_ns(vm), cpu_after_ns;
	struct wire_header header;
	const uint8_t *payload;
	int r;

	times->proc.begin_ns = clock_now_ns();
	r = exchange(vm, WIRE_EXEC, WIRE_RESULT, deadline_ns, &header, &payload, err);
	times->proc.end_ns = clock_now_ns();
	cpu_after_ns = cpu_time_ns(vm);
	times->host_cpu_ns = cpu_after_ns > cpu_before_ns ? cpu_after_ns - cpu_before_ns : 0;
	if (r < 0)
		return r;
	r = wire_get_result(payload, header.len, ret);
	if (r < 0)
		return err_set(err, -r, "the guest's agent sent a result that is none");
	return check_result(exec, ret, err);
}

int vm_exec(struct vm *vm, const struct vm_exec *exec, struct vm_result *ret, struct err *err)
{
	struct wire_result result;
	struct err dropped = {0};
	int r;

	err = err ? err : &dropped;
	*ret = (struct vm_result){0};
	if ((r = vm_check_usable(vm, err)) < 0 || (r = put_request(vm, exec, err)) < 0)
		return r;
	r = run(vm, exec, &result, ret, err);
	if (r < 0) {
		vm_break(vm, err);
		return err_wrap(err, "%s", vm->id);
	}
	if (result.end == WIRE_NOT_STARTED)
		return err_sys(err, result.code, "%s cannot start '%s'", vm->id, exec->argv[0]);
	take_result(&result, ret);
	return 0;
}

void vm_result_release(struct vm_result *result)
{
	proc_result_release(&result->proc);
}

int vm_ping(struct vm *vm, struct vm_clock *ret, struct err *err)
{
	struct vm_clock clock;
	struct wire_header header;
	struct err dropped = {0};
	const uint8_t *payload;
	int r;

	err = err ? err : &dropped;
	if ((r = vm_check_usable(vm, err)) < 0)
		return r;
	channel_writer(vm->channel);
	clock.host_before_ns = clock_now_ns();
	r = exchange(
		vm, WIRE_PING, WIRE_PONG, deadline_in(PING_TIMEOUT_NS), &header, &payload, err);
	clock.host_after_ns = clock_now_ns();
	if (r >= 0 && wire_get_time(payload, header.len, &clock.guest_ns) < 0)
		r = err_set(err, EPROTO, "the guest's agent sent a time that is none");
	if (r < 0) {
		vm_break(vm, err);
		return err_wrap(err, "%s", vm->id);
	}
	*ret = clock;
	return 0;
}
