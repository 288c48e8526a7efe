/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a worker of postseal-parser and a reader of postseal-pdf say to each other about one PDF, over a pipe
 * each way: frames of a type, a length (both 32 bits, little endian) and so many bytes. The worker sends one
 * PDF_READ; the reader answers with whatever is in the file, and PDF_END. Then both pipes are closed: the
 * next PDF has a reader and pipes of its own.
 */
#ifndef POSTSEAL_PDF_PROTOCOL_H
#define POSTSEAL_PDF_PROTOCOL_H

#include "lib/base/bytes.h"

enum { PDF_FRAME_HEADER = 8 };

/* Channel messages (lib/run/channel.h) to postseal-pdf's host, which starts the readers and answers nothing.
 */
enum pdf_message {
	PDF_HOST_LINK = 0x301, /* from the supervisor: the other end of a worker's link; struct pdf_bounds */
	PDF_HOST_READER,       /* from a worker, over its link: the reader's ends of two pipes */
};

/* What a reader of this link may use: two numbers. */
enum { PDF_BOUNDS = 8 };
struct pdf_bounds {
	uint32_t memory_mib;
	uint32_t seconds; /* of processor time */
};

enum pdf_frame {
	PDF_READ = 1,  /* number: the most bytes to answer; then the file */
	PDF_PAGE,      /* number of the page, from 1; then its text, cells apart by tabs */
	PDF_TEXT,      /* number: enum pdf_kind; a byte: how long the name is; name; text */
	PDF_FILE,      /* number: length of the name; name; content */
	PDF_REVISION,  /* number n: what follows stands in the file as it was n changes ago */
	PDF_IS_LOCKED, /* encrypted, and the empty password does not open it */
	PDF_HAS_SCANS, /* pages that are pictures */
	PDF_IS_BROKEN, /* no reading of it gives a document */
	PDF_LIMIT,     /* number: enum pdf_limit */
	PDF_END,
};

enum pdf_kind {
	PDF_ANNOTATION,
	PDF_FIELD,
	PDF_OUTLINE,
	PDF_INFO,
	PDF_XMP, /* XML */
	PDF_SCRIPT,
	PDF_LINK,
	PDF_LAYER,
	PDF_ATTACHMENT,
	PDF_ALTERNATIVE,
	PDF_OTHER,
	PDF_KINDS,
};

enum pdf_limit { PDF_LIMIT_SIZE, PDF_LIMIT_MEMORY, PDF_LIMIT_DEPTH, PDF_LIMITS };

static inline void
pdf_put_number(uint8_t *p, uint32_t number)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(number >> (8 * i));
}

/* Takes four bytes off the front; 0 where there are fewer. */
static inline uint32_t
pdf_take_number(struct bytes *rest)
{
	uint32_t number = 0;

	if (rest->n >= 4)
		for (int i = 0; i < 4; i++)
			number |= (uint32_t)rest->p[i] << (8 * i);
	*rest = bytes_sub(*rest, 4, rest->n);
	return number;
}

#endif
