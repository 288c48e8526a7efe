/* SPDX-License-Identifier: Apache-2.0 */
/* Where HL7 v2 can hide a text, how its separators and lines may differ, and what hostile messages get. */
#include "lib/base/buf.h"
#include "tests/support/tap.h"
#include "tests/unit/format/reading.h"

/* The second message of a batch, whose first names somebody else. */
static const char batch[] =
	"FHS|^~\\&|SENDER|Filler Zero\r"
	"BHS|^~\\&|SENDER\r"
	"MSH|^~\\&|LAB|NORTH|EHR|NORTH|202401020304||ORU^R01|1|P|2.5\r"
	"PID|1||7719022^^^N^MR||VOSS^IRIS\r"
	"MSH|^~\\&|LAB|NORTH|EHR|NORTH|202401020304|needle08|ORU^R01^ORU_R01|2|P|2.5\r"
	"EVN|R01|202401020304||||\r"
	"PID|1|needlea2^^^N^PI|needlea3^^^N^MR~531-88-4410^^^US^SS|needlea4|QUIGLEY&van^LORETTA^M^JR^MRS~"
	"ALIAS^NEEDLEA5|"
	"NEEDLEA6^ANN|19610304|F|NEEDLEA9^X||12 NEEDLEB1 ST^^DAYTON^OH^45401||(937)555-needleb3|needleb4||||"
	"needleb8^^^N^AN|531884411|needlec0\r"
	"NK1|1|NEEDLEN2^PAUL|SPO^Spouse^HL70063|3 NEEDLEN4 RD|needlen5\r"
	"PV1|1|I|WARD^needlep3|||||998^NEEDLEP8^GREGORY||SUR\r"
	"DG1|1||E11.9^Type 2 diabetes needled3^I10\r"
	"AL1|1||^needleal3||needleal5\r"
	"IN1|1|PLAN|77|needlei4||||needlei8||||||||QUIGLEY^NEEDLEI16||19580509||||||||||||||||||needlei36||||"
	"|||||||||needlei49\r"
	"GT1|1||NEEDLEG3^HUGH\r"
	"OBR|1||A1|24317-0^Hemogram needleo4^LN|||||||||needleo13\r"
	"OBX|1|NM|718-7^Hemoglobin^LN||needlex1|g/dL||L\r"
	"OBX|2|TX|11502-2^Report^LN||first line\\.br\\needle\\S\\x2\\F\\\\X2D\\ \\XC3A9\\~second needlex3\r"
	"OBX|3|ED|PDF^Report^L||^TEXT^PLAIN^Base64^QSBub3RlIGFib3V0IG5lZWRsZXg0\r"
	"OBX|4|CE|29308-4^Diagnosis^LN||I10^needlex5^I10\r"
	"NTE|1|L|Patient says needlente\r"
	"ZPI|1|a&needlez1^b|needlez2~needlez3\r"
	"BTS|1|needlebts\r";

