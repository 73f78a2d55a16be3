/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * environments.json: command layers as data. Unknown keys, wrong types, reserved or duplicate names
 * and unknown placeholders are errors that name file, line and key.
 */
#ifndef PLAN_ENVIRONMENTS_H
#define PLAN_ENVIRONMENTS_H

#include "base/json.h"
#include "model/command_layer.h"

/* In the order of the file. A first word of `command` and `version` with a slash that is not
 * absolute is below the file's folder; others are searched in PATH. */
int environments_read(const char *path, struct command_layers *ret, struct err *err);
/* The JSON Schema of such a file. */
void environments_schema(struct str *out);

#endif
