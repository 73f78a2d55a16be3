/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `toll man`: the manual page toll.1, in the macros of man(7), from the table of commands and their
 * option tables. Only what no table knows stands here as text.
 */
#include "cmd.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/version.h"

/* A term and what it means. */
struct entry {
	const char *term, *text;
};

static const struct entry exit_codes[] = {
	{"0", "All that can run here was measured. A refusal with a proven reason does not change "
	      "this."},
	{"1", "Finished, but some cells failed or gave a wrong result; or toll itself could not go "
	      "on: a full disk, no gnuplot for the report."},
	{"2", "Bad usage or bad input."},
	{"3", "A regression (nightly, diff)."},
	{"4", "Nothing could be measured here."},
	{"129, 130, 143",
		"Interrupted (SIGHUP, SIGINT, SIGTERM). What was measured is kept; --resume "
		"continues it."},
};

static const struct entry files[] = {
	{"results/RUN/plan.json", "the cells, their order and the seed"},
	{"results/RUN/host.json", "the machine, the packages and the measured programs"},
	{"results/RUN/samples.jsonl", "one line per execution and boot, as measured"},
	{"results/RUN/summary.json", "the statistics, recomputed by 'toll stats'"},
	{"results/RUN/report.html, report.md", "the report"},
	{"results/RUN/nightly.md", "the comparison with the stored runs (nightly)"},
	{"results/RUN/log.txt", "what toll said on standard error"},
	{"plots/RUN/", "the figures, each with the data and the script that made it"},
	{"plots/latest", "the figures of the latest report"},
	{"workloads/NAME.json", "a workload's manifest"},
};

static const struct entry environment[] = {
	{"TOLL_HOME", "The source tree: the folder with workloads/, plots/ and build/. By default "
		      "the first one above the program that has them."},
	{"NO_COLOR", "When set and not empty, no colour."},
	{"COLUMNS", "Width of the summary where standard output is no terminal (default 80)."},
	{"XDG_RUNTIME_DIR", "Where the embedded libvirt keeps its sockets, if the path is short."},
};

static const struct entry examples[] = {
	{"toll doctor", "What can run here, and what is missing."},
	{"toll plan --profile full --env 'user-*'", "The cells of a run and its estimated time."},
	{"toll compare --workload matmul --budget 2m",
		"Measures one workload everywhere for two minutes and reports."},
	{"toll exec --x86_64 ./prog --aarch64 ./prog-arm64 -- -n 1000",
		"Measures a program of your own, built for both architectures."},
	{"toll report latest --open", "Draws the latest run again and shows it."},
};

/* ---- roff ---- */

/* Text that roff is to print as it stands: '-' as typed, '\' no escape, no line a request. */
static void add_text(struct str *out, const char *text)
{
	bool line_begins = !out->len || out->s[out->len - 1] == '\n';

	for (; *text; text++) {
		if (line_begins && (*text == '.' || *text == '\''))
			str_add(out, "\\&");
		if (*text == '-')
			str_add(out, "\\-");
		else if (*text == '\\')
			str_add(out, "\\e");
		else
			str_addc(out, *text);
		line_begins = *text == '\n';
	}
}

static void add_line(struct str *out, const char *text)
{
	add_text(out, text);
	str_addc(out, '\n');
}

/* .TP, the term in bold, the text. */
static void add_entries(struct str *out, const struct entry *entries, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		str_add(out, ".TP\n\\fB");
		add_text(out, entries[i].term);
		str_add(out, "\\fR\n");
		add_line(out, entries[i].text);
	}
}

/* "--name ARG" */
static void add_option_name(struct str *out, const struct field *f)
{
	str_add(out, "\\fB\\-\\-");
	add_text(out, f->name);
	str_add(out, "\\fR");
	if (f->type == FIELD_BOOL)
		return;
	str_add(out, " \\fI");
	add_text(out, f->arg ? f->arg : "VALUE");
	str_add(out, "\\fR");
}

/* ---- sections ---- */

