/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/contrasts.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/number.h"

bool contrast_shares_hosts(const struct contrast *a, const struct contrast *b)
{
	return !strcmp(a->host_a, b->host_a) && !strcmp(a->host_b, b->host_b);
}

bool contrast_opens_hosts(const struct merged *m, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (contrast_shares_hosts(&m->contrasts[k], &m->contrasts[i]))
			return false;
	return true;
}

/* The one that stands for its role on two hosts: the mean over all programs, or, where they have
 * no two in common, that program. */
static bool leads_role(const struct merged *m, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (contrast_shares_hosts(&m->contrasts[k], &m->contrasts[i]) &&
			!strcmp(m->contrasts[k].role, m->contrasts[i].role))
			return false;
	return true;
}

/* ---- words ---- */

static enum arch arch_of(const struct merged *m, const char *label)
{
	for (size_t h = 0; h < m->nhosts; h++)
		if (!strcmp(m->hosts[h].label, label))
			return m->hosts[h].summary.host.arch;
	return 0;
}

static const char *whose(enum arch arch, enum arch host, bool article)
{
	if (arch == host)
		return article ? "of the host's architecture" : "the host's own programs";
	return article ? "of the foreign architecture" : "foreign programs";
}

/* "translating foreign programs in a VM of the host's architecture under TCG". */
static void add_what(const struct merged *m, const struct contrast *c, struct str *out)
{
	enum arch host = arch_of(m, c->host_a);
	struct environment env;
	const struct layer *vm, *command;
	const char *point = strchr(c->env_a, '@');
	bool translated;

	if (environment_parse(c->env_a, &env, NULL) < 0) {
		str_addf(out, "running programs in %s", c->role);
		return;
	}
	vm = environment_vm(&env);
	command = environment_command(&env);
	translated = env.n && env.layers[env.n - 1].kind == LAYER_USER;
	str_addf(out, "%s %s", translated ? "translating" : "running",
		whose(environment_arch(&env), host, false));
	if (command)
		str_addf(out, " through %s", command->name);
	if (vm)
		str_addf(out, " in a VM %s under %s", whose(vm->arch, host, true),
			vm->accel == ACCEL_KVM ? "KVM" : "TCG");
	if (point)
		str_addf(out, " (%s)", point + 1);
}

static void add_program(const struct contrast *c, struct str *out)
{
	if (c->workload[0])
		str_addf(out, ", %s %s", c->workload, c->variant);
	else
		str_addf(out, ", geometric mean over %zu programs", c->workloads);
}

void sentence_contrast(const struct merged *m, size_t i, struct str *out)
{
	const struct contrast *c = &m->contrasts[i];
	bool more = c->verdict == CONTRAST_MORE;
	struct ratio r = more ? c->ratio : ratio_inverse(&c->ratio);
	char number[NUMBER_TEXT_MAX], interval[NUMBER_TEXT_MAX];
	_cleanup_(str_release) struct str what = {0};

	if (c->verdict == CONTRAST_UNKNOWN || !leads_role(m, i))
		return;
	add_what(m, c, &what);
	str_addf(out, "%c%s costs more on %s than on %s: the overhead differs by ×%s %s",
		toupper((unsigned char)what.s[0]), what.s + 1, more ? c->host_b : c->host_a,
		more ? c->host_a : c->host_b, number_text(r.point, number),
		interval_text(&r, interval));
	add_program(c, out);
	str_addc(out, '.');
}

void sentence_contrasts_untold(const struct merged *m, size_t i, struct str *out)
{
	const struct contrast *hosts = &m->contrasts[i];
	bool missing = false;
	size_t n = 0;

	for (size_t k = 0; k < m->ncontrasts; k++) {
		const struct contrast *c = &m->contrasts[k];
		char number[NUMBER_TEXT_MAX], interval[NUMBER_TEXT_MAX];

		if (c->verdict != CONTRAST_UNKNOWN || !contrast_shares_hosts(c, hosts) ||
			!leads_role(m, k))
			continue;
		str_addf(out, "%s%s ×%s %s",
			n++ ? "; "
			    : "Cannot tell whether the overhead differs between the two (second "
			      "host ÷ first): ",
			c->role, number_text(c->ratio.point, number),
			interval_text(&c->ratio, interval));
		missing |= !c->ratio.defined;
	}
	if (n)
		str_add(out, missing ? ". An interval needs two blocks on each host." : ".");
}

void sentence_no_contrasts(const struct merged *m, struct str *out)
{
	if (!m->ncontrasts)
		str_addf(out, "Nothing is compared across hosts here: %s.",
			m->nhosts < 2 ? "there is one host"
				      : "no two hosts have an overhead of one program in one role");
}

/* What such a comparison is. */
static void sentence_method(const struct merged *m, struct str *out)
{
	size_t means = 0, programs = 0;

	for (size_t i = 0; i < m->ncontrasts; i++)
		m->contrasts[i].workload[0] ? programs++ : means++;
	str_addf(out,
		"Ratio of two overheads, each over the native time of its own host, by Welch's t "
		"on the logarithms of the blocks' values; times of two hosts are never compared. "
		"The interval is that of one comparison; the answer allows for all of them by "
		"Holm: %zu means, %zu programs. What one CPU or one QEMU is better at than the "
		"other is in it.",
		means, programs);
}

