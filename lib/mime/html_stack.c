/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/html_stack.h"

static uint32_t
hash_of(struct bytes name)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < name.n; i++)
		hash = (hash ^ name.p[i]) * 16777619U;
	return hash;
}

struct html_open *
html_stack_push(struct html_stack *stack, const struct html_element *element, struct bytes name)
{
	struct html_open *open;

	if (stack->n == HTML_DEPTH_MAX) {
		stack->over++;
		return NULL;
	}
	open = &stack->open[stack->n++];
	*open = (struct html_open){.element = element, .hash = hash_of(name)};
	return open;
}

static unsigned
flags_of(const struct html_open *open)
{
	return open->element != NULL ? open->element->flags : 0;
}

static enum html_group
group_of(const struct html_open *open)
{
	return open->element != NULL ? open->element->group : HTML_GROUP_NONE;
}

/* A new row ends the open cell and row of its own table, not those of a table around it. */
static size_t
table_height(const struct html_stack *stack, enum html_group group)
{
	size_t height = stack->n;

	for (size_t i = stack->n; i > 0 && group_of(&stack->open[i - 1]) != HTML_GROUP_TABLE; i--) {
		enum html_group other = group_of(&stack->open[i - 1]);

		if (other >= HTML_GROUP_CELL && other <= group)
			height = i - 1;
	}
	return height;
}

static size_t
nearest(const struct html_stack *stack, enum html_group group, enum html_group barrier)
{
	for (size_t i = stack->n; i > 0; i--) {
		const struct html_open *open = &stack->open[i - 1];

		if (group_of(open) == group)
			return i - 1;
		if (group_of(open) == barrier || (flags_of(open) & HTML_IS_SCOPE))
			break;
	}
	return stack->n;
}

size_t
html_stack_height_for(const struct html_stack *stack, const struct html_element *element)
{
	size_t height = stack->n, other;

	if (element == NULL || stack->over > 0)
		return height;
	if (element->group >= HTML_GROUP_CELL)
		return table_height(stack, element->group);
	if (element->group == HTML_GROUP_LINE || element->group == HTML_GROUP_OPTION)
		height = nearest(stack, element->group, HTML_GROUP_LIST);
	if (element->flags & HTML_IS_BLOCK) {
		other = nearest(stack, HTML_GROUP_PARAGRAPH, HTML_GROUP_PARAGRAPH);
		height = other < height ? other : height;
	}
	return height;
}

size_t
html_stack_height_after(struct html_stack *stack, const struct html_element *element, struct bytes name)
{
	uint32_t hash = hash_of(name);
	bool crosses =
		element != NULL && ((element->flags & HTML_IS_SCOPE) || element->group >= HTML_GROUP_TABLE);

	if (stack->over > 0) {
		stack->over--;
		return stack->n;
	}
	for (size_t i = stack->n; i > 0; i--) {
		const struct html_open *open = &stack->open[i - 1];

		if (open->element == element && open->hash == hash)
			return i - 1;
		if ((flags_of(open) & HTML_IS_SCOPE) && (!crosses || group_of(open) == HTML_GROUP_TABLE))
			break;
	}
	return stack->n;
}