static const struct {
	const char *place, *needle;
} places[] = {
	{"HL7 batch > FHS-4", "Filler Zero"},
	{"HL7 message 1 > PID-5", "Patient name: IRIS VOSS"},
	{"HL7 message 2 > MSH-9", "HL7 v2 message: ORU R01 ORU_R01"},
	{"HL7 message 2 > MSH-8", "needle08"},
	{"PID-2", "Patient ID: needlea2"},
	{"PID-3", "Medical record number: needlea3"},
	{"PID-3[2]", "SSN: 531-88-4410"},
	{"PID-4", "needlea4"},
	{"PID-5", "Patient name: MRS LORETTA M QUIGLEY JR"},
	{"PID-5[2]", "Patient name: NEEDLEA5 ALIAS"},
	{"PID-6", "Mother's maiden name: ANN NEEDLEA6"},
	{"PID-7", "Date of birth: 1961-03-04"},
	{"PID-9", "NEEDLEA9"},
	{"PID-11", "Patient address: 12 NEEDLEB1 ST DAYTON OH 45401"},
	{"PID-13", "needleb3"},
	{"PID-14", "needleb4"},
	{"PID-18", "Patient account number: needleb8"},
	{"PID-19", "SSN: 531884411"},
	{"PID-20", "needlec0"},
	{"NK1-2", "Next of kin: PAUL NEEDLEN2"},
	{"NK1-4", "NEEDLEN4"},
	{"NK1-5", "needlen5"},
	{"PV1-3", "needlep3"},
	{"PV1-8", "Referring provider: GREGORY NEEDLEP8"},
	{"DG1-3", "Diagnosis (ICD-10): E11.9 Type 2 diabetes needled3"},
	{"AL1-3", "Allergy: needleal3"},
	{"AL1-5", "Reaction: needleal5"},
	{"IN1-4", "Insurance company: needlei4"},
	{"IN1-8", "Group number: needlei8"},
	{"IN1-16", "Insured name: NEEDLEI16 QUIGLEY"},
	{"IN1-18", "Insured's date of birth: 1958-05-09"},
	{"IN1-36", "Policy number: needlei36"},
	{"IN1-49", "Insured ID: needlei49"},
	{"GT1-3", "Guarantor name: HUGH NEEDLEG3"},
	{"OBR-4", "Test ordered (LOINC): 24317-0 Hemogram needleo4"},
	{"OBR-13", "needleo13"},
	{"OBX-3", "Result (LOINC): 718-7 Hemoglobin: needlex1 g/dL L"},
	{"OBX-5", "needlex1"},
	{"OBX-5 (2)", "first line\nneedle^x2|- \xC3\xA9"},
	{"OBX-5[2] (2)", "second needlex3"},
	{"OBX-5 (4)", "needlex5"},
	{"NTE-3", "needlente"},
	{"ZPI-2", "a needlez1 b"},
	{"ZPI-3", "needlez2"},
	{"ZPI-3[2]", "needlez3"},
	{"BTS-2", "needlebts"},
};

static void
test_places(struct reading *reading)
{
	reading_of(reading, "batch.hl7", NULL, bytes_of_str(batch));
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		tap_ok(reading_has(reading, SEGMENT_TEXT, places[i].place, places[i].needle), "%s: %s",
			places[i].place, places[i].needle);
	tap_ok(reading_has(reading, SEGMENT_TEXT, "batch.hl7) > file (OBX-5 (3))", "A note about needlex4"),
		"a document in an OBX is a file");
	tap_ok(!reading_has(reading, SEGMENT_TEXT, "OBX-5 (3)", "QSBub3"),
		"its base64 is no text of the message");
	tap_ok(reading->text.unscannable == 0 && reading->text.traits == 0, "nothing is wrong with it");
}

/* The same patient in messages that differ in form. */
static const struct {
	const char *name, *message;
} forms[] = {
	{"LF", "MSH|^~\\&|A\nPID|||1||QUIGLEY^LORETTA\n"},
	{"CR LF and empty lines", "MSH|^~\\&|A\r\n\r\nPID|||1||QUIGLEY^LORETTA\r\n"},
	{"MLLP", "\x0BMSH|^~\\&|A\rPID|||1||QUIGLEY^LORETTA\r\x1C\r"},
	{"other separators", "MSH$%~!*$A\rPID$$$1$$QUIGLEY%LORETTA\r"},
	{"a letter as separator", "MSHx^~\\&xA\rPIDxxx1xxQUIGLEY^LORETTAx\r"},
	{"fewer encoding characters", "MSH|^~|A\rPID|||1||QUIGLEY^LORETTA\r"},
	{"the truncation character of 2.7", "MSH|^~\\&#|A\rPID|||1||QUIGLEY^LORETTA\r"},
	{"a backslash twice", "MSH|^~\\\\&|A\rPID|||1||QUIGLEY^LORETTA\r"},
	{"quoted", "Look:\n> MSH|^~\\&|A\n> PID|||1||QUIGLEY^LORETTA\n"},
	{"wrapped", "MSH|^~\\&|A\nPID|||1||QUIGLEY^\nLORETTA|||F\n\nRegards, Bob\n"},
	{"text around it", "Dear all,\n\nMSH|^~\\&|A\nPID|||1||QUIGLEY^LORETTA\n\nBob\n"},
	{"a byte order mark", "\xEF\xBB\xBFMSH|^~\\&|A\rPID|||1||QUIGLEY^LORETTA\r"},
	{"hexadecimal escapes", "MSH|^~\\&|A\rPID|||1||QUIG\\X4C4559\\^LORETTA\r"},
	{"a batch whose header is all there is", "BHS|^~\\&|A\rPID|||1||QUIGLEY^LORETTA\r"},
};

