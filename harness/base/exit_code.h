/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the program ends, for scripts: README, "Exit codes".
 */
#ifndef BASE_EXIT_CODE_H
#define BASE_EXIT_CODE_H

enum exit_code {
	EXIT_MEASURED = 0,
	EXIT_SOME_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_REGRESSION = 3,
	EXIT_NOTHING = 4,
	EXIT_SIGNAL = 128, /* + the signal */
};

#endif
