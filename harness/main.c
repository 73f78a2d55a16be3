/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/version.h"
#include "cmd.h"
#include "export/export.h"

/* ---- what each command takes ---- */

static const struct field doctor_options[] = {
	OPTION_HELP, OPTION_JSON, OPTION_CONNECT, OPTION_ENVIRONMENTS, OPTIONS_END};
static const struct field list_options[] = {
	OPTION_HELP, OPTION_JSON, OPTION_ENVIRONMENTS, OPTIONS_END};
static const struct field plan_options[] = {OPTION_HELP, OPTION_JSON, OPTIONS_SELECTION, OPTION_CPU,
	OPTION_SHARD, OPTION_OUTPUT, OPTIONS_END};
static const struct field run_options[] = {OPTION_HELP, OPTION_QUIET, OPTIONS_SELECTION, OPTION_CPU,
	OPTION_SHARD, OPTION_RESUME, OPTION_REPLAY, OPTION_OUTPUT, OPTIONS_END};
static const struct field exec_options[] = {OPTION_HELP, OPTION_QUIET,
	OPTION(programs[ARCH_X86_64], "x86_64", FIELD_STRING, .arg = "PROG",
		.help = "the program for x86_64"),
	OPTION(programs[ARCH_AARCH64], "aarch64", FIELD_STRING, .arg = "PROG",
		.help = "the program for aarch64"),
	OPTION(packages, "packages", FIELD_STRING, .arg = "LIST",
		.help = "distribution packages that it sees as '/', comma-separated: its "
			"libraries, or the program itself"),
	OPTION(roots, "root", FIELD_LIST, .arg = "DIR",
		.help = "a folder that it sees as '/', read-only; for each architecture one: "
			"ARCH=DIR"),
	OPTION(inputs, "input", FIELD_LIST, .arg = "FILE",
		.help = "copied into the folder that it runs in, which is empty otherwise; again "
			"for more"),
	OPTION(variables, "setenv", FIELD_LIST, .letter = 'E', .arg = "NAME=VALUE",
		.help = "an environment variable for it; again for more"),
	OPTION(workdir, "workdir", FIELD_STRING, .letter = 'w', .arg = "DIR",
		.help = "where it starts: a folder of the image, or one below /tmp that it can "
			"write to (default: one of its own)"),
	OPTION(name, "name", FIELD_NAME, .size = WORKLOAD_NAME_MAX, .arg = "NAME",
		.help = "what to call it (default: the program's file name)"),
	OPTION(any_output, "any-output", FIELD_BOOL,
		.help = "do not compare what it prints between environments"),
	OPTION_SELECTION_COMMON, OPTION_CPU, OPTION_OUTPUT, OPTIONS_END};
static const struct field image_options[] = {OPTION_HELP,
	OPTION(json, "json", FIELD_BOOL, .help = "ls: print JSON"),
	OPTION(cap_mib, "cap", FIELD_U64, .arg = "MIB", .min = 1, .max = 1 << 24,
		.help = "gc: remove what was used longest ago until the rest fits"),
	OPTIONS_END};
static const struct field nightly_options[] = {OPTION_HELP, OPTION_QUIET,
	OPTIONS_SELECTION_OF("full"), OPTION_REPLAY, OPTION_OUTPUT, OPTIONS_END};
static const struct field stats_options[] = {OPTION_HELP, OPTION_JSON, OPTION_OUTPUT, OPTIONS_END};
static const struct field report_options[] = {OPTION_HELP, OPTION_OUTPUT,
	OPTION(open, "open", FIELD_BOOL, .help = "open it in the browser"), OPTIONS_END};
static const struct field merge_options[] = {OPTION_HELP,
	OPTION(into, "into", FIELD_STRING, .letter = 'o', .arg = "RUN",
		.help = "the folder to make; nothing may be there"),
	OPTION_OUTPUT, OPTIONS_END};
static const struct field diff_options[] = {OPTION_HELP, OPTION_JSON,
	OPTION(within_percent, "within", FIELD_DOUBLE, .arg = "PERCENT", .min = 0, .max = 1000,
		.def = "5", .help = "a change below this is none: the bound of 'unchanged'"),
	OPTION(times, "times", FIELD_BOOL,
		.help = "compare times, native ones too, instead of time ÷ native"),
	OPTION_OUTPUT, OPTIONS_END};
