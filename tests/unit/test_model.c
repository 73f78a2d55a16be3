/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model: names are derived from what they describe, and parse back to it.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "model/exec_request.h"
#include "model/host.h"
#include "model/plan.h"
#include "model/program.h"
#include "model/sample_index.h"
#include "model/status.h"
#include "model/summary.h"
#include "tap.h"

static struct err err;

static enum arch other_arch(void)
{
	return arch_host() == ARCH_X86_64 ? ARCH_AARCH64 : ARCH_X86_64;
}

static void test_arches(void)
{
	static const unsigned machines[] = {[ARCH_X86_64] = EM_X86_64, [ARCH_AARCH64] = EM_AARCH64};
	enum arch got;

	for (enum arch a = 0; a < ARCH_COUNT; a++) {
		const struct arch_info *info = arch_info(a);

		ok(arch_parse(info->name, &got) && got == a && !strcmp(arch_names[a], info->name),
			"%s parses back to itself", info->name);
		is_int(info->elf_machine, machines[a], "%s has the ELF machine of <elf.h>",
			info->name);
		ok(*info->cpu_model && *info->vm_machine && *info->vm_console, "%s has every name",
			info->name);
		ok(strcmp(info->cpu_model, "max") != 0 && strcmp(info->cpu_model, "qemu64") != 0,
			"%s presents a named CPU model", info->name);
	}
	ok(!arch_names[ARCH_COUNT], "the list of names ends");
	got = ARCH_AARCH64;
	ok(!arch_parse("arm64", &got) && !arch_parse("", &got) && !arch_parse("x86_64 ", &got) &&
			got == ARCH_AARCH64,
		"other spellings are refused and change nothing");
}

static void test_statuses(void)
{
	for (enum status s = 0; s < STATUS_COUNT; s++)
		is_str(status_names[s], status_text(s), "status '%s' is in the list by its number",
			status_text(s));
	ok(!status_names[STATUS_COUNT], "the list of statuses ends");
	ok(status_is_refusal(STATUS_REFUSED) && status_is_refusal(STATUS_TOO_SLOW) &&
			status_is_refusal(STATUS_ILLEGAL) &&
			status_is_refusal(STATUS_OUT_OF_MEMORY),
		"what is proven not to run here is a refusal");
	ok(!status_is_refusal(STATUS_OK) && !status_is_refusal(STATUS_CRASH) &&
			!status_is_refusal(STATUS_WRONG) && !status_is_refusal(STATUS_BOOT),
		"a crash, a wrong result and a failed boot are failures");
}

/* Every stack of at most two layers: sound ones derive a name that parses back to the same stack,
 * the others are refused. */
static void test_stacks(void)
{
	struct layer all[8];
	size_t n = 0, sound = 0, unsound = 0, agree = 0;

	for (enum arch a = 0; a < ARCH_COUNT; a++) {
		all[n++] = (struct layer){.kind = LAYER_USER, .arch = a};
		all[n++] = (struct layer){.kind = LAYER_VM, .arch = a};
		all[n++] = (struct layer){.kind = LAYER_VM, .arch = a, .accel = ACCEL_KVM};
		all[n++] = (struct layer){.kind = LAYER_COMMAND, .arch = a, .name = "box-64"};
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j <= n; j++) {
			struct environment env = {.n = j < n ? 2 : 1, .layers = {all[i]}},
					   got = {0};
			bool good;

			if (j < n)
				env.layers[1] = all[j];
			environment_name(&env);
			good = environment_is_sound(&env, &err);
			sound += good;
			unsound += !good;
			if (good)
				agree += !environment_parse(env.id, &got, &err) &&
					 !memcmp(&got, &env, sizeof(env));
			else
				agree += environment_parse(env.id, &got, &err) == -EINVAL &&
					 !got.n && strstr(err.text, env.id);
		}
	}
	is_int(agree, n * (n + 1), "every stack of two layers parses back or is refused by name");
	ok(sound > 4 && unsound > 4, "%zu stacks are sound, %zu not", sound, unsound);
}

