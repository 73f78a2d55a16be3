/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Input files for programs from packages: made from a seed, the same bytes on every architecture.
 */
#ifndef PACKAGE_INPUT_H
#define PACKAGE_INPUT_H

#include <stdint.h>

/*
 * The kinds, by name:
 *
 *   text     lines of words, frequent and rare ones, as compressible as prose
 *   numbers  a whole number below 2^32 per line, in no order
 *   random   bytes without any order
 *   sound    a WAV file: 16 bits, two channels, 44.1 kHz; chords with noise
 */

/* Makes the file `path` of `kib` KiB (text and numbers end with a whole line, at most one line
 * short). -EINVAL: no such kind; another negative errno: it cannot be written. */
int input_make(const char *path, const char *kind, uint64_t kib, uint64_t seed);

#endif
