/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A workload as its manifest describes it: a program with a fixed amount of work per iteration and
 * a checkable result. Programs lie under workloads/ARCH/NAME.PROGRAM of the folder that holds them
 * (build/, or a run folder's own). A command workload is any program, given with its arguments: an
 * iteration is one execution, and its result is what it prints. A package workload is a program of
 * distribution packages: it sees a root image (model/root.h) as '/', and an iteration is one
 * process of it. Its program may also be a script of the workload's own, for an interpreter of the
 * image: then it has variants and prints a record, as programs do.
 */
#ifndef MODEL_WORKLOAD_H
#define MODEL_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/arch.h"

/* Of the names of workloads and of variants, with the end of the string. */
#define WORKLOAD_NAME_MAX 64

struct variant {
	char *name;
	char *program;		/* file name behind the dot; the variant's name by default */
	char **env[ARCH_COUNT]; /* NULL-terminated "K=V" for the program; NULL: none */
};

struct workload_size {
	char *name;
	char *shape;
	uint64_t memory_mib; /* bound of the peak resident set */
};

#define INPUT_KINDS(X)                                                                             \
	X(TEXT, "text")                                                                            \
	X(NUMBERS, "numbers")                                                                      \
	X(RANDOM, "random")                                                                        \
	X(SOUND, "sound")

enum input_kind {
#define X(name, text) INPUT_##name,
	INPUT_KINDS(X)
#undef X
		INPUT_KIND_COUNT,
};
extern const char *const input_kind_names[]; /* NULL-terminated */

/* A file that a package workload finds in its folder; workloads/package/input.h has the kinds. */
struct input {
	char *file; /* a plain name */
	int kind;   /* enum input_kind; not for a file with lines */
	uint64_t kib;
	char *text; /* the file itself; NULL: generated */
};

enum metric_better {
	METRIC_LOWER,  /* a duration, in `unit` */
	METRIC_HIGHER, /* a rate, so many of something per second */
};
extern const char *const metric_better_names[]; /* NULL-terminated */

#define DURATION_UNITS(X)                                                                          \
	X("s", 1000000000)                                                                         \
	X("ms", 1000000)                                                                           \
	X("us", 1000)                                                                              \
	X("ns", 1)

/* A number that the program prints, in place of the time that its process took. */
struct metric {
	char *pattern; /* POSIX extended regular expression with a group; NULL: no metric */
	char *unit;    /* of a duration one of DURATION_UNITS; of a rate for people */
	int better;    /* enum metric_better */
};

/* A server that the command is the client of, in the same network namespace. */
struct service {
	char **command; /* NULL-terminated; NULL: there is none */
	char **ready;	/* what succeeds once it can be used; NULL: it can at once */
	uint64_t ready_s;
};

/* What a package workload is, beside what every workload has. */
struct packaged {
	char **packages[ARCH_COUNT]; /* NULL-terminated; NULL: there are none for it */
	char **command;		     /* NULL-terminated; the first is looked for in the image.
					NULL: it is a script */
	char *interpreter; /* path in the image of what runs the workload's own programs, which
			      are scripts that print a record; NULL: it is a command */
	struct input *inputs;
	size_t ninputs;
	char *output;	      /* file that holds its result; NULL: what it prints */
	char *pattern;	      /* POSIX extended regular expression; NULL: none */
	bool starts_children; /* it starts other programs of the image */
	struct metric metric;
	struct service service;
	/* Programs of toll exec, model/exec_request.h: */
	bool own;		  /* the command is a file of the user's, that of the variant */
	char *loader[ARCH_COUNT]; /* its dynamic loader, which the image must have; NULL: none */
	char **copies;		  /* NULL-terminated: names of staged files that it is given */
	char *workdir;		  /* where it starts; NULL: a folder of its own */
};

/* The workload's arithmetic in another program, for instance a framework's model in plain C: of one
 * size both do the same work, and a run that holds both compares them. */
struct counterpart {
	char *program;	/* "matmul.blas", WORKLOAD.VARIANT; NULL: there is none */
	double at_most; /* what the time of that program ÷ this one's is to be at most, natively;
			   0: nothing is promised */
};

struct exec_request;

struct workload {
	char *name;
	char *suite;
	char *summary;
	char *iteration; /* what one iteration is: "one product" */
	struct variant *variants;
	size_t nvariants;
	struct workload_size *sizes;
	size_t nsizes;
	uint64_t original_iterations; /* steps × epochs of the original run */
	char *original_what;
	double tolerance;   /* relative, on digest values; 0: the hash must be equal */
	uint64_t startup_s; /* what its start may take where programs are slow */
	bool compare;	    /* false: its result differs between environments by nature */
	bool threads;	    /* it can compute with several */
	char **args; /* command workloads: NULL-terminated arguments; NULL: it prints a record */
	struct counterpart counterpart;
	struct packaged *packaged;    /* package workloads; NULL: a program of its own */
	struct exec_request *request; /* what toll exec was asked for; NULL: a manifest's */
};

struct workloads {
	struct workload *v;
	size_t n;
};

/* Nanoseconds of a duration's unit; 0: it is none. */
uint64_t duration_unit_ns(const char *unit);

/* In the words of a command, what stands for the number of threads it is to compute with. A program
 * that prints a record is told by --threads N. */
#define WORKLOAD_THREADS "{threads}"

/* The one variant that a package workload has, and the program that runs it. */
#define WORKLOAD_PACKAGE_VARIANT "package"
#define WORKLOAD_RUNNER "package.runner"

void workload_release(struct workload *w);
void workloads_release(struct workloads *ws);
/* Whether its iterations are as long as the number that it prints says, which need not be the time
 * of anything. */
bool workload_prints_time(const struct workload *w);
const struct workload *workloads_find(const struct workloads *ws, const char *name);
const struct variant *workload_variant(const struct workload *w, const char *name);
/* The workload and the variant that "WORKLOAD.VARIANT" names; NULL, ret untouched: there is none.
 */
const struct workload *workloads_program(
	const struct workloads *ws, const char *program, const struct variant **ret);
/* The one variant of a program that is run as it is. */
#define WORKLOAD_COMMAND_VARIANT "exec"

const struct workload_size *workload_size(const struct workload *w, const char *name);

#endif
