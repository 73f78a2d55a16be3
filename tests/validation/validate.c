/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * validate [--trials N] [--seed N] [--only GLOB] [--blocks N] [--traces DIR] [SECTION...]: what
 * the statistics of toll cover, by simulation. See validate.h and README.md here.
 */
#include "tests/validation/validate.h"

#include <fnmatch.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "stats/describe.h"
#include "stats/rng.h"
#include "tests/validation/world.h"

void row_print(const struct row *row)
{
	printf("%s,%s,%zu,", row->section, row->label, row->blocks);
	if (!isnan(row->share))
		printf("%g", row->share);
	printf(",%s,%zu,%zu,", row->method, row->trials, row->count);
	if (!isnan(row->width))
		printf("%.4g", row->width);
	putchar('\n');
}

void tally_init(struct tally *t, size_t trials)
{
	*t = (struct tally){.width = xcalloc(trials, sizeof(*t->width))};
}

void tally_count(struct tally *t, double lo, double hi, double truth)
{
	if (isnan(lo))
		return;
	t->width[t->defined++] = (hi - lo) / (hi + lo);
	t->covered += lo <= truth && truth <= hi;
}

void tally_print(struct tally *t, struct row row)
{
	row.count = t->covered;
	row.width = stats_median(t->width, t->defined);
	if (t->defined)
		row_print(&row);
	free(t->width);
}

bool settings_want(const struct settings *s, const char *label)
{
	return !s->only || !fnmatch(s->only, label, 0);
}

/* FNV-1a. */
static uint64_t hash_text(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3;
	return hash;
}

gsl_rng *row_rng(const struct settings *s, const char *section, const char *label, size_t blocks,
	double share)
{
	uint64_t names = stats_stream(hash_text(section), hash_text(label));
	uint64_t sizes = stats_stream(blocks, isnan(share) ? 0 : (uint64_t)(share * 1000));
	gsl_rng *rng = stats_rng_new(s->seed, stats_stream(names, sizes));

	if (!rng) {
		fputs("validate: out of memory\n", stderr);
		exit(1);
	}
	return rng;
}

static const struct {
	const char *name;
	int (*run)(const struct settings *s);
} sections[] = {
	{"coverage", section_coverage},
	{"repeats", section_repeats},
	{"suites", section_suites},
	{"rules", section_rules},
	{"aa", section_aa},
	{"power", section_power},
	{"warmup", section_warmup},
	{"stopping", section_stopping},
	{"traces", section_traces},
};

#define SECTIONS (sizeof(sections) / sizeof(sections[0]))

static int usage(void)
{
	fputs("usage: validate [--trials N] [--seed N] [--only GLOB] [--blocks N] [--traces DIR] "
	      "[SECTION...]\nsections:",
		stderr);
	for (size_t i = 0; i < SECTIONS; i++)
		fprintf(stderr, " %s", sections[i].name);
	fputc('\n', stderr);
	return 2;
}

static int parse(int argc, char **argv, struct settings *s, size_t *blocks)
{
	static const struct option options[] = {
		{"trials", required_argument, NULL, 't'},
		{"seed", required_argument, NULL, 's'},
		{"only", required_argument, NULL, 'o'},
		{"blocks", required_argument, NULL, 'b'},
		{"traces", required_argument, NULL, 'T'},
		{0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 't':
			s->trials = strtoul(optarg, NULL, 10);
			break;
		case 's':
			s->seed = strtoull(optarg, NULL, 10);
			break;
		case 'o':
			s->only = optarg;
			break;
		case 'b':
			blocks[0] = strtoul(optarg, NULL, 10);
			s->blocks = blocks;
			break;
		case 'T':
			s->traces = optarg;
			break;
		default:
			return usage();
		}
	}
	return s->trials && (!s->blocks || (blocks[0] && blocks[0] <= WORLD_BLOCKS_MAX)) ? 0
											 : usage();
}

static bool chosen(const char *name, int argc, char **argv)
{
	for (int i = optind; i < argc; i++)
		if (!strcmp(argv[i], name))
			return true;
	return optind == argc;
}

int main(int argc, char **argv)
{
	size_t blocks[2] = {0};
	struct settings s = {.trials = 2000, .seed = 1, .traces = "tests/validation/traces"};
	int r = parse(argc, argv, &s, blocks);

	if (r)
		return r;
	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("section,case,blocks,share,method,trials,count,width");
	for (size_t i = 0; !r && i < SECTIONS; i++)
		if (chosen(sections[i].name, argc, argv))
			r = sections[i].run(&s);
	return r;
}
