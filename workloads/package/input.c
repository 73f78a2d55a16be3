/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workloads/package/input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "workloads/wl.h"

#define KIB 1024u
#define WORDS 4096u
#define WORD_MAX 12u
#define LINE_WORDS 12u

/* What a kind is made of: adds at most `left` bytes to the file, less only at its end. */
struct maker {
	const char *kind;
	void (*make)(struct wl_rng *rng, FILE *out, uint64_t size);
};

/* ---- text ---- */

static void make_words(struct wl_rng *rng, char words[static WORDS][WORD_MAX])
{
	static const char letters[] = "eeeeetttaaaooinnsshrrdlucmfwygpbvk";

	for (unsigned i = 0; i < WORDS; i++) {
		unsigned n = 1 + wl_rng_below(rng, 4) + wl_rng_below(rng, WORD_MAX - 5);

		for (unsigned k = 0; k < n; k++)
			words[i][k] = letters[wl_rng_below(rng, sizeof(letters) - 1)];
		words[i][n] = '\0';
	}
}

/* The product of three uniform numbers: a few words are frequent, most are rare. */
static unsigned pick_word(struct wl_rng *rng)
{
	uint64_t a = wl_rng_below(rng, WORDS), b = wl_rng_below(rng, WORDS);
	uint64_t c = wl_rng_below(rng, WORDS);

	return (unsigned)(a * b / WORDS * c / WORDS);
}

static void make_text(struct wl_rng *rng, FILE *out, uint64_t size)
{
	static char words[WORDS][WORD_MAX];
	char line[LINE_WORDS * WORD_MAX + 2];

	make_words(rng, words);
	for (uint64_t done = 0;;) {
		size_t len = 0;

		for (unsigned i = 0; i < LINE_WORDS; i++) {
			len = (size_t)(stpcpy(line + len, words[pick_word(rng)]) - line);
			line[len++] = i + 1 < LINE_WORDS ? ' ' : '\n';
		}
		done += len;
		if (done > size)
			return;
		fwrite(line, 1, len, out);
	}
}

/* ---- numbers, random ---- */

static void make_numbers(struct wl_rng *rng, FILE *out, uint64_t size)
{
	char line[16];

	for (uint64_t done = 0;;) {
		int n = snprintf(line, sizeof(line), "%u\n", (unsigned)(wl_rng_u64(rng) >> 32));

		done += (uint64_t)n;
		if (done > size)
			return;
		fwrite(line, 1, (size_t)n, out);
	}
}

static void put_le(FILE *out, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		putc_unlocked((int)(value >> 8 * i & 0xff), out);
}

static void make_random(struct wl_rng *rng, FILE *out, uint64_t size)
{
	for (uint64_t done = 0; done < size; done += 8)
		put_le(out, wl_rng_u64(rng), 8);
}

/* ---- sound ---- */

#define RATE 44100u
#define WAV_HEADER 44u
#define VOICES 4u

static void put_wav_header(FILE *out, uint64_t data)
{
	fputs("RIFF", out);
	put_le(out, WAV_HEADER - 8 + data, 4);
	fputs("WAVEfmt ", out);
	put_le(out, 16, 4);
	put_le(out, 1, 2); /* PCM */
	put_le(out, 2, 2);
	put_le(out, RATE, 4);
	put_le(out, RATE * 4, 4);
	put_le(out, 4, 2);
	put_le(out, 16, 2);
	fputs("data", out);
	put_le(out, data, 4);
}

/* A parabola for each half wave: as smooth as a sine needs to be, and in whole numbers. */
static int32_t wave(uint32_t phase)
{
	int32_t x = (int32_t)(phase >> 16 & 0x7fff);
	int32_t y = (int32_t)((int64_t)x * (0x8000 - x) >> 15);

	return phase >> 31 ? -y : y;
}

static void make_sound(struct wl_rng *rng, FILE *out, uint64_t size)
{
	uint64_t data = (size - WAV_HEADER) & ~(uint64_t)3;
	uint32_t phase[VOICES] = {0}, step[VOICES] = {0};

	put_wav_header(out, data);
	for (uint64_t i = 0; i < data / 4; i++) {
		int32_t left = (int32_t)wl_rng_below(rng, 256), right = left;

		for (unsigned v = 0; v < VOICES; v++) {
			if (i % (RATE / 4) == 0)
				step[v] = (110 + wl_rng_below(rng, 880)) * (UINT32_MAX / RATE);
			phase[v] += step[v];
			left += wave(phase[v]) / (v % 2 ? 1 : 2);
			right += wave(phase[v]) / (v % 2 ? 2 : 1);
		}
		put_le(out, (uint64_t)(left / 2), 2);
		put_le(out, (uint64_t)(right / 2), 2);
	}
	put_le(out, 0, (unsigned)(size - WAV_HEADER - data));
}

/* ---- all ---- */

static const struct maker makers[] = {
	{"text", make_text},
	{"numbers", make_numbers},
	{"random", make_random},
	{"sound", make_sound},
};

int input_make(const char *path, const char *kind, uint64_t kib, uint64_t seed)
{
	const struct maker *maker = NULL;
	struct wl_rng rng;
	FILE *out;
	int failed;

	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++)
		if (!strcmp(makers[i].kind, kind))
			maker = &makers[i];
	if (!maker || !kib)
		return -EINVAL;
	out = fopen(path, "we");
	if (!out)
		return -errno;
	wl_rng_init(&rng, seed, kib);
	maker->make(&rng, out, kib * KIB);
	failed = fflush(out) || ferror(out) ? (errno ? errno : EIO) : 0;
	fclose(out);
	return -failed;
}
