/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/tables.h"

#include "model/exec_request.h"
#include "store/tables_rows.h"

const struct field table_request[] = {
	F(exec_request, name, FIELD_NAME, .size = WORKLOAD_NAME_MAX, .required = true,
		.help = "what the workload is called"),
	F(exec_request, program, FIELD_STRING, .required = true,
		.help = "the program: a file of the user's, or one of the image"),
	F(exec_request, own, FIELD_BOOL,
		.help = "it is a file of the user's; not there: unless there are packages"),
	F(exec_request, compare, FIELD_BOOL, .required = true,
		.help = "what it prints must be the same everywhere"),
	F(exec_request, args, FIELD_LIST, .required = true, .help = "its arguments"),
	F(exec_request, variables, FIELD_LIST, .help = "environment variables, NAME=VALUE"),
	F(exec_request, packages, FIELD_LIST, .help = "packages that its image holds"),
#define X(id, text, ...)                                                                           \
	{.name = "root_" text,                                                                     \
		.type = FIELD_STRING,                                                              \
		.offset = offsetof(struct exec_request, roots[ARCH_##id]),                         \
		.nullable = true,                                                                  \
		.help = "folder that its image for " text " was made of; null: none"},
	ARCHES(X)
#undef X
		F(exec_request, inputs, FIELD_LIST, .help = "files that it finds in its folder"),
	F(exec_request, workdir, FIELD_STRING, .nullable = true,
		.help = "where it starts; null: in a folder of its own"),
	{0},
};