static void add_head(struct str *out)
{
	str_addf(out,
		".\\\" Written by 'toll man'.\n"
		".TH TOLL 1 \"\" \"toll %s\" \"User Commands\"\n"
		".SH NAME\ntoll \\- what a program costs when it is translated, virtualized, or "
		"both\n"
		".SH SYNOPSIS\n.B toll\n.I COMMAND\n.RI [ OPTIONS ]\n.br\n.B toll\n"
		".IR \"COMMAND \" \\-\\-help\n.br\n.B toll \\-\\-version\n"
		".SH DESCRIPTION\n",
		TOLL_VERSION);
	add_line(out,
		"toll runs the same workloads natively, translated by QEMU user mode, in "
		"virtual machines managed by libvirt, and translated inside such a machine. "
		"It reports how many times as long each takes as natively, with a 95 % "
		"interval, and how much of that is the layer's cost and how much is the other "
		"instruction set's.");
	str_add(out, ".PP\n");
	add_line(out,
		"An environment is a stack of layers: native, user-ARCH, vm-ARCH-tcg, "
		"vm-ARCH-kvm, NAME-ARCH for a command that environments.json describes, or "
		"layers joined by '+'. A cell is a workload, a variant of it, "
		"an architecture and an environment, joined by dots. A block is one pass over "
		"all cells, in random order, with freshly booted machines.");
	str_add(out, ".PP\n");
	add_line(out, "Results go to standard output, progress and messages to standard error. A "
		      "GLOB may be several patterns, separated by commas.");
}

static void add_commands(struct str *out)
{
	str_add(out, ".SH COMMANDS\n");
	for (const struct command *c = commands; c->name; c++) {
		str_addf(out, ".SS toll %s%s", c->name, *c->operands ? " " : "");
		add_line(out, c->operands);
		add_text(out, c->summary);
		str_add(out, ".\n");
		if (c->details)
			add_line(out, c->details);
		str_add(out, ".br\nOptions:");
		for (const struct field *f = c->options; f->name; f++) {
			str_add(out, f == c->options ? "\n" : ",\n");
			add_option_name(out, f);
		}
		str_add(out, ".\n");
	}
}

/* True for the first command that takes an option of this name. */
static bool is_first_with(const struct command *c, const char *name)
{
	for (const struct command *before = commands; before != c; before++)
		if (field_find(before->options, name))
			return false;
	return true;
}

/* The commands whose default differs from that of the first one. */
static void add_defaults(struct str *out, const struct field *f)
{
	if (!f->def)
		return;
	str_add(out, "Default: ");
	add_text(out, f->def);
	for (const struct command *c = commands; c->name; c++) {
		const struct field *its = field_find(c->options, f->name);

		if (!its || !its->def || !strcmp(its->def, f->def))
			continue;
		str_addf(out, " (%s: ", c->name);
		add_text(out, its->def);
		str_addc(out, ')');
	}
	str_add(out, ".\n");
}

static void add_options(struct str *out)
{
	str_add(out, ".SH OPTIONS\n");
	add_line(out, "Each command takes those named with it.");
	for (const struct command *c = commands; c->name; c++) {
		for (const struct field *f = c->options; f->name; f++) {
			if (!is_first_with(c, f->name))
				continue;
			str_add(out, ".TP\n");
			add_option_name(out, f);
			str_addc(out, '\n');
			add_text(out, f->help);
			str_add(out, ".\n");
			add_defaults(out, f);
		}
	}
}

static void add_examples(struct str *out)
{
	str_add(out, ".SH EXAMPLES\n");
	for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
		add_line(out, examples[i].text);
		str_add(out, ".PP\n.RS 4\n.nf\n");
		add_line(out, examples[i].term);
		str_add(out, ".fi\n.RE\n.PP\n");
	}
}

int cmd_man(const struct options *o, const char *const *operands, size_t n)
{
	_cleanup_(str_release) struct str out = {0};

	(void)o, (void)operands, (void)n;
	add_head(&out);
	add_commands(&out);
	add_options(&out);
	str_add(&out, ".SH EXIT STATUS\n");
	add_entries(&out, exit_codes, ARRAY_LEN(exit_codes));
	str_add(&out, ".SH FILES\n");
	add_entries(&out, files, ARRAY_LEN(files));
	str_add(&out, ".SH ENVIRONMENT\n");
	add_entries(&out, environment, ARRAY_LEN(environment));
	add_examples(&out);
	str_add(&out, ".SH SEE ALSO\n.BR qemu (1),\n.BR virsh (1),\n.BR hyperfine (1),\n"
		      "README.md and results/SCHEMA.md in the source tree\n");
	fputs(str_text(&out), stdout);
	return EXIT_MEASURED;
}
