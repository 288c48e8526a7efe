/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/ole.h"

#include "lib/base/ascii.h"
#include "lib/format/blip.h"
#include "lib/format/formats.h"
#include "lib/format/runs.h"
#include "lib/format/vba.h"

enum { SHARED_MAX = 4 };

static void
read_locked(struct ole *ole, uint32_t storage, uint32_t stream)
{
	(void)storage;
	ole->cfb.entries[stream].used = true;
	format_is_locked(ole->out);
}

/* What the programs call their files. */
static const char *const documents[] = {"doc", "dot", "wiz", NULL};
static const char *const workbooks[] = {"xls", "xlt", "xla", "xlm", "xlw", "xlb", NULL};
static const char *const slides[] = {"ppt", "pot", "pps", "ppa", NULL};
static const char *const messages[] = {"msg", "oft", NULL};
static const char *const *const families[] = {documents, workbooks, slides, messages};

/* A storage with a document in it is one that was read. */
static const struct kind {
	const char *stream;
	ole_reader read;
	bool is_document;
	const char *const *family; /* NULL: it may be called anything */
} kinds[] = {
	{"WordDocument", doc_read, true, documents},
	{"PowerPoint Document", ppt_read, true, slides},
	{"Workbook", xls_read, true, workbooks},
	{"Book", xls_read, true, workbooks},
	{"__properties_version1.0", msg_read, true, messages},
	{"EncryptedPackage", read_locked, true, NULL},
	{"\001Ole10Native", ole_read_native, true, NULL},
	{"Package", ole_read_package, true, NULL},
	{"\005SummaryInformation", oleps_read, false, NULL},
	{"\005DocumentSummaryInformation", oleps_read, false, NULL},
};

const char *
ole_where(struct ole *ole, uint32_t storage, const char *what)
{
	struct buf path;
	const char *where;

	if (storage == 0)
		return what;
	buf_init(&path, 1024);
	cfb_put_path(&ole->cfb, storage, &path);
	where = arena_strf(format_arena(ole->out), "object %s > %s", buf_cstr(&path), what);
	buf_done(&path);
	return where;
}

bool
ole_load(struct ole *ole, uint32_t stream, struct buf *ret_content)
{
	buf_init(ret_content, ole->cfb.file.n);
	if (stream == CFB_NONE || ole->is_spent)
		return false;
	ole->cfb.entries[stream].used = true;
	cfb_put_stream(&ole->cfb, stream, ret_content);
	ole->loaded += ret_content->n;
	/* No sector belongs to two streams, so that all together are not longer than the file, if it is an
	 * honest one. */
	if (ole->loaded > ole->cfb.file.n * SHARED_MAX) {
		format_flag(ole->out, UNSCANNABLE_FORMAT);
		ole->is_spent = true;
	} else
		ole->is_spent = !format_spend(ole->out, ret_content->n);
	return !ole->is_spent;
}

void
ole_tell_runs(struct ole *ole, uint32_t stream, struct bytes content)
{
	struct buf path;

	buf_init(&path, 1024);
	buf_put_str(&path, "stream ");
	cfb_put_path(&ole->cfb, stream, &path);
	format_text_mark(&ole->strays, buf_cstr(&path));
	buf_done(&path);
	runs_put(&ole->strays.buf, content);
}

/* By the name of another family's files. */
static void
check_name(struct ole *ole, const struct kind *kind)
{
	for (size_t i = 0; kind->family != NULL && i < sizeof(families) / sizeof(families[0]); i++)
		if (families[i] != kind->family && format_is_named(ole->out, families[i]))
			format_is_disguised(ole->out);
}

