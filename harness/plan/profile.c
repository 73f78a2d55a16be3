/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/profile.h"

#include <string.h>

#include "base/clock.h"

#define MINUTE (60 * NS_PER_S)

const struct profile profiles[] = {
	{
		.name = "smoke",
		.summary = "a minute: five workloads, three blocks; proves that everything works",
		.blocks = 3,
		.budget_ns = MINUTE,
		.programs = "vector-add.blas,matmul.portable,matmul.blas,mlp-train-binary.blas,"
			    "device-probe.portable,grep.package,zstd.package,"
			    "tf-vector-add.tensorflow,tf-devices.tensorflow",
		.compositions = "matmul.portable,device-probe.portable,grep.package",
		.duplicates = "matmul.blas,grep.package",
		.executions = "",
		.min_time_ns = 40 * NS_PER_MS,
		.max_time_ns = 500 * NS_PER_MS,
		.deadline_ns = 15 * NS_PER_S,
		.iterations = 3,
	},
	{
		.name = "quick",
		.summary = "five minutes: every workload, twelve blocks",
		.blocks = 12,
		.budget_ns = 5 * MINUTE - 15 * NS_PER_S,
		.programs = "*.blas,matmul.portable,conv2d.portable,matmul.blas-pinned,"
			    "device-probe.portable,*.package,*.tensorflow",
		.compositions =
			"vector-add.blas,mlp-train-binary.blas,device-probe.portable,grep.package",
		.duplicates = "matmul.blas,mlp-train-mnist.blas,vector-add.blas,grep.package",
		.executions = "native=3,user-OTHER=2",
		.min_time_ns = 40 * NS_PER_MS,
		.max_time_ns = NS_PER_S,
		.deadline_ns = 20 * NS_PER_S,
		.iterations = 2,
	},
	{
		.name = "full",
		.summary = "45 minutes: every workload and variant, twenty blocks",
		.blocks = 20,
		.budget_ns = 44 * MINUTE,
		.programs = "*",
		.compositions = "*",
		.duplicates = "*.blas",
		.executions = "native=3,user-OTHER=2",
		.min_time_ns = 150 * NS_PER_MS,
		.max_time_ns = NS_PER_S,
		.deadline_ns = 60 * NS_PER_S,
		.iterations = 3,
	},
	{0},
};

const struct profile command_profile = {
	.name = "exec",
	.summary = "any program, ten blocks in every environment",
	.blocks = 10,
	.budget_ns = 300 * NS_PER_S,
	.programs = "*",
	.compositions = "*",
	.duplicates = "*",
	.min_time_ns = 0,
	.max_time_ns = 0,
	.deadline_ns = 60 * NS_PER_S,
	.iterations = 1,
};

int profile_find(const char *name, const struct profile **ret, struct err *err)
{
	for (const struct profile *p = profiles; p->name; p++) {
		if (!strcmp(p->name, name)) {
			*ret = p;
			return 0;
		}
	}
	return err_set(
		err, ERR_INPUT, "no profile is called '%s'; there are smoke, quick and full", name);
}
