/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workloads/wl.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined(__x86_64__)
#define WL_ARCH "x86_64"
#elif defined(__aarch64__)
#define WL_ARCH "aarch64"
#else
#error "workloads are built for x86_64 and aarch64"
#endif

struct options {
	const struct wl_size *size;
	uint64_t seed;
	uint64_t iterations;
	uint64_t min_time_ns;
	uint64_t max_time_ns;
	uint64_t threads;
};

struct timing {
	uint64_t begin_ns, end_ns; /* of the first and the last iteration */
	uint64_t warm_ns;	   /* all after the first */
	uint64_t wall_ns[WL_MAX_ITERATIONS];
	uint64_t cpu_ns[WL_MAX_ITERATIONS];
	int iterations;
};

struct instant {
	uint64_t wall_ns, cpu_ns;
};

struct verification {
	double losses[WL_MAX_VERIFY];
	struct wl_digest digest;
};

static struct timing timing;

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- verification ---- */

static void require_finite(const char *what, const double *x, int n)
{
	for (int i = 0; i < n; i++) {
		if (isfinite(x[i]))
			continue;
		fprintf(stderr, "%s: %s %d is not finite\n", workload.name, what, i);
		exit(WL_EXIT_FAILED);
	}
}

/* ---- the run ---- */

/* After iteration n of the run: its loss, and the digest once all steps to verify are done. */
static void verify(const void *state, int n, struct verification *v)
{
	if (workload.loss)
		v->losses[n - 1] = workload.loss(state);
	if (n == workload.verify_steps)
		workload.digest(state, &v->digest);
}

static struct instant now(void)
{
	return (struct instant){clock_ns(CLOCK_MONOTONIC), clock_ns(CLOCK_PROCESS_CPUTIME_ID)};
}

static bool goes_on(const struct timing *t, const struct options *o)
{
	if (t->iterations < workload.verify_steps)
		return true;
	if (t->iterations == WL_MAX_ITERATIONS || t->end_ns - t->begin_ns >= o->max_time_ns)
		return false;
	return (uint64_t)t->iterations < o->iterations || t->warm_ns < o->min_time_ns;
}

/* Only iterations are timed, not what is done between them: a translator meets some of that in
 * later iterations only. */
static void measure(void *state, const struct options *o, struct timing *t, struct verification *v)
{
	struct instant begin, end;

	/* Every page of the arrays is touched before the clock runs. */
	memset(t, 0xff, sizeof(*t));
	t->iterations = 0;
	t->warm_ns = 0;
	do {
		begin = now();
		workload.iterate(state);
		end = now();
		if (!t->iterations)
			t->begin_ns = begin.wall_ns;
		t->wall_ns[t->iterations] = end.wall_ns - begin.wall_ns;
		t->cpu_ns[t->iterations] = end.cpu_ns - begin.cpu_ns;
		t->end_ns = end.wall_ns;
		t->warm_ns += t->iterations ? t->wall_ns[t->iterations] : 0;
		t->iterations++;
		if (t->iterations <= workload.verify_steps)
			verify(state, t->iterations, v);
	} while (goes_on(t, o));
}

/* ---- the record ---- */

static void print_doubles(const char *key, const double *x, int n)
{
	printf("\"%s\":[", key);
	for (int i = 0; i < n; i++)
		printf("%s%.17g", i ? "," : "", x[i]);
	printf("]");
}

static void print_times(const char *key, const uint64_t *ns, int n)
{
	printf(",\"%s\":[", key);
	for (int i = 0; i < n; i++)
		printf("%s%" PRIu64, i ? "," : "", ns[i]);
	printf("]");
}

/* Its own count, which begins at exec: rusage begins with the peak of whoever started this. 0: not
 * known. */
static uint64_t peak_rss_kib(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	uint64_t kib = 0;
	char line[256];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "VmHWM: %" SCNu64, &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib;
}

static void print_record(const struct options *o, uint64_t main_ns, const struct timing *t,
	const struct verification *v)
{
	struct wl_work work = workload.work(o->size->shape);
	uint64_t rss_kib = peak_rss_kib();

	printf("{\"schema\":\"toll.record/"
	       "1\",\"workload\":\"%s\",\"variant\":\"%s\",\"arch\":\"" WL_ARCH
	       "\",\"size\":\"%s\",\"seed\":%" PRIu64 ",\"threads\":%" PRIu64,
		workload.name, wl_backend.variant, o->size->name, o->seed, o->threads);
	printf(",\"main_ns\":%" PRIu64 ",\"begin_ns\":%" PRIu64 ",\"end_ns\":%" PRIu64, main_ns,
		t->begin_ns, t->end_ns);
	print_times("iter_wall_ns", t->wall_ns, t->iterations);
	print_times("iter_cpu_ns", t->cpu_ns, t->iterations);
	if (rss_kib)
		printf(",\"max_rss_kib\":%" PRIu64, rss_kib);
	printf(",\"work\":{\"flop\":%" PRIu64 ",\"bytes\":%" PRIu64 "},\"path\":", work.flop,
		work.bytes);
	wl_json_string(stdout, wl_backend.path());
	printf(",\"digest\":{");
	print_doubles("values", v->digest.values, v->digest.count);
	printf(",\"hash\":\"%016" PRIx64 "\"}", v->digest.hash);
	if (workload.loss) {
		printf(",");
		print_doubles("losses", v->losses, workload.verify_steps);
	}
	if (workload.probe) {
		printf(",\"probe\":");
		workload.probe(stdout);
	}
	printf("}\n");
}

/* ---- options ---- */

