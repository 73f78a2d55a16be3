/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/noise_sums.h"

#include "base/cleanup.h"

void serial_sums_add(struct serial_sums *sums, const struct serial_sums *more)
{
	sums->values += more->values;
	for (size_t i = 0; i < NOISE_RHOS; i++)
		sums->log_likelihood[i] += more->log_likelihood[i];
}

void noise_sums_add(struct noise_sums *sums, const struct noise_sums *more)
{
	sums->pair_cells += more->pair_cells;
	sums->pair_df += more->pair_df;
	sums->zz += more->zz;
	sums->zd += more->zd;
	sums->dd += more->dd;
	serial_sums_add(&sums->serial, &more->serial);
	serial_sums_add(&sums->means, &more->means);
	sums->squares += more->squares;
	sums->df += more->df;
	sums->dixon_cells += more->dixon_cells;
	sums->dixon += more->dixon;
}

void noise_sums_forget_spread(struct noise_sums *sums)
{
	sums->pair_cells = sums->pair_df = sums->df = sums->dixon_cells = 0;
	sums->zz = sums->zd = sums->dd = sums->squares = sums->dixon = 0;
}

struct noise_sums *noise_history_add(struct noise_history *history)
{
	GROW(history->v, history->n, history->cap);
	history->v[history->n] = (struct noise_sums){0};
	return &history->v[history->n++];
}
