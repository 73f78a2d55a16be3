/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows of the field tables, in short. Private to store/tables*.c.
 */
#ifndef STORE_TABLES_ROWS_H
#define STORE_TABLES_ROWS_H

#include "base/field.h"
#include "model/arch.h"
#include "model/status.h"

#define F FIELD_ROW
#define T FIELD_TEXT_ROW
#define N(struct_, member, ...) FIELD_ROW(struct_, member, FIELD_U64, __VA_ARGS__)
/* A number that may not have been measured. */
#define D(struct_, member, ...)                                                                    \
	FIELD_ROW(struct_, member, FIELD_DOUBLE, .nullable = true, __VA_ARGS__)
#define ARCH(struct_, ...) F(struct_, arch, FIELD_CHOICE, .choices = arch_names, __VA_ARGS__)
#define STATUS(struct_, ...)                                                                       \
	F(struct_, status, FIELD_CHOICE, .choices = status_names, .required = true, __VA_ARGS__)

#endif
