/* SPDX-License-Identifier: Apache-2.0 */
/* Where a DICOM object can hide a text, in every transfer syntax, and what hostile ones get. */
#include <archive.h>
#include <archive_entry.h>

#include "tests/support/tap.h"
#include "tests/unit/format/dicommaker.h"
#include "tests/unit/format/reading.h"

#define EXPLICIT "1.2.840.10008.1.2.1"

static const struct dicom_form little = {false, true}, implicit = {false, false};

/* A sequence in a sequence, the outer one bounded or not. */
static void
put_nested(struct buf *set, struct dicom_form form, bool is_bounded)
{
	struct buf item, sequence;

	buf_init(&item, 1000);
	buf_init(&sequence, 1000);
	dicommaker_text(&item, form, 0x00080104, "LO", is_bounded ? "needlebounded" : "needlenested");
	dicommaker_head(&sequence, form, 0xFFFEE000, "", is_bounded ? (int64_t)item.n : DICOM_UNDEFINED);
	buf_put_bytes(&sequence, buf_bytes(&item));
	if (!is_bounded) {
		dicommaker_head(&sequence, form, 0xFFFEE00D, "", 0);
		dicommaker_head(&sequence, form, 0xFFFEE0DD, "", 0);
	}
	dicommaker_head(set, form, is_bounded ? 0x00081032 : 0x00101002, "SQ",
		is_bounded ? (int64_t)sequence.n : DICOM_UNDEFINED);
	buf_put_bytes(set, buf_bytes(&sequence));
	buf_done(&item);
	buf_done(&sequence);
}

/* Pixels in fragments, in which nothing is to be read; a text behind them. */
static void
put_fragments(struct buf *set, struct dicom_form form)
{
	dicommaker_head(set, form, 0x7FE00010, "OB", DICOM_UNDEFINED);
	dicommaker_head(set, form, 0xFFFEE000, "", 0);
	dicommaker_head(set, form, 0xFFFEE000, "", 8);
	buf_put_str(set, "\x10\1\x10\1needle");
	set->n -= 2;
	dicommaker_head(set, form, 0xFFFEE0DD, "", 0);
}

static void
put_set(struct buf *set, struct dicom_form form)
{
	dicommaker_text(set, form, 0x00080005, "CS", "ISO_IR 100");
	dicommaker_text(set, form, 0x00080020, "DA", "20240102");
	dicommaker_text(set, form, 0x00080050, "SH", "needleaccession");
	dicommaker_text(set, form, 0x00080080, "LO", "needleinstitution");
	dicommaker_text(set, form, 0x00080090, "PN", "NEEDLEREF^GREGORY");
	dicommaker_text(set, form, 0x00081030, "LO", "needlestudy");
	put_nested(set, form, true);
	dicommaker_text(set, form, 0x00100010, "PN", "Quigley^Loretta Zo\xEB^M^Mrs^Jr");
	dicommaker_text(set, form, 0x00100020, "LO", "needleid");
	dicommaker_text(set, form, 0x00100030, "DA", "19610304");
	put_nested(set, form, false);
	dicommaker_text(set, form, 0x00101040, "LO", "needleaddress");
	dicommaker_text(set, form, 0x001021B0, "LT", "needle history\r\nline two");
	dicommaker_text(set, form, 0x00104000, "LT", "needlecomment");
	dicommaker_text(set, form, 0x00290010, "LO", "MAKER HEADER");
	dicommaker_text(set, form, 0x00291010, "UN", "needleprivate");
	dicommaker_text(set, form, 0x00321060, "LO", "one\\needleprocedure");
	dicommaker_text(set, form, 0x0040A160, "UT", "needlereport");
	dicommaker_text(set, form, 0x00420011, "OB", "<p>needledocument</p> <html>");
	if (form.is_explicit && !form.is_big)
		put_fragments(set, form);
	dicommaker_text(set, form, 0xFFFCFFFC, "UN", "needleend");
}

static const struct {
	const char *place, *needle;
} places[] = {
	{"data set > (0008,0020) StudyDate", "Study date: 2024-01-02"},
	{"data set > (0008,0050) AccessionNumber", "needleaccession"},
	{"data set > (0008,0080) InstitutionName", "Institution: needleinstitution"},
	{"data set > (0008,0090) ReferringPhysicianName", "Referring provider: GREGORY NEEDLEREF"},
	{"data set > (0008,1030) StudyDescription", "Study: needlestudy"},
	{"data set > (0008,0104) CodeMeaning", "Meaning: needlebounded"},
	{"data set > (0008,0104) CodeMeaning", "Meaning: needlenested"},
	{"data set > (0010,0010) PatientName", "Patient name: Mrs Loretta Zo\xC3\xAB M Quigley Jr"},
	{"data set > (0010,0020) PatientID", "DICOM number: needleid"},
	{"data set > (0010,0030) PatientBirthDate", "Date of birth: 1961-03-04"},
	{"data set > (0010,1040) PatientAddress", "needleaddress"},
	{"data set > (0010,21B0) AdditionalPatientHistory", "Patient history: needle history\n\nline two"},
	{"data set > (0010,4000) PatientComments", "needlecomment"},
	{"data set > (0029,1010)", "needleprivate"},
	{"data set > (0032,1060) RequestedProcedureDescription", "Procedure: one needleprocedure"},
	{"data set > (0040,A160) TextValue", "Text: needlereport"},
	{"file ((0042,0011) EncapsulatedDocument)", "needledocument"},
	{"data set > (FFFC,FFFC)", "needleend"},
};

