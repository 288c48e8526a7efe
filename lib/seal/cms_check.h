/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold of a CMS object before OpenSSL's decryption sees it. Libraries have accepted GCM tags of one
 * byte (CVE-2026-34182) and overflowed on long IVs (CVE-2025-15467): so the form is fixed to what envelope.c
 * writes, and all else is refused. Pure, thread-safe.
 */
#ifndef POSTSEAL_CMS_CHECK_H
#define POSTSEAL_CMS_CHECK_H

#include "lib/base/bytes.h"
#include "lib/base/err.h"

enum { CMS_IV_SIZE = 12, CMS_TAG_SIZE = 16 };

/*
 * DER to the last byte; AuthEnvelopedData of version 0 without originator or attributes; content of type
 * data, present, AES-256-GCM, with an IV of 12 and a tag of 16 bytes. Gives the length of the encrypted
 * content, which is that of the plain text. ERR_PERM otherwise.
 */
int cms_check(struct bytes der, size_t *ret_content_size, struct err *err);

#endif
