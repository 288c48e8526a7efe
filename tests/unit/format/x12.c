/* SPDX-License-Identifier: Apache-2.0 */
/* Where an X12 interchange can hide a text, how its form may differ, and what hostile ones get. */
#include "lib/base/buf.h"
#include "tests/support/tap.h"
#include "tests/unit/format/reading.h"

#define ISA                                                                                                  \
	"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "                              \
	"*240510*1230*^*00501*000000001*0*P*:~"
#define GS "GS*HC*S*R*20240510*1230*1*X*005010X222A1~"

/* Behind an acknowledgement, which has nobody in it. */
static const char claim[] =
	ISA GS "ST*999*0001~SE*2*0001~"
	       "ST*837*0002*005010X222A1~BHT*0019*00*needlebht*20240510*1230*CH~"
	       "NM1*41*2*NEEDLE SUBMITTER*****46*1~PER*IC*NEEDLE CONTACT*TE*9375550101~"
	       "HL*1**20*1~NM1*85*1*NEEDLEBILL*OTTO****XX*1234567893~N3*9 NEEDLE WAY~N4*DAYTON*OH*45401~"
	       "REF*SY*531884499~"
	       "HL*2*1*22*0~SBR*P*18*needlegroup*NEEDLE GROUP NAME*****CI~"
	       "NM1*IL*1*QUIGLEY*LORETTA*M*MRS*JR*MI*needlemember~N3*12 NEEDLESTREET~N4*ERIE*PA*16510~"
	       "DMG*D8*19610304*F~REF*SY*531884410~REF*ZZ*needleref~"
	       "NM1*PR*2*NEEDLE PAYER*****PI*77~"
	       "HL*3*2*23*0~PAT*19~NM1*QC*1*QUIGLEY*TOMAS~DMG*D8*20120507*M~"
	       "NM1*QD*1*NEEDLERELATED*ANN~"
	       "CLM*needleaccount*150***11:B:1*Y*A*Y*I~"
	       "DTP*434*RD8*20240501-20240503~PWK*OZ*BM***AC*needlepwk~"
	       "K3*needlek3~HI*ABK:E119*ABF:F329^BK:4019~NTE*ADD*needlenote~"
	       "NM1*82*1*NEEDLEDOC*GREGORY****XX*1234567893~"
	       "LX*1~SV1*HC:99213:25:::::needledesc*150*UN*1***1~LIN**N4*00093721410~"
	       "SVD*1*100*HC:99214~SE*30*0002~GE*1*1~IEA*1*000000001~";

static const struct {
	const char *place, *needle;
} places[] = {
	{"X12 837 transaction 1 > ST01", "X12 837 transaction: health care claim"},
	{"BHT03", "needlebht"},
	{"1000A NM103", "Submitter: NEEDLE SUBMITTER"},
	{"1000A PER02", "Contact: NEEDLE CONTACT"},
	{"2010AA NM103", "Billing provider: OTTO NEEDLEBILL"},
	{"2010AA N301", "Billing provider address: 9 NEEDLE WAY"},
	{"2010AA REF02", "Provider tax number: 531884499"},
	{"2000B SBR03", "Group number: needlegroup"},
	{"2000B SBR04", "NEEDLE GROUP NAME"},
	{"2010BA NM103", "Insured name: MRS LORETTA M QUIGLEY JR"},
	{"2010BA NM109", "Member ID: needlemember"},
	{"2010BA N301", "Insured address: 12 NEEDLESTREET"},
	{"2010BA DMG02", "Date of birth: 1961-03-04"},
	{"2010BA DMG03", "Sex: F"},
	{"2010BA REF02", "SSN: 531884410"},
	{"2010BA REF02", "needleref"},
	{"2010BB NM103", "Payer: NEEDLE PAYER"},
	{"2010CA NM103", "Patient name: TOMAS QUIGLEY"},
	{"2010CA DMG02", "Date of birth: 2012-05-07"},
	{"NM103", "Responsible party: ANN NEEDLERELATED"},
	{"2300 CLM01", "Patient account number: needleaccount"},
	{"2300 DTP03", "Date: 2024-05-01 2024-05-03"},
	{"2300 PWK06", "needlepwk"},
	{"2300 K301", "needlek3"},
	{"2300 HI01", "Diagnosis (ICD-10): E11.9"},
	{"2300 HI02", "Diagnosis (ICD-10): F32.9"},
	{"2300 HI02", "Diagnosis (ICD-9): 401.9"},
	{"2300 NTE02", "Note: needlenote"},
	{"2310B NM103", "Rendering provider: GREGORY NEEDLEDOC"},
	{"2400 SV101", "Procedure (CPT): 99213 25 needledesc"},
	{"2400 LIN03", "Medicine (NDC): 00093721410"},
	{"2400 SVD03", "Procedure (CPT): 99214"},
};