static void
check_places(struct reading *reading, const char *form)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		tap_ok(reading_has(reading, SEGMENT_TEXT, places[i].place, places[i].needle) ||
				reading_has(reading, SEGMENT_HTML, places[i].place, places[i].needle),
			"%s: %s: %s", form, places[i].place, places[i].needle);
	tap_ok(reading->text.unscannable == 0, "%s: nothing is wrong with it", form);
}

static void
test_syntaxes(struct reading *reading)
{
	static const struct {
		const char *name, *syntax;
		struct dicom_form form;
		bool has_preamble;
	} rows[] = {{"explicit", EXPLICIT, {false, true}, true},
		{"implicit", "1.2.840.10008.1.2", {false, false}, true},
		{"big endian", "1.2.840.10008.1.2.2", {true, true}, true},
		{"compressed pixels", "1.2.840.10008.1.2.4.70", {false, true}, true},
		{"implicit, said to be explicit", EXPLICIT, {false, false}, true},
		{"without preamble, explicit", NULL, {false, true}, false},
		{"without preamble, implicit", NULL, {false, false}, false},
		{"without preamble, big endian", NULL, {true, true}, false}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf file;

		buf_init(&file, 100000);
		if (rows[i].has_preamble)
			dicommaker_begin(&file, rows[i].syntax);
		put_set(&file, rows[i].form);
		reading_of(reading, "a.dcm", NULL, buf_bytes(&file));
		check_places(reading, rows[i].name);
		buf_done(&file);
	}
}

/* What gzip makes, without its head and tail. */
static void
deflate(struct bytes set, struct buf *out)
{
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	uint8_t *packed = buf_make_room(out, set.n + 4096);
	size_t n = 0;

	archive_write_set_format_raw(archive);
	archive_write_add_filter_gzip(archive);
	archive_write_set_bytes_per_block(archive, 0);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_pathname(entry, "set");
	archive_write_open_memory(archive, packed, set.n + 4096, &n);
	archive_write_header(archive, entry);
	archive_write_data(archive, set.p, set.n);
	archive_write_close(archive);
	archive_entry_free(entry);
	archive_write_free(archive);
	memmove(packed, packed + 10, n - 18);
	buf_grew(out, n - 18);
}

static void
test_deflated(struct reading *reading)
{
	struct buf file, set;

	buf_init(&file, 100000);
	buf_init(&set, 100000);
	put_set(&set, little);
	dicommaker_begin(&file, "1.2.840.10008.1.2.1.99");
	deflate(buf_bytes(&set), &file);
	reading_of(reading, "a.dcm", NULL, buf_bytes(&file));
	check_places(reading, "deflated");
	file.n -= 20;
	reading_of(reading, "a.dcm", NULL, buf_bytes(&file));
	tap_ok((reading->text.unscannable & UNSCANNABLE_FORMAT) != 0,
		"deflated and cut off: it is said to be");
	buf_done(&set);
	buf_done(&file);
}

static void
test_charsets(struct reading *reading)
{
	static const struct {
		const char *charset, *name, *told;
	} rows[] = {{"ISO_IR 192", "Wang^XiaoDong=\xE7\x8E\x8B^\xE5\xB0\x8F\xE6\x9D\xB1=",
			    "XiaoDong Wang \xE5\xB0\x8F\xE6\x9D\xB1 \xE7\x8E\x8B"},
		{"\\ISO 2022 IR 87", "Yamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B",
			"Tarou Yamada \xE5\xA4\xAA\xE9\x83\x8E \xE5\xB1\xB1\xE7\x94\xB0"},
		{"\\ISO 2022 IR 149", "Hong^Gildong=\x1B$)C\xFB\xF3^\x1B$)C\xD1\xCE\xD4\xD7",
			"Gildong Hong \xE5\x90\x89\xE6\xB4\x9E \xE6\xB4\xAA"},
		{"ISO_IR 144", "\xBB\xEEkce^Iva", "Iva \xD0\x9B\xD1\x8Ekce"},
		{"GB18030", "Wang^XiaoDong=\xCD\xF5^\xD0\xA1\xB6\xAB",
			"XiaoDong Wang \xE5\xB0\x8F\xE4\xB8\x9C \xE7\x8E\x8B"},
		{"", "Quigley^Ann", "Ann Quigley"}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf file;
		char told[200];

		buf_init(&file, 100000);
		dicommaker_begin(&file, EXPLICIT);
		dicommaker_text(&file, little, 0x00080005, "CS", rows[i].charset);
		dicommaker_text(&file, little, 0x00100010, "PN", rows[i].name);
		reading_of(reading, "a.dcm", NULL, buf_bytes(&file));
		snprintf(told, sizeof(told), "Patient name: %s\n", rows[i].told);
		if (!tap_ok(reading_has_anywhere(reading, told), "charset \"%s\"", rows[i].charset))
			reading_show(reading);
		buf_done(&file);
	}
}