static const struct field export_options[] = {OPTION_HELP,
	OPTION(format, "format", FIELD_CHOICE, .arg = "NAME", .choices = exporter_names,
		.def = "csv", .help = "whose format"),
	OPTION(into, "into", FIELD_STRING, .letter = 'o', .arg = "FILE",
		.help = "the file to write, or a folder to put RUN.EXTENSION into (default: "
			"standard output)"),
	OPTION_OUTPUT, OPTIONS_END};
static const struct field docs_options[] = {OPTION_HELP, OPTIONS_END};

#define READ_ONLY                                                                                  \
	"With --output, a run that lies\nelsewhere stays as it is: what is written goes into "     \
	"DIR/results/."

const struct command commands[] = {
	{"doctor", "", "every environment: usable, or the exact reason and the remedy", NULL,
		doctor_options, 0, 0, cmd_doctor},
	{"list", "[workloads|environments|profiles]", "what there is to choose from", NULL,
		list_options, 0, 1, cmd_list},
	{"plan", "", "print the cells and the estimated time; run nothing", NULL, plan_options, 0,
		0, cmd_plan},
	{"run", "", "measure; prints the run folder last", NULL, run_options, 0, 0, cmd_run},
	{"compare", "", "measure and report", NULL, run_options, 0, 0, cmd_compare},
	{"exec", "[--] [ARGS]", "measure any program, no manifest needed",
		"The program is a file of yours (--x86_64, --aarch64), or stands behind '--' and "
		"is found\n"
		"in the image that --packages or --root make. Arguments that begin with '-' stand "
		"behind\n"
		"'--'. What it prints on standard output must be the same everywhere. With "
		"--packages,\n"
		"--root, --input or --workdir it runs in a sandbox: an image that it cannot write "
		"to,\n"
		"a folder of its own in /tmp, no network, none of your files.",
		exec_options, 0, 63, cmd_exec},
	{"stats", "RUN", "recompute summary.json from the stored samples",
		"RUN is a run id, a folder, or 'latest'. " READ_ONLY, stats_options, 1, 1,
		cmd_stats},
	{"report", "RUN", "figures, report.html and report.md of a run or of joined runs",
		"RUN is a run id, a folder, or 'latest'. " READ_ONLY
		"\nThe report of joined runs stays in their folder.",
		report_options, 1, 1, cmd_report},
	{"merge", "RUN... -o RUN", "join runs of several hosts and shards into one report",
		"Shards of one host are joined; hosts stand beside each other. Overheads in the "
		"same\n"
		"role are compared across hosts, times never. Cells whose program was not the "
		"same\n"
		"file everywhere are left out, and the exit code is then 1. The runs are copied "
		"into\n"
		"the folder.",
		merge_options, 1, SIZE_MAX, cmd_merge},
	{"diff", "RUN RUN", "what changed from the first run to the second",
		"Per cell: slower or faster (significant at 5 %, Holm over all cells), unchanged\n"
		"(the 95 % interval lies within the bound), or cannot tell. Exits 3 when a cell or "
		"an\n"
		"environment became slower, 1 when a cell fails that did not, 4 when there is "
		"nothing\n"
		"to compare.",
		diff_options, 2, 2, cmd_diff},
	{"export", "RUN", "a run in the format of another tool",
		"A time is the mean steady iteration of an execution, in host time; a cell that "
		"was\n"
		"refused or failed is never one.\n\n"
#define X(id, name, extension, whole, summary) "  " name ": " summary "\n"
		EXPORTERS(X)
#undef X
			,
		export_options, 1, 1, cmd_export},
	{"nightly", "", "one run for the record, compared with this host's stored runs",
		"Takes a lock, measures the profile 'full', compares every overhead ratio with "
		"the\n"
		"stored runs of this host, writes nightly.md and the figure of the history. Exits "
		"3\n"
		"when a ratio has become worse; before five stored runs it never does.",
		nightly_options, 0, 0, cmd_nightly},
	{"image", "ls|rm NAME...|gc", "the root images of programs of packages",
		"ls: what there is, when it was used last. rm: an image by its first digits, or "
		"those of\n"
		"both architectures by their list of packages. gc: those that newer versions have "
		"replaced,\n"
		"and what interrupted downloads left. One that a run uses is not removed.",
		image_options, 1, 63, cmd_image},
	{"man", "", "the manual page, for man(1)", NULL, docs_options, 0, 0, cmd_man},
	{"completion", "bash", "a completion script for the shell",
		"In ~/.bashrc: source <(PATH-TO/toll completion bash)", docs_options, 1, 1,
		cmd_completion},
	{0},
};

