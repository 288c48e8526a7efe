/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The open elements of a token stream, bounded: enough of the tree rules to know what a start or end tag
 * ends. What is nested deeper than HTML_DEPTH_MAX is only counted.
 */
#ifndef POSTSEAL_HTML_STACK_H
#define POSTSEAL_HTML_STACK_H

#include "lib/mime/html_element.h"

enum { HTML_DEPTH_MAX = 128 };

struct html_open {
	const struct html_element *element; /* NULL: unknown to us, known by its hash */
	uint32_t hash;
	bool marked, turned; /* the owner's own */
};

struct html_stack {
	struct html_open open[HTML_DEPTH_MAX];
	size_t n;
	size_t over; /* open beyond the limit */
};

/* Counts and returns NULL when the stack is full. */
struct html_open *html_stack_push(
	struct html_stack *stack, const struct html_element *element, struct bytes name);

/* The height that remains when an element starts, as it ends those that can't hold it. */
size_t html_stack_height_for(const struct html_stack *stack, const struct html_element *element);

/* The height that remains after an end tag: stack->n when it ends nothing. Counts down what was only counted.
 */
size_t html_stack_height_after(
	struct html_stack *stack, const struct html_element *element, struct bytes name);

#endif