static void test_environments(void)
{
	static const char *const bad[] = {"", "+", "nativ", "native+user-aarch64", "user", "user-",
		"user-arm64", "vm-x86_64", "vm-x86_64-xen", "vm-x86_64-tcg-", "user-aarch64-tcg",
		"user-aarch64+vm-x86_64-tcg", "vm-x86_64-tcg+vm-aarch64-tcg", "user-aarch64+",
		"+user-aarch64", "user-aarch64++user-x86_64", "USER-aarch64", " native", "-aarch64",
		"box64-", "box64", "box64-arm64", "Box64-aarch64", "box_64-aarch64",
		"box64--aarch64", "-box64-aarch64", "a--b-aarch64", "vm-box-aarch64",
		"user-box-aarch64", "native-aarch64", "box64-aarch64-tcg",
		"box64-aarch64+user-x86_64", "user-aarch64+box64-x86_64",
		"box64-aarch64+box64-x86_64", "box64-aarch64+vm-x86_64-tcg",
		"a-name-of-32-characters-is-too-lo-aarch64",
		"user-aarch64+user-aarch64+user-aarch64+user-aarch64+user-aarch64"};
	struct environment env, base;
	char text[64];

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		env = (struct environment){.n = 3};
		err = (struct err){0};
		ok(environment_parse(bad[i], &env, &err) == -EINVAL && env.n == 3 && *err.text,
			"'%s' is no environment: %s", bad[i], err.text);
	}
	snprintf(text, sizeof(text), "vm-%s-kvm", arch_text(other_arch()));
	ok(!environment_parse(text, &env, &err) && environment_arch(&env) == other_arch(),
		"an environment of another host can be named here: %s", text);
	ok(!environment_parse("native", &env, &err) && environment_is_native(&env) && !env.n &&
			environment_arch(&env) == arch_host() && !environment_vm(&env),
		"native is the empty stack of the host's architecture");
	ok(!environment_parse("vm-x86_64-tcg+user-aarch64", &env, &err) &&
			environment_arch(&env) == ARCH_AARCH64 &&
			environment_vm(&env)->arch == ARCH_X86_64,
		"a composition runs what its top layer runs, in the VM at its bottom");
	base = environment_base(&env);
	is_str(base.id, "vm-x86_64-tcg", "a composition shares the boot of its VM");
	environment_parse("user-aarch64", &env, &err);
	base = environment_base(&env);
	is_str(base.id, "native", "without a VM the base is the host");
}

/* The architecture ends the id, so the name of a command may hold words that mean something
 * elsewhere. */
static void test_commands(void)
{
	static const struct {
		const char *id, *name;
		enum arch arch;
		size_t layers;
	} good[] = {
		{"box64-x86_64", "box64", ARCH_X86_64, 1},
		{"qemu-10-tcg-aarch64", "qemu-10-tcg", ARCH_AARCH64, 1},
		{"aarch64-aarch64", "aarch64", ARCH_AARCH64, 1},
		{"users-x86_64", "users", ARCH_X86_64, 1},
		{"a-name-of-31-characters-is-just-x86_64", "a-name-of-31-characters-is-just",
			ARCH_X86_64, 1},
		{"vm-aarch64-kvm+box64-x86_64", "box64", ARCH_X86_64, 2},
	};
	struct environment env;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		const struct layer *l;

		env = (struct environment){0};
		environment_parse(good[i].id, &env, &err);
		l = environment_command(&env);
		ok(l && !strcmp(l->name, good[i].name) && l->arch == good[i].arch &&
				env.n == good[i].layers && environment_arch(&env) == good[i].arch &&
				!strcmp(env.id, good[i].id),
			"'%s' is the command '%s'", good[i].id, good[i].name);
	}
	environment_parse("vm-x86_64-tcg+user-aarch64", &env, &err);
	ok(!environment_command(&env), "QEMU's user mode is no command layer");
}

static void test_cells(void)
{
	static const char *const bad[] = {"", "matmul", "matmul.blas.aarch64", "a.b.c.native",
		"matmul.blas.x86_64.native.x", "matmul.blas.x86_64.native ",
		"Matmul.blas.x86_64.native", "matmul..x86_64.native",
		"matmul.blas.x86_64.vm-x86_64", "../x.blas.x86_64.native",
		"matmul.blas.x86_64.user-aarch64"};
	struct cell_parts parts;
	char cell[CELL_ID_MAX], longest[400];

	cell_name(cell, "matmul", "blas", ARCH_AARCH64, "vm-x86_64-tcg+user-aarch64");
	is_str(cell, "matmul.blas.aarch64.vm-x86_64-tcg+user-aarch64", "a cell's id is derived");
	ok(!cell_parse(cell, &parts, &err) && !strcmp(parts.workload, "matmul") &&
			!strcmp(parts.variant, "blas") && parts.arch == ARCH_AARCH64 &&
			!strcmp(parts.env, "vm-x86_64-tcg+user-aarch64"),
		"and parses back");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		err = (struct err){0};
		ok(cell_parse(bad[i], &parts, &err) == -EINVAL, "'%s' is no cell: %s", bad[i],
			err.text);
	}
	memset(longest, 'a', sizeof(longest));
	memcpy(longest + sizeof(longest) - 20, ".b.x86_64.native\0", 17);
	ok(cell_parse(longest, &parts, &err) < 0, "an endless name is refused");
	ok(!strcmp(parts.workload, "matmul"), "a refused id changes nothing");
}

