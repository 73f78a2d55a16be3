/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `toll completion`: a completion script for bash from the table of commands, their option tables,
 * the manifests and the environments of this host. It asks nothing of the machine, so it is cheap
 * enough for a shell's start.
 */
#include "cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "plan/manifest.h"
#include "plan/profile.h"

/* Values that an option or operand can have, one word each. */
struct words {
	struct str environments, workloads, variants, suites, sizes, profiles;
};

static void words_release(struct words *w)
{
	str_release(&w->environments);
	str_release(&w->workloads);
	str_release(&w->variants);
	str_release(&w->suites);
	str_release(&w->sizes);
	str_release(&w->profiles);
}

static bool has_word(const struct str *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = str_text(list); (at = strstr(at, word)); at += n)
		if ((at == list->s || at[-1] == ' ') && (at[n] == ' ' || !at[n]))
			return true;
	return false;
}

/* Adds a word that is not there yet. */
static void add_word(struct str *list, const char *word)
{
	if (!has_word(list, word))
		str_addf(list, "%s%s", list->len ? " " : "", word);
}

static int find_words(const char *home, struct words *ret, struct err *err)
{
	_cleanup_free_ char *manifests = xasprintf("%s/workloads", home);
	_cleanup_(command_layers_release) struct command_layers commands = {0};
	struct environment envs[16];
	struct workloads workloads = {0};
	size_t n;
	int r = manifests_read(manifests, &workloads, err);

	if (!r)
		r = read_environments(home, NULL, &commands, err);
	if (r < 0)
		return r;
	environments_of_host(arch_host(), envs, ARRAY_LEN(envs), &n);
	for (size_t i = 0; i < n; i++)
		add_word(&ret->environments, envs[i].id);
	for (size_t i = 0; i < commands.n; i++) {
		struct environment env = command_layer_environment(&commands.v[i]);

		add_word(&ret->environments, env.id);
	}
	for (const struct profile *p = profiles; p->name; p++)
		add_word(&ret->profiles, p->name);
	for (size_t i = 0; i < workloads.n; i++) {
		const struct workload *w = &workloads.v[i];

		add_word(&ret->workloads, w->name);
		add_word(&ret->suites, w->suite);
		for (size_t k = 0; k < w->nvariants; k++)
			add_word(&ret->variants, w->variants[k].name);
		for (size_t k = 0; k < w->nsizes; k++)
			add_word(&ret->sizes, w->sizes[k].name);
	}
	workloads_release(&workloads);
	return 0;
}

/* ---- the script ---- */

/* Fixed parts. A list option completes what stands behind the last comma. */
static const char script_begin[] =
	"_toll_runs() {\n"
	"\tlocal run\n"
	"\techo latest\n"
	"\tfor run in \"${TOLL_HOME:-$_toll_home}\"/results/*; do\n"
	"\t\trun=${run##*/}\n"
	"\t\t[[ $run =~ ^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}$ ]] && echo \"$run\"\n"
	"\tdone\n"
	"}\n"
	"_toll() {\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	"\tlocal command=${COMP_WORDS[1]} options= operands= head=\n"
	"\tif [ \"$cur\" = = ]; then\n"
	"\t\tcur=\n"
	"\telif [ \"$prev\" = = ]; then\n"
	"\t\tprev=${COMP_WORDS[COMP_CWORD-2]}\n"
	"\tfi\n"
	"\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W \"$_toll_commands --help --version\" -- "
	"\"$cur\")\n"
	"\t\treturn\n"
	"\tfi\n"
	"\tcase $cur in *,*) head=${cur%,*}, ;; esac\n";
static const char script_end[] =
	"\tcase $cur in\n"
	"\t-*) mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\") ;;\n"
	"\t*) mapfile -t COMPREPLY < <(compgen -W \"$operands\" -- \"$cur\") ;;\n"
	"\tesac\n"
	"}\n"
	"complete -o bashdefault -o default -F _toll toll\n";

