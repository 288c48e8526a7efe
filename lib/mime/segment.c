/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/segment.h"

const char *
unscannable_name(enum unscannable bit)
{
	switch (bit) {
	case UNSCANNABLE_DEPTH:
		return "depth";
	case UNSCANNABLE_PARTS:
		return "parts";
	case UNSCANNABLE_HEADERS:
		return "headers";
	case UNSCANNABLE_SIZE:
		return "size";
	case UNSCANNABLE_MALFORMED:
		return "malformed";
	case UNSCANNABLE_CHARSET:
		return "charset";
	case UNSCANNABLE_PATTERN:
		return "pattern";
	case UNSCANNABLE_CRASH:
		return "crash";
	case UNSCANNABLE_TIMEOUT:
		return "timeout";
	case UNSCANNABLE_PARTIAL:
		return "partial";
	case UNSCANNABLE_RATIO:
		return "ratio";
	case UNSCANNABLE_MEMORY:
		return "memory";
	case UNSCANNABLE_FORMAT:
		return "format";
	}
	return NULL;
}

const char *
trait_label(enum message_trait bit)
{
	switch (bit) {
	case TRAIT_SIGNED:
		return "signed";
	case TRAIT_ENCRYPTED:
		return "encrypted";
	case TRAIT_LOCKED:
		return "locked";
	case TRAIT_DISGUISED:
		return "disguised";
	case TRAIT_DKIM:
	case TRAIT_LIST:
		break;
	}
	return NULL;
}

const char *
segment_place(const struct segment *segment, size_t at)
{
	size_t low = 0, high = segment->n_marks;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (segment->marks[middle].at <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? segment->marks[low - 1].place : NULL;
}
