/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How an execution, a boot or a whole cell ended. Everything but `ok` carries a reason and is
 * shown as such, never as a time.
 */
#ifndef MODEL_STATUS_H
#define MODEL_STATUS_H

#include <stdbool.h>

/*  id             text                   refusal: proven that it cannot run here, no failure */
#define STATUSES(X)                                                                                \
	X(OK, "ok", false)                                                                         \
	X(REFUSED, "refused", true)   /* the host lacks what it needs; nothing was run */          \
	X(TOO_SLOW, "too-slow", true) /* one iteration would exceed its deadline */                \
	X(ILLEGAL, "illegal-instruction", true) /* the CPU model lacks a feature of the program */ \
	X(OUT_OF_MEMORY, "out-of-memory", true) /* its guest has less than it uses */              \
	X(TIMEOUT, "timeout", false)		/* hung past its deadline */                       \
	X(CRASH, "crash", false)		/* a signal or a non-zero exit */                  \
	X(RUBBISH, "bad-record", false)		/* its output is not a valid record */             \
	X(WRONG, "wrong-result", false) /* ran, and its digest differs from the native cell's */   \
	X(BOOT, "boot-failed", false)	/* its VM did not come up */                               \
	X(LOST, "lost", false)		/* its VM went away meanwhile */                           \
	X(ERROR, "error", false)	/* the harness could not run it */

enum status {
#define X(id, text, refusal) STATUS_##id,
	STATUSES(X)
#undef X
		STATUS_COUNT
};

/* NULL-terminated, in the order of the enum: for field tables. */
extern const char *const status_names[];
const char *status_text(enum status status);
/* True for the endings that do not change the exit code. */
bool status_is_refusal(enum status status);
/* True for the endings that another try cannot change: such an arm is not run again. */
bool status_is_final(enum status status);

#endif
