/* SPDX-License-Identifier: Apache-2.0 */
/* Records and tables as text: each place where one can write, found where it is; and what they look like. */
#include "lib/base/buf.h"
#include "tests/support/tap.h"
#include "tests/unit/format/reading.h"

static const char patient[] =
	"{\"resourceType\":\"Patient\",\"id\":\"p1\",\"name\":[{\"family\":\"Okafor\",\"given\":[\"Zoe\","
	"\"Ann\"]}],"
	"\"birthDate\":\"1961-03-04\",\"identifier\":[{\"type\":{\"coding\":[{\"code\":\"MR\"}]},\"value\":"
	"\"MARK1\"},"
	"{\"system\":\"http://hl7.org/fhir/sid/us-ssn\",\"value\":\"MARK2\"}],"
	"\"telecom\":[{\"system\":\"email\",\"value\":\"MARK3\"}],\"address\":[{\"line\":[\"MARK4\"],"
	"\"city\":\"Cary\"}],"
	"\"contact\":[{\"name\":{\"text\":\"MARK5\"}}],"
	"\"extension\":[{\"url\":\"http://x.example/mothers-name\",\"valueString\":\"MARK6\"},"
	"{\"url\":\"http://x.example/race\",\"extension\":[{\"url\":\"text\",\"valueString\":\"MARK7\"}]}],"
	"\"contained\":[{\"resourceType\":\"Organization\",\"name\":\"MARK8\"}],"
	"\"text\":{\"div\":\"<div>M<b>ARK</b>9<span style='display:none'>MARK10</span></div>\"},"
	"\"photo\":[{\"contentType\":\"text/"
	"plain\",\"title\":\"note.txt\",\"data\":\"TUFSSzExIGlzIGhlcmU=\"}]}";

static const char bundle[] =
	"{\"resourceType\":\"Bundle\",\"entry\":[{\"fullUrl\":\"urn:uuid:77\",\"resource\":{\"resourceType\":"
	"\"Patient\","
	"\"name\":[{\"family\":\"Okafor\",\"given\":[\"Zoe\"]}],\"birthDate\":\"1961-03-04\"}},"
	"{\"resource\":{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"urn:uuid:77\"},"
	"\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10-cm\",\"code\":\"E11.9\","
	"\"display\":\"Type 2 diabetes\"}]}}},"
	"{\"resource\":{\"resourceType\":\"Observation\",\"code\":{\"text\":\"Hemoglobin A1c\"},"
	"\"valueQuantity\":{\"value\":9.1,\"unit\":\"%\"},\"note\":[{\"text\":\"MARK12\"}]}}]}";

static const char fhir_xml[] =
	"<Bundle xmlns=\"http://hl7.org/fhir\"><entry><resource><Patient><id value=\"p1\"/>"
	"<name><family value=\"Okafor\"/><given value=\"Zoe\"/></name><birthDate value=\"1961-03-04\"/>"
	"<text><div xmlns=\"http://www.w3.org/1999/xhtml\">see "
	"<b>MARK13</b></div></text></Patient></resource></entry>"
	"<entry><resource><Claim><patient><reference value=\"Patient/p1\"/></patient>"
	"<identifier><value value=\"MARK14\"/></identifier></Claim></resource></entry></Bundle>";

static const char cda[] =
	"<?xml version=\"1.0\" encoding=\"UTF-16\"?><!-- MARK15 --><ClinicalDocument "
	"xmlns=\"urn:hl7-org:v3\">"
	"<recordTarget><patientRole><id root=\"2.16.840.1.113883.4.1\" extension=\"MARK16\"/><id "
	"root=\"1.2\" "
	"extension=\"MARK17\"/><addr><streetAddressLine>MARK18</streetAddressLine><city>Cary</city></addr>"
	"<telecom value=\"tel:MARK19\"/><patient><name><given>Zoe</given><family>Okafor</family></name>"
	"<birthTime "
	"value=\"19610304\"/><guardian><guardianPerson><name>MARK20</name></guardianPerson></guardian>"
	"</patient></patientRole></recordTarget><author><assignedAuthor><assignedPerson><name><given>Ada</"
	"given>"
	"<family>MARK21</family></name></assignedPerson></assignedAuthor></author><component><structuredBody>"
	"<component><section><title>Problems</title><text><table ID=\"t\"><tr><td>Asthma</td><td "
	"note=\"MARK22\">MA<content>RK23</content></td></tr></table></text><entry><observation><code "
	"code=\"1\" displayName=\"Problem\"/><value code=\"195967001\" codeSystem=\"2.16.840.1.113883.6.96\" "
	"displayName=\"MARK24\"/></observation></entry></section></component></structuredBody></component>"
	"</ClinicalDocument>";

