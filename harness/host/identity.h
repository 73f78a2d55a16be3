/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What program files are: their build ids, read from the ELF notes, and their SHA-256 sums, taken
 * by coreutils' sha256sum.
 */
#ifndef HOST_IDENTITY_H
#define HOST_IDENTITY_H

#include "base/err.h"
#include "model/program.h"

/* Fills build_id and sha256 of every program below dir; of one that is not there, nothing. Fails
 * when sha256sum cannot be run; the build ids stand then. */
int programs_identify(const char *dir, struct programs *ps, struct err *err);

#endif
