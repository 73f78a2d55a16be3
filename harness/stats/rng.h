/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rng.h - reproducible random numbers.
 *
 * The generator is GSL's mt19937 (Matsumoto & Nishimura 1998), used through gsl_rng and gsl_ran_*.
 * Streams: everything random in a run is drawn from (seed, stream), so that adding a consumer never
 * shifts the numbers of another one. The pair is mixed by splitmix64 (Steele, Lea & Flood 2014)
 * into the 32 bits that mt19937 takes, so two streams coincide with probability 2^-32.
 */
#ifndef STATS_RNG_H
#define STATS_RNG_H

#include <stdint.h>

#include <gsl/gsl_rng.h>

/* The output function of splitmix64 applied to x plus its increment: a bijection on 64 bits. */
uint64_t stats_splitmix64(uint64_t x);

/* A stream number out of two numbers, for example workload and cycle. Not symmetric. */
uint64_t stats_stream(uint64_t a, uint64_t b);

/* A generator for (seed, stream), the same numbers on every machine. Free with gsl_rng_free. NULL
 * when memory runs out. */
gsl_rng *stats_rng_new(uint64_t seed, uint64_t stream);

#endif
