/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The formats of attached files that we read, one file each, and the table of them. See lib/mime/format.h for
 * what a reader may do, HACKING for how to add one.
 */
#ifndef POSTSEAL_FORMATS_H
#define POSTSEAL_FORMATS_H

#include "lib/mime/format.h"

/* Once a process, before the sandbox closes: what the libraries load at their first use. */
void formats_init(void);

/* For mime_init(). */
extern const struct format *const formats_table[];

/* The rows. */
extern const struct format odf_format;
extern const struct format odf_flat_format;
extern const struct format spreadsheetml_format;
extern const struct format word_xml_format;
extern const struct format odp_format;
extern const struct format ods_format;
extern const struct format odt_format;
extern const struct format pdf_format;
extern const struct format calendar_format;
extern const struct format cda_format;
extern const struct format csv_format;
extern const struct format fhir_json_format;
extern const struct format fhir_xml_format;
extern const struct format gif_format;
extern const struct format heif_format;
extern const struct format jpeg_format;
extern const struct format json_format;
extern const struct format mbox_format;
extern const struct format png_format;
extern const struct format tiff_format;
extern const struct format vcard_format;
extern const struct format docx_format;
extern const struct format pptx_format;
extern const struct format xlsb_format;
extern const struct format xlsx_format;
extern const struct format dicom_format;
extern const struct format hl7_format;
extern const struct format x12_control_format;
extern const struct format x12_format;
extern const struct format webp_format;
extern const struct format xml_format;
extern const struct format bzip2_format;
extern const struct format cab_format;
extern const struct format gzip_format;
extern const struct format rar_format;
extern const struct format sevenzip_format;
extern const struct format tar_format;
extern const struct format xz_format;
extern const struct format zip_behind_format;
extern const struct format ole_format;
extern const struct format rtf_format;
extern const struct format tnef_format;
extern const struct format zip_format;
extern const struct format zstd_format;

#endif
