/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as samples.jsonl: what is read is written as lines that read the same.
 */
#include <stdlib.h>
#include <string.h>

#include "store/sample_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_all(const struct samples *s, struct str *out)
{
	for (size_t i = 0; i < s->n; i++)
		sample_to_line(&s->v[i], out);
	for (size_t i = 0; i < s->nboots; i++)
		boot_to_line(&s->boots[i], out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct samples samples = {0}, again = {0};
	struct str first = {0}, second = {0};

	if (samples_parse((const char *)data, size, "fuzz", &samples, NULL, NULL, NULL) < 0)
		return 0;
	write_all(&samples, &first);
	if (samples_parse(str_text(&first), first.len, "again", &again, NULL, NULL, NULL) < 0)
		abort();
	write_all(&again, &second);
	if (again.n != samples.n || strcmp(str_text(&first), str_text(&second)) != 0)
		abort();
	samples_release(&samples);
	samples_release(&again);
	str_release(&first);
	str_release(&second);
	return 0;
}
