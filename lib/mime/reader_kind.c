/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What content is: the table of formats, and whether a file is what its name or its declared type says. It
 * may be a mistake when it is not, or meant to be passed over.
 */
#include "lib/base/ascii.h"
#include "lib/mime/reader_state.h"

static format_table formats;

void
reader_use_formats(format_table table)
{
	formats = table;
}

const struct format *
reader_find_format(struct bytes content, enum reader_form form)
{
	for (format_table at = formats; at != NULL && *at != NULL; at++)
		if ((*at)->is_text == (form == READER_TEXT) && (*at)->is(content))
			return *at;
	return NULL;
}

const struct format *
reader_find_also(struct bytes content, const struct format *format)
{
	for (format_table at = formats; at != NULL && *at != NULL; at++)
		if ((*at)->is_also && *at != format && (*at)->is(content))
			return *at;
	return NULL;
}

static bool
is_among(struct bytes name, const char *const *list)
{
	for (; *list != NULL; list++)
		if (bytes_eq_nocase(name, bytes_of_str(*list)))
			return true;
	return false;
}

/* What mailers call files of which they know nothing. */
static bool
says_nothing(struct bytes type)
{
	static const char *const types[] = {"", "application/octet-stream", "application/binary",
		"application/x-binary", "application/force-download", "application/download",
		"application/x-download", "application/unknown", "application/x-unknown", "text/plain",
		"application/x-msdownload", "multipart/mixed", NULL};

	return is_among(type, types);
}

/* Of "part 2 > attachment 1 (report.final.PDF)" the "PDF"; empty when there is none. */
static struct bytes
extension_of(const char *part)
{
	struct bytes name = bytes_of_str(part);
	size_t dot;

	if (name.n == 0 || name.p[name.n - 1] != ')')
		return bytes_of(NULL, 0);
	name.n--;
	for (dot = name.n; dot > 0 && ascii_is_alnum(name.p[dot - 1]); dot--)
		;
	return dot > 0 && name.p[dot - 1] == '.' ? bytes_sub(name, dot, name.n) : bytes_of(NULL, 0);
}

/* "dat" is what programs write of any kind, though some formats are known by it. */
static bool
is_known_extension(struct bytes extension)
{
	static const char *const any[] = {"dat", "bin", "tmp", NULL};

	if (is_among(extension, any))
		return false;
	for (format_table at = formats; at != NULL && *at != NULL; at++)
		if (is_among(extension, (*at)->extensions))
			return true;
	return false;
}

/* The name or the type is that of files that are no text. */
static bool
is_called_binary(const struct leaf *leaf)
{
	struct bytes type = bytes_of_str(leaf->type), extension = extension_of(leaf->part);
	bool type_is_binary = false, type_is_text = false, name_is_binary = false, name_is_text = false;

	for (format_table at = formats; at != NULL && *at != NULL; at++) {
		bool by_type = is_among(type, (*at)->types), by_name = is_among(extension, (*at)->extensions);

		type_is_binary = type_is_binary || (by_type && !(*at)->is_text);
		type_is_text = type_is_text || (by_type && (*at)->is_text);
		name_is_binary = name_is_binary || (by_name && !(*at)->is_text);
		name_is_text = name_is_text || (by_name && (*at)->is_text);
	}
	return (type_is_binary && !type_is_text && !says_nothing(type)) || (name_is_binary && !name_is_text);
}

/* What has no reader, or none that knows its family. */
enum family { FAMILY_NONE, FAMILY_IMAGE, FAMILY_MEDIA, FAMILY_PROGRAM };

static enum family
family_of(struct bytes name)
{
	static const char *const images[] = {"image/png", "image/x-png", "image/jpeg", "image/jpg",
		"image/pjpeg", "image/gif", "image/bmp", "image/x-ms-bmp", "image/tiff", "image/webp",
		"image/heic", "image/heif", "image/avif", "image/x-icon", "image/vnd.microsoft.icon",
		"image/vnd.adobe.photoshop", "png", "jpg", "jpeg", "jpe", "gif", "bmp", "tif", "tiff", "webp",
		"heic", "heif", "avif", "ico", "psd", NULL};
	static const char *const media[] = {"audio/mpeg", "audio/mp3", "audio/mp4", "audio/ogg", "audio/flac",
		"audio/wav", "audio/x-wav", "audio/aac", "video/mp4", "video/mpeg", "video/quicktime",
		"video/webm", "video/x-msvideo", "video/x-matroska", "mp3", "mp4", "m4a", "m4v", "ogg", "oga",
		"flac", "wav", "avi", "mov", "mkv", "webm", "mpg", "mpeg", NULL};
	static const char *const programs[] = {"application/x-executable",
		"application/vnd.microsoft.portable-executable", "application/x-dosexec",
		"application/java-vm", "exe", "dll", "scr", "sys", "cpl", "class", "elf", NULL};

	return is_among(name, images)     ? FAMILY_IMAGE
	       : is_among(name, media)    ? FAMILY_MEDIA
	       : is_among(name, programs) ? FAMILY_PROGRAM
					  : FAMILY_NONE;
}

bool
reader_has_extension(const struct leaf *leaf, const char *const *extensions)
{
	return is_among(extension_of(leaf->part), extensions);
}

bool
reader_is_called_otherwise(const struct leaf *leaf, const char *sniffed)
{
	enum family is = sniffed != NULL ? family_of(bytes_of_str(sniffed)) : FAMILY_NONE;
	enum family by_type = family_of(bytes_of_str(leaf->type));
	enum family by_name = family_of(extension_of(leaf->part));

	/* Signatures of documents are their readers' business. */
	if (sniffed != NULL && is == FAMILY_NONE)
		return false;
	/* HEIF and its kin are kept in the container of films. */
	if (is == FAMILY_MEDIA && (by_type == FAMILY_IMAGE || by_name == FAMILY_IMAGE))
		return false;
	return is_called_binary(leaf) || (by_type != FAMILY_NONE && by_type != is) ||
	       (by_name != FAMILY_NONE && by_name != is);
}

bool
reader_is_disguised(const struct leaf *leaf, const struct format *format)
{
	struct bytes type = bytes_of_str(leaf->type), extension = extension_of(leaf->part);
	enum family is = family_of(bytes_of_str(format->types[0]));

	/* One text is as good as another: what one program writes as a table, is a log to the next. */
	if (format->is_text)
		return reader_is_called_otherwise(leaf, NULL);

	/* A PNG that is called a JPEG hides nothing. */
	if (is != FAMILY_NONE && (type.n == 0 || says_nothing(type) || family_of(type) == is) &&
		(extension.n == 0 || family_of(extension) == is))
		return false;
	if (!says_nothing(type) && !is_among(type, format->types))
		return true;
	return is_known_extension(extension) && !is_among(extension, format->extensions);
}
