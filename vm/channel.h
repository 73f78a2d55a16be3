/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Frames (vm/wire.h) to and from the agent, with deadlines, over anything that moves bytes: a
 * libvirt stream (vm/stream.h) or a plain descriptor.
 */
#ifndef VM_CHANNEL_H
#define VM_CHANNEL_H

#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "vm/wire.h"

/* Moves bytes without blocking. recv and send return the number of bytes, 0 (recv: the other end
 * has closed), or -EAGAIN, or another negative errno. wait returns once `events` (POLLIN, POLLOUT)
 * or a hang-up may have come, or at the deadline, or when a signal came. */
struct transport {
	const struct transport_ops *ops;
	void *self;
};

struct transport_ops {
	ssize_t (*recv)(void *self, void *buf, size_t size);
	ssize_t (*send)(void *self, const void *buf, size_t len);
	void (*wait)(void *self, short events, uint64_t deadline_ns);
	void (*close)(void *self);
};

/* Takes a connected, non-blocking descriptor over. */
struct transport transport_from_fd(int fd);

struct channel;

/* Takes the transport over. stop may be NULL. */
struct channel *channel_new(struct transport transport, const volatile sig_atomic_t *stop);
void channel_free(struct channel *channel);

/* The writer to build the next frame with, already begun. */
struct wire_writer *channel_writer(struct channel *channel);
/* Sends what the writer holds. */
int channel_send(struct channel *channel, enum wire_type type, uint32_t seq, uint64_t deadline_ns,
	struct err *err);
/* Waits for a whole frame; the payload lives until the next call.
 * -ETIMEDOUT, -EPIPE (the guest closed), -EPROTO (not a frame), ERR_INTERRUPTED. */
int channel_receive(struct channel *channel, uint64_t deadline_ns, struct wire_header *ret,
	const uint8_t **ret_payload, struct err *err);

#endif
