/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/field.h"

#include <math.h>

static void add_number(double value, struct str *out)
{
	char text[JSON_NUMBER_MAX];

	if (isfinite(value))
		str_add(out, json_number_text(value, text));
}

void field_text(const struct field *f, const void *base, struct str *out)
{
	const void *at = (const char *)base + f->offset;
	const char *string;

	switch (f->type) {
	case FIELD_BOOL:
		str_add(out, *(const bool *)at ? "true" : "false");
		break;
	case FIELD_U64:
	case FIELD_DURATION:
		if (!f->nullable || *(const uint64_t *)at)
			str_addf(out, "%llu", (unsigned long long)*(const uint64_t *)at);
		break;
	case FIELD_UINT:
		str_addf(out, "%u", *(const unsigned *)at);
		break;
	case FIELD_INT:
		str_addf(out, "%d", *(const int *)at);
		break;
	case FIELD_DOUBLE:
		add_number(*(const double *)at, out);
		break;
	case FIELD_STRING:
	case FIELD_NAME:
		string = *(char *const *)at;
		str_add(out, string ? string : "");
		break;
	case FIELD_TEXT:
		str_add(out, at);
		break;
	case FIELD_CHOICE:
		str_add(out, f->choices[*(const int *)at]);
		break;
	case FIELD_LIST:
		for (size_t i = 0; i < ((const struct argv *)at)->n; i++)
			str_addf(out, "%s%s", i ? "," : "", ((const struct argv *)at)->v[i]);
		break;
	}
}
