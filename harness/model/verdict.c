/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/verdict.h"

#include <stdlib.h>

void verdicts_release(struct verdicts *vs)
{
	free(vs->v);
	*vs = (struct verdicts){0};
}
