/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What pictures say beside their pixels: EXIF, IPTC, XMP, comments. No picture is decoded: it stays unread,
 * and so do the small pictures in it. Shared by the readers of pictures' formats, one file each.
 */
#ifndef POSTSEAL_PICTURE_H
#define POSTSEAL_PICTURE_H

#include "lib/mime/format.h"

enum { PICTURE_ENTRIES_MAX = 20000, PICTURE_TEXT_MAX = 64 * 1024 };

struct picture {
	struct format_out *out;
	struct format_text text;
	unsigned depth; /* of EXIF in EXIF */
	size_t entries; /* of tags and blocks; so many, and no more are read */
	bool spent;     /* the budget of bytes or time; was flagged */
	bool is_icon;   /* too small for anything that could be read */
};

void picture_begin(struct picture *picture, struct format_out *out);

/* Tells what was found, and, unless it is an icon, that the picture itself was not read. */
void picture_end(struct picture *picture);

/* To be asked for each entry before n bytes of it are read: enough is enough. */
bool picture_may(struct picture *picture, size_t n);

/* A line "name: text" at the place "EXIF name". The text is of any charset, and may end in zeros. */
void picture_put(struct picture *picture, const char *kind, const char *name, struct bytes text);

/* The same for a charset that is known. */
void picture_put_in(
	struct picture *picture, const char *kind, const char *name, const char *charset, struct bytes text);

/* What stands behind the picture's end: another file, for those who know. */
void picture_put_behind(struct picture *picture, struct bytes rest);

/* picture_exif.c: TIFF 6.0 and EXIF 2.32, from the byte order mark on. */
void picture_exif(struct picture *picture, struct bytes tiff);

/* picture_iptc.c: Photoshop's resources, and the IPTC records (IIM 4.2) that may be among them. */
void picture_photoshop(struct picture *picture, struct bytes resources);
void picture_iptc(struct picture *picture, struct bytes records);

/* picture_xmp.c: a packet (ISO 16684-1), or what there is of one. */
void picture_xmp(struct picture *picture, struct bytes packet);

#endif
