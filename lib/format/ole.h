/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of the compound kind: which streams are there says who reads them. A storage inside (an embedded
 * object, an attached message) is read like the file itself. What no reader took is searched for runs of
 * text.
 */
#ifndef POSTSEAL_OLE_H
#define POSTSEAL_OLE_H

#include "lib/format/cfb.h"
#include "lib/format/codepage.h"
#include "lib/mime/format.h"

struct ole {
	struct format_out *out;
	struct cfb cfb;
	struct codepages pages;
	struct format_text strays; /* runs of text in what nobody reads, with marks: "stream VBA/Module1" */
	unsigned n_messages;       /* attached ones so far */
	size_t loaded;             /* bytes of streams so far */
	bool is_spent;             /* the budget; nothing more is loaded */
	bool is_unread;            /* something that a person could see was not read */
};

/* A stream that names its reader, in the storage that holds it. */
typedef void (*ole_reader)(struct ole *ole, uint32_t storage, uint32_t stream);

/* `what`, behind "object NAME > " when the storage is not the root. The arena's. */
const char *ole_where(struct ole *ole, uint32_t storage, const char *what);

/*
 * The content of a stream, which counts as used from now on. Initialises the buf in each case, and the caller
 * ends it; false when the budget of bytes is spent or the stream is not there (CFB_NONE).
 */
bool ole_load(struct ole *ole, uint32_t stream, struct buf *ret_content);

/* Runs of text in bytes that nobody reads, said to be in this stream. */
void ole_tell_runs(struct ole *ole, uint32_t stream, struct bytes content);

/* ole_object.c: what was put into a document, with its name where it has one. */
void ole_read_native(struct ole *ole, uint32_t storage, uint32_t stream);
void ole_read_package(struct ole *ole, uint32_t storage, uint32_t stream);

/* The same by OLE 1 ([MS-OLEDS] 2.2.5), as RTF has it. */
void ole_tell_version1(struct format_out *out, struct bytes object);

/* Readers of a stream each. */
void oleps_read(struct ole *ole, uint32_t storage, uint32_t stream);
void doc_read(struct ole *ole, uint32_t storage, uint32_t stream);
void xls_read(struct ole *ole, uint32_t storage, uint32_t stream);
void ppt_read(struct ole *ole, uint32_t storage, uint32_t stream);
void msg_read(struct ole *ole, uint32_t storage, uint32_t stream);

#endif
