/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/status.h"

#include <stddef.h>

static const struct {
	const char *text;
	bool refusal;
} table[] = {
#define X(id, text, refusal) [STATUS_##id] = {text, refusal},
	STATUSES(X)
#undef X
};

const char *const status_names[] = {
#define X(id, text, refusal) [STATUS_##id] = text,
	STATUSES(X)
#undef X
		NULL,
};

const char *status_text(enum status status)
{
	return table[status].text;
}

bool status_is_refusal(enum status status)
{
	return table[status].refusal;
}

bool status_is_final(enum status status)
{
	return status == STATUS_TIMEOUT || status == STATUS_ILLEGAL ||
	       status == STATUS_OUT_OF_MEMORY;
}
