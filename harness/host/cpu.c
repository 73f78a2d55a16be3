/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/cpu.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/proc.h"

#define ASK_TIMEOUT_NS (30 * NS_PER_S)
#define OUTPUT_MAX 65536
#define ANY_MODEL "max"

static int ask(
	const struct cpu_spec *spec, char *const *argv, struct proc_result *ret, struct err *err)
{
	int r = proc_run(&(struct proc_spec){.argv = argv,
				 .cpu = PROC_CPU_ANY,
				 .timeout_ns = ASK_TIMEOUT_NS,
				 .stdout_max = OUTPUT_MAX,
				 .stderr_max = OUTPUT_MAX,
				 .stop = spec->stop},
		ret, err);

	if (!r && *spec->stop)
		r = err_set(err, ERR_INTERRUPTED, "interrupted");
	return r;
}

/* ---- names ---- */

static int check_text(const char *model, struct err *err)
{
	_cleanup_free_ char *copy = xstrdup(model);
	char *save = NULL, *part = strtok_r(copy, ",", &save);
	bool first = true, sound = strlen(model) < CPU_MODEL_MAX;

	for (; part && sound; part = strtok_r(NULL, ",", &save), first = false) {
		const char *name = first ? part : part + 1;

		sound = (first || *part == '+' || *part == '-') && isalnum((unsigned char)*name);
		for (; *name && sound; name++)
			sound = isalnum((unsigned char)*name) || strchr("._-", *name);
	}
	if (sound && !first)
		return 0;
	return err_set(err, ERR_INPUT,
		"--cpu: '%.60s' is no CPU model: expected NAME, NAME,+FEATURE or NAME,-FEATURE",
		model);
}

