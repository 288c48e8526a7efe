/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTML of a stranger made anew, for a frame that runs no script anyway: each of the two layers holds alone.
 * Nothing is copied: what is written is made from an allow-list of elements, attributes and style properties,
 * balanced, at most SANITIZE_DEPTH_MAX deep, every value escaped. No script, no form, no foreign content
 * (svg, math), no style sheet, nothing that a browser would fetch: pictures are data: URIs that the caller
 * makes from the message's own parts, links are http, https and mailto, opened elsewhere, without referrer.
 * Linear in time.
 */
#ifndef POSTSEAL_SANITIZE_H
#define POSTSEAL_SANITIZE_H

#include "lib/base/buf.h"

enum { SANITIZE_DEPTH_MAX = 100 };

/* How the document begins: letters that can be read, and a page as wide as the telephone. */
#define SANITIZE_HEAD                                                                                        \
	"<!DOCTYPE html><html><head><meta charset=\"utf-8\">"                                                \
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Message</title>"     \
	"<style>html{font:1.15em/1.5 system-ui,Roboto,Arial,sans-serif;color:#1a1f24;background:#fff;"       \
	"overflow-wrap:break-word}body{margin:0.8em}img{max-width:100%;height:auto}</style></head><body>"

struct sanitize {
	/* Appends a data: URI for a cid: picture; false when the message has none of that content id. May be
	 * NULL. */
	bool (*picture)(void *context, struct bytes content_id, struct buf *out);
	void *context;
};

/* A whole document, UTF-8. Returns 0, or -1 when `out` was too small: what is there then must not be shown.
 */
int sanitize_html(struct bytes html, const struct sanitize *options, struct buf *out);

#endif
