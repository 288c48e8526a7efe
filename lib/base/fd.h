/* SPDX-License-Identifier: Apache-2.0 */
/*
 * File descriptors. One has one owner: who passes it on sets its own copy to -1; fd_close() does that too.
 * All loops here retry EINTR. Every descriptor made here is close-on-exec.
 */
#ifndef POSTSEAL_FD_H
#define POSTSEAL_FD_H

#include "lib/base/buf.h"
#include "lib/base/err.h"

/* Closes *fd when it is not -1, and sets it to -1. */
void fd_close(int *fd);

/* All n bytes or an error (ERR_TEMP; end of file is an error). */
int fd_read_exact(int fd, void *p, size_t n, struct err *err);
int fd_write_all(int fd, struct bytes b, struct err *err);

/* Everything up to the end of the file; ERR_PERM when it is longer than the buffer's maximum. */
int fd_read_to_end(int fd, struct buf *buf, struct err *err);

/* A whole file. The error names the path. */
int fd_read_file(const char *path, struct buf *buf, struct err *err);

/*
 * Writes a file so that after a crash the old or the new content is there: temporary name beside it, fsync,
 * rename, fsync of the folder. The mode is exact.
 */
int fd_write_file(const char *path, struct bytes content, unsigned mode, struct err *err);

/* An anonymous file in memory that can be sealed. `name` is seen in /proc only. */
int fd_memfd(const char *name, int *ret_fd, struct err *err);

/* From now on nobody can change or resize it. */
int fd_memfd_seal(int fd, struct err *err);

/*
 * Maps the whole of a file read-only; an empty file gives {NULL, 0}. fd_unmap() ends it. Only for files that
 * cannot shrink (sealed memfds, our own blobs): a file cut short under a map kills the reader.
 */
int fd_map(int fd, size_t max, struct bytes *ret_map, struct err *err);
void fd_unmap(struct bytes *map);

/* Whether F_SEAL_SHRINK and F_SEAL_WRITE are set: what a receiver of a foreign memfd checks before fd_map().
 */
bool fd_is_sealed(int fd);

#endif