static void
test_forms(struct reading *reading)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		reading_of(reading, "a.txt", "text/plain", bytes_of_str(forms[i].message));
		if (!tap_ok(reading_has(reading, SEGMENT_TEXT, "PID-5", "Patient name: LORETTA QUIGLEY\n"),
			    "%s", forms[i].name))
			reading_show(reading);
	}
	reading_of(reading, "a.html", "text/html",
		BYTES_LIT("<p>See<div>MSH|^~\\&amp;|A</div><div>PID|||1||QUIGLEY^LORETTA</div>"));
	tap_ok(reading_has(reading, SEGMENT_TEXT, "PID-5", "Patient name: LORETTA QUIGLEY"), "in HTML");
	tap_ok((reading->text.traits & TRAIT_DISGUISED) == 0, "HTML with a message in it is no disguise");
}

static const struct {
	const char *name, *text;
} others[] = {
	{"prose", "MSH is a hormone. PID|||1||QUIGLEY^LORETTA\n"},
	{"a segment without a header", "PID|||1||QUIGLEY^LORETTA\n"},
	{"in the middle of a line", "the MSH|^~\\&|A\nPID|||1||QUIGLEY^LORETTA\n"},
	{"a table", "MSH|Street|Town\nPID|1|2\n"},
	{"signs twice", "MSH|^^\\&|A\nPID|||1||QUIGLEY^LORETTA\n"},
	{"letters", "MSHxabcdx\nPIDxxx1xxQUIGLEYaLORETTA\n"},
};

static void
test_others(struct reading *reading)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		reading_of(reading, "a.txt", "text/plain", bytes_of_str(others[i].text));
		tap_ok(!reading_has_anywhere(reading, "HL7 v2 message"), "%s is none", others[i].name);
	}
}

static void
test_empty(struct reading *reading)
{
	reading_of(reading, "a.hl7", NULL,
		BYTES_LIT("MSH|^~\\&|A||B||||ACK^A04|1|P|2.3\rMSA|AA|1\rPID|1||\"\"||\"\"^\"\"||\r"));
	tap_ok(!reading_has_anywhere(reading, "Patient name"), "a deleted name is none");
	tap_ok(!reading_has_anywhere(reading, "Medical record number"), "nor a deleted number");
}

/* So often, behind a header. */
static void
read_many(struct reading *reading, const char *header, const char *piece, size_t n, const char *end)
{
	struct buf message;

	buf_init(&message, 64 << 20);
	buf_put_str(&message, header);
	for (size_t i = 0; i < n; i++)
		buf_put_str(&message, piece);
	buf_put_str(&message, end);
	reading_of(reading, "a.hl7", NULL, buf_bytes(&message));
	buf_done(&message);
}

static void
test_hostile(struct reading *reading)
{
	static const char header[] = "MSH|^~\\&|A\r", end[] = "\rPID|||1||QUIGLEY^LORETTA\r";

	read_many(reading, header, "ZZZ|\r", 1000000, end);
	tap_ok(reading_has_anywhere(reading, "Patient name: LORETTA QUIGLEY"), "a million segments");
	read_many(reading, header, header, 100000, end);
	tap_ok(reading_has_anywhere(reading, "Patient name: LORETTA QUIGLEY"), "a hundred thousand messages");
	read_many(reading, header, "\\", 1000000, end);
	tap_ok(reading_has_anywhere(reading, "Patient name: LORETTA QUIGLEY"), "a million escape signs");
	read_many(reading, "MSH|^~\\&|A\rPID|||", "~", 1000000, end);
	tap_ok(reading_has_anywhere(reading, "Patient name: LORETTA QUIGLEY"), "a million repetitions");
	read_many(reading, "MSH|^~\\&|A\rOBX|1|ED|||", "^", 1000000, end);
	tap_ok(reading_has_anywhere(reading, "Patient name: LORETTA QUIGLEY"), "a million components");
	reading->limits.text = 1000;
	read_many(reading, header, "NTE|||abcdefgh\r", 1000, end);
	tap_ok((reading->text.unscannable & UNSCANNABLE_SIZE) != 0,
		"more text than is allowed is said to be");
}

int
main(void)
{
	struct reading reading;

	reading_init(&reading);
	test_places(&reading);
	test_forms(&reading);
	test_others(&reading);
	test_empty(&reading);
	test_hostile(&reading);
	reading_done(&reading);
	return tap_done();
}
