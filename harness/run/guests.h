/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The VMs of a block. Each is booted for it and powered off after it, and what runs in one of them
 * in that block, runs in one boot of it. Duplicate arms have VMs of their own.
 */
#ifndef RUN_GUESTS_H
#define RUN_GUESTS_H

#include "model/sample_index.h"
#include "run/measure.h"

struct guest {
	struct environment env; /* the VM alone */
	bool duplicate;
	const struct root **roots; /* what its arms see as '/', each once; heap */
	size_t nroots;
	struct place *place; /* NULL: did not boot, for this reason */
	char reason[REASON_MAX];
	uint64_t boot;
	char console[ENV_ID_MAX + 40]; /* file of the run folder */
};

struct guests {
	struct guest *v;
	size_t n, cap;
};

/* Adds the VM that an arm runs in, unless it is there, and what it sees as '/'; nothing where it
 * runs in none. */
void guests_need(struct guests *guests, const struct plan *plan, const struct arm *arm,
	const struct workload *workload);

/* The arm's; NULL: it runs in none. */
struct guest *guests_find(const struct guests *guests, const struct arm *arm);

/* Boots one, the boot-th of the run, stores the record of it and suspends it. Negative: interrupted
 * or the record cannot be stored; a guest that does not come up is a record like any other.
 * `canned` is of spec->replay. */
int guest_boot(struct guest *g, const struct measure_spec *spec, const struct sample_index *canned,
	uint64_t block, uint64_t boot, struct err *err);

/* Powers all off and forgets them. The console of one that did its work says nothing and is
 * removed; that of one that failed is kept. */
void guests_close(struct guests *guests, const char *run_dir);
void guests_release(struct guests *guests);

#endif