static void
read_storage(struct ole *ole, uint32_t storage)
{
	const struct cfb_entry *entry = &ole->cfb.entries[storage];
	char name[CFB_NAME_MAX];
	bool is_read = false, is_object;

	for (uint32_t i = 0; i < entry->n; i++) {
		uint32_t child = ole->cfb.children[entry->first + i];
		const struct cfb_entry *stream = &ole->cfb.entries[child];

		for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
			if (stream->kind == CFB_STREAM && !stream->used &&
				cfb_name_is(stream, kinds[k].stream)) {
				is_read = is_read || kinds[k].is_document;
				if (storage == 0)
					check_name(ole, &kinds[k]);
				kinds[k].read(ole, storage, child);
			}
	}
	/* How Word ("_1234") and Excel ("MBD001A") name the storage of an embedded object. */
	cfb_name(entry, name);
	is_object = storage == 0 || strncmp(name, "MBD", 3) == 0 ||
		    (name[0] == '_' && ascii_is_digit((uint8_t)name[1]));
	if (is_object && !is_read)
		ole->is_unread = true;
}

/* Streams that nobody took, and those that the tree does not lead to. */
static void
read_strays(struct ole *ole)
{
	for (uint32_t i = 1; i < ole->cfb.n_entries && !ole->strays.buf.full && !ole->is_spent; i++) {
		const struct cfb_entry *entry = &ole->cfb.entries[i];
		struct buf content;

		if (entry->kind != CFB_STREAM || entry->used || entry->size == 0)
			continue;
		if (ole_load(ole, i, &content)) {
			ole_tell_runs(ole, i, buf_bytes(&content));
			vba_put_sources(&ole->strays.buf, buf_bytes(&content));
			if (blip_tell_all(ole->out, buf_bytes(&content)) == BLIP_UNREAD)
				ole->is_unread = true;
		}
		buf_wipe_done(&content);
	}
}

static void
read_ole(struct format_out *out, struct bytes content)
{
	struct ole ole = {.out = out};

	if (cfb_open(&ole.cfb, content) != 0) {
		format_flag(out, UNSCANNABLE_FORMAT);
		cfb_close(&ole.cfb);
		return;
	}
	format_text_init(&ole.strays, out, SEGMENT_HIDDEN, "other streams");
	read_storage(&ole, 0);
	for (uint32_t i = 0; i < ole.cfb.n_children; i++)
		if (ole.cfb.entries[ole.cfb.children[i]].kind == CFB_STORAGE)
			read_storage(&ole, ole.cfb.children[i]);
	read_strays(&ole);
	format_text_done(&ole.strays);
	if (ole.cfb.broken)
		format_flag(out, UNSCANNABLE_FORMAT);
	if (ole.is_unread)
		format_is_unread(out);
	cfb_close(&ole.cfb);
}

const struct format ole_format = {
	.name = "ole",
	.types = (const char *const[]){"application/x-ole-storage", "application/msword",
		"application/vnd.ms-word", "application/x-msword", "application/doc",
		"application/vnd.ms-excel", "application/msexcel", "application/x-msexcel",
		"application/x-excel", "application/excel", "application/xls", "application/x-xls",
		"application/vnd.ms-powerpoint", "application/mspowerpoint", "application/powerpoint",
		"application/x-mspowerpoint", "application/vnd.ms-outlook", "application/vnd.ms-office",
		"application/vnd.visio", "application/x-visio", "application/vnd.ms-publisher",
		"application/x-mspublisher", "application/vnd.ms-project", "application/vnd.ms-works",
		"application/x-msi", "application/cdfv2", "application/x-cdf",
		/* encrypted files of the later kinds are of this kind */
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"application/vnd.openxmlformats-officedocument.presentationml.presentation", NULL},
	.extensions = (const char *const[]){"doc", "dot", "wiz", "xls", "xlt", "xla", "xlm", "xlw", "xlb",
		"ppt", "pot", "pps", "ppa", "msg", "oft", "vsd", "vss", "vst", "pub", "mpp", "mpt", "wps",
		"msi", "msp", "ole", "db", "docx", "docm", "xlsx", "xlsm", "xlsb", "pptx", "pptm", NULL},
	.is = cfb_is,
	.read = read_ole,
};