static void test_plans(void)
{
	static const char *const bad[] = {"", "latest", "20261121T064354Z-abcde",
		"../../etc/passwd/xxxxx", "20261121T064354Z-ABCDEF", "20261121T064354Z-abcdef0",
		"2026112aT064354Z-abcdef", "20261121T064354Z/abcdef"};
	struct plan plan = {0};
	struct environment env;
	struct arm *arm;
	char first[RUN_ID_MAX];

	plan_stamp(&plan);
	ok(run_id_is_valid(plan.run) && strstr(plan.created, "UTC"),
		"a stamped plan has a run id: %s", plan.run);
	memcpy(first, plan.run, sizeof(first));
	plan_stamp(&plan);
	ok(strcmp(first, plan.run) != 0, "two plans of one second have different ids");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ok(!run_id_is_valid(bad[i]), "'%s' is no run id", bad[i]);
	environment_parse("user-aarch64", &env, &err);
	for (int i = 0; i < 100; i++)
		arm = plan_add(&plan, "matmul", "blas", &env, i % 2);
	ok(plan.n == 100 && arm->duplicate && arm->status == STATUS_OK &&
			!strcmp(arm->cell, "matmul.blas.aarch64.user-aarch64"),
		"arms are added with derived cells");
	plan_release(&plan);
	plan_release(&plan);
	ok(!plan.arms && !plan.n, "releasing twice is harmless");
}

static void test_pilots(void)
{
	struct plan plan = {.pilot = 4, .pilot_executions = 2};
	const struct arm once = {.executions = 1}, often = {.executions = 3};

	is_int(plan_executions(&plan, &once, 1), 2, "in a pilot's block an arm is executed twice");
	is_int(plan_executions(&plan, &once, 4), 2, "in its last one too");
	is_int(plan_executions(&plan, &once, 5), 1, "behind it as often as the arm says");
	is_int(plan_executions(&plan, &often, 1), 3, "and in it at least as often");
	plan.pilot_executions = 0;
	is_int(plan_executions(&plan, &once, 1), 1, "a pilot that does not say repeats nothing");
}

static void add(struct samples *s, uint64_t block)
{
	struct sample one = {.block = block, .iter_wall_ns = xcalloc(3, 8), .probe = xstrdup("{}")};
	struct boot boot = {.block = block};

	samples_add(s, &one);
	samples_add_boot(s, &boot);
}

static void test_samples(void)
{
	struct samples s = {0};

	for (uint64_t block = 1; block <= 30; block++)
		add(&s, block % 3 + 1);
	samples_discard_block(&s, 2);
	ok(s.n == 20 && s.nboots == 20, "a discarded block's samples and boots are gone");
	samples_discard_block(&s, 7);
	ok(s.n == 20, "discarding a block that is not there changes nothing");
	ok(sample_scale(&(struct sample){.host_wall_ns = 5}) == 1,
		"without a VM nothing is stretched");
	is_near(sample_scale(&(struct sample){.host_wall_ns = 110, .guest_wall_ns = 100}), 1.1,
		1e-15, "a guest's time is stretched to the host's");
	samples_release(&s);
	samples_release(&s);
}

