/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wl: the frame every workload program is linked with.
 *
 * A workload file defines one `const struct wl_workload workload`; the linear-algebra backend it is
 * linked with (or the file itself) defines one `const struct wl_backend wl_backend`. wl.c holds
 * main(), wl_data.c what the workloads call. A program is named NAME.VARIANT and does, in this
 * order:
 *
 *   1. parse options (bad option: message on stderr, exit 2);
 *   2. setup(): allocate and fill everything from the seed;
 *   3. the timed region: at least verify_steps and --iterations iterations, more until those after
 *      the first have taken --min-time, none beyond verify_steps begun after --max-time,
 *      WL_MAX_ITERATIONS at most; nothing is printed or allocated meanwhile, and every iteration is
 *      recorded (warm-up is the reader's business). The first is cold: code not yet translated or
 *      paged in, OpenBLAS's working memory not yet mapped. The first verify_steps iterations do the
 * same work on every machine: between them, with the clock stopped, `losses` and then `digest` are
 * taken, so what is verified is what is timed;
 *   4. print one JSON line, the record `toll.record/1`, on stdout; max_rss_kib in it is the peak of
 *      the process so far, under a translator with the translator in it.
 *
 * To add one: write tensor/NAME.c with its descriptor, and its manifest NAME.json; the build finds
 * both, tests/workloads/test_programs.py checks them.
 *
 * Exit status: 0 a record was printed; 2 bad usage; 3 the workload failed (no memory, a result that
 * is not finite), said on stderr, nothing on stdout.
 *
 * Everything that decides a result is computed with IEEE operations in a fixed order (compile with
 * -ffp-contract=off), so that the `portable` variant gives the same bits on every architecture.
 */
#ifndef WL_H
#define WL_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
	WL_MAX_ITERATIONS = 4096,
	WL_MAX_VALUES = 8,
	WL_MAX_VERIFY = 4, /* verification steps */
	WL_EXIT_USAGE = 2,
	WL_EXIT_FAILED = 3,
	WL_EXIT_WRONG = 4, /* package.runner only, as the next */
	WL_EXIT_LATE = 5,
};

/* A named size; `shape` is a struct private to the workload. */
struct wl_size {
	const char *name;
	const void *shape;
};

/* Work of one iteration, from shapes alone: arithmetic operations (an FMA is two) and the bytes
 * of operands and results, each counted once (compulsory traffic). */
struct wl_work {
	uint64_t flop;
	uint64_t bytes;
};

/* Summary of a verification result; see wl_digest_*(). */
struct wl_digest {
	double values[WL_MAX_VALUES];
	int count;
	uint64_t hash;
};

struct wl_workload {
	const char *name;
	const char *summary;	     /* without quotes or backslashes */
	const struct wl_size *sizes; /* ends with a NULL name; the first is the default */
	int verify_steps;	     /* iterations until digest(), 1 … WL_MAX_VERIFY */
	/* Allocates and fills the state. Never NULL; uses wl_alloc(). */
	void *(*setup)(const void *shape, uint64_t seed);
	/* One operation or one training step. */
	void (*iterate)(void *state);
	/* Loss of the latest step, measured before its update; NULL where nothing is trained. */
	double (*loss)(const void *state);
	/* Adds the result of the iterations so far to `digest`. */
	void (*digest)(const void *state, struct wl_digest *digest);
	struct wl_work (*work)(const void *shape);
	/* Prints a JSON object for the record's `probe`; NULL for all but probes. */
	void (*probe)(FILE *out);
	void (*release)(void *state);
};

/* What the program was linked with: the variant's name and the code path it takes here, for example
 * the core OpenBLAS has chosen. */
struct wl_backend {
	const char *variant;
	const char *(*path)(void);
};

extern const struct wl_workload workload;
extern const struct wl_backend wl_backend;

/* Random numbers: splitmix64 (Steele, Lea, Flood 2014). Streams of one seed are independent, and
 * the same on every architecture. */
struct wl_rng {
	uint64_t state;
};

void wl_rng_init(struct wl_rng *rng, uint64_t seed, uint64_t stream);
uint64_t wl_rng_u64(struct wl_rng *rng);
/* Uniform in [0, n), n > 0. */
uint32_t wl_rng_below(struct wl_rng *rng, uint32_t n);
/* Uniform in [-1, 1): a multiple of 2^-22, exact. */
float wl_rng_float(struct wl_rng *rng);
/* n floats, uniform in [-scale, scale). */
void wl_rng_fill(struct wl_rng *rng, float *out, size_t n, float scale);

/* Zeroed memory for n objects of `size` bytes, aligned to 64 bytes, its pages touched; freed with
 * free(). Exits with 3 and a message when there is none. */
void *wl_alloc(size_t n, size_t size);

/* Adds one summarising number; ignored beyond WL_MAX_VALUES. */
void wl_digest_value(struct wl_digest *digest, double value);
/* Adds a tensor: its bits to the hash (FNV-1a, 64 bits, byte by byte) and three numbers, all sums
 * of terms of one sign so that rounding moves them little: the root mean square, the mean of the
 * positive parts, and the mean magnitude weighted by position (weights 1 … 97, repeating). */
void wl_digest_tensor(struct wl_digest *digest, const float *x, size_t n);

/* Prints s as a JSON string, quotes included; control and non-ASCII bytes are escaped. */
void wl_json_string(FILE *out, const char *s);

#endif