static const char cda_file[] =
	"<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><component><nonXMLBody><text mediaType=\"text/plain\" "
	"representation=\"B64\">TUFSSzI1\nIGlzIGhlcmU=</text></nonXMLBody></component></ClinicalDocument>";

static const char json[] =
	"{\"a\":{\"b\":[1,{\"key\":\"M\\u0041RK26\"}],\"b2\":\"MARK27\",\"b2\":\"MARK28\"},"
	"\"firstName\":\"Zoe\",\"lastName\":\"Okafor\"}";

static const char ics[] =
	"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:MA\r\n "
	"RK29\r\nATTENDEE;CN=\"MARK30\":mailto:a@b.example\r\n"
	"DESCRIPTION;ALTREP=\"cid:MARK31\":two\\nlines\r\nX-ALT-DESC;FMTTYPE=text/html:<p>MA<b>RK32</b></"
	"p>\r\n"
	"ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:TUFSSzMz\r\n IGlzIGhlcmU=\r\n"
	"ATTACH:data:text/plain,MARK34%20x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

static const char vcf[] =
	"BEGIN:VCARD\r\nVERSION:2.1\r\nN:Okafor;Zoe;;;\r\nBDAY:19610304\r\n"
	"item1.ADR;HOME:;;MARK35;Cary;NC;27513;\r\n"
	"NOTE;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:caf=E9 MARK=\r\n36\r\nEND:VCARD\r\n";

static const char csv[] = "First name,Last name,DOB,Note\r\nZoe,Okafor,3/4/1961,\"two\r\nlines, MARK37\"\r\n"
			  "Ida,Moe,5/6/1971,x\r\n";

static const char bars[] = "Patient|MRN|Diagnosis\nOkafor, Zoe|MARK38|asthma\nMoe, Ida|2|gout\n";

static const char mbox[] =
	"From a@b.example Sat Jan  3 01:05:34 1996\nFrom: a@b.example\nSubject: x\n\nMARK39\n"
	"From here on\n\nFrom c@d.example Sat Jan  3 01:05:34 1996\nFrom: c@d.example\n"
	"Subject: MARK40\n\ntwo\n";

static const char svg[] =
	"<svg xmlns=\"http://www.w3.org/2000/svg\"><title>MARK41</title><text>MA<tspan>RK42</tspan>"
	"</text></svg>";

static const char xml[] = "<?xml version=\"1.0\"?><people><person kin=\"MARK43\"><lastName>MARK44</lastName>"
			  "<firstName>Zoe</firstName></person><!-- MARK45 --></people>";

static const char role[] =
	"{\"resourceType\":\"PractitionerRole\",\"practitioner\":{\"display\":\"Ada MARK48\"},"
	"\"specialty\":[{\"text\":\"MARK49\"}]}";

static const char broken[] =
	"<ClinicalDocument><typeId root=\"1\" <!-- MARK46 --> <text>Note on MA<b>RK47</b></text>";

