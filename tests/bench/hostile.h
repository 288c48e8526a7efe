/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that are made to be slow, each to be repeated. */
#ifndef POSTSEAL_BENCH_HOSTILE_H
#define POSTSEAL_BENCH_HOSTILE_H

static const struct {
	const char *name, *repeated;
} hostile[] = {
	{"digits", "7"},
	{"digits, mixed", "3141592653589793238462643383279502884197"},
	{"digits and spaces", "3 1 4 1 5 9 "},
	{"digits and hyphens", "219-09-9999-"},
	{"near social security numbers", "SSN: 666-12-3456 219-09-000 "},
	{"near record numbers", "MRN: 12a MRN: # MRN "},
	{"near dates", "DOB: 13/45/1961 date of birt 02/30/"},
	{"near telephone numbers", "(212) 555-01 212.555. "},
	{"near addresses", "a@b.c@d.e@f "},
	{"near names", "Patient: Jane Doe Mr. A Mrs B. "},
	{"near card numbers", "4111 1111 1111 1112 "},
	{"web addresses", "http://a.b/c?d=e&http://"},
	{"brackets", "("},
	{"brackets of all kinds", "([{<>}])"},
	{"one letter", "a"},
	{"one capital", "A"},
	{"letters apart", "a b c d "},
	{"capitals apart", "A B C D "},
	{"one word", "patient "},
	{"one common word", "the "},
	{"two words", "Patient Name "},
	{"words of dictionaries", "diabetes lisinopril hypertension chemotherapy Maria Garcia "},
	{"hyphens", "-"},
	{"separators", " - . : / "},
	{"spaces", " "},
	{"line breaks", "\n"},
	{"line starts", "\nx"},
	{"reply marks", "\n> > "},
	{"underscores", "_"},
	{"zero-width", "a\342\200\213"},
	{"look-alikes", "\320\260\320\265\320\276"},
	{"combining marks", "a\314\201\314\201\314\201"},
	{"capitalized words", "Aa Bb Cc Dd "},
	{"base64", "QWxsIHRoZSB3b3JsZCBpcyBhIHN0YWdl"},
	{"hexadecimal", "deadbeef0123"},
	{"equals and hashes", "=#"},
	{"quotes", "'\""},
	{"column headings", "Name, DOB, MRN, Phone, Address, "},
	{"a sentence", "Ana Morales is in room 12 and was seen for her visit "},
};

#endif
