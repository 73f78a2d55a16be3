/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "cmd.h"

#define BAR_WIDTH 24
#define REDRAW_NS (50 * NS_PER_MS)

struct progress {
	bool quiet, terminal;
	uint64_t last_block; /* of which a plain line was written */
	uint64_t drawn_ns;
};

static bool line_is_drawn;

static void clear_line(void)
{
	if (line_is_drawn)
		fputs("\r\033[K", stderr);
	line_is_drawn = false;
}

struct progress *progress_new(bool quiet)
{
	struct progress *p = xcalloc(1, sizeof(*p));

	*p = (struct progress){.quiet = quiet, .terminal = isatty(STDERR_FILENO)};
	log_set_before(clear_line);
	return p;
}

static void draw_bar(const struct measure_progress *p)
{
	double share =
		((double)(p->block - 1) + (p->total ? (double)p->done / (double)p->total : 0)) /
		(double)p->blocks;
	char left[DURATION_TEXT_MAX] = "…";
	struct str bar = {0}, tail = {0};
	unsigned width = terminal_width(STDERR_FILENO);
	size_t used;

	for (int i = 0; i < BAR_WIDTH; i++)
		str_add(&bar, i < share * BAR_WIDTH ? "█" : "░");
	if (p->left_ns)
		duration_text((p->left_ns / NS_PER_S + 1) * NS_PER_S, left);
	str_addf(&tail, " %s %llu/%llu  %s%s  ", p->pilot ? "pilot" : "block",
		(unsigned long long)p->block, (unsigned long long)p->blocks, left,
		p->left_ns ? " left" : "");
	used = BAR_WIDTH + tail.len;
	clear_line();
	/* A line that is wider than the terminal could not be drawn over. */
	if (width > used)
		fprintf(stderr, "%s%s%.*s", str_text(&bar), str_text(&tail),
			(int)(width - used - 1), p->what);
	fflush(stderr);
	line_is_drawn = true;
	str_release(&bar);
	str_release(&tail);
}

void progress_show(void *arg, const struct measure_progress *p)
{
	struct progress *progress = arg;
	uint64_t now = clock_now_ns();
	const char *of = p->pilot ? " of the pilot" : "";
	char left[DURATION_TEXT_MAX];

	if (progress->quiet)
		return;
	if (progress->terminal) {
		if (now - progress->drawn_ns < REDRAW_NS)
			return;
		progress->drawn_ns = now;
		draw_bar(p);
		return;
	}
	if (progress->last_block == p->block)
		return;
	progress->last_block = p->block;
	if (p->left_ns)
		log_note("block %llu of %llu%s, about %s left", (unsigned long long)p->block,
			(unsigned long long)p->blocks, of, duration_text(p->left_ns, left));
	else
		log_note("block %llu of %llu%s, %zu executions a block",
			(unsigned long long)p->block, (unsigned long long)p->blocks, of, p->total);
}

void progress_show_recipe(void *arg, const char *text, bool passing)
{
	struct progress *progress = arg;
	unsigned width = terminal_width(STDERR_FILENO);

	if (progress->quiet)
		return;
	if (!progress->terminal) {
		if (!passing)
			log_note("%s", text);
		return;
	}
	clear_line();
	fprintf(stderr, "%.*s", (int)(width - 1), text);
	fflush(stderr);
	line_is_drawn = true;
}

void progress_free(struct progress *progress)
{
	clear_line();
	log_set_before(NULL);
	free(progress);
}
