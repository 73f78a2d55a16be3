/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a command line, its words ended by NUL: decoded, or refused, and nothing beside the
 * fields is written.
 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/field.h"

#define WORDS_MAX 64
#define GUARD 0x5aa55aa5

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const kinds[] = {"smoke", "quick", "full", NULL};

struct options {
	bool help;
	uint64_t blocks;
	unsigned cpus, guard_cpus;
	int cpu, guard_cpu;
	double precision;
	char *env, *name;
	char text[8];
	unsigned guard_text;
	uint64_t budget;
	int kind;
};

#define F(member, type, ...) FIELD_ROW(options, member, type, __VA_ARGS__)
static const struct field table[] = {
	F(help, FIELD_BOOL),
	F(blocks, FIELD_U64, .min = 1, .max = 1000),
	F(cpus, FIELD_UINT),
	F(cpu, FIELD_INT),
	F(precision, FIELD_DOUBLE),
	F(env, FIELD_STRING),
	F(name, FIELD_NAME),
	FIELD_TEXT_ROW(options, text),
	F(budget, FIELD_DURATION),
	F(kind, FIELD_CHOICE, .choices = kinds),
	{0},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct options o = {.guard_cpus = GUARD, .guard_cpu = GUARD, .guard_text = GUARD};
	char *words[WORDS_MAX], *text = xcalloc(size + 1, 1);
	const char *operands[4];
	size_t n = 0;
	int argc = 0;

	memcpy(text, data, size);
	for (char *p = text; p < text + size && argc < WORDS_MAX; p += strlen(p) + 1)
		words[argc++] = p;
	fields_default(table, &o);
	if (fields_from_argv(
		    table, &o, argc, words, operands, ARRAY_LEN(operands), &n, NULL, NULL) == 0 &&
		(n > ARRAY_LEN(operands) || o.kind < 0 || o.kind > 2 || o.blocks > 1000))
		abort();
	if (o.guard_cpus != GUARD || o.guard_cpu != GUARD || o.guard_text != GUARD)
		abort();
	fields_release(table, &o);
	free(text);
	return 0;
}
