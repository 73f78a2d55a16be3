/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "tests/unit/fixture_summary.h"

/* One faster than promised, one slower, one that may be either, one without a promise, one that is
 * other work; the mean; and one of them in another environment. */
static const struct {
	const char *workload, *program, *env;
	double at_most, point, share;
	size_t workloads;
	const char *forbidden;
} rows[] = {
	{"model-matmul", "matmul.blas", "native", 1.5, 0.94, 0.02, 1, ""},
	{"model-conv2d", "conv2d.blas", "native", 1.5, 2.1, 0.03, 1, ""},
	{"model-cnn", "cnn-train-adam.blas", "native", 1.5, 1.48, 0.05, 1, ""},
	{"model-add", "vector-add.portable", "native", NAN, 1.2, 0.01, 1, ""},
	{"model-input", "input-serial.blas", "native", 1.5, NAN, NAN, 1,
		"they do not do the same work: 25 and 26 floating-point operations"},
	{"model-matmul", "matmul.blas", "user-aarch64", 1.5, 1.7, 0.04, 1, ""},
	{"", "", "native", 1, 1.43, 0.02, 3, ""},
};

void fixture_add_counterparts(struct summary *s)
{
	s->counterparts = xcalloc(ARRAY_LEN(rows), sizeof(*s->counterparts));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct counterpart_ratio *c = &s->counterparts[s->ncounterparts++];

		c->at_most = rows[i].at_most;
		c->workloads = rows[i].workloads;
		c->ratio = isfinite(rows[i].point)
				   ? fixture_ratio(rows[i].point, rows[i].share)
				   : (struct ratio){.point = NAN, .lo = NAN, .hi = NAN};
		str_copy(c->workload, sizeof(c->workload), rows[i].workload);
		str_copy(c->variant, sizeof(c->variant), rows[i].workload[0] ? "model" : "");
		str_copy(c->program, sizeof(c->program), rows[i].program);
		str_copy(c->env, sizeof(c->env), rows[i].env);
		str_copy(c->forbidden, sizeof(c->forbidden), rows[i].forbidden);
	}
}
