/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The Go benchmark format (https://golang.org/design/14313-benchmark-format): a line per execution,
 * with the parts of the cell as key=value of the name, so that benchstat can set them beside each
 * other (-col /env). Configuration lines hold only what two runs to be compared have in common:
 * benchstat makes a table of its own for every other value. Cells without a time are reported as
 * `go test` reports tests, in lines that the format ignores.
 */
#include "export/export.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"

/* To the end of the line. */
static void add_value(struct str *out, const char *value)
{
	for (size_t n; *value; value += n ? n : 1) {
		n = str_utf8_length(value);
		if (!n)
			str_add(out, STR_REPLACEMENT);
		else
			str_addn(out, (unsigned char)*value < 0x20 ? " " : value, n);
	}
	str_addc(out, '\n');
}

static char *name_of(const struct cell_summary *c)
{
	/* The environment comes last and ends with a letter or "x86_64": "-8" at the end of a name
	 * would be taken for GOMAXPROCS. */
	return xasprintf("BenchmarkToll/workload=%s/variant=%s/arch=%s/env=%s", c->workload,
		c->variant, arch_text(c->arch), c->env);
}

static void add_reason(struct str *out, const struct cell_summary *c)
{
	_cleanup_free_ char *name = name_of(c);

	/* Without the blanks in front the second line would be a configuration line. */
	str_addf(out, "--- %s: %s\n    %s: ", status_is_refusal(c->status) ? "SKIP" : "FAIL", name,
		status_text(c->status));
	add_value(out, c->reason);
}

void export_benchfmt(const struct export_input *in, struct str *out)
{
	const struct summary *s = in->summary;
	char number[JSON_NUMBER_MAX];

	str_addf(out, "# toll %s, run %s of %s\n", s->toll_version, s->run, s->created);
	str_add(out, "cpu: ");
	add_value(out, s->host.cpu_model);
	str_add(out, "size: ");
	add_value(out, s->size);
	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *c = &s->cells[i];
		_cleanup_free_ char *name = name_of(c);
		_cleanup_(export_times_release) struct export_times times = {0};

		export_times_of(in, c, &times);
		for (size_t k = 0; k < times.n; k++)
			str_addf(out, "%s %zu %s ns/op\n", name, times.v[k].iterations,
				json_number_text(times.v[k].wall_ns, number));
		if (!times.n)
			add_reason(out, c);
	}
}
