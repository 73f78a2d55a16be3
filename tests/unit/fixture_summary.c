/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/fixture_summary.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

#define FIXTURE_BLOCKS 6
#define FIXTURE_ITERATIONS 12

struct fixture_env {
	const char *id;
	enum arch arch;
	double portable, blas; /* typical overhead */
	double boot_ns, startup_ns;
};

static const struct fixture_env fixture_envs[] = {
	{"native", ARCH_X86_64, 1, 1, NAN, 0.9e6},
	{"user-x86_64", ARCH_X86_64, 4.2, 9.1, NAN, 14e6},
	{"user-aarch64", ARCH_AARCH64, 5.1, 61, NAN, 17e6},
	{"vm-x86_64-tcg", ARCH_X86_64, 4.9, 9.8, 2.05e9, 39e6},
	{"vm-aarch64-tcg", ARCH_AARCH64, 5.9, 64, 1.48e9, 44e6},
	{"vm-x86_64-kvm", ARCH_X86_64, 1.03, 1.02, 0.9e9, 1.1e6},
	{"vm-x86_64-tcg+user-aarch64", ARCH_AARCH64, 31, 380, 2.05e9, 310e6},
};

struct fixture_workload {
	const char *name;
	double native_ns;
	double weight; /* how hard translation hits it */
	double flop, bytes;
	uint64_t original;
	bool blas;
};

static const struct fixture_workload fixture_workloads[] = {
	{"vector-add", 0.21e6, 0.55, 1e6, 12e6, 1, false},
	{"matmul", 0.9e6, 1.5, 14155776, 442368, 1, true},
	{"conv2d", 3.1e6, 1.25, 28311552, 2e6, 1, true},
	{"cnn-train-adam", 5.2e6, 1.0, 31e6, 0, 100, true},
	{"cnn-train-sparse", 14e6, 0.95, 95e6, 0, 10, true},
	{"mlp-train-mnist", 0.85e6, 1.1, 19.5e6, 0, 9375, true},
	{"cnn-train-cifar", 7.7e6, 1.05, 41e6, 0, 7815, true},
	{"transfer-mobilenetv2", 38e6, 1.2, 601e6, 0, 1, true},
	{"mlp-train-binary", 0.031e6, 0.7, 0.3e6, 0, 320, true},
	{"input-serial", 1.9e6, 0.9, 25e6, 0, 1000, true},
	{"input-prefetch", 1.6e6, 1.02, 25e6, 0, 1000, true},
	{"cnn-train-256", 92e6, 1.1, 3.6e9, 0, 1, true},
};

double fixture_noise(uint64_t a, uint64_t b)
{
	uint64_t x = a * UINT64_C(0x9e3779b97f4a7c15) ^ (b + 1) * UINT64_C(0xbf58476d1ce4e5b9);

	x ^= x >> 29;
	x *= UINT64_C(0x94d049bb133111eb);
	x ^= x >> 32;
	return (double)(x >> 11) / (double)(UINT64_C(1) << 53);
}

struct ratio fixture_ratio(double point, double share)
{
	return (struct ratio){.defined = true,
		.point = point,
		.lo = point / (1 + share),
		.hi = point * (1 + share),
		.blocks = FIXTURE_BLOCKS};
}

static struct cell_summary *fixture_add_cell(
	struct summary *s, const char *workload, const char *variant, const struct fixture_env *env)
{
	struct cell_summary *c = &s->cells[s->ncells++];

	*c = (struct cell_summary){.arch = env->arch,
		.mean_ns = NAN,
		.mean_lo_ns = NAN,
		.mean_hi_ns = NAN,
		.boot_ns = NAN,
		.startup_ns = NAN,
		.first_iter_ns = NAN,
		.ratio_untrimmed = NAN,
		.ratio_trimmed_twice = NAN,
		.lag1 = NAN,
		.extrapolated_ns = NAN,
		.host_cpu_ns = NAN,
		.original_ns = NAN,
		.skew_ppm = NAN};
	str_copy(c->workload, sizeof(c->workload), workload);
	str_copy(c->variant, sizeof(c->variant), variant);
	str_copy(c->env, sizeof(c->env), env->id);
	cell_name(c->id, workload, variant, env->arch, env->id);
	return c;
}

