/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether an environment can be used on this host, proved by trying, or the reason and the remedy.
 */
#ifndef MODEL_VERDICT_H
#define MODEL_VERDICT_H

#include <stdbool.h>
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
	char about[REASON_MAX];	 /* what it is, where the id does not say: command layers */
	bool optional;		 /* where it cannot be used it is only planned when it was named */
};

struct verdicts {
	struct verdict *v;
	size_t n;
};

/* What cannot be used here, why, and what to do about it ("": nothing). */
void verdict_refuse(struct verdict *v, const char *remedy, const char *reason);
void verdicts_release(struct verdicts *vs);

#endif