static void
test_places(struct reading *reading)
{
	reading_of(reading, "claim.x12", NULL, bytes_of_str(claim));
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		tap_ok(reading_has(reading, SEGMENT_TEXT, places[i].place, places[i].needle), "%s: %s",
			places[i].place, places[i].needle);
	tap_ok(reading->text.unscannable == 0 && reading->text.traits == 0, "nothing is wrong with it");
}

/* Others than the 837: what they have of their own. */
static const struct {
	const char *set, *segments, *place, *needle;
} sets[] = {
	{"835", "LX*1~CLP*needleclp*1*164*64*20*12*9173017515078~NM1*QC*1*QUIGLEY*LORETTA****MI*X~",
		"2100 CLP01", "Patient account number: needleclp"},
	{"835", "LX*1~CLP*1*1~NM1*QC*1*QUIGLEY*LORETTA****HN*X7~", "2100 NM109", "Medicare number: X7"},
	{"270", "HL*3*2*22*0~NM1*IL*1*QUIGLEY*LORETTA****MI*V34~", "2100C NM103",
		"Insured name: LORETTA QUIGLEY"},
	{"271", "HL*4*3*23*0~NM1*03*1*QUIGLEY*TOMAS~", "2100D NM103", "Patient name: TOMAS QUIGLEY"},
	{"271", "HL*3*2*22*0~EB*1~MSG*needlemsg~", "2000C MSG01", "Message: needlemsg"},
	{"276", "HL*4*3*22*0~NM1*IL*1*QUIGLEY*LORETTA~", "2100D NM103", "Insured name: LORETTA QUIGLEY"},
	{"277", "HL*4*3*PT~NM1*QC*1*QUIGLEY*LORETTA~", "2100E NM103", "Patient name: LORETTA QUIGLEY"},
	{"278", "HL*3*2*22*1~NM1*IL*1*QUIGLEY*LORETTA~", "2100C NM103", "Insured name: LORETTA QUIGLEY"},
	{"278", "HL*5*4*EV*0~HCR*A1*needlehcr~", "HCR02", "Authorization number: needlehcr"},
	{"834", "INS*Y*18~REF*0F*needle0f~", "2000 REF02", "Subscriber number: needle0f"},
	{"834", "INS*Y*18~NM1*IL*1*QUIGLEY*LORETTA****34*531884410~", "2100 NM109", "SSN: 531884410"},
	{"275", "BIN*17*a needle ~*:file ~SE*1*1~", "file (BIN02)", "a needle ~*:file"},
	{"275", "BDS*B64*16*YSBuZWVkbGUgZmls~", "file (BDS03)", "a needle fil"},
	{"824", "OTI*TR*TN*needleoti~", "OTI03", "needleoti"},
};

static void
test_sets(struct reading *reading)
{
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		struct buf text;

		buf_init(&text, 10000);
		buf_putf(&text, "%s%sST*%s*1~%sSE*9*1~GE*1*1~IEA*1*1~", ISA, GS, sets[i].set,
			sets[i].segments);
		reading_of(reading, "a.edi", NULL, buf_bytes(&text));
		if (!tap_ok(reading_has(reading, SEGMENT_TEXT, sets[i].place, sets[i].needle), "%s: %s",
			    sets[i].set, sets[i].needle))
			reading_show(reading);
		buf_done(&text);
	}
}

