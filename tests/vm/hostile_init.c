/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * PID 1 of a guest that means harm: toll.hostile=MODE on the kernel's command line says how. The
 * host must answer each with the right error, in time.
 */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "vm/guest/guest.h"

/* arch NULL: the truth. */
static void hello(const char *arch)
{
	struct wire_writer w;
	struct utsname uts;

	uname(&uts);
	port_begin(&w);
	wire_put_hello(&w, &(struct wire_hello){.version = WIRE_VERSION,
				   .arch = arch ? arch : uts.machine,
				   .release = "0\033[2Jevil",
				   .mono_ns = agent_now_ns(),
				   .ncpus = 1});
	port_send(&w, WIRE_HELLO, 0);
}

static void raw(const void *bytes, size_t n)
{
	if (write(port_fd(), bytes, n) < 0)
		agent_die("cannot write to", "the port", 0);
}

static void forever(void)
{
	for (;;)
		pause();
}

/* ---- before the hello ---- */

static void silent(void)
{
	dprintf(2, "toll-hostile: not a word\033[31m\n");
	forever();
}

static void garbage(void)
{
	raw("HTTP/1.1 200 OK\r\n\r\n", 19);
	forever();
}

static void oversized(void)
{
	raw("TOLL\1\0\0\0\0\0\0\0\377\377\377\377", 16);
	forever();
}

/* A byte a second, never a whole frame. */
static void slow(void)
{
	static const char header[] = "TOLL\1\0\0\0\0\0\0\0\377\1\0\0";

	for (size_t i = 0;; i++) {
		raw(header + (i < 15 ? i : 15), 1);
		sleep(1);
	}
}

static void leave(void)
{
	dprintf(2, "toll-hostile: leaving\n");
	_exit(1);
}

static void console(void)
{
	static char line[4096];

	memset(line, 'x', sizeof(line) - 1);
	for (;;)
		dprintf(2, "%s\n", line);
}

static void lying(void)
{
	hello("sparc64");
	forever();
}

/* ---- after the first request ---- */

static struct wire_header request(void)
{
	struct wire_header header;

	hello(NULL);
	port_receive(&header);
	return header;
}

static void hang(void)
{
	request();
	forever();
}

static void flood(void)
{
	request();
	for (;;) {
		struct wire_writer w;

		port_begin(&w);
		wire_put_time(&w, 1);
		port_send(&w, WIRE_PONG, 99);
	}
}

static void result_of(struct wire_result result)
{
	struct wire_header header = request();
	struct wire_writer w;

	port_begin(&w);
	wire_put_result(&w, &result);
	port_send(&w, WIRE_RESULT, header.seq);
	forever();
}

static void too_much(void)
{
	static uint8_t bytes[100000];

	result_of((struct wire_result){.out = bytes, .out_len = sizeof(bytes)});
}

static void impossible(void)
{
	result_of((struct wire_result){.end = WIRE_SIGNALED, .code = 9999});
}

static void complain(void)
{
	struct wire_header header = request();
	struct wire_writer w;

	port_begin(&w);
	wire_put_text(&w, "\033]0;evil\007 no");
	port_send(&w, WIRE_ERROR, header.seq);
	forever();
}

int main(void)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} modes[] = {
		{"silent", silent},
		{"garbage", garbage},
		{"oversized", oversized},
		{"slow", slow},
		{"leave", leave},
		{"console", console},
		{"lying", lying},
		{"hang", hang},
		{"flood", flood},
		{"too-much", too_much},
		{"impossible", impossible},
		{"complain", complain},
	};
	const char *mode;

	setup_mount_system();
	setup_open_console();
	setup_load_modules();
	port_open(agent_now_ns() + 60 * AGENT_NS_PER_S);
	mode = setup_option("toll.hostile");
	for (size_t i = 0; mode && i < sizeof(modes) / sizeof(modes[0]); i++)
		if (!strcmp(mode, modes[i].name))
			modes[i].run();
	agent_die("no such mode", mode ? mode : "", 0);
}
