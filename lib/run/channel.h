/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Typed messages between our own processes, over SOCK_SEQPACKET unix sockets: a header (type, id, length), a
 * payload of at most CHANNEL_MAX bytes, and up to CHANNEL_FDS_MAX descriptors. Both sides are ours, but one
 * of them may have been taken over by a hostile mail: a message that is not of the form its receiver expects
 * is ERR_PEER. Payloads are written and read with the wire_* functions: fixed width little endian, byte
 * strings with a length.
 */
#ifndef POSTSEAL_CHANNEL_H
#define POSTSEAL_CHANNEL_H

#include "lib/base/buf.h"
#include "lib/base/err.h"

enum { CHANNEL_MAX = 128 * 1024, CHANNEL_FDS_MAX = 3 };

struct channel_message {
	uint32_t type, id;
	struct bytes payload;     /* on receipt: inside the receiver's buffer */
	int fds[CHANNEL_FDS_MAX]; /* on receipt: the receiver owns them, -1 where none */
	size_t n_fds;
};

int channel_pair(int ret_fds[2], struct err *err);
int channel_listen(const char *path, unsigned mode, int *ret_fd, struct err *err);
int channel_connect(const char *path, int64_t deadline_ms, int *ret_fd, struct err *err);

/* Sends one message whole; descriptors stay the sender's. Waits at most until the deadline (clock_mono_ms).
 */
int channel_send(int fd, const struct channel_message *message, int64_t deadline_ms, struct err *err);

/*
 * Receives one message into `buf` (reset first). Returns 1, 0 at end of file, -1 with err; ERR_TEMP when the
 * deadline passed.
 */
int channel_receive(
	int fd, struct buf *buf, struct channel_message *ret_message, int64_t deadline_ms, struct err *err);

/* Closes the descriptors of a received message that nobody took. */
void channel_close_fds(struct channel_message *message);

/* Writing a payload. */
void wire_put_u32(struct buf *buf, uint32_t v);
void wire_put_u64(struct buf *buf, uint64_t v);
void wire_put_bytes(struct buf *buf, struct bytes b);

/* Reading one: each returns 0, or -1 when the payload is too short; then nothing more is read from it. */
struct wire {
	struct bytes rest;
	bool broken;
};
int wire_u32(struct wire *wire, uint32_t *ret_v);
int wire_u64(struct wire *wire, uint64_t *ret_v);
int wire_bytes(struct wire *wire, struct bytes *ret_b);

#endif
