/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/mime/reader.h"

#include "lib/base/buf.h"
#include "tests/support/tap.h"

static const struct mime_limits limits = {.depth = 30, .parts = 1000, .headers = 2000, .text = 1 << 20};

/*
 * All that was read, a line a piece: "part: text", "part~ hidden", "part! type" for what is unread, then the
 * unscannable bits' names and the traits.
 */
static void
describe(const struct message_text *text, struct buf *out)
{
	for (const struct segment *s = text->segments; s != NULL; s = s->next) {
		buf_putf(out, "%s%s ", s->part, s->view == SEGMENT_HIDDEN ? "~" : ":");
		buf_put_bytes(out, bytes_trim(s->text));
		buf_put_str(out, "|");
	}
	for (const struct unread_part *u = text->unread; u != NULL; u = u->next)
		buf_putf(out, "%s! %s|", u->part, u->type);
	for (unsigned bit = 1; bit <= UNSCANNABLE_PARTIAL; bit <<= 1) {
		if (text->unscannable & bit)
			buf_putf(out, "?%s|", unscannable_name((enum unscannable)bit));
	}
	if (text->traits & TRAIT_SIGNED)
		buf_put_str(out, "+signed|");
	if (text->traits & TRAIT_ENCRYPTED)
		buf_put_str(out, "+encrypted|");
	if (text->traits & TRAIT_DKIM)
		buf_put_str(out, "+dkim|");
	if (text->traits & TRAIT_LIST)
		buf_put_str(out, "+list|");
}