static void fixture_refuse(struct cell_summary *c, enum status status, const char *reason)
{
	c->status = status;
	str_copy(c->reason, sizeof(c->reason), reason);
	c->ratio = c->ratio_raw = c->ratio_sign =
		(struct ratio){.point = NAN, .lo = NAN, .hi = NAN};
	c->ratio_untrimmed = c->ratio_trimmed_twice = NAN;
	c->mean_ns = c->mean_lo_ns = c->mean_hi_ns = NAN;
	c->startup_ns = c->first_iter_ns = c->original_ns = NAN;
	c->blocks = c->executions = c->iterations = 0;
}

static void fixture_fill_cell(struct cell_summary *c, const struct fixture_workload *w,
	const struct fixture_env *env, bool blas, size_t k)
{
	double typical = blas ? env->blas : env->portable;
	double ratio =
		typical == 1 ? 1 : pow(typical, w->weight) * (0.8 + 0.4 * fixture_noise(k, 1));
	double share = 0.015 + 0.07 * fixture_noise(k, 2);

	c->blocks = FIXTURE_BLOCKS;
	c->executions = FIXTURE_BLOCKS;
	c->iterations = FIXTURE_BLOCKS * FIXTURE_ITERATIONS;
	c->mean_ns = w->native_ns * (blas ? 0.4 : 1) * ratio;
	c->mean_lo_ns = c->mean_ns * (1 - share);
	c->mean_hi_ns = c->mean_ns * (1 + share);
	c->boot_ns = env->boot_ns;
	c->startup_ns = env->startup_ns * (0.9 + 0.2 * fixture_noise(k, 3));
	c->first_iter_ns =
		env->id[0] == 'n' ? 1.2 * c->mean_ns : 1.6 * c->mean_ns + 0.1e6 * typical;
	str_copy(c->warmup, sizeof(c->warmup), env->id[0] == 'n' ? "flat" : "warm-up");
	c->warmup_iterations = env->id[0] == 'n' ? 0 : 2;
	c->ratio = fixture_ratio(ratio, share);
	c->ratio_raw = fixture_ratio(ratio, share * 0.9);
	c->ratio_sign = fixture_ratio(ratio, share * 1.6);
	/* as if the first iterations took half as long again; one in forty hangs on the rule */
	c->ratio_untrimmed = c->ratio_trimmed_twice = ratio;
	if (env->id[0] != 'n') {
		c->ratio_untrimmed *= 1 + share * fixture_noise(k, 7) * 1.03;
		c->ratio_trimmed_twice *= 1 - share * fixture_noise(k, 8) * 0.98;
	}
	c->lag1 = 0.5 * fixture_noise(k, 4) - 0.1;
	c->target_met = share < 0.05;
	c->flop = w->flop;
	c->bytes = w->bytes;
	str_copy(c->path, sizeof(c->path),
		!blas			    ? "portable"
		: env->arch == ARCH_AARCH64 ? "neoversen1"
					    : "Haswell");
	c->max_rss_kib = 9000 + (uint64_t)(40000 * fixture_noise(k, 5));
	c->original_ns = c->mean_ns * (double)w->original;
	c->skew_ppm = isfinite(env->boot_ns) ? 12 + 30 * fixture_noise(k, 6) : NAN;
}

/* What goes wrong in a real run, each once. */
static void fixture_spoil(struct cell_summary *c)
{
	bool stack = strchr(c->env, '+');

	if (!strcmp(c->env, "vm-x86_64-kvm")) {
		fixture_refuse(c, STATUS_REFUSED, "KVM present but not progressing");
		c->boot_ns = NAN;
	} else if (stack && !strcmp(c->workload, "cnn-train-256")) {
		double ns = 92e6 * (strcmp(c->variant, "blas") ? 160 : 6900);

		fixture_refuse(c, STATUS_TOO_SLOW,
			"one iteration would take longer than its deadline of 20 s");
		c->extrapolated_ns = ns;
	} else if (!strcmp(c->id, "cnn-train-sparse.blas.aarch64.user-aarch64")) {
		fixture_refuse(c, STATUS_WRONG,
			"digest value 2 is 0.4127, native 0.3891: relative difference 0.06 exceeds "
			"0.0001");
	} else if (!strcmp(c->id, "mlp-train-binary.blas.x86_64.vm-x86_64-tcg")) {
		fixture_refuse(c, STATUS_ILLEGAL, "illegal instruction: the CPU model lacks fma");
	} else if (!strcmp(c->id,
			   "transfer-mobilenetv2.portable.aarch64.vm-x86_64-tcg+user-aarch64")) {
		fixture_refuse(c, STATUS_TIMEOUT, "no record after 90 s");
	} else if (!strcmp(c->id, "input-serial.portable.aarch64.vm-aarch64-tcg")) {
		c->ratio.defined = c->ratio_raw.defined = c->ratio_sign.defined = false;
		c->ratio.lo = c->ratio.hi = NAN;
		c->ratio.blocks = c->blocks = 1;
		c->mean_lo_ns = c->mean_hi_ns = NAN;
		c->lag1 = NAN;
		str_copy(c->warmup, sizeof(c->warmup), "too-few");
	}
}