/* "> record" and the like: the segment; behind the second ">" the place in it. */
static const struct {
	const char *name, *file;
	enum segment_view view;
	const char *place, *needle;
} places[] = {
	{"p.json", patient, SEGMENT_TEXT, "record > Patient.name[0]", "Patient name: Zoe Ann Okafor"},
	{"p.json", patient, SEGMENT_TEXT, "record > Patient.birthDate", "Date of birth: 1961-03-04"},
	{"p.json", patient, SEGMENT_TEXT, "Patient.identifier[0]", "Medical record number: MARK1"},
	{"p.json", patient, SEGMENT_TEXT, "Patient.identifier[1]", "Social Security number: MARK2"},
	{"p.json", patient, SEGMENT_TEXT, "Patient.telecom[0]", "Email: MARK3"},
	{"p.json", patient, SEGMENT_TEXT, "Patient.address[0]", "MARK4, Cary"},
	{"p.json", patient, SEGMENT_TEXT, "Patient.contact[0].name", "Contact name: MARK5"},
	{"p.json", patient, SEGMENT_TEXT, "extension[0].mothers-name", "mothers name: MARK6"},
	{"p.json", patient, SEGMENT_TEXT, "extension[1].race.text", "MARK7"},
	{"p.json", patient, SEGMENT_TEXT, "Patient.Organization.name", "Organization: MARK8"},
	{"p.json", patient, SEGMENT_TEXT, "Patient.text.div", "MARK9"},
	{"p.json", patient, SEGMENT_HIDDEN, "> record, not shown", "MARK10"},
	{"p.json", patient, SEGMENT_TEXT, "> file (note.txt)", "MARK11 is here"},
	{"b.json", bundle, SEGMENT_TEXT, "entry[1].Condition",
		"Condition\nPatient name: Zoe Okafor\nDate of birth: 1961-03-04\n"},
	{"b.json", bundle, SEGMENT_TEXT, "entry[1].Condition.code",
		"Diagnosis: Type 2 diabetes (ICD-10 E11.9)"},
	{"b.json", bundle, SEGMENT_TEXT, "entry[2].Observation", "Hemoglobin A1c: 9.1 %"},
	{"b.json", bundle, SEGMENT_TEXT, "entry[2].Observation.note[0]", "note: MARK12"},
	{"b.xml", fhir_xml, SEGMENT_TEXT, "record > Bundle.entry[0].Patient.name",
		"Patient name: Zoe Okafor"},
	{"b.xml", fhir_xml, SEGMENT_TEXT, "entry[0].Patient.text.div", "MARK13"},
	{"b.xml", fhir_xml, SEGMENT_TEXT, "entry[1].Claim.identifier", "Claim number: MARK14"},
	{"b.xml", fhir_xml, SEGMENT_TEXT, "entry[1].Claim",
		"Claim\nPatient name: Zoe Okafor\nDate of birth: 1961-03-04\n"},
	{"c.xml", cda, SEGMENT_HIDDEN, "> document, not shown", "MARK15"},
	{"c.xml", cda, SEGMENT_TEXT, "document > recordTarget/id", "Social Security number: MARK16"},
	{"c.xml", cda, SEGMENT_TEXT, "recordTarget/id", "Medical record number: MARK17"},
	{"c.xml", cda, SEGMENT_TEXT, "recordTarget/addr", "Patient address: MARK18, Cary"},
	{"c.xml", cda, SEGMENT_TEXT, "recordTarget/telecom", "Phone: MARK19"},
	{"c.xml", cda, SEGMENT_TEXT, "recordTarget/patient/name", "Patient name: Zoe Okafor"},
	{"c.xml", cda, SEGMENT_TEXT, "recordTarget/patient/birthTime", "Date of birth: 1961-03-04"},
	{"c.xml", cda, SEGMENT_TEXT, "recordTarget/patient/guardian/guardianPerson/name",
		"Guardian name: MARK20"},
	{"c.xml", cda, SEGMENT_TEXT, "author/assignedAuthor/assignedPerson/name",
		"Provider name: Ada MARK21"},
	{"c.xml", cda, SEGMENT_HIDDEN, "not shown > section Problems/text", "MARK22"},
	{"c.xml", cda, SEGMENT_TEXT, "section Problems/text", "Asthma\tMARK23"},
	{"c.xml", cda, SEGMENT_TEXT, "section Problems/observation",
		"Diagnosis: MARK24 (SNOMED CT 195967001)"},
	{"c.xml", cda, SEGMENT_TEXT, "> section Problems", "Problems\nPatient name: Zoe Okafor\n"},
	{"f.xml", cda_file, SEGMENT_TEXT, "> file ()", "MARK25 is here"},
	{"j.json", json, SEGMENT_TEXT, "content > a.b[1].key", "key: MARK26"},
	{"j.json", json, SEGMENT_TEXT, "content > a.b2", "b2: MARK27"},
	{"j.json", json, SEGMENT_TEXT, "content > a.b2", "b2: MARK28"},
	{"j.json", json, SEGMENT_TEXT, "content > lastName", "Name: Zoe Okafor"},
	{"e.ics", ics, SEGMENT_TEXT, "VEVENT[1].SUMMARY", "Summary: MARK29"},
	{"e.ics", ics, SEGMENT_TEXT, "VEVENT[1].ATTENDEE", "Name: MARK30"},
	{"e.ics", ics, SEGMENT_HIDDEN, "VEVENT[1].DESCRIPTION", "MARK31"},
	{"e.ics", ics, SEGMENT_TEXT, "VEVENT[1].DESCRIPTION", "Description: two\nlines"},
	{"e.ics", ics, SEGMENT_TEXT, "VEVENT[1].X-ALT-DESC", "MARK32"},
	{"e.ics", ics, SEGMENT_TEXT, "> file ()", "MARK33 is here"},
	{"e.ics", ics, SEGMENT_TEXT, "> file (ATTACH)", "MARK34 x"},
	{"v.vcf", vcf, SEGMENT_TEXT, "VCARD[0].N", "Name: Zoe Okafor"},
	{"v.vcf", vcf, SEGMENT_TEXT, "VCARD[0].BDAY", "Date of birth: 1961-03-04"},
	{"v.vcf", vcf, SEGMENT_TEXT, "VCARD[0].ADR", "MARK35, Cary, NC"},
	{"v.vcf", vcf, SEGMENT_TEXT, "VCARD[0].NOTE", "caf\xC3\xA9 MARK36"},
	{"t.csv", csv, SEGMENT_TEXT, "table > row 2, column Note", "Note: two  lines, MARK37"},
	{"t.csv", csv, SEGMENT_TEXT, "row 2, column Last name", "Name: Zoe Okafor"},
	{"t.csv", csv, SEGMENT_TEXT, "row 4, column DOB", "DOB: 5/6/1971"},
	{"t.txt", bars, SEGMENT_TEXT, "row 2, column MRN", "MRN: MARK38"},
	{"m.mbox", mbox, SEGMENT_TEXT, "body/text", "MARK39\nFrom here on"},
	{"m.mbox", mbox, SEGMENT_HEADER, "header Subject", "MARK40"},
	{"s.svg", svg, SEGMENT_TEXT, "content > svg/title", "title: MARK41"},
	{"s.svg", svg, SEGMENT_TEXT, "content > svg/text", "text: MARK42"},
	{"s.svg", svg, SEGMENT_HTML, "> as a browser shows it", "MARK42"},
	{"r.json", role, SEGMENT_TEXT, "PractitionerRole.practitioner", "Provider name: Ada MARK48"},
	{"r.json", role, SEGMENT_TEXT, "PractitionerRole.specialty[0]", "Field of work: MARK49"},
	{"d.xml", broken, SEGMENT_HTML, "> as a browser shows it", "Note on MARK47"},
	{"x.xml", xml, SEGMENT_TEXT, "content > people/person", "kin: MARK43"},
	{"x.xml", xml, SEGMENT_TEXT, "people/person/lastName", "last Name: MARK44"},
	{"x.xml", xml, SEGMENT_TEXT, "people/person/firstName", "Name: Zoe MARK44"},
	{"x.xml", xml, SEGMENT_HIDDEN, "comments > people", "MARK45"},
};

