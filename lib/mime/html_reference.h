/* SPDX-License-Identifier: Apache-2.0 */
/* Character references of HTML (section 13.5 and 13.2.5.80): the named ones, and what a number stands for. */
#ifndef POSTSEAL_HTML_REFERENCE_H
#define POSTSEAL_HTML_REFERENCE_H

#include "lib/base/bytes.h"

struct html_reference {
	char name[33]; /* with its semicolon, if it has one */
	uint32_t first;
	uint16_t second; /* 0: there is none */
};

/*
 * The longest reference that `name` (what stands behind the ampersand: letters and digits, maybe a semicolon
 * at the end) starts with, or NULL. `ret_n` is its length.
 */
const struct html_reference *html_reference_find(struct bytes name, size_t *ret_n);

/* The code point that &#number; means: windows-1252 for 0x80..0x9F, U+FFFD for what can't be. */
uint32_t html_reference_number(uint32_t number);

#endif
