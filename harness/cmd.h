/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Commands: one file each, one row each in the table of main.c. Only these files print and exit.
 */
#ifndef CMD_H
#define CMD_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/exit_code.h"
#include "base/field.h"
#include "base/str.h"
#include "layer/layer.h"
#include "model/host.h"
#include "model/plan.h"
#include "model/summary.h"
#include "model/verdict.h"
#include "model/workload.h"
#include "plan/planner.h"
#include "report/report.h"
#include "store/run_folder.h"

/* Every option of every command; a command's table names the rows it takes. */
struct options {
	bool help, json, quiet, open, any_output, times;
	char *env, *workload, *variant, *suite, *size;
	char *profile, *executions;
	char *limits[LIMIT_COUNT]; /* of a sweep: --vcpus, --memory, --threads */
	uint64_t budget_ns, blocks, seed;
	double precision_percent, patience, within_percent;
	char *connect, *environments, *resume, *replay, *output, *shard, *into;
	int format;		    /* enum export_format */
	char *programs[ARCH_COUNT]; /* exec: --x86_64, --aarch64 */
	uint64_t cap_mib;	    /* image: of all images together */
	char *packages;		    /* exec: whose program it is, or whose libraries it needs */
	struct argv cpus;	    /* "ARCH=MODEL" */
	struct argv roots;	    /* exec: "DIR" or "ARCH=DIR" */
	struct argv inputs;	    /* exec: files */
	struct argv variables;	    /* exec: NAME=VALUE */
	struct argv given;	    /* the names of those that were typed */
	char *workdir;		    /* exec: in the image */
	char *name;		    /* exec: a name for the workload */
	const char *const *args;    /* exec: the program's arguments; of packages: its name first */
	size_t nargs;
};

struct command {
	const char *name;
	const char *operands; /* as in the usage line: "RUN" */
	const char *summary;  /* one line */
	const char *details;  /* --help below the options; may be NULL */
	const struct field *options;
	size_t min_operands, max_operands;
	int (*run)(const struct options *o, const char *const *operands, size_t n);
};

extern const struct command commands[]; /* ends with a NULL name */

/* Rows that several commands take. */
#define OPTION(member, name_, type_, ...)                                                          \
	{                                                                                          \
		.name = name_, .type = type_, .offset = offsetof(struct options, member),          \
		__VA_ARGS__                                                                        \
	}
#define OPTION_HELP OPTION(help, "help", FIELD_BOOL, .letter = 'h', .help = "this text")
#define OPTION_JSON OPTION(json, "json", FIELD_BOOL, .help = "print JSON")
#define OPTION_OUTPUT                                                                              \
	OPTION(output, "output", FIELD_STRING, .arg = "DIR",                                       \
		.help = "folder that holds results/ and plots/ (default: the source tree)")
#define OPTION_ENVIRONMENTS                                                                        \
	OPTION(environments, "environments", FIELD_STRING, .arg = "FILE",                          \
		.help = "what command layers are (default: environments.json of the source tree)")
#define OPTION_CONNECT                                                                             \
	OPTION(connect, "connect", FIELD_STRING, .arg = "URI",                                     \
		.help = "libvirt to run VMs through: qemu:///session, qemu:///system, "            \
			"qemu+ssh://HOST/system (default: qemu:///embed, without a daemon)")
#define OPTION_SELECTION_COMMON                                                                    \
	OPTION(env, "env", FIELD_STRING, .arg = "GLOB",                                            \
		.help = "environments, comma-separated patterns; native is always measured"),      \
		OPTION(budget_ns, "budget", FIELD_DURATION, .min = 1, .arg = "DURATION",           \
			.help = "no block begins that would end later: 90s, 10m"),                 \
		OPTION(precision_percent, "precision", FIELD_DOUBLE, .arg = "PERCENT", .max = 100, \
			.min = 0.01,                                                               \
			.help = "measure as many blocks as make every interval's "                 \
				"half-width this or less; a pilot of ten, with two executions of " \
				"a cell in each, decides how many"),                               \
		OPTION(blocks, "blocks", FIELD_U64, .arg = "N", .min = 1, .max = BLOCKS_MAX,       \
			.help = "number of blocks (default: the profile's); with --precision "     \
				"at most so many"),                                                \
		OPTION(executions, "executions", FIELD_STRING, .arg = "LIST",                      \
			.help = "executions of a cell in a block, ENVIRONMENT=N, comma-separated " \
				"patterns; others 1 (default: the profile's)"),                    \
		OPTION(limits[LIMIT_VCPUS], "vcpus", FIELD_STRING, .arg = "LIST",                  \
			.help = "measure VMs with so many CPUs each: 1,2 (default: as many as "    \
				"threads)"),                                                       \
		OPTION(limits[LIMIT_MEMORY], "memory", FIELD_STRING, .arg = "LIST",                \
			.help = "memory of VMs: 512M,2G (default: what the "                       \
				"workloads need)"),                                                \
		OPTION(limits[LIMIT_THREADS], "threads", FIELD_STRING, .arg = "LIST",              \
			.help = "measure programs that can with so many threads each: 1,2 "        \
				"(default 1)"),                                                    \
		OPTION(patience, "patience", FIELD_DOUBLE, .arg = "FACTOR", .min = 1, .max = 1000, \
			.help = "every deadline times this, for slow hosts (default 1)"),          \
		OPTION(seed, "seed", FIELD_U64, .arg = "N", .min = 1, .max = 0x1p53,               \
			.help = "seed of order and data (default: random, stored)"),               \
		OPTION_CONNECT, OPTION_ENVIRONMENTS
