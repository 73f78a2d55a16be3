/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * matmul-openblas N ITERATIONS: cblas_sgemm of two N × N matrices, called directly, as someone
 * would who has never heard of toll. Prints a JSON object: the core OpenBLAS chose and, as in a
 * workload's record, iter_wall_ns of each iteration.
 */
#include <cblas.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ALIGNMENT 64

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* n × n numbers between -1 and 1. */
static float *matrix(size_t n)
{
	size_t size = (n * n * sizeof(float) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	float *m = aligned_alloc(ALIGNMENT, size);

	if (!m) {
		fputs("matmul-openblas: no memory\n", stderr);
		exit(1);
	}
	for (size_t i = 0; i < n * n; i++)
		m[i] = (float)rand() / (float)RAND_MAX * 2 - 1;
	return m;
}

int main(int argc, char **argv)
{
	int n = argc == 3 ? atoi(argv[1]) : 0, iterations = argc == 3 ? atoi(argv[2]) : 0;
	float *a, *b, *c;

	if (n < 1 || n > 16384 || iterations < 1) {
		fputs("usage: matmul-openblas N ITERATIONS\n", stderr);
		return 2;
	}
	a = matrix((size_t)n);
	b = matrix((size_t)n);
	c = matrix((size_t)n);
	printf("{\"path\":\"%s\",\"iter_wall_ns\":[", openblas_get_corename());
	for (int i = 0; i < iterations; i++) {
		uint64_t begin_ns = now_ns();

		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1.0f, a, n, b, n,
			0.0f, c, n);
		printf("%s%" PRIu64, i ? "," : "", now_ns() - begin_ns);
	}
	printf("]}\n");
	free(a);
	free(b);
	free(c);
	return 0;
}