static void
test_places(struct reading *reading)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		bool found;

		reading_of(reading, places[i].name, NULL, bytes_of_str(places[i].file));
		found = reading_has(reading, places[i].view, places[i].place, places[i].needle);
		tap_ok(found && reading->text.unscannable == 0 &&
				(reading->text.traits & TRAIT_DISGUISED) == 0,
			"%s: %.*s", places[i].place, (int)strcspn(places[i].needle, "\n"), places[i].needle);
		if (!found)
			reading_show(reading);
	}
}

/* Whatever a reader says, a text that is none of these formats is read as before and as nothing else. */
static const struct {
	const char *name, *text;
} plain[] = {
	{"prose with commas",
		"Dear Ann, it was nice to see you, and Bob, too.\nBest, regards, and so on, Zoe.\n"},
	{"a mail address in brackets", "<zoe@x.example> wrote:\nhello\n"},
	{"a tag of a list", "[EXTERNAL] be careful\n"},
	{"a footnote", "[1] see there\n"},
	{"a brace", "{see below}\n"},
	{"addresses", "Zoe Okafor\n1 Main Street\nCary, NC 27513\nErie, PA 16509\n"},
};

static size_t
count_segments(const struct reading *reading)
{
	size_t n = 0;

	for (const struct segment *s = reading->text.segments; s != NULL; s = s->next)
		n += bytes_starts_nocase(bytes_of_str(s->part), BYTES_LIT("attachment 1"));
	return n;
}

