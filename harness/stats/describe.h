/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * describe.h - one number out of a sample: mean, spread, quantiles, serial correlation.
 *
 * Conventions of every module in stats/:
 *
 * - Functions are pure: arrays in, numbers out. Nothing is printed, no global state is read or
 *   changed, randomness comes from an explicit seed. Inputs are never modified.
 * - Undefined is a value: scalars are NaN, structs carry `defined` or `class`, functions that fill
 *   arrays return false and leave them untouched. NaN, infinite or out-of-domain input, too few
 *   values and results that overflow are undefined; none of them crashes, and GSL's aborting error
 *   handler is never reached because domains are checked first.
 * - A function that needs scratch memory says "Copies"; it frees the copy before it returns, and
 *   its result is undefined when memory runs out.
 * - x is an array of n values; NULL is allowed when n is 0.
 */
#ifndef STATS_DESCRIBE_H
#define STATS_DESCRIBE_H

#include <stdbool.h>
#include <stddef.h>

/* True when no value is NaN or infinite; true for n = 0. */
bool stats_all_finite(const double *x, size_t n);

/* Natural logarithms of x into ret (n values, may be x itself). False unless all are > 0 and
 * finite. */
bool stats_log(const double *x, size_t n, double *ret);

/* Arithmetic mean; needs n >= 1. */
double stats_mean(const double *x, size_t n);

/* Sample standard deviation, divisor n - 1; needs n >= 2. */
double stats_sd(const double *x, size_t n);

/* Quantile 0 <= p <= 1 by linear interpolation between order statistics at 1 + (n - 1) p: type 7
 * of Hyndman & Fan (1996), the default of R and NumPy. Needs n >= 1. Copies. */
double stats_quantile(const double *x, size_t n, double p);

/* stats_quantile at 0.5. Copies. */
double stats_median(const double *x, size_t n);

/*
 * Lag-1 serial correlation r1 = sum (x_i - m)(x_{i+1} - m) / sum (x_i - m)^2 (Box & Jenkins 1976).
 * Needs n >= 3 and some variance. Lies within ±cos(pi / (n + 1)) and is biased downwards: under
 * independence its expectation is -1/n (Moran 1948).
 */
double stats_lag1(const double *x, size_t n);

/*
 * stats_lag1 + 1/n: removes the bias at zero correlation (Huitema & McKean 1991). The full
 * correction (n r1 + 1) / (n - 4) of Marriott & Pope (1954) is not used: with the six to ten blocks
 * of a usual run its variance costs more than the bias does. Needs n >= 4.
 */
double stats_lag1_corrected(const double *x, size_t n);

#endif
