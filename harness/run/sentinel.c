/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/sentinel.h"

#include <sched.h>
#include <stddef.h>

#include "base/clock.h"

#define PROGRAM_SIZE 64
#define ROUNDS 600000u
#define STREAM 4096
#define SWEEPS 1200u

static volatile uint32_t sink;

/* Eight operations in an order that depends on the data, as in an interpreter. */
static uint32_t interpret(uint32_t rounds)
{
	static const void *const ops[] = {
		&&add, &&xor, &&mul, &&rot, &&sub, &&shift, &&mix, &&not };
	uint32_t a = 1, b = 0x9e3779b9u, pc = 0;

#define NEXT                                                                                       \
	do {                                                                                       \
		if (!rounds--)                                                                     \
			return a ^ b;                                                              \
		pc = (pc * 5 + 1) % PROGRAM_SIZE;                                                  \
		goto *ops[(pc ^ (a >> 29)) & 7];                                                   \
	} while (0)

	NEXT;
add:
	a += b;
	NEXT;
	xor : a ^= b >> 3;
	NEXT;
mul:
	b *= a | 1;
	NEXT;
rot:
	a = a << 7 | a >> 25;
	NEXT;
sub:
	b -= a;
	NEXT;
shift:
	a += a << 3;
	NEXT;
mix:
	b ^= a << 11;
	NEXT;
	not : a = ~a;
	NEXT;
#undef NEXT
}

/* Independent multiply-adds and their loads and stores, as many as the core can keep in flight. */
static uint32_t stream(uint32_t sweeps)
{
	static float x[STREAM];

	while (sweeps--) {
		for (int i = 0; i < STREAM; i++)
			x[i] = x[i] * 0.999f + 0.1f;
		/* Each sweep is done, whatever the compiler makes of the next. */
		__asm__ volatile("" : : "r"(x) : "memory");
	}
	return x[0] > 0;
}

static uint32_t loop(void)
{
	return interpret(ROUNDS) + stream(SWEEPS);
}

uint64_t sentinel_run(int cpu)
{
	cpu_set_t home, there;
	uint64_t begin, end;

	CPU_ZERO(&there);
	CPU_SET((size_t)cpu, &there);
	if (sched_getaffinity(0, sizeof(home), &home) < 0)
		return 0;
	sched_setaffinity(0, sizeof(there), &there);
	sink = loop();
	begin = clock_now_ns();
	sink = loop();
	end = clock_now_ns();
	sched_setaffinity(0, sizeof(home), &home);
	return end - begin;
}
