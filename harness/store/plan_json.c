/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/plan_json.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/field.h"
#include "model/exec_request.h"
#include "store/noise_json.h"
#include "store/tables.h"

static void layers_to_json(const struct command_layers *cs, struct json_writer *w)
{
	jw_begin_array(w, "commands");
	for (size_t i = 0; i < cs->n; i++) {
		const struct command_layer *c = &cs->v[i];
		struct environment env = command_layer_environment(c);

		jw_begin_object(w, NULL);
		jw_string(w, "env", env.id);
		jw_string(w, "version", c->found);
		jw_strings(w, "command", c->command.v);
		jw_variables(w, "variables", c->variables.v);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void roots_to_json(const struct roots *roots, struct json_writer *w)
{
	jw_begin_array(w, "roots");
	for (size_t i = 0; i < roots->n; i++) {
		jw_begin_object(w, NULL);
		fields_to_json(table_root, &roots->v[i], w);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void noise_to_json(const struct noise_history *earlier, struct json_writer *w)
{
	jw_begin_array(w, "noise");
	for (size_t i = 0; i < earlier->n; i++) {
		jw_begin_object(w, NULL);
		noise_sums_to_json(&earlier->v[i], w);
		jw_end_object(w);
	}
	jw_end_array(w);
}

void plan_to_json(const struct plan *plan, struct str *out)
{
	struct json_writer w;

	json_writer_init(&w, out, true);
	w.compact_below = 2;
	jw_begin_object(&w, NULL);
	jw_string(&w, "schema", SCHEMA_PLAN);
	fields_to_json(table_plan, plan, &w);
	if (plan->command) {
		jw_begin_object(&w, "command");
		fields_to_json(table_request, plan->command->request, &w);
		jw_end_object(&w);
	}
	if (plan->commands.n)
		layers_to_json(&plan->commands, &w);
	if (plan->roots.n)
		roots_to_json(&plan->roots, &w);
	if (plan->earlier.n)
		noise_to_json(&plan->earlier, &w);
	jw_begin_array(&w, "arms");
	for (size_t i = 0; i < plan->n; i++) {
		jw_begin_object(&w, NULL);
		fields_to_json(table_arm, &plan->arms[i], &w);
		jw_end_object(&w);
	}
	jw_end_array(&w);
	jw_end_object(&w);
}

static bool is_again(const struct plan *plan, const struct arm *arm)
{
	for (const struct arm *a = plan->arms; a < arm; a++)
		if (a->duplicate == arm->duplicate && !strcmp(a->cell, arm->cell))
			return true;
	return false;
}

/* An arm that is to be run in a command layer needs its command. */
static int arm_from_json(
	const struct json_doc *doc, const struct json *v, struct plan *plan, struct err *err)
{
	struct environment none = {0};
	struct arm *arm = plan_add(plan, "", "", &none, false);
	int r = fields_from_json(table_arm, arm, doc, v, err);
	const struct layer *command;
	struct err why = {0};

	if (r < 0)
		return r;
	if (cell_parse(arm->cell, &arm->parts, &why) < 0 ||
		environment_parse(arm->parts.env, &arm->env, &why) < 0)
		return json_error(doc, json_get(v, "cell"), err, "%s", why.text);
	command = environment_command(&arm->env);
	if (command && arm->status == STATUS_OK && !command_layers_find(&plan->commands, command))
		return json_error(doc, json_get(v, "cell"), err,
			"the plan's 'commands' do not say what '%s' is", arm->parts.env);
	if (is_again(plan, arm))
		return json_error(doc, json_get(v, "cell"), err,
			"there is an arm '%s' (%s) already", arm->cell,
			arm->duplicate ? "aa" : "main");
	return 0;
}

static int command_from_json(
	const struct json_doc *doc, const struct json *v, struct workload **ret, struct err *err)
{
	_cleanup_(exec_request_release) struct exec_request request = {0};
	int r;

	fields_default(table_request, &request);
	r = fields_from_json(table_request, &request, doc, v, err);
	if (!r && !json_get(v, "own"))
		request.own = !request.packages.n;
	for (size_t i = 0; !r && i < request.inputs.n; i++)
		if (strchr(request.inputs.v[i], '/'))
			r = json_error(doc, json_get(v, "inputs"), err, "must be plain file names");
	if (!r)
		*ret = workload_from_request(&request);
	return r;
}

static int layer_from_json(
	const struct json_doc *doc, const struct json *v, struct plan *plan, struct err *err)
{
	struct command_layer *ret = command_layers_add(&plan->commands);
	static const char *const known[] = {"env", "version", "command", "variables", NULL};
	const char *id = NULL, *version = NULL;
	const struct json *variables = NULL;
	struct environment env = {0};
	int r = json_known_keys(doc, v, known, err);

	if (!r)
		r = json_get_string(doc, v, "env", true, &id, err);
	if (!r)
		r = json_get_string(doc, v, "version", true, &version, err);
	if (!r)
		r = json_get_strings(doc, v, "command", true, &ret->command, err);
	if (!r)
		r = json_get_object(doc, v, "variables", true, &variables, err);
	if (!r)
		r = json_variables(doc, variables, &ret->variables, err);
	if (r < 0)
		return r;
	if (environment_parse(id, &env, NULL) < 0 || env.n != 1 || !environment_command(&env))
		return json_error(doc, json_get(v, "env"), err, "is no NAME-ARCH");
	if (!ret->command.n)
		return json_error(doc, json_get(v, "command"), err, "holds no word");
	ret->name = xstrdup(env.layers[0].name);
	ret->runs = env.layers[0].arch;
	ret->found = xstrdup(version);
	return 0;
}

static int root_from_json(
	const struct json_doc *doc, const struct json *v, struct plan *plan, struct err *err)
{
	struct root root = {0};
	int r = fields_from_json(table_root, &root, doc, v, err);

	if (!r && (strlen(root.sha256) != SHA256_MAX - 1 ||
			  strspn(root.sha256, "0123456789abcdef") != SHA256_MAX - 1))
		r = json_error(doc, json_get(v, "sha256"), err, "must be 64 hex digits");
	if (!r && strpbrk(root.packages, "/") && !str_starts(root.packages, ROOT_FOLDER))
		r = json_error(doc, json_get(v, "packages"), err, "is no list of packages");
	if (!r)
		*roots_add(&plan->roots, root.arch, root.packages) = root;
	return r;
}

static int noise_from_json(
	const struct json_doc *doc, const struct json *v, struct plan *plan, struct err *err)
{
	return noise_sums_from_json(doc, v, noise_history_add(&plan->earlier), err);
}

static int check_plan(const struct json_doc *doc, const struct plan *plan, struct err *err)
{
	if (plan->pilot > plan->blocks)
		return json_error(doc, json_get(json_root(doc), "pilot"), err,
			"%llu blocks are more than 'blocks' allows, %llu",
			(unsigned long long)plan->pilot, (unsigned long long)plan->blocks);
	if (!run_id_is_valid(plan->run))
		return json_error(
			doc, json_get(json_root(doc), "run"), err, "'%s' is no run id", plan->run);
	return 0;
}

/* In the order in which they need each other. */
static const struct {
	const char *key;
	bool required;
	/* Adds an element to the plan. */
	int (*read)(const struct json_doc *doc, const struct json *v, struct plan *plan,
		struct err *err);
} lists[] = {
	{"commands", false, layer_from_json},
	{"roots", false, root_from_json},
	{"noise", false, noise_from_json},
	{"arms", true, arm_from_json},
};

static int lists_from_json(const struct json_doc *doc, struct plan *plan, struct err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < ARRAY_LEN(lists); i++) {
		const struct json *list = NULL;

		r = json_get_array(
			doc, json_root(doc), lists[i].key, lists[i].required, &list, err);
		json_for_each (v, list) {
			if (!r)
				r = lists[i].read(doc, v, plan, err);
		}
	}
	return r;
}

int plan_from_json(const struct json_doc *doc, struct plan *ret, struct err *err)
{
	static const char *const others[] = {
		"schema", "arms", "command", "commands", "roots", "noise", NULL};
	struct plan plan = {0};
	int r = json_check_schema(doc, SCHEMA_PLAN, err);

	if (!r)
		r = fields_from_json_with(table_plan, &plan, doc, json_root(doc), others, err);
	if (!r && json_get(json_root(doc), "command"))
		r = command_from_json(doc, json_get(json_root(doc), "command"), &plan.command, err);
	if (!r)
		r = lists_from_json(doc, &plan, err);
	if (!r)
		r = check_plan(doc, &plan, err);
	if (r < 0)
		plan_release(&plan);
	else
		*ret = plan;
	return r;
}

void host_fields_to_json(const struct host *host, struct json_writer *w)
{
	fields_to_json(table_host, host, w);
}

int host_fields_from_json(
	const struct json_doc *doc, const struct json *object, struct host *ret, struct err *err)
{
	return fields_from_json_with(table_host, ret, doc, object, NULL, err);
}

void host_to_json(const struct host *host, const char *packages_json,
	const struct programs *programs, struct str *out)
{
	struct json_writer w;

	json_writer_init(&w, out, true);
	w.compact_below = 2;
	jw_begin_object(&w, NULL);
	jw_string(&w, "schema", SCHEMA_HOST);
	host_fields_to_json(host, &w);
	jw_raw(&w, "packages", packages_json ? packages_json : "[]");
	jw_begin_array(&w, "programs");
	for (size_t i = 0; programs && i < programs->n; i++) {
		jw_begin_object(&w, NULL);
		fields_to_json(table_program, &programs->v[i], &w);
		jw_end_object(&w);
	}
	jw_end_array(&w);
	jw_end_object(&w);
}

int host_from_json(const struct json_doc *doc, struct host *ret, struct err *err)
{
	int r = json_check_schema(doc, SCHEMA_HOST, err);

	return r < 0 ? r : host_fields_from_json(doc, json_root(doc), ret, err);
}

int programs_from_json(const struct json_doc *doc, struct programs *ret, struct err *err)
{
	struct programs ps = {0};
	const struct json *list = NULL;
	int r = json_get_array(doc, json_root(doc), "programs", false, &list, err);

	json_for_each (v, list) {
		if (r < 0)
			break;
		GROW(ps.v, ps.n, ps.cap);
		ps.v[ps.n] = (struct program){0};
		r = fields_from_json(table_program, &ps.v[ps.n++], doc, v, err);
	}
	if (r < 0) {
		programs_release(&ps);
		return r;
	}
	*ret = ps;
	return 0;
}
