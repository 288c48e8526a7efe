/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one form in which a value of a person is hashed, however it is written: dates in all orders, names in
 * both orders and with or without middle names, record numbers without separators and leading zeros ... What
 * a roster's row gives is in roster_row.c, what a message's text gives in roster_text.c; both build values by
 * these functions, of folded text (fold.h), so that they agree. Pure.
 */
#ifndef POSTSEAL_ROSTER_VALUE_H
#define POSTSEAL_ROSTER_VALUE_H

#include "lib/base/ascii.h"
#include "lib/base/bytes.h"

enum roster_type {
	ROSTER_NAME,
	ROSTER_BIRTH_DATE,
	ROSTER_RECORD_NUMBER,
	ROSTER_ADDRESS,
	ROSTER_EMAIL,
	ROSTER_PHONE,
	ROSTER_TYPES
};

/* "name", "birth-date" ...; NULL behind the last. */
const char *roster_type_name(enum roster_type type);

enum {
	ROSTER_VALUE_MAX = 120,
	ROSTER_WORD_MAX = 40,
	ROSTER_RECORD_DIGITS = 4, /* the least that a record number has */
};

struct roster_value {
	size_t n;
	uint8_t text[ROSTER_VALUE_MAX]; /* a letter for the type, then the value */
};

bool roster_day_exists(int year, int month, int day);

/* Each returns whether there is such a value. */
bool roster_date(struct roster_value *ret_value, int year, int month, int day);

/* Digits and letters count, leading zeros do not. */
bool roster_record_number(struct roster_value *ret_value, struct bytes text);

/* The bit that stands for a number of so many letters and digits. */
static inline uint32_t
roster_length_bit(size_t n)
{
	return UINT32_C(1) << (n & 31);
}

/* Ten digits or more, without +, 00, or the 1 of North America before ten. */
bool roster_phone(struct roster_value *ret_value, struct bytes text);

/* Lower case, without what follows a + in the local part. */
bool roster_email(struct roster_value *ret_value, struct bytes text);

/* Of which words of names are made. */
static inline bool
roster_is_letter(uint8_t c)
{
	static const bool letters[256] = {['A' ... 'Z'] = true, ['a' ... 'z'] = true, [0x80 ... 0xff] = true};

	return letters[c];
}

/* A word of a name: lower case, without apostrophes. */
struct roster_word {
	size_t n;
	uint8_t text[ROSTER_WORD_MAX];
};

/*
 * The next word of a text from *at on, which moves behind it: letters, apostrophes among them. Returns 1, or
 * 0 at the end.
 */
int roster_next_word(struct bytes text, size_t *at, struct roster_word *ret_word);

void roster_single(struct roster_value *ret_value, const struct roster_word *word);

/* Two words of one name, in any order. */
void roster_name(struct roster_value *ret_value, const struct roster_word *a, const struct roster_word *b);

/*
 * A house number and the street behind it: "12 N Main Street, Apt 4" is 12 and main. Of what comes later
 * nothing counts. *ret_end, when not NULL, is where the street's word ends.
 */
bool roster_address(struct roster_value *ret_value, struct bytes text, size_t *ret_end);

/* The days that a date at the start of a text may mean. */
enum { ROSTER_DATES_MAX = 4 };
struct roster_dates {
	size_t n;
	size_t end; /* of the date in the text */
	struct {
		int year, month, day;
		bool day_first;  /* 04/03/1961 as the 4th of March */
		bool short_year; /* two digits: 1961 and 2061 are told */
	} days[ROSTER_DATES_MAX];
};

/* Returns whether there is one. A month's name may stand first. */
bool roster_read_dates(struct bytes text, struct roster_dates *ret_dates);

/* Whether a word is a month's name or its first three letters or more. */
bool roster_is_month(struct bytes word);

#endif
