/* SPDX-License-Identifier: Apache-2.0 */
/* The roster: in which forms people are found, what is refused, and what damage does. */
#include "lib/dlp/roster.h"

#include <stdlib.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/dlp/roster_build.h"
#include "lib/dlp/roster_text.h"
#include "tests/support/tap.h"

static const uint8_t key[ROSTER_KEY] = {3, 1, 4};

struct site {
	struct roster_builder *builder;
	struct bytes image;
	struct roster *roster;
};

static void
site_begin(struct site *site, enum roster_date_order order)
{
	/* 2026-11-28 */
	site->builder = roster_builder_new(bytes_of(key, sizeof(key)), order, 1795824000);
	site->roster = NULL;
}

static void
site_end(struct site *site)
{
	if (roster_builder_end(site->builder, &site->image, NULL) != 0 ||
		roster_of(site->image, bytes_of(key, sizeof(key)), &site->roster, NULL) != 0)
		abort();
}

static void
site_done(struct site *site)
{
	roster_close(site->roster);
	roster_builder_free(site->builder);
}

static enum roster_added
add(struct site *site, const struct roster_field *fields, size_t n)
{
	struct roster_row row;

	return roster_builder_add(site->builder, fields, n, &row);
}

#define FIELD(column, text)                                                                                  \
	{                                                                                                    \
		column,                                                                                      \
		{                                                                                            \
			(const uint8_t *)(text), sizeof(text) - 1                                            \
		}                                                                                            \
	}

/* Types that a text holds, as letters in the order of their places. */
static void
types_of(const struct roster *roster, const char *text, char types[20])
{
	static const char letters[] = "ndraep";
	struct fold_scratch scratch;
	struct folded folded;
	struct arena arena;
	struct buf found, runs;
	size_t n = 0;
	uint32_t behind = 0;

	arena_init(&arena);
	fold_scratch_init(&scratch);
	buf_init(&found, 1 << 20);
	buf_init(&runs, 1 << 20);
	fold_text(&scratch, &arena, bytes_of_str(text), FOLD_TEXT, &folded);
	digits_find(folded.text, &runs);
	roster_find(roster,
		&(struct roster_text){folded.text, (const void *)runs.p, runs.n / sizeof(struct digit_run)},
		200, &found);
	for (size_t i = 0; i < found.n / sizeof(struct roster_found) && n < 19; i++) {
		const struct roster_found *f = (const struct roster_found *)(void *)found.p + i;

		if (n > 0 && types[n - 1] == letters[f->type] && f->from < behind)
			continue; /* the same, read in another way */
		behind = f->to;
		types[n++] = letters[f->type];
	}
	types[n] = '\0';
	buf_done(&found);
	buf_done(&runs);
	fold_scratch_done(&scratch);
	arena_done(&arena);
}

struct form {
	const char *text, *types;
};

/* A date and a name count only near something else: where `beside` is not empty, it stands behind each text.
 */
static void
check_forms(
	const struct roster *roster, const struct form *forms, size_t n, const char *beside, char its_type)
{
	for (size_t i = 0; i < n; i++) {
		char types[20], text[200], want[20];

		snprintf(text, sizeof(text), "%s%s", forms[i].text, beside);
		snprintf(want, sizeof(want), "%s%c", forms[i].types, its_type);
		types_of(roster, text, types);
		tap_bytes(bytes_of_str(types), bytes_of_str(want), "%s", text);
	}
}

/* Found when an e-mail address stands behind. */
static const struct form beside_an_address[] = {
	/* dates */
	{"03/04/1961", "d"},
	{"3/4/1961", "d"},
	{"03-04-1961", "d"},
	{"3.4.1961", "d"},
	{"4/3/1961", "d"},
	{"04.03.1961", "d"},
	{"1961-03-04", "d"},
	{"1961/3/4", "d"},
	{"3/4/61", "d"},
	{"19610304", "d"},
	{"03041961", "d"},
	{"04031961", "d"},
	{"March 4, 1961", "d"},
	{"Mar 4 1961", "d"},
	{"MARCH 4TH, 1961", "d"},
	{"4 March 1961", "d"},
	{"4th of March, 1961", "d"},
	{"04-Mar-1961", "d"},
	{"4Mar1961", "d"},
	{"4-Mar-61", "d"},
	{"1961 March 4", "d"},
	{"Mar. 4, 1961", "d"},
	{"dob:03/04/1961.", "d"},
	{"12/25/1990", "d"},
	{"25.12.1990", "d"},
	{"Dec 25, 1990", "d"},
	{"8/7/1972", "d"},
	{"August 7, 1972", "d"},
	/* not these */
	{"03/05/1961", ""},
	{"03/04/1962", ""},
	{"3/4", ""},
	{"13/04/1961", ""},
	{"March 1961", ""},
	{"03/04/19611", ""},
	{"003/04/1961", ""},
	/* record numbers */
	{"MRN 00418822", "r"},
	{"mrn: 418822", "r"},
	{"MRN-418822", "r"},
	{"MRN00418822", "r"},
	{"mrn#0418822", "r"},
	{"418-822", "r"},
	{"418 822", "r"},
	{"41-88-22", "r"},
	{"7712003", "r"},
	{"77-12-00-3", ""},
	{"77 120 03", "r"},
	{"07712003,", "r"},
	{"4188221", ""},
	{"x418823", ""},
	/* addresses */
	{"12 Elm St", "a"},
	{"12 N Elm Street", "a"},
	{"12 NORTH ELM ST.", "a"},
	{"12 elm street #4", "a"},
	{"at 12 Elm", "a"},
	{"P.O. Box 771", "a"},
	{"PO BOX 771", "a"},
	{"box 771", "a"},
	{"8 5th Avenue", "a"},
	{"8 fifth ave", "a"},
	{"13 Elm St", ""},
	{"12 elms", ""},
	{"Box 772", ""},
};