static void fixture_probe(struct summary *s)
{
	for (size_t e = 0; e < ARRAY_LEN(fixture_envs); e++) {
		const struct fixture_env *env = &fixture_envs[e];
		bool arm = env->arch == ARCH_AARCH64, vm = isfinite(env->boot_ns);
		struct cell_summary *c = fixture_add_cell(s, "device-probe", "portable", env);

		if (!strcmp(env->id, "vm-x86_64-kvm")) {
			fixture_refuse(c, STATUS_REFUSED, "KVM present but not progressing");
			continue;
		}
		c->blocks = c->executions = FIXTURE_BLOCKS;
		c->probe = xasprintf(
			"{\"cpus\":{\"online\":%d,\"affinity\":1},\"isa\":{\"vendor\":%s,\"model\":"
			"%s,"
			"\"features\":[%s]},\"ram_mib\":%d,\"page_size\":4096,\"kernel\":\"%s\","
			"\"machine\":\"%s\",\"accelerators\":[%s]}",
			vm ? 1 : 2, arm ? "null" : "\"GenuineIntel\"",
			arm ? "\"neoverse-n1\"" : "\"Haswell\"",
			arm ? "\"asimd\",\"crc32\",\"atomics\",\"fphp\",\"asimddp\""
			    : "\"sse2\",\"sse4.2\",\"avx\",\"avx2\",\"fma\",\"bmi2\"",
			vm ? 244 : 24038, vm ? "6.1.0-56-cloud" : "6.1.0-18-amd64",
			arch_text(env->arch), vm ? "" : "\"/dev/dri/renderD128\"");
	}
}

static void fixture_cells(struct summary *s)
{
	size_t k = 0;

	s->cells = xcalloc(256, sizeof(s->cells[0]));
	for (size_t w = 0; w < ARRAY_LEN(fixture_workloads); w++) {
		for (int blas = 0; blas <= fixture_workloads[w].blas; blas++) {
			for (size_t e = 0; e < ARRAY_LEN(fixture_envs); e++) {
				struct cell_summary *c =
					fixture_add_cell(s, fixture_workloads[w].name,
						blas ? "blas" : "portable", &fixture_envs[e]);

				fixture_fill_cell(
					c, &fixture_workloads[w], &fixture_envs[e], blas, k++);
				fixture_spoil(c);
			}
		}
	}
	fixture_probe(s);
}

static void fixture_geomeans(struct summary *s)
{
	static const char *const variants[] = {"portable", "blas"};

	s->geomeans = xcalloc(2 * ARRAY_LEN(fixture_envs), sizeof(s->geomeans[0]));
	for (size_t v = 0; v < 2; v++) {
		for (size_t e = 1; e < ARRAY_LEN(fixture_envs); e++) {
			struct geomean *g = &s->geomeans[s->ngeomeans];
			double sum = 0;

			if (e == 5)
				continue;
			str_copy(g->env, sizeof(g->env), fixture_envs[e].id);
			str_copy(g->variant, sizeof(g->variant), variants[v]);
			for (size_t i = 0; i < s->ncells; i++) {
				const struct cell_summary *c = &s->cells[i];

				if (strcmp(c->env, g->env) || strcmp(c->variant, g->variant) ||
					!c->ratio.defined)
					continue;
				sum += log(c->ratio.point);
				g->workloads++;
			}
			g->ratio = fixture_ratio(exp(sum / (double)g->workloads), 0.031);
			s->ngeomeans++;
		}
	}
}