static const struct {
	const char *name, *text;
} forms[] = {
	{"lines", ISA "\r\n" GS "\r\nST*837*1~\r\nNM1*IL*1*QUIGLEY*LORETTA~\r\nIEA*1*1~\r\n"},
	{"line ends as terminators",
		"ISA*00* *00* *ZZ*S*ZZ*R*240510*1230*^*00501*1*0*P*:\nST*837*1\nNM1*IL*1*QUIGLEY*"
		"LORETTA\nIEA*1*1\n"},
	{"other separators",
		"ISA|00| |00| |ZZ|S|ZZ|R|240510|1230|U|00401|1|0|P|>!ST|837|1!NM1|IL|1|QUIGLEY|LORETTA!"},
	{"lines of 80", ISA "ST*837*1~NM1*IL*1*QUIG\r\nLEY*LORET\r\nTA~IEA*1*1~"},
	{"quoted", "See below\n> " ISA "\n> ST*837*1~\n> NM1*IL*1*QUIGLEY*LORETTA~\n"},
	{"in a mail", "Hi,\n\n" ISA "ST*837*1~NM1*IL*1*QUIGLEY*LORETTA~IEA*1*1~\n\nRegards\nBob\n"},
	{"without an envelope", "ST*837*1~\nNM1*IL*1*QUIGLEY*LORETTA~\nSE*2*1~\n"},
	{"without ISA16",
		"ISA*00* *00* *ZZ*S*ZZ*R*240510*1230*^*00501*1*0*P*~ST*837*1~NM1*IL*1*QUIGLEY*LORETTA~"},
	{"a second interchange", ISA "IEA*1*1~\n" ISA "ST*837*1~NM1*IL*1*QUIGLEY*LORETTA~"},
	{"separators below the space", "ISA\x1D"
				       "00\x1D \x1D"
				       "00\x1D \x1DZZ\x1DS\x1DZZ\x1DR\x1D"
				       "240510\x1D"
				       "1230\x1DU\x1D"
				       "00401\x1D"
				       "1\x1D"
				       "0\x1DP\x1D:~"
				       "ST\x1D"
				       "837\x1D"
				       "1~NM1\x1DIL\x1D"
				       "1\x1DQUIGLEY\x1DLORETTA~"},
	{"a terminator below the space",
		"ISA*00* *00* "
		"*ZZ*S*ZZ*R*240510*1230*U*00401*1*0*P*:\x1DST*837*1\x1DNM1*IL*1*QUIGLEY*LORETTA\x1D"},
	{"cut off", ISA "ST*837*1~NM1*IL*1*QUIGLEY*LORETTA"},
};

static void
test_forms(struct reading *reading)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		reading_of(reading, "a.txt", "text/plain", bytes_of_str(forms[i].text));
		if (!tap_ok(reading_has(reading, SEGMENT_TEXT, "NM103", "Insured name: LORETTA QUIGLEY\n"),
			    "%s", forms[i].name))
			reading_show(reading);
	}
	reading_of(reading, "a.txt", "text/plain", BYTES_LIT("The ISA*00*test\nST*Street*1~\nISA 837\n"));
	tap_ok(!reading_has_anywhere(reading, "transaction:"), "what only begins so is none");
}

static void
read_many(struct reading *reading, const char *begin, const char *piece, size_t n)
{
	struct buf text;

	buf_init(&text, 64 << 20);
	buf_put_str(&text, begin);
	for (size_t i = 0; i < n; i++)
		buf_put_str(&text, piece);
	buf_put_str(&text, "~NM1*IL*1*QUIGLEY*LORETTA~");
	reading_of(reading, "a.x12", NULL, buf_bytes(&text));
	buf_done(&text);
}

static void
test_hostile(struct reading *reading)
{
	read_many(reading, ISA "ST*837*1~", "ZZ*~", 1000000);
	tap_ok(reading_has_anywhere(reading, "Insured name: LORETTA QUIGLEY"), "a million segments");
	read_many(reading, ISA "ST*837*1~", "SE*1~ST*837*1~", 100000);
	tap_ok(reading_has_anywhere(reading, "Insured name: LORETTA QUIGLEY"),
		"a hundred thousand transactions");
	read_many(reading, ISA "ST*837*1~HI", "*ABK:A", 300000);
	tap_ok(reading_has_anywhere(reading, "Insured name: LORETTA QUIGLEY"),
		"300,000 diagnoses in a segment");
	read_many(reading, ISA "ST*837*1~NTE*ADD*", "\r\n", 1000000);
	tap_ok(reading_has_anywhere(reading, "Insured name: LORETTA QUIGLEY"),
		"a million line ends in a segment");
	read_many(reading, "ISA\n", "\nISA*\r", 300000);
	tap_ok(!reading_has_anywhere(reading, "transaction:"), "300,000 that only begin so");
	reading_of(reading, "a.x12", NULL, BYTES_LIT(ISA "ST*275*1~BIN*999999999999*abc needle~"));
	tap_ok(reading_has(reading, SEGMENT_TEXT, "file (BIN02)", "abc needle"), "a length that lies");
}

int
main(void)
{
	struct reading reading;

	reading_init(&reading);
	test_places(&reading);
	test_sets(&reading);
	test_forms(&reading);
	test_hostile(&reading);
	reading_done(&reading);
	return tap_done();
}