static const struct form by_themselves[] = {
	/* e-mail */
	{"l.quigley@mail.example", "e"},
	{"<L.QUIGLEY@MAIL.EXAMPLE>", "e"},
	{"mailto:l.quigley+work@mail.example.", "e"},
	{"quigley@mail.example", ""},
	/* telephone */
	{"(555) 201-7788", "p"},
	{"555-201-7788", "p"},
	{"555.201.7788", "p"},
	{"555 201 7788", "p"},
	{"5552017788", "p"},
	{"+15552017788", "p"},
	{"1-555-201-7788", "p"},
	{"+1 555 201 7788", "p"},
	{"001 555 201 7788", "p"},
	{"555/201-7788 x9", "p"},
	{"555-201-7789", ""},
	{"201-7788", ""},
	{"(555)444-1234", "p"},
	/* names, beside an address */
	{"Loretta Quigley l.quigley@mail.example", "ne"},
	{"QUIGLEY, LORETTA l.quigley@mail.example", "ne"},
	{"quigley loretta m. l.quigley@mail.example", "ne"},
	{"Loretta Marie Quigley l.quigley@mail.example", "ne"},
	{"Loretta M. Quigley's l.quigley@mail.example", "ne"},
	{"Last: Quigley First: Loretta l.quigley@mail.example", "ne"},
	{"Lorettá Quígley l.quigley@mail.example", "ne"},
	{"Lorett\u0430 Quigley l.quigley@mail.example", "ne"},
	{"l.quigley@mail.example from Ms. Loretta Quigley", "en"},
	{"Jose Nunez l.quigley@mail.example", "ne"},
	{"José Luis Núñez l.quigley@mail.example", "ne"},
	{"Luis O'Brien l.quigley@mail.example", "ne"},
	{"Nunez-OBrien, Jose l.quigley@mail.example", "ne"},
	{"Joseluis Nuñez l.quigley@mail.example", "e"},
	{"JOSE NUNEZOBRIEN l.quigley@mail.example", "ne"},
	{"Pieter van der Berg l.quigley@mail.example", "ne"},
	{"Berg, Pieter l.quigley@mail.example", "ne"},
	{"Vanderberg, Pieter l.quigley@mail.example", "ne"},
	{"Loretta Berg 555-201-7788", "p"},
	{"Loretta 555-201-7788", "p"},
	{"Loretta Quigley", ""},
	{"Van Pieter l.quigley@mail.example", "e"},
};

static void
test_forms(void)
{
	static const struct roster_field loretta[] = {FIELD(COLUMN_NAME, "Quigley, Loretta M"),
		FIELD(COLUMN_BIRTH_DATE, "03/04/1961"), FIELD(COLUMN_RECORD_NUMBER, "MRN-00418822"),
		FIELD(COLUMN_ADDRESS, "12 N. Elm Street, Apt 4"),
		FIELD(COLUMN_EMAIL, "L.Quigley+home@Mail.Example"),
		FIELD(COLUMN_PHONE, "+1 (555) 201-7788 ext. 9")};
	static const struct roster_field jose[] = {FIELD(COLUMN_FIRST_NAME, "José Luis"),
		FIELD(COLUMN_LAST_NAME, "Núñez-O’Brien Jr."), FIELD(COLUMN_BIRTH_DATE, "1990-12-25 00:00:00"),
		FIELD(COLUMN_RECORD_NUMBER, "77 12 00 3"), FIELD(COLUMN_ADDRESS, "PO Box 771")};
	static const struct roster_field pieter[] = {FIELD(COLUMN_NAME, "Dr. Pieter van der Berg III"),
		FIELD(COLUMN_BIRTH_DATE, "7 Aug 72"), FIELD(COLUMN_ADDRESS, "8 Fifth Ave"),
		FIELD(COLUMN_PHONE, "555.444.1234")};
	struct site site;

	site_begin(&site, ROSTER_MONTH_FIRST);
	tap_ok(add(&site, loretta, 6) == ROSTER_ADDED && add(&site, jose, 5) == ROSTER_ADDED &&
			add(&site, pieter, 4) == ROSTER_ADDED,
		"three people");
	site_end(&site);
	check_forms(site.roster, beside_an_address, sizeof(beside_an_address) / sizeof(beside_an_address[0]),
		", l.quigley@mail.example", 'e');
	check_forms(site.roster, by_themselves, sizeof(by_themselves) / sizeof(by_themselves[0]), "", '\0');
	site_done(&site);
}