#define OPTIONS_SELECTION OPTIONS_SELECTION_OF("quick")
/* profile_: the one that is used when none is named. */
#define OPTIONS_SELECTION_OF(profile_)                                                             \
	OPTION(workload, "workload", FIELD_STRING, .arg = "GLOB",                                  \
		.help = "workloads, comma-separated patterns"),                                    \
		OPTION(variant, "variant", FIELD_STRING, .arg = "GLOB",                            \
			.help = "variants, comma-separated patterns"),                             \
		OPTION(suite, "suite", FIELD_STRING, .arg = "GLOB",                                \
			.help = "suites, comma-separated patterns"),                               \
		OPTION(size, "size", FIELD_STRING, .arg = "LIST",                                  \
			.help = "size of the workloads, or several: small,seed (default small)"),  \
		OPTION(profile, "profile", FIELD_STRING, .arg = "NAME", .def = profile_,           \
			.help = "smoke, quick or full"),                                           \
		OPTION_SELECTION_COMMON
#define OPTION_CPU                                                                                 \
	OPTION(cpus, "cpu", FIELD_LIST, .arg = "ARCH=MODEL",                                       \
		.help = "CPU model of translator and emulated guests, by QEMU's name; for each "   \
			"architecture one")
#define OPTION_SHARD                                                                               \
	OPTION(shard, "shard", FIELD_STRING, .arg = "I/N",                                         \
		.help = "only the I-th of N parts, as one of several machines of a kind")
#define OPTION_REPLAY                                                                              \
	OPTION(replay, "replay", FIELD_STRING, .arg = "RUN",                                       \
		.help = "execute nothing: answer from this run's samples (to test toll itself)")
#define OPTION_RESUME                                                                              \
	OPTION(resume, "resume", FIELD_STRING, .arg = "RUN",                                       \
		.help = "continue this run as it was begun, for another --budget")
#define OPTION_QUIET OPTION(quiet, "quiet", FIELD_BOOL, .help = "no progress on stderr")
#define OPTIONS_END                                                                                \
	{                                                                                          \
		0                                                                                  \
	}

/* ---- cmd_common.c ---- */

/* Set to the signal by SIGINT, SIGTERM and SIGHUP. */
extern volatile sig_atomic_t stop_signal;
void catch_signals(void);
/* -ERR_INTERRUPTED once it is set, else 0. */
int check_signal(struct err *err);

/* Columns of the terminal behind fd: $COLUMNS where it is none, or 80. */
unsigned terminal_width(int fd);

/* Prints "toll: …" and returns the exit code that goes with the error: 2 for bad input, 128 + n
 * after a signal, 1 otherwise. */
int complain(const struct err *err);
/* Passes on how a step ended that only shows what is there: an error of it, but for an
 * interruption, is no bad input, whatever the system calls it. */
int report_result(int r, struct err *err);
/* The folder with workloads/, plots/ and build/: $TOLL_HOME, or the first above the program. Heap;
 * aborts with a message when there is none. */
char *find_home(void);
/* --output, or home. Heap. */
char *output_dir(const struct options *o, const char *home);

/* What a command that measures or plans works with. */
struct app {
	char *home, *output;
	char *programs, *disks; /* see struct layer_ctx */
	struct host host;
	char kvm_remedy[REASON_MAX];
	struct workloads workloads;
	struct command_layers commands; /* of environments.json */
	struct verdicts verdicts;
	struct cpu_choice cpus[ARCH_COUNT]; /* of --cpu */
	struct layer_ctx ctx;
};
/* judge: find out which environments can be used (a second where KVM is not alive). When a signal
 * asked to stop meanwhile it is -ERR_INTERRUPTED, with nothing to release: what was tried last may
 * seem unusable. */
