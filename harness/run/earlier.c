/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/earlier.h"

#include <string.h>

#include "base/cleanup.h"
#include "model/summary.h"
#include "store/run_folder.h"

static bool ran_elsewhere(const struct summary *s)
{
	for (size_t i = 0; i < s->nboots; i++)
		if (s->boots[i].ran_on[0])
			return true;
	return false;
}

static void add_run(const char *results, const char *run, const char *id, struct noise_history *ret)
{
	_cleanup_(summary_release) struct summary s = {0};

	if (run_folder_read_history(results, run, &s, NULL) < 0 || s.replayed ||
		strcmp(s.host.id, id) != 0 || strcmp(s.noise.run, run) != 0 ||
		!s.noise.serial.values || ran_elsewhere(&s))
		return;
	*noise_history_add(ret) = s.noise;
}

int earlier_noise(const char *results, const char *id, struct noise_history *ret, struct err *err)
{
	_cleanup_(argv_release) struct argv runs = {0};
	int r = run_folder_list_in(results, &runs, err);
	size_t last = runs.n < EARLIER_LOOKED_AT ? 0 : runs.n - EARLIER_LOOKED_AT;

	for (size_t i = runs.n; i > last && ret->n < EARLIER_RUNS; i--)
		add_run(results, runs.v[i - 1], id, ret);
	return r;
}