/* Alike but for the one member. */
#define DIFFERS_IN(member, value)                                                                  \
	do {                                                                                       \
		struct host other = host;                                                          \
		char print[HOST_ID_MAX];                                                           \
                                                                                                   \
		str_copy(other.member, sizeof(other.member), value);                               \
		host_fingerprint(&other, print);                                                   \
		ok(!host_is_same(&host, &other) && strcmp(print, fingerprint) != 0,                \
			"another " #member " is another host");                                    \
	} while (0)

static void add_sample(struct samples *s, uint64_t block, const char *cell, bool duplicate,
	uint64_t execution, uint64_t order)
{
	struct sample one = {
		.block = block, .duplicate = duplicate, .execution = execution, .order = order};

	str_copy(one.cell, sizeof(one.cell), cell);
	samples_add(s, &one);
}

static void test_sample_index(void)
{
	_cleanup_(samples_release) struct samples s = {0};
	_cleanup_(sample_index_release) struct sample_index index = {0}, none = {0};
	const struct sample *const *in_block;
	const struct sample *found;

	add_sample(&s, 3, "a", false, 1, 1);
	add_sample(&s, 1, "b", false, 2, 2);
	add_sample(&s, 1, "b", false, 1, 3);
	add_sample(&s, 1, "b", true, 1, 4);
	add_sample(&s, 1, "b", true, 1, 5);
	add_sample(&s, 1, "a", false, 1, 6);
	sample_index_init(&index, &s);
	sample_index_init(&none, NULL);
	for (size_t i = 0; i < s.n; i++) {
		const struct sample *x = &s.v[i];

		found = sample_index_find(&index, x->block, x->cell, x->duplicate, x->execution);
		is_int(found ? found->order : 0, x->order == 5 ? 4 : x->order,
			"sample %zu is found, of two the first", i + 1);
	}
	ok(!sample_index_find(&index, 3, "b", false, 1) &&
			!sample_index_find(&index, 2, "a", false, 1) &&
			!sample_index_find(&index, 1, "a", true, 1) &&
			!sample_index_find(&index, 3, "a", false, 2) &&
			!sample_index_find(&none, 1, "a", false, 1),
		"others are not");
	ok(sample_index_block(&index, 1, &in_block) == 5 && in_block[0]->order == 6 &&
			in_block[4]->order == 5,
		"those of a block stand together");
	is_int(sample_index_block(&index, 2, &in_block), 0, "a block may have none");
	is_int(sample_index_block(&none, 1, &in_block), 0, "where there are no samples, all do");
}

static void test_hosts(void)
{
	const struct host host = {.id = "1",
		.arch = ARCH_AARCH64,
		.cpu_model = "Neoverse-N1",
		.cpu_revision = "family 25, model 1, stepping 1",
		.kernel = "Linux 6.1",
		.qemu_user = "7.2",
		.qemu_system = "7.2",
		.libvirt = "9.0"};
	struct host node = host, other = host;
	char fingerprint[HOST_ID_MAX], print[HOST_ID_MAX];

	host_fingerprint(&host, fingerprint);
	ok(strlen(fingerprint) == 16, "a fingerprint has 16 digits");
	str_copy(node.id, sizeof(node.id), "2");
	node.cpus = 64;
	node.load1 = 3;
	host_fingerprint(&node, print);
	ok(host_is_same(&host, &node) && !strcmp(print, fingerprint),
		"two nodes of a cluster are one host");
	DIFFERS_IN(cpu_model, "Neoverse-V1");
	DIFFERS_IN(cpu_revision, "family 26, model 2, stepping 1");
	DIFFERS_IN(kernel, "Linux 6.2");
	DIFFERS_IN(hypervisor, "xen");
	DIFFERS_IN(qemu_user, "8.0");
	DIFFERS_IN(qemu_system, "8.0");
	other.arch = ARCH_X86_64;
	ok(!host_is_same(&host, &other), "another architecture is another host");
	other = host;
	str_copy(other.libvirt, sizeof(other.libvirt), "10.0");
	ok(!host_is_same(&host, &other), "another libvirt is another host");
	other.libvirt[0] = '\0';
	ok(host_is_same(&host, &other) && host_is_same(&other, &host),
		"a run that used no libvirt agrees with any");
	other = host;
	other.cpu_revision[0] = '\0';
	ok(host_is_same(&host, &other) && host_is_same(&other, &host),
		"a run that does not know the CPU's revision agrees with any");
}

static void test_images_of_programs(void)
{
	struct program packages = {.root = "r1"}, newer = {.root = "r2"},
		       script = {.root = "r1", .sha256 = "aa"},
		       edited = {.root = "r1", .sha256 = "bb"},
		       moved = {.root = "r2", .sha256 = "aa"}, plain = {.sha256 = "aa"};

	ok(program_compare(&packages, &packages) == PROGRAM_SAME &&
			program_compare(&packages, &newer) == PROGRAM_DIFFERS,
		"a program of packages is its image");
	ok(program_compare(&script, &script) == PROGRAM_SAME, "a script is itself");
	ok(program_compare(&script, &edited) == PROGRAM_DIFFERS, "… no longer, when it is edited");
	ok(program_compare(&script, &moved) == PROGRAM_DIFFERS, "… nor in another image");
	ok(program_compare(&script, &packages) == PROGRAM_UNKNOWN &&
			program_compare(&script, &plain) == PROGRAM_UNKNOWN &&
			program_compare(&plain, &script) == PROGRAM_UNKNOWN,
		"what one side does not say is not known to be the same");
	is_str(program_id(&script, &edited), "aa", "files that differ are named by their sums");
	is_str(program_id(&script, &moved), "r1", "images by theirs");
	is_str(program_id(NULL, &script), "", "what is not there has no name");
}

static void test_programs(void)
{
	const struct program a = {.build_id = "01", .sha256 = "aa"}, b = {.build_id = "01"},
			     c = {.build_id = "02", .sha256 = "aa"}, d = {.sha256 = "bb"};
	_cleanup_(programs_release) struct programs ps = {0};

	ok(program_compare(&a, &a) == PROGRAM_SAME, "a program is itself");
	ok(program_compare(&a, &c) == PROGRAM_SAME, "sums decide where both have one");
	ok(program_compare(&a, &d) == PROGRAM_DIFFERS, "other sums are other files");
	ok(program_compare(&a, &b) == PROGRAM_SAME && program_compare(&b, &c) == PROGRAM_DIFFERS,
		"build ids decide where a sum is missing");
	ok(program_compare(&b, &d) == PROGRAM_UNKNOWN &&
			program_compare(NULL, &a) == PROGRAM_UNKNOWN,
		"what has nothing in common is not known to be the same");
	test_images_of_programs();
	programs_add(&ps, "x");
	programs_add(&ps, "y");
	programs_add(&ps, "x");
	is_int(ps.n, 2, "a program is listed once");
	ok(programs_find(&ps, "y") && !programs_find(&ps, "z"), "and found by its path");
}

static void test_cpus(void)
{
	struct cpu_choice none[ARCH_COUNT] = {0}, one[ARCH_COUNT] = {0};
	char text[CPU_LACKS_MAX], buf[CPU_LACKS_MAX];

	str_copy(one[ARCH_X86_64].model, CPU_MODEL_MAX, "Nehalem,-popcnt");
	str_copy(one[ARCH_X86_64].qemu, CPU_LACKS_MAX, "Nehalem,popcnt=off");
	is_str(cpu_model(NULL, ARCH_X86_64), arch_info(ARCH_X86_64)->cpu_model,
		"without a choice the model is the architecture's");
	is_str(cpu_model(one, ARCH_X86_64), "Nehalem,-popcnt", "a chosen one is taken");
	is_str(cpu_model(one, ARCH_AARCH64), arch_info(ARCH_AARCH64)->cpu_model,
		"for its architecture only");
	is_str(cpu_for_translator(one, ARCH_X86_64, buf), "Nehalem,popcnt=off",
		"the translator has its own words for it");
	ok(str_starts(
		   cpu_for_translator(none, ARCH_X86_64, buf), arch_info(ARCH_X86_64)->cpu_model),
		"and those of the default");
	cpus_text(one, text, sizeof(text));
	is_str(text, "x86_64=Nehalem,-popcnt", "choices as text");
	cpus_text(none, text, sizeof(text));
	is_str(text, "", "none as none");
	ok(cpus_are_equal(one, one) && !cpus_are_equal(one, none), "choices are told apart");
}

static void test_requests(void)
{
	struct exec_request request = {.program = xstrdup("/tmp/Bench_1.aarch64"), .own = true};
	struct workload *w;

	argv_add(&request.args, "-x");
	ok(!exec_request_has_image(&request) && exec_request_is_staged(&request),
		"a file of the user's is staged and runs as it is");
	w = workload_from_request(&request);
	ok(!strcmp(w->name, "bench-1") && !w->packaged && !strcmp(w->args[0], "-x") &&
			!strcmp(w->variants[0].program, "exec"),
		"it is called after its file, without the architecture");
	ok(!request.program && w->request->own, "the workload took over what was asked for");
	workload_release(w);
	free(w);
	request = (struct exec_request){.program = xstrdup("prog")};
	request.roots[ARCH_AARCH64] = xstrdup("/srv/tree");
	w = workload_from_request(&request);
	ok(w->packaged && !w->packaged->packages[ARCH_X86_64] &&
			!strcmp(w->packaged->packages[ARCH_AARCH64][0], "dir:/srv/tree") &&
			!strcmp(w->packaged->command[0], "prog"),
		"a folder is the image of its architecture alone");
	workload_release(w);
	free(w);
	request = (struct exec_request){.program = xstrdup("p"), .own = true};
	argv_add(&request.inputs, "words");
	w = workload_from_request(&request);
	ok(w->packaged && w->packaged->own &&
			!strcmp(w->packaged->packages[ARCH_X86_64][0], "dir:"),
		"a program with inputs and nothing else has an empty image");
	workload_release(w);
	free(w);
}

int main(void)
{
	test_arches();
	test_statuses();
	test_stacks();
	test_environments();
	test_commands();
	test_cells();
	test_plans();
	test_pilots();
	test_samples();
	test_sample_index();
	test_hosts();
	test_programs();
	test_cpus();
	test_requests();
	return done_testing();
}
