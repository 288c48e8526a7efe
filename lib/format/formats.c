/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/formats.h"

#include "lib/format/xml.h"

/* Asked in this order: what is more special comes first. */
const struct format *const formats_table[] = {
	&docx_format,
	&xlsb_format,
	&xlsx_format,
	&pptx_format,
	&odt_format,
	&ods_format,
	&odp_format,
	&odf_format,
	&zip_format,
	&ole_format,
	&rtf_format,
	&tnef_format,
	&pdf_format,
	&sevenzip_format,
	&gzip_format,
	&bzip2_format,
	&xz_format,
	&zstd_format,
	&rar_format,
	&cab_format,
	&tar_format,
	&dicom_format,
	&hl7_format,
	&x12_format,
	&x12_control_format,
	&png_format,
	&jpeg_format,
	&gif_format,
	&tiff_format,
	&webp_format,
	&heif_format,
	&mbox_format,
	&calendar_format,
	&vcard_format,
	&fhir_json_format,
	&fhir_xml_format,
	&cda_format,
	&json_format,
	&odf_flat_format,
	&spreadsheetml_format,
	&word_xml_format,
	&xml_format,
	&csv_format,
	&zip_behind_format,
	NULL,
};

void
formats_init(void)
{
	xml_init();
}