static void fixture_factors(struct summary *s)
{
	s->factors = xcalloc(64, sizeof(s->factors[0]));
	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *c = &s->cells[i], *same;
		struct factor *f = &s->factors[s->nfactors];
		bool user = !strcmp(c->env, "user-aarch64");

		if (c->probe || (!user && strcmp(c->env, "vm-aarch64-tcg")))
			continue;
		str_copy(f->workload, sizeof(f->workload), c->workload);
		str_copy(f->variant, sizeof(f->variant), c->variant);
		f->kind = user ? LAYER_USER : LAYER_VM;
		str_copy(f->same, sizeof(f->same), user ? "user-x86_64" : "vm-x86_64-tcg");
		str_copy(f->foreign, sizeof(f->foreign), c->env);
		same = summary_find(s, c->workload, c->variant, f->same);
		if (!same || same->status || c->status || !c->ratio.defined)
			continue;
		f->layer_cost = same->ratio;
		f->isa_cost = fixture_ratio(c->ratio.point / same->ratio.point, 0.04);
		if (!strcmp(c->variant, "blas") && !strcmp(c->workload, "conv2d"))
			str_copy(f->forbidden, sizeof(f->forbidden),
				"different code paths: Haswell, neoversen1");
		s->nfactors++;
	}
}

/* Where they are executed once in a block, blocks and executions are not told apart; natively
 * there is no ratio. */
static void fixture_variances(struct summary *s)
{
	static const char *const envs[] = {
		"native", "user-x86_64", "user-aarch64", "vm-aarch64-tcg"};
	static const size_t per_block[] = {4, 1, 3, 2};

	s->variances = xcalloc(ARRAY_LEN(envs), sizeof(s->variances[0]));
	for (size_t i = 0; i < ARRAY_LEN(envs); i++) {
		struct variance *v = &s->variances[s->nvariances++];
		double wide = (double)i;

		*v = VARIANCE_UNKNOWN;
		str_copy(v->env, sizeof(v->env), envs[i]);
		v->cells = 23;
		v->per_block = per_block[i];
		v->iterations = 7.5;
		v->iteration_share = 0.12;
		if (i) {
			v->blocks = FIXTURE_BLOCKS;
			v->half_width = 0.021 * wide;
			v->min_detectable = 0.031 * wide;
			v->blocks_to_halve = 17;
			v->halve_ns = 802e9 * wide;
		}
		if (per_block[i] == 1)
			continue;
		v->between_share = 0.2 * wide;
		v->execution_share = 0.88 - v->between_share;
		v->best_per_block = i == 3 ? 1 : i ? 3 : NAN;
		v->best_gain = i == 3 ? 0.94 : i ? 1 : NAN;
		v->best_iterations = 4;
		v->best_blocks_to_halve = i == 3 ? 24 : NAN;
	}
}

static void fixture_rest(struct summary *s)
{
	static const char *const kinds[] = {"native", "user", "vm"};
	static const char *const envs[] = {"native", "user-aarch64", "vm-aarch64-tcg"};

	s->aa = xcalloc(3, sizeof(s->aa[0]));
	for (size_t i = 0; i < 3; i++) {
		struct aa *a = &s->aa[s->naa++];

		str_copy(a->kind, sizeof(a->kind), kinds[i]);
		str_copy(a->env, sizeof(a->env), envs[i]);
		a->ratio = fixture_ratio(1.002 + 0.004 * (double)i, 0.012);
		a->spread = 0.018 + 0.014 * (double)i;
		a->min_detectable = 0.041 + 0.02 * (double)i;
		a->cells = 23;
		a->excluded = i;
	}
	fixture_variances(s);
	s->boots = xcalloc(3, sizeof(s->boots[0]));
	for (size_t e = 3; e < 6; e++) {
		struct boot_summary *b = &s->boots[s->nboots++];
		bool arm = fixture_envs[e].arch == ARCH_AARCH64, kvm = e == 5;

		*b = (struct boot_summary){.boots = kvm ? 0 : FIXTURE_BLOCKS,
			.hello_ns = kvm ? NAN : fixture_envs[e].boot_ns,
			.hello_min_ns = kvm ? NAN : fixture_envs[e].boot_ns * 0.96,
			.hello_max_ns = kvm ? NAN : fixture_envs[e].boot_ns * 1.21,
			.create_ns = kvm ? NAN : 0.21e9,
			.vcpus = 1,
			.skew_ppm = kvm ? NAN : -2.1,
			.skew_worst_ppm = kvm ? NAN : -2830,
			.skew_error_ppm = kvm ? NAN : 7258};
		str_copy(b->env, sizeof(b->env), fixture_envs[e].id);
		str_copy(b->accel, sizeof(b->accel), kvm ? "kvm" : "tcg");
		str_copy(b->cpu, sizeof(b->cpu), arm ? "neoverse-n1" : "Haswell-noTSX");
		str_copy(b->machine, sizeof(b->machine), arm ? "virt-7.2" : "pc-q35-7.2");
		str_copy(b->qemu, sizeof(b->qemu), kvm ? "" : "7.2.22");
		str_copy(b->libvirt, sizeof(b->libvirt), kvm ? "" : "9.0.0");
	}
}

