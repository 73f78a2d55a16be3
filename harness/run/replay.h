/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The null environment: a place that executes nothing and answers with canned samples, so that
 * planning, storing, statistics and reports are tested without a VM, in milliseconds. It answers as
 * a real place would, with a record on stdout or a signal, so that everything behind it is real.
 */
#ifndef RUN_REPLAY_H
#define RUN_REPLAY_H

#include "layer/place.h"
#include "model/sample_index.h"

/* `canned` must outlive the place. For a VM's place, boot (its env, block and duplicate set) is
 * answered from the canned boots; NULL for the host. */
int replay_open(const struct sample_index *canned, const volatile sig_atomic_t *stop,
	struct place **ret, struct boot *boot, struct err *err);

#endif