static const struct command *find(const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

static int unknown_command(const char *name)
{
	const struct command *nearest = NULL;
	size_t best = 3;
	struct err err;

	for (const struct command *c = commands; c->name; c++) {
		size_t d = str_distance(name, c->name);

		if (d >= best)
			continue;
		best = d;
		nearest = c;
	}
	if (nearest)
		err_set(&err, ERR_INPUT, "'%s' is no command; did you mean '%s'?", name,
			nearest->name);
	else
		err_set(&err, ERR_INPUT, "'%s' is no command; 'toll --help' lists them", name);
	return complain(&err);
}

static void usage(FILE *to)
{
	fputs("usage: toll COMMAND [OPTIONS]\n\n"
	      "What does it cost to run this program somewhere else: translated to another\n"
	      "instruction set, inside a virtual machine, or both?\n\n",
		to);
	for (const struct command *c = commands; c->name; c++)
		fprintf(to, "  %-10s %s\n", c->name, c->summary);
	fputs("\n'toll COMMAND --help' shows a command's options.\n"
	      "Exit status: 0 measured; 1 some cells failed, or toll could not go on; 2 bad usage\n"
	      "or input; 3 a regression; 4 nothing could be measured; 129, 130, 143 interrupted,\n"
	      "resumable.\n",
		to);
}

static int help(const struct command *c)
{
	struct str text = {0};

	str_addf(&text, "usage: toll %s%s%s [OPTIONS]\n\n%s.\n\n", c->name, *c->operands ? " " : "",
		c->operands, c->summary);
	fields_help(c->options, &text);
	if (c->details)
		str_addf(&text, "\n%s\n", c->details);
	fputs(str_text(&text), stdout);
	str_release(&text);
	return EXIT_MEASURED;
}

static int run_command(const struct command *c, int argc, char **argv)
{
	_cleanup_free_ const char **operands = xcalloc((size_t)argc, sizeof(*operands));
	struct options o = {0};
	struct err err = {0};
	size_t n = 0;
	int code;

	fields_default(c->options, &o);
	if (fields_from_argv(c->options, &o, argc, argv, operands,
		    c->max_operands < (size_t)argc ? c->max_operands : (size_t)argc, &n, &o.given,
		    &err) < 0) {
		code = complain(&err);
	} else if (o.help) {
		code = help(c);
	} else if (n < c->min_operands) {
		err_set(&err, ERR_INPUT, "'toll %s' needs %s; --help shows the usage", c->name,
			c->operands);
		code = complain(&err);
	} else {
		code = c->run(&o, operands, n);
	}
	fields_release(c->options, &o);
	argv_release(&o.given);
	return code;
}

/* What was printed has arrived, or it is said. A write that failed earlier left nothing to flush
 * but the stream's mark, and not the reason. */
static int finish_output(int code)
{
	int why = fflush(stdout) != 0 ? errno : 0;
	struct err err;

	if (!why && !ferror(stdout))
		return code;
	err_set(&err, EIO, "cannot write all of it to standard output%s%s; is the disk full?",
		why ? ": " : "", why ? strerror(why) : "");
	why = complain(&err);
	return code == EXIT_MEASURED ? why : code;
}

static int run(int argc, char **argv)
{
	const struct command *c;

	if (argc < 2) {
		usage(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		usage(stdout);
		return EXIT_MEASURED;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("toll " TOLL_VERSION);
		return EXIT_MEASURED;
	}
	c = find(argv[1]);
	if (!c)
		return unknown_command(argv[1]);
	catch_signals();
	return run_command(c, argc - 2, argv + 2);
}

int main(int argc, char **argv)
{
	return finish_output(run(argc, argv));
}