static void fixture_head(struct summary *s)
{
	static const struct host host = {.id = "3f0c9a2b1d7e4586",
		.arch = ARCH_X86_64,
		.cpu_model = "Intel(R) Xeon(R) Processor @ 2.90GHz",
		.cpus = 2,
		.memory_mib = 24038,
		.kernel = "Linux 6.1.0-18-amd64",
		.distribution = "Debian GNU/Linux 12 (bookworm)",
		.qemu_user = "qemu-aarch64 version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)",
		.qemu_system = "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)",
		.libvirt = "9.0.0",
		.hypervisor = "kvm",
		.load1 = 0.31,
		.measure_cpu = 1,
		.harness_cpu = 0,
		.kvm = "KVM present but not progressing: no guest instruction retired in 2 s"};

	*s = (struct summary){.seed = UINT64_C(1234567890123),
		.host = host,
		.blocks_planned = FIXTURE_BLOCKS,
		.blocks_done = FIXTURE_BLOCKS,
		.wall_ns = 283e9,
		.inside_ns = 251e9,
		.precision = 0.05,
		.confidence = 0.95,
		.position_imbalance = 1,
		.carryover_imbalance = 2,
		.position_p = 0.41,
		.position_effect = 0,
		.carryover_p = 0.0031,
		.carryover_effect = 0.0062,
		.blocks_needed = 11,
		.needed_ns = 519e9,
		.sentinel_cv = 0.083,
		.sentinel_bias = 1.004,
		.sentinel_bias_lo = 0.995,
		.sentinel_bias_hi = 1.013,
		.sentinel_slope = 0.61,
		.block_correlation = 0.04,
		.bunching_p = 0.37};
	str_copy(s->run, sizeof(s->run), "20260301T081500Z-a1b2c3");
	str_copy(s->created, sizeof(s->created), "2026-03-01 08:15:00 UTC");
	str_copy(s->profile, sizeof(s->profile), "quick");
	str_copy(s->size, sizeof(s->size), "small");
	str_copy(s->suite, sizeof(s->suite), "tensor");
	str_copy(s->toll_version, sizeof(s->toll_version), "0.1.0");
}

static void fixture_sample(
	struct samples *out, const struct cell_summary *c, uint64_t block, size_t k)
{
	struct sample s = {.block = block, .execution = 1, .order = 1 + k % 7, .status = STATUS_OK};

	str_copy(s.cell, sizeof(s.cell), c->id);
	s.boot = isfinite(c->boot_ns) ? block : 0;
	s.host_wall_ns = (uint64_t)(c->mean_ns * FIXTURE_ITERATIONS + c->startup_ns);
	s.guest_wall_ns = s.boot ? s.host_wall_ns : 0;
	s.startup_ns = (uint64_t)c->startup_ns;
	s.iterations = FIXTURE_ITERATIONS;
	s.iter_wall_ns = xcalloc(s.iterations, sizeof(s.iter_wall_ns[0]));
	s.iter_cpu_ns = xcalloc(s.iterations, sizeof(s.iter_cpu_ns[0]));
	for (size_t i = 0; i < s.iterations; i++) {
		double warm = c->first_iter_ns / c->mean_ns - 1;
		double at = c->mean_ns *
			    (0.96 + 0.08 * fixture_noise(k, 10 + i) + warm * exp(-2.0 * (double)i));

		at *= 0.97 + 0.06 * fixture_noise(block, 3);
		s.iter_wall_ns[i] = s.iter_cpu_ns[i] = (uint64_t)at;
	}
	samples_add(out, &s);
}