static void print_help(void)
{
	printf("usage: %s.%s [OPTION]...\n%s\n\n"
	       "  --size NAME      shapes to use:",
		workload.name, wl_backend.variant, workload.summary);
	for (const struct wl_size *s = workload.sizes; s->name; s++)
		printf(" %s", s->name);
	printf(" (default %s)\n"
	       "  --iterations N   run at least N timed iterations, 1 to %d (the first %d are\n"
	       "                   always run: they are verified)\n"
	       "  --min-time S     and until those after the first, which is cold, have taken S\n"
	       "                   seconds (default 0)\n"
	       "  --max-time S     begin none after S seconds (default 3600)\n"
	       "  --seed N         seed of the synthetic data (default 1)\n"
	       "  --threads N      compute threads; only 1 is supported\n"
	       "  --describe       print what this program is, as JSON, and exit\n"
	       "  --help           print this and exit\n",
		workload.sizes->name, WL_MAX_ITERATIONS, workload.verify_steps);
}

static void print_description(void)
{
	printf("{\"workload\":\"%s\",\"variant\":\"%s\",\"arch\":\"" WL_ARCH
	       "\",\"summary\":\"%s\"",
		workload.name, wl_backend.variant, workload.summary);
	printf(",\"trains\":%s,\"verify_steps\":%d,\"sizes\":{", workload.loss ? "true" : "false",
		workload.verify_steps);
	for (const struct wl_size *s = workload.sizes; s->name; s++) {
		struct wl_work work = workload.work(s->shape);

		printf("%s\"%s\":{\"flop\":%" PRIu64 ",\"bytes\":%" PRIu64 "}",
			s == workload.sizes ? "" : ",", s->name, work.flop, work.bytes);
	}
	printf("}}\n");
}

static void usage_error(const char *option, const char *value, const char *expected)
{
	fprintf(stderr, "%s.%s: --%s '%s': expected %s\n", workload.name, wl_backend.variant,
		option, value, expected);
	exit(WL_EXIT_USAGE);
}

static uint64_t parse_count(const char *option, const char *text, uint64_t low, uint64_t high)
{
	char expected[80], *end;
	uint64_t value;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || end == text || *end || text[strspn(text, "0123456789")] || value < low ||
		value > high) {
		snprintf(expected, sizeof(expected), "a whole number from %" PRIu64 " to %" PRIu64,
			low, high);
		usage_error(option, text, expected);
	}
	return value;
}

static uint64_t parse_seconds(const char *option, const char *text)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || text[strspn(text, "0123456789.")] ||
		!(value >= 0 && value <= 86400))
		usage_error(option, text, "seconds from 0 to 86400");
	return (uint64_t)(value * 1e9);
}

static const struct wl_size *parse_size(const char *text)
{
	for (const struct wl_size *s = workload.sizes; s->name; s++)
		if (!strcmp(s->name, text))
			return s;
	usage_error("size", text, "a size of this workload (see --help)");
	return NULL;
}

/* A record names the seed as a JSON number, which readers may hold as a double: 2^53 - 1 at most.
 */
#define MAX_SEED 9007199254740991u

static void parse_options(int argc, char **argv, struct options *o)
{
	enum { SIZE = 's', ITERATIONS = 'n', MIN = 'm', MAX = 'M', SEED = 'r', THREADS = 't' };
	static const struct option table[] = {{"size", 1, NULL, SIZE},
		{"iterations", 1, NULL, ITERATIONS}, {"min-time", 1, NULL, MIN},
		{"max-time", 1, NULL, MAX}, {"seed", 1, NULL, SEED}, {"threads", 1, NULL, THREADS},
		{"help", 0, NULL, 'h'}, {"describe", 0, NULL, 'd'}, {NULL, 0, NULL, 0}};
	int c;

	while ((c = getopt_long(argc, argv, "", table, NULL)) != -1) {
		switch (c) {
		case SIZE:
			o->size = parse_size(optarg);
			break;
		case ITERATIONS:
			o->iterations = parse_count("iterations", optarg, 1, WL_MAX_ITERATIONS);
			break;
		case MIN:
			o->min_time_ns = parse_seconds("min-time", optarg);
			break;
		case MAX:
			o->max_time_ns = parse_seconds("max-time", optarg);
			break;
		case SEED:
			o->seed = parse_count("seed", optarg, 0, MAX_SEED);
			break;
		case THREADS:
			o->threads = parse_count("threads", optarg, 1, 1);
			break;
		case 'h':
			print_help();
			exit(0);
		case 'd':
			print_description();
			exit(0);
		default:
			exit(WL_EXIT_USAGE);
		}
	}
	if (optind < argc) {
		fprintf(stderr, "%s.%s: unexpected argument '%s'\n", workload.name,
			wl_backend.variant, argv[optind]);
		exit(WL_EXIT_USAGE);
	}
}

int main(int argc, char **argv)
{
	uint64_t main_ns = clock_ns(CLOCK_MONOTONIC);
	struct options options = {.size = workload.sizes,
		.seed = 1,
		.iterations = 1,
		.max_time_ns = 3600000000000u,
		.threads = 1};
	struct verification verification = {.digest.hash = 0xcbf29ce484222325u};
	void *state;

	parse_options(argc, argv, &options);
	state = workload.setup(options.size->shape, options.seed);
	measure(state, &options, &timing, &verification);
	require_finite("digest value", verification.digest.values, verification.digest.count);
	if (workload.loss)
		require_finite("loss", verification.losses, workload.verify_steps);
	print_record(&options, main_ns, &timing, &verification);
	workload.release(state);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "%s: cannot write the record: %s\n", workload.name,
			strerror(errno));
		return WL_EXIT_FAILED;
	}
	return 0;
}
