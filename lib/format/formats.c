/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format/formats.h"

#include "lib/format/xml.h"

/* Asked in this order: what is more special comes first. */
const struct format *const formats_table[] = {
	&zip_format,
	&pdf_format,
	&xml_format,
	NULL,
};

void
formats_init(void)
{
	xml_init();
}