/* What the value of an option can be; NULL: anything. */
static const char *value_words(const char *option, const struct words *w)
{
	const struct {
		const char *option, *words;
	} known[] = {
		{"env", str_text(&w->environments)},
		{"workload", str_text(&w->workloads)},
		{"variant", str_text(&w->variants)},
		{"suite", str_text(&w->suites)},
		{"size", str_text(&w->sizes)},
		{"profile", str_text(&w->profiles)},
		{"resume", "$(_toll_runs)"},
		{"replay", "$(_toll_runs)"},
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (!strcmp(known[i].option, option))
			return known[i].words;
	return NULL;
}

/* The word before the cursor is an option that takes a value; files are bash's default. */
static void add_values(struct str *out, const struct words *w)
{
	_cleanup_(str_release) struct str seen = {0};

	str_add(out, "\tcase $prev in\n");
	for (const struct command *c = commands; c->name; c++) {
		for (const struct field *f = c->options; f->name; f++) {
			_cleanup_(str_release) struct str choices = {0};
			const char *words = value_words(f->name, w);

			for (size_t i = 0; f->choices && f->choices[i]; i++)
				add_word(&choices, f->choices[i]);
			if (choices.len)
				words = str_text(&choices);
			if (f->type == FIELD_BOOL || has_word(&seen, f->name))
				continue;
			add_word(&seen, f->name);
			str_addf(out, "\t--%s) ", f->name);
			if (words)
				str_addf(out,
					"mapfile -t COMPREPLY < <(compgen -P \"$head\" -W "
					"\"%s\" -- \"${cur##*,}\"); ",
					words);
			str_add(out, "return ;;\n");
		}
	}
	str_add(out, "\tesac\n");
}

/* The words that an operand as in the usage line stands for: "RUN", "[a|b]". */
static char *operand_words(const char *operands)
{
	char *words = xstrdup(operands);

	if (!strncmp(operands, "RUN", 3)) {
		free(words);
		return xstrdup("$(_toll_runs)");
	}
	if (!strchr(operands, '|') && strcmp(operands, "bash") != 0)
		*words = '\0';
	for (char *c = words; *c; c++)
		if (strchr("[]|", *c))
			*c = ' ';
	return words;
}

static void add_commands(struct str *out)
{
	str_add(out, "\tcase $command in\n");
	for (const struct command *c = commands; c->name; c++) {
		_cleanup_free_ char *words = operand_words(c->operands);

		str_addf(out, "\t%s)\n\t\toptions=\"", c->name);
		for (const struct field *f = c->options; f->name; f++)
			str_addf(out, "%s--%s", f == c->options ? "" : " ", f->name);
		str_addf(out, "\"\n\t\toperands=\"%s\"\n\t\t;;\n", words);
	}
	str_add(out, "\tesac\n");
}

static void add_script(struct str *out, const char *home, const struct words *words)
{
	char *argv[] = {(char *)home, NULL};
	_cleanup_free_ char *quoted = argv_line(argv);

	str_add(out, "# bash completion for toll, written by 'toll completion bash'\n");
	str_addf(out, "_toll_home=%s\n_toll_commands=\"", quoted);
	for (const struct command *c = commands; c->name; c++)
		str_addf(out, "%s%s", c == commands ? "" : " ", c->name);
	str_add(out, "\"\n");
	str_add(out, script_begin);
	add_values(out, words);
	add_commands(out);
	str_add(out, script_end);
}

int cmd_completion(const struct options *o, const char *const *operands, size_t n)
{
	_cleanup_free_ char *home = find_home();
	_cleanup_(words_release) struct words words = {0};
	_cleanup_(str_release) struct str out = {0};
	struct err err = {0};

	(void)o, (void)n;
	if (strcmp(operands[0], "bash") != 0) {
		err_set(&err, ERR_INPUT, "there is no completion for '%s'; there is one for bash",
			operands[0]);
		return complain(&err);
	}
	if (find_words(home, &words, &err) < 0)
		return complain(&err);
	add_script(&out, home, &words);
	fputs(str_text(&out), stdout);
	return EXIT_MEASURED;
}