static void
test_plain(struct reading *reading)
{
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		reading_of(reading, "a.txt", "text/plain", bytes_of_str(plain[i].text));
		/* Its name and its text. */
		tap_ok(count_segments(reading) == 2, "%s is text", plain[i].name);
	}
}

static void
repeat(struct buf *buf, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_put_str(buf, text);
}

/* How each begins, what comes how often, and how it ends. */
static const struct {
	const char *name, *file, *begin, *again;
	size_t n;
	const char *end;
} hostile[] = {
	{"a million lists", "a.json", "[[", "[", 1000000, "\"MARK\""},
	{"a million objects", "a.json", "", "{\"a\":", 1000000, "\"MARK\""},
	{"a million resources", "a.json", "{\"resourceType\":\"Patient\",\"x\":", "{\"contained\":[", 1000000,
		"\"MARK\""},
	{"half a million empty objects", "a.json", "{\"resourceType\":\"Patient\",\"x\":[", "{},", 500000,
		"\"MARK\"]}"},
	{"a number of a million digits", "a.json", "{\"a\":1", "1", 1000000, ",\"b\":\"MARK\"}"},
	{"a string without an end", "a.json", "{\"a\":\"", "\\u", 300000, "MARK"},
	{"a hundred thousand columns", "a.csv", "Name,DOB\nMARK,1\n", "a,", 100000, "\n"},
	{"a header of a hundred thousand columns", "a.csv", "Name", ",a", 100000, "\nMARK,1\n"},
	{"quotes without an end", "a.csv", "Name,DOB,A\nMARK,1,2\n", "\"", 99999, "\n"},
	{"a million folds", "a.ics", "BEGIN:VCALENDAR\nSUMMARY:", "\n x", 500000, "\nSUMMARY:MARK\n"},
	{"soft breaks", "a.vcf", "BEGIN:VCARD\nNOTE;QUOTED-PRINTABLE:", "=\n", 500000, "\nNOTE:MARK\n"},
	{"parameters", "a.ics", "BEGIN:VCALENDAR\nSUMMARY", ";A=B", 200000, ":x\nSUMMARY:MARK\n"},
	{"components in components", "a.ics", "BEGIN:VCALENDAR\n", "BEGIN:X\n", 100000, "SUMMARY:MARK\n"},
	{"elements in elements", "a.xml", "<ClinicalDocument>", "<component>", 100000, "MARK"},
	{"sections", "a.xml", "<ClinicalDocument>", "<section><title>x</title></section>", 50000,
		"<title>MARK</title>"},
	{"attributes", "a.xml", "<Patient xmlns=\"http://hl7.org/fhir\" ", "a='1' ", 50000, "/>MARK"},
	{"entities", "a.xml", "<!DOCTYPE a [<!ENTITY a 'ha'>]><ClinicalDocument>", "&a;", 50000,
		"MARK</ClinicalDocument>"},
	{"lines that begin messages", "a.mbox", "From a\nFrom: b@x.example\nSubject: MARK\n", "\nFrom ",
		100000, ""},
};

static void
test_hostile(struct reading *reading)
{
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct buf file;

		buf_init(&file, 64 << 20);
		buf_put_str(&file, hostile[i].begin);
		repeat(&file, hostile[i].again, hostile[i].n);
		buf_put_str(&file, hostile[i].end);
		reading_of(reading, hostile[i].file, NULL, buf_bytes(&file));
		tap_ok(reading_has_anywhere(reading, "MARK") && reading->text.unscannable == 0, "%s",
			hostile[i].name);
		buf_done(&file);
	}
}

int
main(void)
{
	struct reading reading;

	reading_init(&reading);
	test_places(&reading);
	test_plain(&reading);
	test_hostile(&reading);
	reading_done(&reading);
	return tap_done();
}
