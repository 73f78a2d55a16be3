/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JUnit XML as Jenkins and its kin read it (jenkins-junit.xsd): a test case per cell, in a class
 * per environment. A refusal is a skipped test, a failure a failed one, a cell that the harness
 * could not run an error. How long a cell took is no verdict: `time` is the wall time of its
 * executions, and what was measured stands in system-out.
 */
#include "export/export.h"

#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "report/number.h"

enum ending { PASSED, SKIPPED, FAILED, ERRED, ENDINGS };

static enum ending ending_of(const struct cell_summary *c)
{
	if (c->status == STATUS_OK)
		return PASSED;
	if (status_is_refusal(c->status))
		return SKIPPED;
	return c->status == STATUS_ERROR ? ERRED : FAILED;
}

static double wall_s(const struct export_input *in, const char *cell)
{
	double sum = 0;

	for (size_t i = 0; i < in->n; i++)
		if (!in->executions[i].arm->duplicate && !strcmp(in->executions[i].arm->cell, cell))
			sum += (double)in->executions[i].sample->host_wall_ns;
	return sum / 1e9;
}

static void add_attribute(struct str *out, const char *name, const char *value)
{
	str_addf(out, " %s=\"", name);
	str_add_xml(out, value);
	str_addc(out, '"');
}

static void add_seconds(struct str *out, double seconds)
{
	char text[JSON_NUMBER_MAX];

	add_attribute(out, "time", json_number_text(seconds, text));
}

static void add_measured(struct str *out, const struct cell_summary *c)
{
	char time[NUMBER_TEXT_MAX], ratio[NUMBER_TEXT_MAX], interval[NUMBER_TEXT_MAX];
	_cleanup_free_ char *text =
		xasprintf("%s an iteration, %zu blocks", time_text(c->mean_ns, time), c->blocks);

	str_add(out, "      <system-out>");
	str_add_xml(out, text);
	if (!environment_id_is_native(c->env) && ratio_has_point(&c->ratio))
		str_addf(out, "; %s native time %s", ratio_text(c->ratio.point, ratio),
			interval_text(&c->ratio, interval));
	str_add(out, "</system-out>\n");
	if (!c->reason[0])
		return;
	str_add(out, "      <system-err>");
	str_add_xml(out, c->reason);
	str_add(out, "</system-err>\n");
}

static void add_verdict(struct str *out, const struct cell_summary *c)
{
	static const char *const element[ENDINGS] = {
		[SKIPPED] = "skipped", [FAILED] = "failure", [ERRED] = "error"};
	_cleanup_free_ char *message =
		xasprintf("%s%s%s", status_text(c->status), c->reason[0] ? ": " : "", c->reason);

	str_addf(out, "      <%s", element[ending_of(c)]);
	add_attribute(out, "message", message);
	if (ending_of(c) != SKIPPED)
		add_attribute(out, "type", status_text(c->status));
	str_add(out, "/>\n");
}

static void add_case(const struct export_input *in, const struct cell_summary *c, struct str *out)
{
	_cleanup_free_ char *class = xasprintf("toll.%s", c->env);
	_cleanup_free_ char *name = xasprintf("%s.%s", c->workload, c->variant);

	str_add(out, "    <testcase");
	add_attribute(out, "classname", class);
	add_attribute(out, "name", name);
	add_seconds(out, wall_s(in, c->id));
	str_add(out, ">\n");
	if (c->status == STATUS_OK)
		add_measured(out, c);
	else
		add_verdict(out, c);
	str_add(out, "    </testcase>\n");
}

static void add_counts(const struct export_input *in, const size_t *count, struct str *out)
{
	double seconds = 0;

	for (size_t i = 0; i < in->summary->ncells; i++)
		seconds += wall_s(in, in->summary->cells[i].id);
	str_addf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", in->summary->ncells,
		count[FAILED], count[ERRED]);
	add_seconds(out, seconds);
}

static void add_property(struct str *out, const char *name, const char *value)
{
	str_add(out, "      <property");
	add_attribute(out, "name", name);
	add_attribute(out, "value", value);
	str_add(out, "/>\n");
}

static void add_properties(const struct summary *s, struct str *out)
{
	str_add(out, "    <properties>\n");
	add_property(out, "run", s->run);
	add_property(out, "toll", s->toll_version);
	add_property(out, "profile", s->profile);
	add_property(out, "size", s->size);
	add_property(out, "cpu", s->host.cpu_model);
	add_property(out, "kernel", s->host.kernel);
	str_add(out, "    </properties>\n");
}

void export_junit(const struct export_input *in, struct str *out)
{
	const struct summary *s = in->summary;
	size_t count[ENDINGS] = {0};
	char date[EXPORT_DATE_MAX];

	for (size_t i = 0; i < s->ncells; i++)
		count[ending_of(&s->cells[i])]++;
	str_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
	add_attribute(out, "name", "toll");
	add_counts(in, count, out);
	str_add(out, ">\n  <testsuite");
	add_attribute(out, "name", s->run);
	add_counts(in, count, out);
	str_addf(out, " skipped=\"%zu\"", count[SKIPPED]);
	if (*export_date(s, date))
		add_attribute(out, "timestamp", date);
	add_attribute(out, "hostname", s->host.id);
	str_add(out, ">\n");
	add_properties(s, out);
	for (size_t i = 0; i < s->ncells; i++)
		add_case(in, &s->cells[i], out);
	str_add(out, "  </testsuite>\n</testsuites>\n");
}
