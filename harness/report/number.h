/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers as reports print them: three significant digits, thousands separated by commas, times
 * with a unit. UTF-8. Each function fills the caller's buffer and returns it.
 */
#ifndef REPORT_NUMBER_H
#define REPORT_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "model/summary.h"

#define NUMBER_TEXT_MAX 64

/* "0.0123", "4.72", "12.3", "253", "7,010"; "–" for what is not finite. */
const char *number_text(double value, char buf[static NUMBER_TEXT_MAX]);
/* A count: "12", "953", "18,000"; three significant digits beyond a thousand. */
const char *count_text(double count, char buf[static NUMBER_TEXT_MAX]);
/* "4.72×". */
const char *ratio_text(double ratio, char buf[static NUMBER_TEXT_MAX]);
/* "[4.60, 4.84]", or "no interval". */
const char *interval_text(const struct ratio *ratio, char buf[static NUMBER_TEXT_MAX]);
/* Half of the interval's width on the logarithmic scale, as a share: √(hi ÷ lo) − 1. NaN when
 * undefined. */
double ratio_half_width(const struct ratio *ratio);
/* A share as "±3.1 %"; "±?" when it is not finite. */
const char *plus_minus_text(double share, char buf[static NUMBER_TEXT_MAX]);
/* "3.1 %". */
const char *percent_text(double share, char buf[static NUMBER_TEXT_MAX]);
/* Like duration_text() for doubles; "–" for what is not finite or is negative. */
const char *time_text(double ns, char buf[static NUMBER_TEXT_MAX]);
/* True when there is a point to show, with or without an interval. */
bool ratio_has_point(const struct ratio *ratio);
/* Characters (not bytes) of a UTF-8 text. */
size_t text_columns(const char *text);

#endif