/* Two attributes together, as mail has them; a date by itself is nobody's. */
static void
test_pairs(void)
{
	static const struct roster_field loretta[] = {FIELD(COLUMN_NAME, "Quigley, Loretta M"),
		FIELD(COLUMN_BIRTH_DATE, "03/04/1961"), FIELD(COLUMN_RECORD_NUMBER, "00418822"),
		FIELD(COLUMN_ADDRESS, "12 Elm Street"), FIELD(COLUMN_EMAIL, "l.quigley@mail.example"),
		FIELD(COLUMN_PHONE, "(555) 201-7788")};
	static const struct roster_field li[] = {
		FIELD(COLUMN_NAME, "Li Ng"), FIELD(COLUMN_BIRTH_DATE, "12/25/1990")};
	static const struct form forms[] = {
		{"Quigley, Loretta  DOB: 03/04/1961", "nd"},
		{"QUIGLEY,LORETTA M (F) DOB 19610304", "nd"},
		{"DOB 3/4/61: Quigley, Loretta", "dn"},
		{"loretta quigley, born 4 march 1961", "nd"},
		{"born on march 4th, 1961: quigley loretta", "dn"},
		{"loretta quigley was seen today, is doing well, and will come again; date of birth 3/4/1961",
			"nd"},
		{"Loretta Quigley, MRN 418822", "nr"},
		{"MRN 418822 - DOB 3/4/1961", "rd"},
		{"call Loretta Quigley at 555-201-7788", "np"},
		{"Loretta Quigley <l.quigley@mail.example>", "ne"},
		{"l.quigley@mail.example, Quigley", "e"},
		{"12 Elm St: Loretta Quigley", "an"},
		{"12 Elm St, born 3/4/1961", "ad"},
		{"Li Ng 12/25/1990", "nd"},
		{"ng, li: 25 dec 1990", "nd"},
		{"li and ng 12/25/1990", "nd"},
		{"Loretta Quigley 3/5/1961", "n"},
		{"Loretta and Ng 3/4/1961", ""},
		{"3/4/1961", ""},
		{"3/4/1961, 12/25/1990", ""},
		{"3/4/1961 MRN 418823", ""},
	};
	static const struct {
		const char *name;
		int apart;
		const char *types;
	} gaps[] = {{"Loretta Quigley", 180, "nd"}, {"Loretta Quigley", 230, ""},
		{"loretta quigley", 80, "nd"}, {"loretta quigley", 120, ""}};
	struct site site;

	site_begin(&site, ROSTER_MONTH_FIRST);
	tap_ok(add(&site, loretta, 6) == ROSTER_ADDED && add(&site, li, 2) == ROSTER_ADDED, "two people");
	site_end(&site);
	check_forms(site.roster, forms, sizeof(forms) / sizeof(forms[0]), "", '\0');
	for (size_t i = 0; i < sizeof(gaps) / sizeof(gaps[0]); i++) {
		char filler[300], text[400], types[20];

		memset(filler, '.', sizeof(filler));
		snprintf(text, sizeof(text), "%s%.*s3/4/1961", gaps[i].name, gaps[i].apart, filler);
		types_of(site.roster, text, types);
		tap_bytes(bytes_of_str(types), bytes_of_str(gaps[i].types), "%s, %d bytes apart",
			gaps[i].name, gaps[i].apart);
	}
	site_done(&site);
}

