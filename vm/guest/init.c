/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "vm/guest/guest.h"

/* From the agent's start: devices that are not there by then do not come. Translated guests on a
 * busy host need tens of seconds now and then. */
#define SETUP_TIMEOUT_NS (60 * AGENT_NS_PER_S)

static void say_hello(void)
{
	struct wire_writer w;
	struct utsname uts;
	struct sysinfo info;

	uname(&uts);
	sysinfo(&info);
	port_begin(&w);
	wire_put_hello(&w, &(struct wire_hello){
				   .version = WIRE_VERSION,
				   .arch = uts.machine,
				   .release = uts.release,
				   .mono_ns = agent_now_ns(),
				   .ncpus = (uint32_t)sysconf(_SC_NPROCESSORS_ONLN),
				   .mem_kib = (uint64_t)info.totalram * info.mem_unit / 1024,
			   });
	port_send(&w, WIRE_HELLO, 0);
}

static void answer_exec(const uint8_t *payload, const struct wire_header *header)
{
	static struct wire_exec exec;
	struct wire_result result;
	struct wire_writer w;
	int error = wire_get_exec(payload, header->len, &exec);

	port_begin(&w);
	if (error) {
		wire_put_text(&w, "the request to run a program cannot be decoded");
		port_send(&w, WIRE_ERROR, header->seq);
		return;
	}
	run_program(&exec, &result);
	wire_put_result(&w, &result);
	port_send(&w, WIRE_RESULT, header->seq);
}

static void answer_ping(const struct wire_header *header)
{
	struct wire_writer w;

	port_begin(&w);
	wire_put_time(&w, agent_now_ns());
	port_send(&w, WIRE_PONG, header->seq);
}

static void serve(void)
{
	for (;;) {
		struct wire_header header;
		const uint8_t *payload = port_receive(&header);

		switch (header.type) {
		case WIRE_EXEC:
			answer_exec(payload, &header);
			break;
		case WIRE_PING:
			answer_ping(&header);
			break;
		case WIRE_POWEROFF:
			return;
		default:
			agent_die("the host sent an answer", "", 0);
		}
	}
}

int main(void)
{
	uint64_t deadline_ns = agent_now_ns() + SETUP_TIMEOUT_NS;

	signal(SIGPIPE, SIG_IGN);
	setup_mount_system();
	setup_open_console();
	setup_set_hostname();
	setup_loopback();
	setup_memory();
	setup_load_modules();
	setup_mount_disk(deadline_ns);
	port_open(deadline_ns);
	say_hello();
	serve();
	agent_power_off();
}
