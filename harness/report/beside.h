/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Joined runs as reports look at them: host beside host. An environment's role is what it is to its
 * host, so that what translating costs on one host stands beside what it costs on another: on an
 * x86_64 host `user-aarch64` has the role `user-foreign`, and so has `user-x86_64` on an aarch64
 * host. Borrows from the merged document; owns its arrays.
 */
#ifndef REPORT_BESIDE_H
#define REPORT_BESIDE_H

#include "model/merged.h"
#include "report/answer.h"
#include "report/view.h"

struct beside_host {
	const struct merged_host *host;
	struct view view;
	struct answer *answers; /* a row of the view each */
};

struct beside_role {
	char name[ENV_ROLE_MAX];
	enum view_kind kind;
	bool foreign;
	bool timed; /* on some host it is not blocked as a whole */
};

struct beside {
	const struct merged *merged;
	struct beside_host *hosts;
	size_t nhosts;
	struct beside_role *roles; /* native first, then as a view's environments */
	size_t nroles;
	struct view_row *rows; /* of all hosts, by workload */
	size_t nrows;
};

void beside_init(struct beside *b, const struct merged *merged);
void beside_release(struct beside *b);
/* The environment that has this role on a host, or NULL. */
const struct view_env *beside_env(const struct beside *b, size_t role, size_t host);
/* NULL: not part of that host's runs. */
const struct cell_summary *beside_cell(
	const struct beside *b, size_t row, size_t role, size_t host);

/* The distinct variants of the hosts' geometric means, in order; returns how many, at most max. */
size_t beside_variants(const struct beside *b, const char **ret, size_t max);

/* True where geometric means of one variant are over different numbers of workloads. */
bool beside_suites_differ(const struct beside *b);

#endif
