/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Choosing a CPU model of QEMU's: is there one of that name, what of it does TCG not emulate, and
 * what do programs not find in it? All of it is asked of the translator: its list of models, and
 * the workload device-probe run with the model.
 */
#ifndef HOST_CPU_H
#define HOST_CPU_H

#include <signal.h>

#include "base/err.h"
#include "base/str.h"
#include "model/cpu.h"

struct cpu_spec {
	enum arch arch;
	const char *model;	/* "NAME[,+FEATURE][,-FEATURE]...", as QEMU and libvirt name them */
	const char *probe;	/* the device-probe program of arch */
	const char *host_probe; /* that of the host's */
	const volatile sig_atomic_t *stop;
};

/* Fills ret. ERR_INPUT: no such feature; or no such model, with the nearest one, and the names that
 * there are (without their versions) in known, which the caller releases. Where there is no
 * translator nothing can be said against the name, and where the probe is not built `lacks` stays
 * empty. */
int cpu_choose(
	const struct cpu_spec *spec, struct cpu_choice *ret, struct argv *known, struct err *err);

#endif