static void
test_seen(struct reading *reading)
{
	struct buf file;

	buf_init(&file, 100000);
	dicommaker_begin(&file, EXPLICIT);
	dicommaker_text(&file, little, 0x00100010, "PN", "");
	reading_of(reading, "a.dcm", NULL, buf_bytes(&file));
	tap_ok(reading->text.unread == NULL, "without pixels all of it is read");
	tap_ok(!reading_has_anywhere(reading, "Patient name"), "an empty name is none");
	dicommaker_text(&file, little, 0x7FE00010, "OW", "pixels");
	reading_of(reading, "a.dcm", NULL, buf_bytes(&file));
	tap_ok(reading->text.unread != NULL, "what is burnt into pixels is not read");
	buf_done(&file);
}

static void
test_mixed(struct reading *reading)
{
	struct buf file;

	buf_init(&file, 100000);
	dicommaker_text(&file, implicit, 0x00100010, "PN", "Quigley^Loretta");
	dicommaker_text(&file, implicit, 0x00100020, "LO", "8812");
	dicommaker_text(&file, implicit, 0x00100030, "DA", "19610304");
	dicommaker_text(&file, implicit, 0x00100040, "CS", "F");
	dicommaker_text(&file, little, 0x00081030, "LO", "needlemixed");
	reading_of(reading, "a.bin", NULL, buf_bytes(&file));
	tap_ok(reading_has_anywhere(reading, "Patient name: Loretta Quigley"), "implicit elements");
	tap_ok(reading_has_anywhere(reading, "needlemixed"), "and explicit ones behind them");
	buf_reset(&file);
	/* CP-246: what is in an UN of unknown length is implicit. */
	dicommaker_begin(&file, EXPLICIT);
	dicommaker_head(&file, little, 0x00091010, "UN", DICOM_UNDEFINED);
	dicommaker_head(&file, little, 0xFFFEE000, "", DICOM_UNDEFINED);
	dicommaker_text(&file, implicit, 0x00100010, "PN", "Voss^Iris");
	dicommaker_head(&file, little, 0xFFFEE00D, "", 0);
	dicommaker_head(&file, little, 0xFFFEE0DD, "", 0);
	dicommaker_text(&file, little, 0x00104000, "LT", "needlebehind");
	reading_of(reading, "a.dcm", NULL, buf_bytes(&file));
	tap_ok(reading_has_anywhere(reading, "Patient name: Iris Voss"), "in an UN of unknown length");
	tap_ok(reading_has_anywhere(reading, "Patient comments: needlebehind"), "and behind it");
	buf_done(&file);
}

static void
test_hostile(struct reading *reading)
{
	struct buf file;

	buf_init(&file, 64 << 20);
	dicommaker_begin(&file, EXPLICIT);
	dicommaker_head(&file, little, 0x00104000, "UT", 0x7FFFFFF0);
	buf_put_str(&file, "needlelie");
	reading_of(reading, "a.dcm", NULL, buf_bytes(&file));
	tap_ok(reading_has_anywhere(reading, "needlelie"), "a length that lies: what is there is read");
	tap_ok((reading->text.unscannable & UNSCANNABLE_FORMAT) != 0, "and it is said to be");
	buf_reset(&file);
	dicommaker_begin(&file, EXPLICIT);
	for (int i = 0; i < 100000; i++) {
		dicommaker_head(&file, little, 0x00081140, "SQ", DICOM_UNDEFINED);
		dicommaker_head(&file, little, 0xFFFEE000, "", DICOM_UNDEFINED);
	}
	dicommaker_text(&file, little, 0x00100010, "PN", "Quigley^Loretta");
	reading_of(reading, "a.dcm", NULL, buf_bytes(&file));
	tap_ok(reading_has_anywhere(reading, "Patient name: Loretta Quigley"), "a hundred thousand deep");
	buf_reset(&file);
	dicommaker_begin(&file, EXPLICIT);
	for (int i = 0; i < 1000000; i++)
		dicommaker_text(&file, little, 0x00104000, "LT", "");
	dicommaker_text(&file, little, 0x00100010, "PN", "Quigley^Loretta");
	reading_of(reading, "a.dcm", NULL, buf_bytes(&file));
	tap_ok(reading_has_anywhere(reading, "Patient name: Loretta Quigley"), "a million elements");
	reading_of(reading, "a.bin", NULL,
		BYTES_LIT("\x08\0\x05\0"
			  "CS\x0A\0ISO_IR 100"));
	tap_ok(!reading_has_anywhere(reading, "DICOM object"), "one element alone is none");
	buf_done(&file);
}

int
main(void)
{
	struct reading reading;

	reading_init(&reading);
	test_syntaxes(&reading);
	test_deflated(&reading);
	test_charsets(&reading);
	test_seen(&reading);
	test_mixed(&reading);
	test_hostile(&reading);
	reading_done(&reading);
	return tap_done();
}
