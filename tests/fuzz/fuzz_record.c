/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as what a program printed: a record, or an error that changes nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "store/sample_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sample untouched = {.block = 1};
	struct sample sample = untouched;
	uint64_t main_ns = 42;
	struct err err = {0};

	if (record_parse((const char *)data, size, "fuzz", &sample, &main_ns, &err) < 0) {
		if (!*err.text || main_ns != 42 || memcmp(&sample, &untouched, sizeof(sample)) != 0)
			abort();
		return 0;
	}
	if (!sample.iterations || sample.iterations > ITERATIONS_MAX ||
		sample.digest.n > DIGEST_VALUES_MAX)
		abort();
	sample_release(&sample);
	return 0;
}