int app_open(const struct options *o, bool judge, struct app *ret, struct err *err);
void app_release(struct app *app);

/* What command layers are: of --environments, or else of the source tree, where it says so. */
int read_environments(
	const char *home, const char *path, struct command_layers *ret, struct err *err);
/* Plan from options, with estimates from the latest comparable run. */
int app_plan(const struct app *app, const struct options *o, struct plan *ret, struct err *err);
/* Programs and guest disks from another folder than build/. */
void app_use_programs(struct app *app, const char *dir);

/* Reads a stored run and computes its summary from the samples. */
struct stored_run {
	struct run_folder folder;
	struct plan plan;
	struct host host;
	struct programs programs;
	struct samples samples;
	struct sample_session session;
	struct workloads manifests;
	struct workloads workloads; /* the plan's: borrowed */
	struct summary summary;
};
int stored_run_read(const char *home, const char *output, const char *run, struct stored_run *ret,
	struct err *err);
void stored_run_release(struct stored_run *run);

/* How summaries look on standard output. */
struct report_terminal_spec stdout_terminal(const char *report_path);
/* Draws figures, writes report.html and report.md, prints the terminal summary to stdout. Errors as
 * of report_result(). */
int write_report(const char *home, const struct stored_run *run, bool terminal, struct err *err);

/* Measures (or goes on with --resume), stores the summary. *ret_dir: the run folder, heap. Returns
 * an exit code; problems were complained about. */
int measure_run(const struct options *o, char **ret_dir);
/* … and reports: `compare`, `exec`, and what they have in common. Where there is no report the exit
 * code of the cells stays, unless it is 0. */
int measure_and_report(const struct options *o);

/* ---- cmd_cpu.c ---- */

/* Fills app->cpus as the options say, and hands them to the layers. judge: they are tried; what
 * executes nothing takes the names as they are. ERR_INPUT for one that there is not. */
int choose_cpus(struct app *app, const struct options *o, bool judge, struct err *err);

/* ---- cmd_list.c ---- */

struct json_writer;
/* The member "environments": every environment with its verdict. */
void json_environments(const struct app *app, struct json_writer *w);

/* ---- cmd_merge.c ---- */

/* Writes the report of a folder of joined runs from its merged.json, and the summary to stdout.
 * What fails behind the reading is of report_result(). */
int report_merged(const char *home, const char *dir, struct err *err);

/* ---- cmd_exec.c: what a run of the user's own programs needs beside a plan ---- */

/* The workload that the options describe; NULL when they describe none. ERR_INPUT when a program
 * cannot be one that was meant: no ELF, of another architecture, without its dynamic loader … */
int exec_command(const struct options *o, struct workload **ret, struct err *err);
/* Environments for whose architecture no program was given are refused, and those that have not
 * the libraries of one that is run as it is. */
void exec_refuse_missing(const struct options *o, struct verdicts *verdicts);
/* ---- cmd_exec_files.c ---- */

#define EXEC_FILE_MAX (1024ul << 20) /* of a program or an input */

/* What an input is called where the program finds it. */
const char *exec_input_name(const char *path);
/* Copies programs and inputs into the run folder, which is self-contained. */
int exec_stage(const struct app *app, const struct options *o, const struct workload *command,
	const char *run_dir, struct err *err);
/* Makes the disks that the guests of this plan mount, in the run folder, where they are missing. */
int exec_make_disks(const struct app *app, const struct plan *plan, const struct run_folder *folder,
	struct err *err);

int cmd_doctor(const struct options *o, const char *const *operands, size_t n);
int cmd_list(const struct options *o, const char *const *operands, size_t n);
int cmd_plan(const struct options *o, const char *const *operands, size_t n);
int cmd_run(const struct options *o, const char *const *operands, size_t n);
int cmd_compare(const struct options *o, const char *const *operands, size_t n);
int cmd_nightly(const struct options *o, const char *const *operands, size_t n);
int cmd_exec(const struct options *o, const char *const *operands, size_t n);
int cmd_stats(const struct options *o, const char *const *operands, size_t n);
int cmd_report(const struct options *o, const char *const *operands, size_t n);
int cmd_merge(const struct options *o, const char *const *operands, size_t n);
int cmd_diff(const struct options *o, const char *const *operands, size_t n);
int cmd_export(const struct options *o, const char *const *operands, size_t n);
int cmd_image(const struct options *o, const char *const *operands, size_t n);
int cmd_man(const struct options *o, const char *const *operands, size_t n);
int cmd_completion(const struct options *o, const char *const *operands, size_t n);

#endif
