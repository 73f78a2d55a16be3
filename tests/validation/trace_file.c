/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/validation/trace_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

static double *read_values(char *text, size_t *ret_n)
{
	double *v = NULL;
	size_t n = 0, cap = 0;

	while (text) {
		char *word = strsep(&text, ",");

		GROW(v, n, cap);
		v[n++] = *word && *word != '\n' ? strtod(word, NULL) : NAN;
	}
	*ret_n = n;
	return v;
}

/* A line of times, or the line of sentinels that follows it. */
static bool read_line(struct traces *traces, char *text)
{
	char *run = strsep(&text, ","), *cell = strsep(&text, ","), *arm = strsep(&text, ",");
	char *what = strsep(&text, ",");
	struct trace *t;

	if (!text)
		return false;
	if (!strcmp(what, "sentinel")) {
		size_t n;

		t = traces->n ? &traces->v[traces->n - 1] : NULL;
		if (!t || t->sentinel)
			return false;
		t->sentinel = read_values(text, &n);
		return n == t->n;
	}
	if (traces->n && !traces->v[traces->n - 1].sentinel)
		return false;
	GROW(traces->v, traces->n, traces->cap);
	t = &traces->v[traces->n++];
	*t = (struct trace){.duplicate = !strcmp(arm, "aa")};
	snprintf(t->run, sizeof(t->run), "%s", run);
	t->time = read_values(text, &t->n);
	return !cell_parse(cell, &t->cell, NULL);
}

int traces_read(const char *folder, const char *name, struct traces *ret)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", folder, name), *line = NULL;
	size_t room = 0;
	FILE *f = fopen(path, "re");
	bool good = f && getline(&line, &room, f) > 0;

	while (good && getline(&line, &room, f) > 0)
		good = read_line(ret, line);
	if (f)
		fclose(f);
	if (!good || !ret->n || !ret->v[ret->n - 1].sentinel) {
		fprintf(stderr, "validate: cannot read traces from '%s'\n", path);
		return 1;
	}
	return 0;
}

void traces_release(struct traces *traces)
{
	for (size_t i = 0; i < traces->n; i++) {
		free(traces->v[i].time);
		free(traces->v[i].sentinel);
	}
	free(traces->v);
	*traces = (struct traces){0};
}
