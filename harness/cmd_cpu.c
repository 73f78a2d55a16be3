/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `--cpu ARCH=MODEL`: the CPU models that translators and emulated guests present.
 */
#include "cmd.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "host/cpu.h"

/* --cpu ARCH=MODEL. A run that executes nothing takes the name as it is. */
static int choose_cpu(struct app *app, const char *word, bool judge, struct err *err)
{
	_cleanup_free_ char *probe = NULL, *host_probe = NULL;
	_cleanup_(argv_release) struct argv known = {0};
	const char *eq = strchr(word, '=');
	_cleanup_free_ char *name = strndup(word, eq ? (size_t)(eq - word) : strlen(word));
	enum arch arch;
	int r;

	if (!eq || !arch_parse(name, &arch))
		return err_set(err, ERR_INPUT,
			"--cpu '%s': expected ARCH=MODEL, for example x86_64=Nehalem", word);
	if (app->cpus[arch].model[0])
		return err_set(err, ERR_INPUT, "--cpu: two models for %s, '%s' and '%s'", name,
			app->cpus[arch].model, eq + 1);
	probe = xasprintf("%s/build/workloads/%s/device-probe.portable", app->home, name);
	host_probe = xasprintf("%s/build/workloads/%s/device-probe.portable", app->home,
		arch_text(app->host.arch));
	if (!judge) {
		str_copy(app->cpus[arch].model, CPU_MODEL_MAX, eq + 1);
		return 0;
	}
	r = cpu_choose(&(struct cpu_spec){.arch = arch,
			       .model = eq + 1,
			       .probe = probe,
			       .host_probe = host_probe,
			       .stop = &stop_signal},
		&app->cpus[arch], &known, err);
	if (r == -ERR_INPUT && known.n) {
		_cleanup_free_ char *line = argv_line(known.v);

		log_note("CPU models for %s: %s", name, line);
	}
	return r;
}

int choose_cpus(struct app *app, const struct options *o, bool judge, struct err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < o->cpus.n; i++)
		r = choose_cpu(app, o->cpus.v[i], judge, err);
	app->ctx.cpus = app->cpus;
	return r;
}
