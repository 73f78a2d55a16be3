/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Recorded traces, CSV files that extract.c writes. An arm has two lines,
 *
 *	run,cell,arm,time|sentinel,VALUE,VALUE,…
 *
 * ln of its steady time block by block, then of the sentinel beside it. An empty VALUE is a block
 * without one.
 */
#ifndef TESTS_VALIDATION_TRACE_FILE_H
#define TESTS_VALIDATION_TRACE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/sample.h"

struct trace {
	char run[8]; /* the last digits of its id */
	struct cell_parts cell;
	bool duplicate;
	size_t n;		 /* blocks */
	double *time, *sentinel; /* n, NaN where there is none; heap */
};

struct traces {
	struct trace *v; /* heap */
	size_t n, cap;
};

/* Of the file `name` in `folder`. 0, or 1 after a message. ret is zeroed before, and released by
 * the caller in any case. */
int traces_read(const char *folder, const char *name, struct traces *ret);
void traces_release(struct traces *traces);

#endif
