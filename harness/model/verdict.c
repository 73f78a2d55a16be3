/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/verdict.h"

#include <stdlib.h>

#include "base/str.h"

void verdict_refuse(struct verdict *v, const char *remedy, const char *reason)
{
	v->status = STATUS_REFUSED;
	str_copy(v->reason, sizeof(v->reason), reason);
	str_copy(v->remedy, sizeof(v->remedy), remedy);
}

void verdicts_release(struct verdicts *vs)
{
	free(vs->v);
	*vs = (struct verdicts){0};
}
