/* SPDX-License-Identifier: Apache-2.0 */
/* The opened message: its page, its body, its parts, and itself. The renderer reads it; here it is only
 * shown. */
#include "portald/handlers.h"

#include "lib/base/fd.h"
#include "portald/headers.h"

/* A row for a header field, when there is one. */
static void
put_field(const struct portal *portal, const char *name, struct bytes value, struct buf *out)
{
	struct page_values values = {0};

	if (value.n == 0)
		return;
	values.slot[SLOT_NAME] = bytes_of_str(name);
	values.slot[SLOT_VALUE] = value;
	page_fill(portal->pages, PAGE_FIELD, &values, out);
}

static const char *
size_text(struct arena *arena, size_t n)
{
	if (n < 1000)
		return arena_strf(arena, "%zu bytes", n);
	if (n < 1000 * 1000)
		return arena_strf(arena, "%zu KB", n / 1000);
	return arena_strf(arena, "%zu.%zu MB", n / 1000000, n / 100000 % 10);
}

static struct bytes
part_name(const struct view_part *part)
{
	return part->name != NULL && part->name[0] != '\0' ? bytes_of_str(part->name)
							   : BYTES_LIT("attachment");
}

static void
put_parts(const struct portal *portal, struct arena *arena, const struct view_part *parts, struct buf *out)
{
	struct page_values list = {0};
	struct buf items;

	if (parts == NULL)
		return;
	buf_init(&items, PAGE_MAX);
	for (const struct view_part *part = parts; part != NULL; part = part->next) {
		struct page_values values = {0};

		values.slot[SLOT_NAME] = part_name(part);
		values.slot[SLOT_NUMBER] = bytes_of_str(arena_strf(arena, "%u", part->number));
		values.slot[SLOT_SIZE] = bytes_of_str(size_text(arena, part->size));
		page_fill(portal->pages, PAGE_PART, &values, &items);
	}
	list.slot[SLOT_PARTS] = buf_bytes(&items);
	page_fill(portal->pages, PAGE_PARTS, &list, out);
	buf_done(&items);
}

struct pieces {
	struct buf fields, body, parts, incomplete;
};

static void
pieces_init(struct pieces *pieces)
{
	buf_init(&pieces->fields, PAGE_MAX);
	buf_init(&pieces->body, PAGE_MAX);
	buf_init(&pieces->parts, PAGE_MAX);
	buf_init(&pieces->incomplete, PAGE_FILE_MAX);
}

static void
pieces_done(struct pieces *pieces)
{
	buf_wipe_done(&pieces->fields);
	buf_wipe_done(&pieces->body);
	buf_wipe_done(&pieces->parts);
	buf_wipe_done(&pieces->incomplete);
}

static void
put_message(const struct portal *portal, struct arena *arena, const struct message_view *view,
	struct pieces *pieces)
{
	struct page_values values = {0};

	put_field(portal, "From", view->from, &pieces->fields);
	put_field(portal, "To", view->to, &pieces->fields);
	put_field(portal, "Copy to", view->cc, &pieces->fields);
	put_field(portal, "Date", view->date, &pieces->fields);
	values.slot[SLOT_VALUE] = view->text;
	page_fill(portal->pages, view->html.n > 0 ? PAGE_BODY_FRAME : PAGE_BODY_TEXT, &values, &pieces->body);
	put_parts(portal, arena, view->parts, &pieces->parts);
	if (view->incomplete)
		page_fill(portal->pages, PAGE_INCOMPLETE, &values, &pieces->incomplete);
}

/* Where the renderer fails, the original can still be saved. */
void
handle_message(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer)
{
	struct page_values values = {0};
	struct message_view view = {0};
	struct pieces pieces;

	pieces_init(&pieces);
	if (portal->view(portal->context, grant->message_fd, request->deadline_ms, request->arena, &view) ==
		0)
		put_message(portal, request->arena, &view, &pieces);
	else
		page_fill(portal->pages, PAGE_UNREADABLE, &values, &pieces.body);
	values.slot[SLOT_SUBJECT] = view.subject.n > 0 ? view.subject : BYTES_LIT("Your message");
	values.slot[SLOT_FIELDS] = buf_bytes(&pieces.fields);
	values.slot[SLOT_BODY] = buf_bytes(&pieces.body);
	values.slot[SLOT_PARTS] = buf_bytes(&pieces.parts);
	values.slot[SLOT_INCOMPLETE] = buf_bytes(&pieces.incomplete);
	handlers_page(portal, PAGE_MESSAGE, &values, "Your message", answer);
	pieces_done(&pieces);
}

/*
 * The frame's document. It came sanitised; the header fields of its kind make it harmless once more. What is
 * said when there is none must have them too, or the frame would not show it.
 */
void
handle_body(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer)
{
	struct message_view view = {0};

	if (portal->view(portal->context, grant->message_fd, request->deadline_ms, request->arena, &view) !=
		0)
		handlers_problem(portal, 503, answer);
	else
		buf_put_bytes(&answer->body, view.html);
	answer->kind = KIND_BODY;
}

static void
send_file(int *fd, const char *type, const char *disposition, struct answer *answer)
{
	answer->kind = KIND_DOWNLOAD;
	answer->type = type;
	answer->disposition = disposition;
	answer->body_fd = *fd;
	*fd = -1;
}

void
handle_original(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer)
{
	(void)portal;
	send_file(&grant->message_fd, "message/rfc822",
		header_disposition(request->arena, BYTES_LIT("message.eml")), answer);
}

static const struct view_part *
find_part(const struct message_view *view, unsigned number)
{
	const struct view_part *part = view->parts;

	while (part != NULL && part->number != number)
		part = part->next;
	return part;
}

/* The type that the message declares is never sent: a browser that believed it could show the part as a page.
 */
void
handle_part(const struct portal *portal, const struct request *request, struct grant *grant,
	struct answer *answer)
{
	struct message_view view = {0};
	const struct view_part *part = NULL;
	int fd = -1, ret;

	ret = portal->view(portal->context, grant->message_fd, request->deadline_ms, request->arena, &view);
	if (ret == 0)
		part = find_part(&view, grant->number);
	if (part != NULL)
		ret = portal->view_part(
			portal->context, grant->message_fd, grant->number, request->deadline_ms, &fd);
	if (ret == 0 && part != NULL && fd >= 0)
		send_file(&fd, "application/octet-stream",
			header_disposition(request->arena, part_name(part)), answer);
	else
		handlers_problem(portal, ret < 0 ? 503 : 404, answer);
	fd_close(&fd);
}
