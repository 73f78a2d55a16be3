/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/aa_record.h"

#include <stdlib.h>

void aa_record_release(struct aa_record *record)
{
	for (size_t i = 0; i < record->nunreadable; i++)
		free(record->unreadable[i].why);
	free(record->unreadable);
	*record = (struct aa_record){0};
}
