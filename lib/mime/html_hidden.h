/* SPDX-License-Identifier: Apache-2.0 */
/* What a style keeps from being seen: nothing shown, letters of no size or far outside, nothing but air. */
#ifndef POSTSEAL_HTML_HIDDEN_H
#define POSTSEAL_HTML_HIDDEN_H

#include "lib/mime/html.h"

/* Hidden by its own attributes: hidden, or a style. */
bool html_is_hidden(const struct html_token *token);

/* The declarations of a style attribute, or of one rule. */
bool html_style_hides(struct bytes css);

/*
 * The next "name: value" of a style attribute, both trimmed, comments left out where they stand between;
 * quotes and parentheses hold their content together. Returns false at the end.
 */
bool html_next_style(struct bytes *rest, struct bytes *ret_name, struct bytes *ret_value);

#endif