static void
test_rows(void)
{
	static const struct roster_field bad_date[] = {FIELD(COLUMN_NAME, "Ann Lee"),
		FIELD(COLUMN_BIRTH_DATE, "31/02/1990"), FIELD(COLUMN_PHONE, "5552017788")};
	static const struct roster_field one[] = {FIELD(COLUMN_NAME, "Ann Lee")};
	static const struct roster_field twice[] = {
		FIELD(COLUMN_PHONE, "5552017788"), FIELD(COLUMN_PHONE, "5552017789")};
	static const struct roster_field future[] = {
		FIELD(COLUMN_NAME, "Ann Lee"), FIELD(COLUMN_BIRTH_DATE, "1/2/2027")};
	static const struct roster_field single[] = {
		FIELD(COLUMN_NAME, "Ann"), FIELD(COLUMN_PHONE, "5552017788")};
	static const struct roster_field day[] = {
		FIELD(COLUMN_NAME, "Ann Lee"), FIELD(COLUMN_BIRTH_DATE, "2.1.1990")};
	struct roster_value value;
	struct roster_row row;
	struct site site;

	site_begin(&site, ROSTER_DAY_FIRST);
	tap_ok(roster_builder_add(site.builder, bad_date, 3, &row) == ROSTER_ADDED_PARTLY &&
			row.faults == 1U << COLUMN_BIRTH_DATE,
		"a day that does not exist");
	tap_ok(add(&site, one, 1) == ROSTER_REFUSED, "one attribute");
	tap_ok(add(&site, twice, 2) == ROSTER_REFUSED, "two of one type");
	tap_ok(add(&site, future, 2) == ROSTER_REFUSED, "not born yet");
	tap_ok(add(&site, single, 2) == ROSTER_REFUSED, "one word is no name");
	tap_ok(add(&site, day, 2) == ROSTER_ADDED, "a European date");
	site_end(&site);
	tap_ok(roster_header(site.roster)->persons == 2, "two people are there");
	tap_ok(roster_date(&value, 1990, 1, 2) && roster_look_up(site.roster, &value).n == 1,
		"the day comes first");
	tap_ok(roster_date(&value, 1990, 2, 1) && roster_look_up(site.roster, &value).n == 0,
		"and not the month");
	site_done(&site);
}

/* Lists of people of common values are whole, ascending, and distinct. */
static void
test_lists(void)
{
	enum { PEOPLE = 5000 };
	struct site site;
	bool whole = true, alone = true;

	site_begin(&site, ROSTER_MONTH_FIRST);
	for (int i = 0; i < PEOPLE; i++) {
		char number[20];
		snprintf(number, sizeof(number), "%07d", 1000000 + i);
		const struct roster_field fields[] = {FIELD(COLUMN_NAME, "John Smith"),
			{COLUMN_RECORD_NUMBER, bytes_of_str(number)}, FIELD(COLUMN_BIRTH_DATE, "1/1/1970")};
		(void)add(&site, fields, 3);
	}
	site_end(&site);
	struct roster_value value;
	(void)roster_date(&value, 1970, 1, 1);
	struct roster_list list = roster_look_up(site.roster, &value);
	tap_ok(list.n == PEOPLE, "all have the birth date");
	for (size_t i = 0; i < list.n; i++)
		whole = whole && roster_person(&list, i) == i;
	tap_ok(whole, "each is in the list");
	for (int i = 0; i < PEOPLE; i++) {
		char number[20];
		snprintf(number, sizeof(number), "%d", 1000000 + i);
		(void)roster_record_number(&value, bytes_of_str(number));
		list = roster_look_up(site.roster, &value);
		alone = alone && list.n == 1 && roster_person(&list, 0) == (uint32_t)i;
	}
	tap_ok(alone, "each has the record number");
	site_done(&site);
}

static bool
opens(struct bytes image, const uint8_t *with)
{
	struct roster *roster = NULL;
	struct err err = {0};
	bool opened = roster_of(image, bytes_of(with, ROSTER_KEY), &roster, &err) == 0;

	roster_close(roster);
	return opened || err.class != ERR_CONFIG;
}

static void
test_damage(void)
{
	static const struct roster_field ann[] = {
		FIELD(COLUMN_NAME, "Ann Lee"), FIELD(COLUMN_PHONE, "5552017788")};
	static const uint8_t other[ROSTER_KEY] = {9};
	struct site site;
	size_t flipped = 0, cut = 0;

	site_begin(&site, ROSTER_MONTH_FIRST);
	(void)add(&site, ann, 2);
	site_end(&site);
	uint8_t *copy = mem_new(site.image.n + 1, 1);
	memcpy(copy, site.image.p, site.image.n);
	tap_ok(opens(bytes_of(copy, site.image.n), key), "whole");
	tap_ok(!opens(bytes_of(copy, site.image.n), other), "another key");
	tap_ok(!opens(bytes_of(copy, site.image.n + 1), key), "a byte more");
	for (size_t i = 0; i < site.image.n; i++) {
		copy[i] ^= 0x10;
		flipped += opens(bytes_of(copy, site.image.n), key);
		copy[i] ^= 0x10;
		cut += opens(bytes_of(copy, i), key);
	}
	tap_ok(flipped == 0, "each byte counts: %zu changes were not seen", flipped);
	tap_ok(cut == 0, "cut short at each byte: %zu were not seen", cut);
	free(copy);
	site_done(&site);
}

int
main(void)
{
	test_forms();
	test_pairs();
	test_rows();
	test_lists();
	test_damage();
	return tap_done();
}