static const struct {
	const char *name;
	struct bytes message, want;
} cases[] = {
	{"a plain message", BYTES_LIT("Subject: hello\r\n\r\nworld\r\n"),
		BYTES_LIT("header Subject: hello|body/text: world|")},
	{"no header at all", BYTES_LIT("\r\nworld\r\n"), BYTES_LIT("body/text: world|")},
	{"line ends become LF", BYTES_LIT("\r\na\r\nb\rc\n"), BYTES_LIT("body/text: a\nb\nc|")},
	{"transport fields are no text",
		BYTES_LIT("Received: from x\nDKIM-Signature: v=1\nMessage-ID: <a@b>\nX-Spam-Status: "
			  "y\nComments: c\nX-Own: d\nPatient: e\n\nx"),
		BYTES_LIT(
			"header Comments: c|header X-Own: d|header Patient: Patient: e|body/text: x|+dkim|")},
	{"fields that repeat", BYTES_LIT("Subject: a\nSubject: =?utf-8?q?b?=\n\nx"),
		BYTES_LIT("header Subject: a|header Subject: b|body/text: x|")},
	{"list mail", BYTES_LIT("List-Id: <x>\n\nx"), BYTES_LIT("body/text: x|+list|")},
	{"HTML and what it hides", BYTES_LIT("Content-Type: text/html\n\nS<b></b>SN<i hidden>x</i> 1"),
		BYTES_LIT("body/html: SSN 1|body/html~ x|")},
	{"both alternatives",
		BYTES_LIT("Content-Type: multipart/alternative; boundary=b\n\n--b\n\na\n--b\nContent-Type: "
			  "text/html\n\n<p>c\n--b--\n"),
		BYTES_LIT("body/text: a|body/html: c|")},
	{"preamble and epilogue",
		BYTES_LIT("Content-Type: multipart/mixed; boundary=b\n\npre\n--b\n\na\n--b--\nepi\n"),
		BYTES_LIT("body/preamble: pre|body/text: a|body/epilogue: epi|")},
	{"quoted-printable", BYTES_LIT("Content-Transfer-Encoding: quoted-printable\n\n219-=\n09-9999 =41"),
		BYTES_LIT("body/text: 219-09-9999 A|")},
	{"base64", BYTES_LIT("Content-Transfer-Encoding: base64\n\nMjE5LTA5\n"),
		BYTES_LIT("body/text: 219-09|")},
	{"base64 with padding in its middle",
		BYTES_LIT("Content-Transfer-Encoding: base64\n\nMjE5LQ==\nMDk=\n"),
		BYTES_LIT("body/text: 219-09|")},
	{"base64 with rubbish between", BYTES_LIT("Content-Transfer-Encoding: base64\n\nMj!E5*LTA5\n"),
		BYTES_LIT("body/text: 219-09|")},
	{"base64 with a footer",
		BYTES_LIT("Content-Transfer-Encoding: base64\n\nMjE5LTA5\n____________________________\nthis "
			  "list is open\n"),
		BYTES_LIT("body/text: 219-09|body/text: ____________________________\nthis list is "
			  "open|body/text: 219-09\xC2\xB6\x18\xC2\xAC\xE2\x80\x93+-\xC5\xA0\xC3\x8A)z|")},
	{"base64 with spaces inside", BYTES_LIT("Content-Transfer-Encoding: base64\n\nMj E5 LT A5\n"),
		BYTES_LIT("body/text: 219-09|")},
	{"an encoding that nobody knows", BYTES_LIT("Content-Transfer-Encoding: x-y\n\na=\nb"),
		BYTES_LIT("body/text: a=\nb|body/text: ab|")},
	{"base64 that nobody declared",
		BYTES_LIT("\nU1NOOiAyMTktMDktOTk5OSwgYm9ybiAxOTcwLTAxLTAxLCBkaWFi\nZXRlcw==\n"),
		BYTES_LIT("body/text: "
			  "U1NOOiAyMTktMDktOTk5OSwgYm9ybiAxOTcwLTAxLTAxLCBkaWFi\nZXRlcw==|body/text: SSN: "
			  "219-09-9999, born 1970-01-01, diabetes|")},
	{"two encodings are both tried",
		BYTES_LIT("Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\nMjE5LTA5\n"),
		BYTES_LIT("body/text: MjE5LTA5|body/text: 219-09|?malformed|")},
	{"the same field twice is no trick",
		BYTES_LIT("Content-Type: text/plain\nContent-Type: text/plain\n\na"),
		BYTES_LIT("body/text: a|")},
	{"two types", BYTES_LIT("Content-Type: text/plain\nContent-Type: text/html\n\n2<b></b>1"),
		BYTES_LIT("body/html: 21|body/html: 2<b></b>1|?malformed|")},
	{"two boundaries",
		BYTES_LIT("Content-Type: multipart/mixed; boundary=a; boundary=b\n\n--a\n\nx\n--a--\n"),
		BYTES_LIT("body/text: x|?malformed|")},
	{"flowed text", BYTES_LIT("Content-Type: text/plain; format=flowed\n\n219- \n09\n> a \n> b\n-- \nc"),
		BYTES_LIT("body/text: 219- 09\n> a b\n-- \nc|")},
	{"flowed text, spaces deleted",
		BYTES_LIT("Content-Type: text/plain; format=flowed; delsp=yes\n\n219- \n09\n"),
		BYTES_LIT("body/text: 219-09|")},
	{"a charset of one's own, readable", BYTES_LIT("Content-Type: text/plain; charset=x-none\n\nabc"),
		BYTES_LIT("body/text: abc|")},
	{"a charset said by the document", BYTES_LIT("Content-Type: text/html\n\n<meta charset=koi8-r>\xC4"),
		BYTES_LIT("body/html: \xD0\xB4|")},
	{"an attached text",
		BYTES_LIT("Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--b\nContent-Type: "
			  "text/csv; name=\"l.csv\"\n\nx,y\n--b--\n"),
		BYTES_LIT("body/text: a|attachment 1 (l.csv): l.csv|attachment 1 (l.csv): x,y|")},
	{"bytes that are text",
		BYTES_LIT("Content-Type: application/octet-stream\nContent-Disposition: attachment; "
			  "filename=\"../a/b.dat\"\n\nMRN 1"),
		BYTES_LIT("attachment 1 (b.dat): ../a/b.dat|attachment 1 (b.dat): MRN 1|")},
	{"an attachment without a name", BYTES_LIT("Content-Disposition: attachment\n\nx"),
		BYTES_LIT("attachment 1: x|")},
	{"a name in pieces",
		BYTES_LIT(
			"Content-Disposition: attachment; filename*0=\"Jane \"; filename*1=\"Doe.txt\"\n\nx"),
		BYTES_LIT("attachment 1 (Jane Doe.txt): Jane Doe.txt|attachment 1 (Jane Doe.txt): x|")},
	{"a name in an encoded word",
		BYTES_LIT("Content-Disposition: attachment; filename=\"=?utf-8?b?SmFuZQ==?=.txt\"\n\nx"),
		BYTES_LIT("attachment 1 (Jane.txt): Jane.txt|attachment 1 (Jane.txt): x|")},
	{"two names",
		BYTES_LIT("Content-Type: text/plain; name=b.txt\nContent-Disposition: attachment; "
			  "filename=a.txt\n\nx"),
		BYTES_LIT(
			"attachment 1 (a.txt): a.txt|attachment 1 (a.txt): b.txt|attachment 1 (a.txt): x|")},
	{"a name that would mislead",
		BYTES_LIT("Content-Disposition: attachment; filename*=utf-8''a%E2%80%AEfdp.exe%00\n\nx"),
		BYTES_LIT("attachment 1 (afdp.exe): a\xE2\x80\xAE"
			  "fdp.exe|attachment 1 (afdp.exe): aexe.pdf|attachment 1 (afdp.exe): x|")},
	{"PDF, whatever it says", BYTES_LIT("Content-Type: text/plain\n\n%PDF-1.4 x"),
		BYTES_LIT("body/text: %PDF-1.4 x|body/text! application/pdf|")},
	{"a zip", BYTES_LIT("Content-Type: application/octet-stream\n\nPK\x03\x04zz"),
		BYTES_LIT("attachment 1! application/zip|")},
	{"a picture",
		BYTES_LIT("Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: "
			  "base64\n\niVBORw0KGgo="),
		BYTES_LIT("attachment 1 (a.png): a.png|attachment 1 (a.png)! image/png|")},
	{"bytes of no known kind",
		BYTES_LIT("Content-Type: application/x-own\nContent-Transfer-Encoding: "
			  "base64\n\nAAECAwQFBgcICQ=="),
		BYTES_LIT("attachment 1! application/x-own|")},
	{"text with a hole",
		BYTES_LIT("Content-Type: text/plain\nContent-Transfer-Encoding: "
			  "base64\n\nTVJOIDEKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
			  "AAAAAAAAAAAAAAAAAAAAAAAAeA=="),
		BYTES_LIT("body/text: MRN 1\n\nx|")},
	{"text in what may be a disk",
		BYTES_LIT("Content-Type: application/x-own\nContent-Transfer-Encoding: "
			  "base64\n\nTVJOIDEKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
			  "AAAAAAAAAAAAAAAAAAAAAAAAeA=="),
		BYTES_LIT("attachment 1: MRN 1\n\nx|attachment 1! application/x-own|")},
	{"an enclosed message", BYTES_LIT("Content-Type: message/rfc822\n\nSubject: in\n\nx\n"),
		BYTES_LIT("part 1 > header Subject: in|part 1 > body/text: x|")},
	{"an enclosed message, encoded",
		BYTES_LIT("Content-Type: message/rfc822\nContent-Transfer-Encoding: "
			  "base64\n\nU3ViamVjdDogaW4KRnJvbTogYUBiCgp4Cg=="),
		BYTES_LIT("part 1 > header Subject: in|part 1 > header From: a@b|part 1 > body/text: x|")},
	{"a saved message",
		BYTES_LIT(
			"Content-Type: application/octet-stream; name=a.eml\n\nSubject: in\nFrom: a@b\n\nx"),
		BYTES_LIT("attachment 1 (a.eml): a.eml|part 1 > header Subject: in|part 1 > header From: "
			  "a@b|part 1 > body/text: x|")},
	{"traits of an enclosed message are not ours",
		BYTES_LIT("Content-Type: message/rfc822\n\nList-Id: <x>\n\nx\n"),
		BYTES_LIT("part 1 > body/text: x|")},
	{"message/partial", BYTES_LIT("Content-Type: message/partial; id=x; number=1\n\nSubject: a\n\nx"),
		BYTES_LIT("attachment 1: Subject: a\n\nx|?partial|")},
	{"a body kept elsewhere",
		BYTES_LIT(
			"Content-Type: message/external-body; access-type=x\n\nContent-Type: text/plain\n\n"),
		BYTES_LIT("attachment 1: Content-Type: text/plain|?partial|")},
	{"a uuencoded file", BYTES_LIT("\na\nbegin 644 f.txt\n#0V%T\n`\nend\nb\n"),
		BYTES_LIT("attachment 1 (f.txt): f.txt|attachment 1 (f.txt): Cat|body/text: a\n\nb|")},
	{"words that look like a uuencoded file", BYTES_LIT("\nbegin 644 f.txt\nnot at all\n"),
		BYTES_LIT("body/text: begin 644 f.txt\nnot at all|")},
	{"signed",
		BYTES_LIT("Content-Type: multipart/signed; boundary=b\n\n--b\n\na\n--b\nContent-Type: "
			  "application/pgp-signature\n\nx\n--b--\n"),
		BYTES_LIT("body/text: a|attachment 1: x|+signed|")},
	{"words where a signature should be",
		BYTES_LIT(
			"Content-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----\nComment: "
			"SSN\n\niQEcBAABAgAGBQJiQEcBAABAgAGBQJiQEcBAABAgAGBQJ999\n=abcd\n-----END PGP "
			"SIGNATURE-----\n"),
		BYTES_LIT("attachment 1: Comment: SSN\n\n=abcd|")},
	{"signed in clear", BYTES_LIT("\n-----BEGIN PGP SIGNED MESSAGE-----\n\na\n"),
		BYTES_LIT("body/text: -----BEGIN PGP SIGNED MESSAGE-----\n\na|+signed|")},
	{"PGP message",
		BYTES_LIT("Subject: s\n\n-----BEGIN PGP MESSAGE-----\nVersion: "
			  "x\n\nhQEMAwAAAAAAAAAB\n=abcd\n-----END PGP MESSAGE-----\n"),
		BYTES_LIT("header Subject: s|+encrypted|")},
	{"PGP message with words around",
		BYTES_LIT("\nSSN\n-----BEGIN PGP MESSAGE-----\nVersion: "
			  "x\n\nhQEMAwAAAAAAAAAB\n=abcd\n-----END PGP MESSAGE-----\n"),
		BYTES_LIT("body/text: SSN\n-----BEGIN PGP MESSAGE-----\nVersion: "
			  "x\n\nhQEMAwAAAAAAAAAB\n=abcd\n-----END PGP MESSAGE-----|")},
	{"PGP message that is only packed",
		BYTES_LIT("\n-----BEGIN PGP MESSAGE-----\nVersion: x\n\nowEMAwAAAAAAAAAB\n=abcd\n-----END "
			  "PGP MESSAGE-----\n"),
		BYTES_LIT("body/text: -----BEGIN PGP MESSAGE-----\nVersion: "
			  "x\n\nowEMAwAAAAAAAAAB\n=abcd\n-----END PGP MESSAGE-----|")},
	{"words in PGP clothes",
		BYTES_LIT("\n-----BEGIN PGP MESSAGE-----\nVersion: x\n\nhQEM SSN "
			  "219-09-9999\n=abcd\n-----END PGP MESSAGE-----\n"),
		BYTES_LIT("body/text: -----BEGIN PGP MESSAGE-----\nVersion: x\n\nhQEM SSN "
			  "219-09-9999\n=abcd\n-----END PGP MESSAGE-----|")},
	{"PGP/MIME",
		BYTES_LIT("Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: "
			  "application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: "
			  "application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\nVersion: "
			  "x\n\nhQEMAwAAAAAAAAAB\n=abcd\n-----END PGP MESSAGE-----\n\n--b--\n"),
		BYTES_LIT("+encrypted|")},
	{"PGP/MIME that is not",
		BYTES_LIT("Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: "
			  "application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: "
			  "application/octet-stream\n\nSSN\n--b--\n"),
		BYTES_LIT("attachment 1: Version: 1|attachment 2: SSN|")},
	{"S/MIME enveloped",
		BYTES_LIT("Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: "
			  "base64\n\nMEoGCSqGSIb3DQEHA6A9MDsCAQAxIDAeeHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
			  "MBR5eXl5eXl5eXl5eXl5eXl5eXl5eQ=="),
		BYTES_LIT("+encrypted|")},
	{"S/MIME authenticated and enveloped",
		BYTES_LIT("Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: "
			  "base64\n\nMF4GCyqGSIb3DQEJEAEXoE8wTQIBADEgMB54eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
			  "eHgwFHl5eXl5eXl5eXl5eXl5eXl5eXl5BBB6enp6enp6enp6enp6enp6"),
		BYTES_LIT("+encrypted|")},
	{"S/MIME for nobody",
		BYTES_LIT("Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: "
			  "base64\n\nMCoGCSqGSIb3DQEHA6AdMBsCAQAxADAUeXl5eXl5eXl5eXl5eXl5eXl5eXk="),
		BYTES_LIT("attachment 1 (smime.p7m): smime.p7m|attachment 1 (smime.p7m)! "
			  "application/pkcs7-mime|")},
	{"S/MIME with something behind",
		BYTES_LIT("Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: "
			  "base64\n\nMEoGCSqGSIb3DQEHA6A9MDsCAQAxIDAeeHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
			  "MBR5eXl5eXl5eXl5eXl5eXl5eXl5eW1vcmU="),
		BYTES_LIT("attachment 1 (smime.p7m): smime.p7m|attachment 1 (smime.p7m)! "
			  "application/pkcs7-mime|")},
	{"S/MIME signed only",
		BYTES_LIT("Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: "
			  "base64\n\nMCYGCSqGSIb3DQEHAqAZMBcCAQFxcXFxcXFxcXFxcXFxcXFxcXFxcQ=="),
		BYTES_LIT("attachment 1 (smime.p7m): smime.p7m|attachment 1 (smime.p7m)! "
			  "application/pkcs7-mime|+signed|")},
	{"S/MIME signed around its text",
		BYTES_LIT("Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: "
			  "base64\n\nMEMGCSqGSIb3DQEHAqA2MDQCAQExADArBgkqhkiG9w0BBwGgHgQcU3ViamVjdDogeAoKU1NO"
			  "IDIxOS0wOS05OTk5CjEA"),
		BYTES_LIT("attachment 1 (smime.p7m): smime.p7m|part 1 > header Subject: x|part 1 > "
			  "body/text: SSN 219-09-9999|+signed|")},
	{"S/MIME signed around its text, in pieces",
		BYTES_LIT("Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: "
			  "base64\n\nMIAGCSqGSIb3DQEHAqCAMIACAQExADCABgkqhkiG9w0BBwGggCSABApTdWJqZWN0OiB4BAoK"
			  "ClNTTiAyMTktBAgwOS05OTk5CgAAAAAAADEAAAAAAAAA"),
		BYTES_LIT("attachment 1 (smime.p7m): smime.p7m|part 1 > header Subject: x|part 1 > "
			  "body/text: SSN 219-09-9999|+signed|")},
	{"an encoded multipart",
		BYTES_LIT("Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: "
			  "base64\n\nLS1iCgpTU04gMQotLWItLQo=\n"),
		BYTES_LIT("part 1 > body/text: SSN 1|body/html: --b SSN 1 --b--|body/preamble: "
			  "LS1iCgpTU04gMQotLWItLQo=|")},
	{"enriched text", BYTES_LIT("Content-Type: text/enriched\n\n<bold>S</bold>SN"),
		BYTES_LIT("body/text: SSN|")},
	{"a boundary in a comment's company",
		BYTES_LIT("Content-Type: multipart/mixed; (x) boundary=b "
			  "(y)\n\n--b\nContent-Transfer-Encoding: base64\n\nMjE5\n--b--\n"),
		BYTES_LIT("body/preamble: --b\nContent-Transfer-Encoding: base64\n\nMjE5\n--b--|part 1 > "
			  "body/text: 219|?malformed|")},
	{"a boundary without semicolon",
		BYTES_LIT("Content-Type: multipart/mixed boundary=b\n\n--b\nContent-Transfer-Encoding: "
			  "base64\n\nMjE5\n--b--\n"),
		BYTES_LIT("body/preamble: --b\nContent-Transfer-Encoding: base64\n\nMjE5\n--b--|part 1 > "
			  "body/text: 219|?malformed|")},
	{"parts behind the end",
		BYTES_LIT("Content-Type: multipart/mixed; "
			  "boundary=b\n\n--b\n\nx\n--b--\n--b\nContent-Transfer-Encoding: "
			  "base64\n\nMjE5\n--b--\n"),
		BYTES_LIT("body/text: x|body/epilogue: --b\nContent-Transfer-Encoding: "
			  "base64\n\nMjE5\n--b--|part 1 > body/text: 219|?malformed|")},
	{"a type that is no type",
		BYTES_LIT("Content-Type: multipart; boundary=b\n\n--b\nContent-Transfer-Encoding: "
			  "base64\n\nMjE5\n--b--\n"),
		BYTES_LIT("attachment 1: --b\nContent-Transfer-Encoding: base64\n\nMjE5\n--b--|part 2 > "
			  "body/text: 219|")},
	{"a part without an empty line",
		BYTES_LIT("Content-Type: multipart/mixed; boundary=b\n\n--b\nSSN 219-09\n--b--\n"),
		BYTES_LIT("body/unparsed: SSN 219-09\n--b--|")},
	{"lines ended by CR alone", BYTES_LIT("Subject: a\rContent-Transfer-Encoding: base64\r\rMjE5\r"),
		BYTES_LIT("header Subject: a|body/text: 219|")},
	{"white space behind quoted-printable lines",
		BYTES_LIT("Content-Transfer-Encoding: quoted-printable\n\n219-=  \n09=\t\n-9"),
		BYTES_LIT("body/text: 219-09-9|")},
	{"words before base64", BYTES_LIT("Content-Transfer-Encoding: base64\n\nHello, you!\n\nMjE5\n"),
		BYTES_LIT("body/text: Hello, you!|body/text: 219|body/text: \x1D\xC3\xA9"
			  "e\xC2\xA3*.219|")},
	{"a description of a part",
		BYTES_LIT("Content-Type: image/png\nContent-Description: SSN\n\n\x89PNG\r\n\x1A\n"),
		BYTES_LIT("header Content-Description: SSN|attachment 1! image/png|")},
	{"RTF in plain text is both", BYTES_LIT("Content-Type: text/plain\n\n{\\rtf1 x}"),
		BYTES_LIT("body/text: {\\rtf1 x}|body/text! application/rtf|")},
	{"JSON",
		BYTES_LIT("Content-Type: application/json\n\n{\"a\": \"\\u0032\\u00319 "
			  "\\ud83d\\ude00\\n\\/\"}"),
		BYTES_LIT("attachment 1: {\"a\": \"219 \xF0\x9F\x98\x80\n/\"}|")},
	{"XML", BYTES_LIT("Content-Type: text/xml\n\n<a b='&#50;&#x31;9 &amp;&nosuch; &'/>"),
		BYTES_LIT("body/text: <a b='219 &&nosuch; &'/>|")},
	{"a calendar",
		BYTES_LIT("Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nSUMMARY:219-0\n 9-9\\, x\\ny\n"),
		BYTES_LIT("body/text: BEGIN:VCALENDAR\nSUMMARY:219-09-9, x\ny|")},
	{"text turned round",
		BYTES_LIT("Content-Type: text/plain; charset=utf-8\n\na \xE2\x80\xAE"
			  "9-912\xE2\x80\xAC b"),
		BYTES_LIT("body/text: a \xE2\x80\xAE"
			  "9-912\xE2\x80\xAC b|body/text: a 219-9\xE2\x80\xAC b|")},
	{"a saved page",
		BYTES_LIT("Content-Type: application/octet-stream; name=a.mht\n\nSubject: y\nFrom: x\n\nx"),
		BYTES_LIT("attachment 1 (a.mht): a.mht|part 1 > header Subject: y|part 1 > header From: "
			  "x|part 1 > body/text: x|")},
	{"encrypted only in part",
		BYTES_LIT("Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--b\nContent-Type: "
			  "application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: "
			  "base64\n\nMEoGCSqGSIb3DQEHA6A9MDsCAQAxIDAeeHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
			  "MBR5eXl5eXl5eXl5eXl5eXl5eXl5eQ==\n--b--\n"),
		BYTES_LIT("body/text: a|attachment 1 (smime.p7m): smime.p7m|attachment 1 (smime.p7m)! "
			  "application/pkcs7-mime|")},
	{"a part hidden in the preamble",
		BYTES_LIT("Content-Type: multipart/mixed; boundary=b\n\n--x\nContent-Transfer-Encoding: "
			  "base64\n\nMjE5\n--b\n\na\n--b--\n"),
		BYTES_LIT(
			"body/preamble: --x\nContent-Transfer-Encoding: base64\n\nMjE5|body/text: a|part 1 > "
			"body/text: 219|?malformed|")},
	{"base64 without padding", BYTES_LIT("Content-Transfer-Encoding: base64\n\nMjE5LTA5LTk\n"),
		BYTES_LIT("body/text: 219-09-9|")},
	{"a list of encodings", BYTES_LIT("Content-Transfer-Encoding: 7bit, base64\n\nMjE5LTA5\n"),
		BYTES_LIT("body/text: MjE5LTA5|body/text: 219-09|?malformed|")},
	{"an encoding behind a comment",
		BYTES_LIT("Content-Transfer-Encoding: (x (y)) base64 (7bit)\n\nMjE5LTA5\n"),
		BYTES_LIT("body/text: 219-09|")},
	{"base64 for URLs", BYTES_LIT("Content-Transfer-Encoding: base64\n\nMjE5LTA5Pj4_\n"),
		BYTES_LIT("body/text: 219-09>>|body/text: 219-09>>?|")},
	{"padding that some skip", BYTES_LIT("Content-Transfer-Encoding: base64\n\nMjE5LT=A5LTk5\n"),
		BYTES_LIT("body/text: 219-\x03\xE2\x80\x99\xD3\x93|body/text: "
			  "219-09-99|?charset|")},
	{"two charsets", BYTES_LIT("Content-Type: text/plain; charset=us-ascii; charset=utf-7\n\n+ADIAMQA5-"),
		BYTES_LIT("body/text: +ADIAMQA5-|body/text: 219|?malformed|")},
	{"a yEnc file", BYTES_LIT("\na\n=ybegin line=128 size=3 name=f.txt\n\\[c\n=yend size=3\nb\n"),
		BYTES_LIT("attachment 1 (f.txt): f.txt|attachment 1 (f.txt): 219|body/text: a\n\nb|")},
	{"a NUL in the preamble",
		BYTES_LIT("Content-Type: multipart/mixed; boundary=b\n\nx\0SSN\n--b\n\na\n--b--\n"),
		BYTES_LIT("body/preamble: x|body/text: a|body/preamble: xSSN|")},
	{"a field behind a bare CR", BYTES_LIT("X-A: b\rContent-Transfer-Encoding: base64\n\nMjE5LTA5\n"),
		BYTES_LIT("header X-A: bContent-Transfer-Encoding: base64|body/text: MjE5LTA5|header X-A: "
			  "b|body/text: 219-09|?malformed|")},
	{"a part that no boundary starts",
		BYTES_LIT("\nx\nContent-Transfer-Encoding: quoted-printable\n\n=41\n"),
		BYTES_LIT("body/text: x\nContent-Transfer-Encoding: quoted-printable\n\n=41|part 1 > "
			  "body/text: A|")},
	{"no part at all", BYTES_LIT("Content-Type: multipart/mixed; boundary=b\n\nSSN\n"),
		BYTES_LIT("body/preamble: SSN|")},
	{"no boundary named", BYTES_LIT("Content-Type: multipart/mixed\n\nSSN\n"),
		BYTES_LIT("body/preamble: SSN|")},
	{"HTML that claims to be text", BYTES_LIT("Content-Type: text/plain\n\n<html>2<b></b>1"),
		BYTES_LIT("body/text: 21|body/text: <html>2<b></b>1|")},
	{"a NUL in the body",
		BYTES_LIT("\nSSN 219-\0"
			  "09-9999 it is"),
		BYTES_LIT("body/text: SSN 219-09-9999 it is|")},
};

int
main(void)
{
	struct arena arena;

	mime_init(NULL);
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct message_text text;
		struct buf got;

		arena_reset(&arena);
		buf_init(&got, 1 << 20);
		mime_read(&arena, cases[i].message, &limits, &text);
		describe(&text, &got);
		tap_bytes(buf_bytes(&got), cases[i].want, "%s", cases[i].name);
		buf_done(&got);
	}
	arena_done(&arena);
	return tap_done();
}
