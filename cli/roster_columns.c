/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/roster_columns.h"

enum { NAME_MAX_LENGTH = 60 };

/* Letters and digits of a header, lower case. */
static const struct {
	const char *name;
	enum roster_column column;
} usual[] = {
	{"name", COLUMN_NAME},
	{"fullname", COLUMN_NAME},
	{"patient", COLUMN_NAME},
	{"patientname", COLUMN_NAME},
	{"membername", COLUMN_NAME},
	{"firstname", COLUMN_FIRST_NAME},
	{"givenname", COLUMN_FIRST_NAME},
	{"patientfirstname", COLUMN_FIRST_NAME},
	{"first", COLUMN_FIRST_NAME},
	{"middlename", COLUMN_MIDDLE_NAME},
	{"middle", COLUMN_MIDDLE_NAME},
	{"lastname", COLUMN_LAST_NAME},
	{"familyname", COLUMN_LAST_NAME},
	{"surname", COLUMN_LAST_NAME},
	{"patientlastname", COLUMN_LAST_NAME},
	{"last", COLUMN_LAST_NAME},
	{"dob", COLUMN_BIRTH_DATE},
	{"birthdate", COLUMN_BIRTH_DATE},
	{"dateofbirth", COLUMN_BIRTH_DATE},
	{"patientdob", COLUMN_BIRTH_DATE},
	{"born", COLUMN_BIRTH_DATE},
	{"mrn", COLUMN_RECORD_NUMBER},
	{"recordnumber", COLUMN_RECORD_NUMBER},
	{"medicalrecordnumber", COLUMN_RECORD_NUMBER},
	{"patientid", COLUMN_RECORD_NUMBER},
	{"patientnumber", COLUMN_RECORD_NUMBER},
	{"memberid", COLUMN_RECORD_NUMBER},
	{"chartnumber", COLUMN_RECORD_NUMBER},
	{"address", COLUMN_ADDRESS},
	{"address1", COLUMN_ADDRESS},
	{"addressline1", COLUMN_ADDRESS},
	{"street", COLUMN_ADDRESS},
	{"streetaddress", COLUMN_ADDRESS},
	{"homeaddress", COLUMN_ADDRESS},
	{"email", COLUMN_EMAIL},
	{"emailaddress", COLUMN_EMAIL},
	{"mail", COLUMN_EMAIL},
	{"phone", COLUMN_PHONE},
	{"phonenumber", COLUMN_PHONE},
	{"telephone", COLUMN_PHONE},
	{"homephone", COLUMN_PHONE},
	{"mobile", COLUMN_PHONE},
	{"mobilephone", COLUMN_PHONE},
	{"cell", COLUMN_PHONE},
	{"cellphone", COLUMN_PHONE},
	{"workphone", COLUMN_PHONE},
};

static void
plain_name(struct bytes text, char name[NAME_MAX_LENGTH])
{
	size_t n = 0;

	for (size_t i = 0; i < text.n && n < NAME_MAX_LENGTH - 1; i++)
		if (ascii_is_alnum(text.p[i]))
			name[n++] = (char)ascii_lower(text.p[i]);
	name[n] = '\0';
}

static void
add(struct roster_columns *columns, size_t field, enum roster_column column)
{
	columns->p[columns->n].field = field;
	columns->p[columns->n++].column = column;
}

static bool
is_added(const struct roster_columns *columns, size_t field)
{
	for (size_t i = 0; i < columns->n; i++)
		if (columns->p[i].field == field)
			return true;
	return false;
}

static int
find_column(struct bytes name, enum roster_column *ret_column)
{
	for (int i = 0; i < ROSTER_COLUMNS; i++)
		if (bytes_eq(name, bytes_of_str(roster_column_name((enum roster_column)i)))) {
			*ret_column = (enum roster_column)i;
			return 0;
		}
	return -1;
}

/* One "birth-date=DOB". */
static int
add_named(const struct csv_row *header, struct bytes item, struct roster_columns *columns, struct err *err)
{
	size_t equals = bytes_find_byte(item, '=');
	struct bytes title = bytes_trim(bytes_sub(item, equals + (equals < item.n), item.n));
	enum roster_column column;

	if (equals == item.n || find_column(bytes_trim(bytes_sub(item, 0, equals)), &column) != 0)
		return err_set(err, ERR_USAGE, "--columns: '%.*s' is not of the form birth-date=TITLE",
			BYTES_FMT(item));
	for (size_t i = 0; i < header->n; i++)
		if (bytes_eq_nocase(bytes_trim(header->fields[i]), title) && !is_added(columns, i)) {
			add(columns, i, column);
			return 0;
		}
	return err_set(err, ERR_USAGE, "--columns: no column is called '%.*s'", BYTES_FMT(title));
}

static void
add_usual(const struct csv_row *header, struct roster_columns *columns)
{
	for (size_t i = 0; i < header->n; i++) {
		char name[NAME_MAX_LENGTH];

		plain_name(header->fields[i], name);
		for (size_t j = 0; j < sizeof(usual) / sizeof(usual[0]) && !is_added(columns, i); j++)
			if (strcmp(usual[j].name, name) == 0)
				add(columns, i, usual[j].column);
	}
}

int
roster_columns_read(
	const struct csv_row *header, const char *named, struct roster_columns *ret_columns, struct err *err)
{
	struct bytes rest = bytes_of_str(named);
	unsigned attributes = 0;

	ret_columns->n = 0;
	while (rest.n > 0) {
		size_t comma = bytes_find_byte(rest, ',');

		if (add_named(header, bytes_sub(rest, 0, comma), ret_columns, err) != 0)
			return -1;
		rest = bytes_sub(rest, comma + (comma < rest.n), rest.n);
	}
	add_usual(header, ret_columns);
	for (size_t i = 0; i < ret_columns->n; i++) {
		enum roster_column column = ret_columns->p[i].column;

		attributes |= 1U << (column < COLUMN_LAST_NAME ? COLUMN_LAST_NAME : column);
	}
	if ((attributes & (attributes - 1)) == 0)
		return err_set(err, ERR_PERM,
			"the first row names fewer than two columns that we know: use --columns");
	return 0;
}
