/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Progress on stderr: a bar with the time left on a terminal, a plain line per block otherwise.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>

#include "run/measure.h"

struct progress;

struct progress *progress_new(bool quiet);
/* A measure_spec.progress callback; arg is the struct progress. */
void progress_show(void *arg, const struct measure_progress *p);
/* A roots_progress_fn: a line that is drawn over on a terminal; otherwise one for each step. */
void progress_show_recipe(void *arg, const char *text, bool passing);
void progress_free(struct progress *progress);

#endif
