/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether an environment can be used on this host, proved by trying, or the reason and the remedy.
 */
#ifndef MODEL_VERDICT_H
#define MODEL_VERDICT_H

#include <stddef.h>

#include "model/environment.h"
#include "model/sample.h"
#include "model/status.h"

struct verdict {
	struct environment env;
	enum status status; /* OK or REFUSED */
	char reason[REASON_MAX];
	char remedy[REASON_MAX];
	char detail[REASON_MAX]; /* what was found: the translator's version, the CPU model */
};

struct verdicts {
	struct verdict *v;
	size_t n;
};

void verdicts_release(struct verdicts *vs);

#endif