/* ---- tables ---- */

static void add_overhead(struct table *t, const struct ratio *r)
{
	char text[NUMBER_TEXT_MAX];

	table_add(t, "%s", ratio_text(r->point, text));
	table_sub(t, "%s", interval_text(r, text));
}

static void add_row(struct table *t, const struct contrast *c, bool program)
{
	if (program) {
		table_add(t, "%s", c->workload);
		table_sub(t, "%s", c->variant);
	} else {
		table_add(t, "%s", c->role);
		if (c->workload[0])
			table_sub(t, "%s %s", c->workload, c->variant);
		else
			table_sub(t, "%s, %zu programs", c->variant, c->workloads);
	}
	add_overhead(t, &c->overhead_a);
	add_overhead(t, &c->overhead_b);
	add_overhead(t, &c->ratio);
	table_add(t, "%s",
		c->verdict == CONTRAST_UNKNOWN ? "cannot tell"
					       : contrast_verdict_names[c->verdict]);
	if (c->verdict != CONTRAST_UNKNOWN)
		table_sub(t, "on %s", c->host_b);
}

static void add_head(struct table *t, const char *first, const struct contrast *hosts)
{
	t->columns = 5;
	t->text_columns = 1;
	table_add(t, "%s", first);
	table_add(t, "%s", hosts->host_a);
	table_add(t, "%s", hosts->host_b);
	table_add(t, "%s", "Second ÷ first");
	table_add(t, "%s", "Answer");
}

static void means_table(struct doc *d, const struct merged *m, const struct contrast *hosts)
{
	struct table t = {.caption = "Geometric means of the overheads on two hosts, over the "
				     "programs both measured [95 % interval]"};

	add_head(&t, "Role", hosts);
	for (size_t i = 0; i < m->ncontrasts; i++) {
		const struct contrast *c = &m->contrasts[i];

		if (contrast_shares_hosts(c, hosts) && (!c->workload[0] || leads_role(m, i)))
			add_row(&t, c, false);
	}
	doc_table(d, &t);
}

/* The programs of one role. */
static void programs_table(struct doc *d, const struct merged *m, const struct contrast *role)
{
	_cleanup_free_ char *caption = xasprintf("%s: %s on %s, %s on %s [95 %% interval]",
		role->role, role->env_a, role->host_a, role->env_b, role->host_b);
	struct table t = {.caption = caption};

	add_head(&t, "Workload", role);
	for (size_t i = 0; i < m->ncontrasts; i++) {
		const struct contrast *c = &m->contrasts[i];

		if (c->workload[0] && contrast_shares_hosts(c, role) &&
			!strcmp(c->role, role->role))
			add_row(&t, c, true);
	}
	doc_table(d, &t);
}

static void said(struct doc *d, const struct str *text, enum doc_block block)
{
	if (text->len)
		doc_block(d, block, "%s", text->s);
}

static void section_of_hosts(struct doc *d, const struct merged *m, size_t first)
{
	const struct contrast *hosts = &m->contrasts[first];
	_cleanup_free_ char *id = xasprintf("contrast-%s-%s", hosts->host_a, hosts->host_b);
	_cleanup_free_ char *title = xasprintf("%s against %s", hosts->host_b, hosts->host_a);
	_cleanup_(str_release) struct str untold = {0};

	doc_heading(d, 3, id, title);
	for (size_t i = first; i < m->ncontrasts; i++) {
		_cleanup_(str_release) struct str told = {0};

		if (contrast_shares_hosts(&m->contrasts[i], hosts))
			sentence_contrast(m, i, &told);
		said(d, &told, DOC_PARAGRAPH);
	}
	sentence_contrasts_untold(m, first, &untold);
	said(d, &untold, DOC_PARAGRAPH);
	means_table(d, m, hosts);
	doc_open(d, DOC_DETAILS);
	doc_block(d, DOC_SUMMARY, "Program by program");
	for (size_t i = first; i < m->ncontrasts; i++)
		if (contrast_shares_hosts(&m->contrasts[i], hosts) && leads_role(m, i))
			programs_table(d, m, &m->contrasts[i]);
	doc_close(d, DOC_DETAILS);
}

void section_contrasts(struct doc *d, const struct merged *m)
{
	_cleanup_(str_release) struct str none = {0}, method = {0};

	doc_heading(d, 2, "contrast", "Overhead here against there");
	sentence_no_contrasts(m, &none);
	said(d, &none, DOC_PARAGRAPH);
	for (size_t i = 0; i < m->ncontrasts; i++)
		if (contrast_opens_hosts(m, i))
			section_of_hosts(d, m, i);
	if (!m->ncontrasts)
		return;
	sentence_method(m, &method);
	said(d, &method, DOC_QUIET);
}