/* "x86 Nehalem   …" of x86, "  cortex-a53" of Arm. */
static void list_models(char *help, struct argv *known)
{
	char *save = NULL;

	for (char *line = strtok_r(help, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *name = line + strspn(line, " ");

		if (str_starts(line, "Recognized"))
			return;
		if (str_starts(name, "x86 "))
			name += strspn(name + 4, " ") + 4;
		else if (name == line)
			continue;
		name[strcspn(name, " \t(")] = '\0';
		if (*name)
			argv_add(known, name);
	}
}

/* "Nehalem-v1" is a version of what stands there itself. */
static bool is_version(const char *name)
{
	const char *v = strstr(name, "-v");

	return v && v[2] && strspn(v + 2, "0123456789") == strlen(v + 2);
}

static void drop_versions(struct argv *known)
{
	size_t kept = 0;

	for (size_t i = 0; i < known->n; i++) {
		if (is_version(known->v[i]))
			free(known->v[i]);
		else
			known->v[kept++] = known->v[i];
	}
	known->n = kept;
	if (known->v)
		known->v[kept] = NULL;
}

static int check_name(const char *model, struct argv *known, enum arch arch, struct err *err)
{
	_cleanup_free_ char *name = strndup(model, strcspn(model, ","));
	const char *nearest = NULL;
	size_t best = SIZE_MAX;

	/* A machine's CPU as it is cannot be emulated. */
	for (size_t i = 0; i < known->n && strcmp(name, "host"); i++) {
		size_t d = str_distance(name, known->v[i]);

		if (!d)
			return 0;
		if (d < best) {
			best = d;
			nearest = known->v[i];
		}
	}
	err_set(err, ERR_INPUT, "--cpu: QEMU has no CPU model '%s' for %s%s%s%s", name,
		arch_text(arch), nearest ? "; the nearest name is '" : "", nearest ? nearest : "",
		nearest ? "'" : "");
	drop_versions(known);
	return -ERR_INPUT;
}

/* ---- what programs find ---- */

/* "+f" as Arm's models want it, too: "f=on". */
static void translate(const char *model, struct str *out)
{
	_cleanup_free_ char *copy = xstrdup(model);
	char *save = NULL;

	str_add(out, strtok_r(copy, ",", &save));
	for (char *f; (f = strtok_r(NULL, ",", &save));)
		str_addf(out, ",%s=%s", f + 1, *f == '+' ? "on" : "off");
}

/* "… TCG doesn't support requested feature: CPUID.01H:ECX.pcid [bit 17]" */
static void add_off(char *text, struct str *out)
{
	char *save = NULL;

	for (char *line = text ? strtok_r(text, "\n", &save) : NULL; line;
		line = strtok_r(NULL, "\n", &save)) {
		char *bit = strstr(line, " [bit "), *dot;

		if (!bit || !strstr(line, "TCG doesn't support requested feature"))
			continue;
		*bit = '\0';
		dot = strrchr(line, '.');
		if (dot && dot[1])
			str_addf(out, ",%s=off", dot + 1);
	}
}

/* Those that say nothing of instructions. */
static bool is_instruction_set(const char *feature)
{
	static const char *const others[] = {"hypervisor", "erms", "fsrm"};

	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (!strcmp(feature, others[i]))
			return false;
	return true;
}

static int read_features(const struct str *record, struct argv *ret)
{
	_cleanup_json_ struct json_doc *doc = NULL;
	const struct json *isa;
	int r = json_parse(str_text(record), record->len, "device-probe", 1, &doc, NULL);

	if (r < 0)
		return r;
	isa = json_get(json_get(json_root(doc), "probe"), "isa");
	json_for_each (f, json_get(isa, "features"))
		if (json_string(f) && is_instruction_set(json_string(f)))
			argv_add(ret, json_string(f));
	return ret->n ? 0 : -EINVAL;
}

/* What device-probe finds; qemu NULL: on this host. res keeps what was said. */
static int probe(const struct cpu_spec *spec, const char *translator, const char *qemu,
	struct argv *ret, struct proc_result *res, struct err *err)
{
	_cleanup_(argv_release) struct argv argv = {0};
	int r;

	if (qemu) {
		argv_add(&argv, translator);
		argv_add(&argv, "-cpu");
		argv_add(&argv, qemu);
	}
	argv_add(&argv, qemu ? spec->probe : spec->host_probe);
	argv_add(&argv, "--size=small");
	argv_add(&argv, "--iterations=1");
	r = ask(spec, argv.v, res, err);
	if (!r && (res->end != PROC_EXITED || res->code))
		r = err_set(err, EIO, "%.200s", str_text(&res->err));
	return r ? r : read_features(&res->out, ret);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void fill_lacks(const struct argv *has, struct argv *wanted, char ret[static CPU_LACKS_MAX])
{
	_cleanup_(str_release) struct str text = {0};

	if (wanted->n)
		qsort(wanted->v, wanted->n, sizeof(*wanted->v), by_name);
	for (size_t i = 0; i < wanted->n; i++) {
		bool found = false;

		for (size_t k = 0; k < has->n && !found; k++)
			found = !strcmp(has->v[k], wanted->v[i]);
		if (!found)
			str_addf(&text, "%s%s", text.len ? ", " : "", wanted->v[i]);
	}
	str_copy(ret, CPU_LACKS_MAX, str_text(&text));
}

/* QEMU starts with the model, and what it says of it is taken up. */
static int try_model(const struct cpu_spec *spec, const char *translator, struct cpu_choice *ret,
	struct err *err)
{
	_cleanup_(proc_result_release) struct proc_result res = {0}, base = {0};
	_cleanup_(argv_release) struct argv has = {0}, wanted = {0};
	_cleanup_(str_release) struct str qemu = {0};
	bool native = spec->arch == arch_host();
	struct err why = {0};
	int r;

	translate(spec->model, &qemu);
	str_copy(ret->qemu, sizeof(ret->qemu), str_text(&qemu));
	if (!file_exists(spec->probe))
		return 0;
	r = probe(spec, translator, str_text(&qemu), &has, &res, &why);
	if (r == -ERR_INTERRUPTED)
		return err_set(err, ERR_INTERRUPTED, "interrupted");
	if (r < 0) {
		str_sanitize(why.text);
		return err_set(err, ERR_INPUT, "--cpu: no program starts with '%s': %.200s",
			spec->model, why.text);
	}
	add_off(res.err.s, &qemu);
	str_copy(ret->qemu, sizeof(ret->qemu), str_text(&qemu));
	if (probe(spec, translator, native ? NULL : ANY_MODEL, &wanted, &base, NULL) == 0)
		fill_lacks(&has, &wanted, ret->lacks);
	return 0;
}

int cpu_choose(
	const struct cpu_spec *spec, struct cpu_choice *ret, struct argv *known, struct err *err)
{
	_cleanup_free_ char *translator = xasprintf("qemu-%s-static", arch_text(spec->arch));
	char *help[] = {translator, "-cpu", "help", NULL};
	_cleanup_(proc_result_release) struct proc_result res = {0};
	struct cpu_choice choice = {0};
	int r = check_text(spec->model, err);

	if (r < 0)
		return r;
	str_copy(choice.model, sizeof(choice.model), spec->model);
	r = ask(spec, help, &res, err);
	if (r == -ERR_INTERRUPTED)
		return r;
	if (r < 0) {
		*ret = choice;
		return 0;
	}
	list_models(res.out.s ? res.out.s : (char[]){""}, known);
	r = check_name(spec->model, known, spec->arch, err);
	if (r < 0)
		return r;
	argv_release(known);
	r = try_model(spec, translator, &choice, err);
	if (!r)
		*ret = choice;
	return r;
}