static void fixture_samples(struct fixture *f)
{
	for (uint64_t block = 1; block <= FIXTURE_BLOCKS; block++) {
		for (size_t i = 0; i < f->summary.ncells; i++) {
			const struct cell_summary *c = &f->summary.cells[i];

			if (c->status != STATUS_OK || c->probe || block > c->blocks)
				continue;
			fixture_sample(&f->samples, c, block, i * 100 + block);
		}
	}
}

static void fixture_manifests(struct workloads *ws)
{
	ws->n = ARRAY_LEN(fixture_workloads);
	ws->v = xcalloc(ws->n, sizeof(ws->v[0]));
	for (size_t i = 0; i < ws->n; i++) {
		ws->v[i].name = xstrdup(fixture_workloads[i].name);
		ws->v[i].suite = xstrdup("tensor");
		ws->v[i].summary = xasprintf("what %s does", fixture_workloads[i].name);
		ws->v[i].iteration = xstrdup("one step");
		ws->v[i].original_iterations = fixture_workloads[i].original;
		ws->v[i].original_what = xasprintf("%d steps", (int)fixture_workloads[i].original);
		ws->v[i].compare = true;
	}
}

void fixture_init(struct fixture *f)
{
	*f = (struct fixture){0};
	fixture_head(&f->summary);
	fixture_cells(&f->summary);
	fixture_geomeans(&f->summary);
	fixture_add_pairs(&f->summary);
	fixture_add_counterparts(&f->summary);
	fixture_add_record(&f->record);
	fixture_factors(&f->summary);
	fixture_rest(&f->summary);
	fixture_samples(f);
	fixture_manifests(&f->workloads);
}

void fixture_make_hostile(struct fixture *f)
{
	struct cell_summary *cells = f->summary.cells;

	for (size_t i = 0; i < f->summary.ncells; i++) {
		struct cell_summary *c = &cells[i];

		if (c->status != STATUS_OK)
			str_copy(c->reason, sizeof(c->reason), FIXTURE_HOSTILE);
		if (!strcmp(c->workload, "matmul"))
			str_copy(c->workload, sizeof(c->workload), FIXTURE_HOSTILE_NAME);
		str_copy(c->path, sizeof(c->path), FIXTURE_HOSTILE);
		if (c->probe) {
			free(c->probe);
			c->probe = xstrdup("{\"<script>k\":\"</script><img src=x onerror=y>\","
					   "\"cpus\":[1,{\"a\":\"<i>\"}],\"isa\":null}");
		}
	}
	for (size_t i = 0; i < f->summary.npairs; i++) {
		struct pair *p = &f->summary.pairs[i];

		if (!strcmp(p->workload, "matmul"))
			str_copy(p->workload, sizeof(p->workload), FIXTURE_HOSTILE_NAME);
	}
	for (size_t i = 0; i < f->summary.nfactors; i++) {
		struct factor *factor = &f->summary.factors[i];

		if (!strcmp(factor->workload, "matmul"))
			str_copy(factor->workload, sizeof(factor->workload), FIXTURE_HOSTILE_NAME);
		if (factor->forbidden[0])
			str_copy(factor->forbidden, sizeof(factor->forbidden), FIXTURE_HOSTILE);
	}
	for (size_t i = 0; i < f->summary.ncounterparts; i++) {
		struct counterpart_ratio *c = &f->summary.counterparts[i];

		str_copy(c->program, sizeof(c->program), FIXTURE_HOSTILE_NAME);
	}
	str_copy(f->summary.host.cpu_model, sizeof(f->summary.host.cpu_model), FIXTURE_HOSTILE);
	str_copy(f->summary.host.qemu_user, sizeof(f->summary.host.qemu_user), FIXTURE_HOSTILE);
}

void fixture_release(struct fixture *f)
{
	summary_release(&f->summary);
	samples_release(&f->samples);
	workloads_release(&f->workloads);
	aa_record_release(&f->record);
}
