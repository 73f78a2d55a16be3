/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What joined runs say of one overhead on two hosts, in words and tables.
 */
#ifndef REPORT_CONTRASTS_H
#define REPORT_CONTRASTS_H

#include "model/merged.h"
#include "report/doc.h"

/* Both are of the same two hosts. */
bool contrast_shares_hosts(const struct contrast *a, const struct contrast *b);
/* The first of its two hosts. */
bool contrast_opens_hosts(const struct merged *m, size_t i);

/* "Translating foreign programs costs more on x86_64 than on aarch64: the overhead differs by
 * ×1.31 [1.22, 1.40]." of one that leads its role and is told; empty for others. */
void sentence_contrast(const struct merged *m, size_t i, struct str *out);
/* The roles of the two hosts of m->contrasts[i] of which that cannot be told; empty: none. */
void sentence_contrasts_untold(const struct merged *m, size_t i, struct str *out);
/* Why nothing can be compared; empty where something is. */
void sentence_no_contrasts(const struct merged *m, struct str *out);

void section_contrasts(struct doc *d, const struct merged *m);

#endif
