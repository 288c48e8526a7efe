/* SPDX-License-Identifier: Apache-2.0 */
/* The grammar of RFC 8461, and where people leave it. */
#include "lib/tlspolicy/mta_sts.h"

#include "lib/base/buf.h"
#include "lib/tlspolicy/hostname.h"
#include "tests/support/tap.h"

enum { RECORDS_MAX = 3 };

static const struct {
	const char *name;
	const char *records[RECORDS_MAX];
	enum mta_sts_record want;
	const char *id;
} records[] = {
	{"the RFC's own", {"v=STSv1; id=20160831085700Z;"}, MTA_STS_RECORD_FOUND, "20160831085700Z"},
	{"no delimiter at the end", {"v=STSv1; id=1"}, MTA_STS_RECORD_FOUND, "1"},
	{"no blank", {"v=STSv1;id=1"}, MTA_STS_RECORD_FOUND, "1"},
	{"blanks around delimiters", {"v=STSv1; \t id=1 \t; "}, MTA_STS_RECORD_FOUND, "1"},
	{"an extension", {"v=STSv1; id=1; ext.x-1_y=a:b/c"}, MTA_STS_RECORD_FOUND, "1"},
	{"an extension first", {"v=STSv1; a=b; id=1"}, MTA_STS_RECORD_FOUND, "1"},
	{"the first of two ids", {"v=STSv1; id=1; id=2"}, MTA_STS_RECORD_FOUND, "1"},
	{"32 characters", {"v=STSv1; id=abcdefghijklmnopqrstuvwxyz012345"}, MTA_STS_RECORD_FOUND,
		"abcdefghijklmnopqrstuvwxyz012345"},
	{"33 characters", {"v=STSv1; id=abcdefghijklmnopqrstuvwxyz0123456"}, MTA_STS_RECORD_BAD, ""},
	{"none", {0}, MTA_STS_RECORD_NONE, ""},
	{"others only", {"v=spf1 -all", "hello"}, MTA_STS_RECORD_NONE, ""},
	{"others beside it", {"v=spf1 -all", "v=STSv1; id=7;"}, MTA_STS_RECORD_FOUND, "7"},
	{"two", {"v=STSv1; id=1;", "v=STSv1; id=2;"}, MTA_STS_RECORD_BAD, ""},
	{"two alike", {"v=STSv1; id=1;", "v=STSv1; id=1;"}, MTA_STS_RECORD_BAD, ""},
	{"another version", {"v=STSv2; id=1;"}, MTA_STS_RECORD_NONE, ""},
	{"the version in lower case", {"v=stsv1; id=1;"}, MTA_STS_RECORD_NONE, ""},
	{"a blank in front", {" v=STSv1; id=1;"}, MTA_STS_RECORD_NONE, ""},
	{"the version not first", {"id=1; v=STSv1;"}, MTA_STS_RECORD_NONE, ""},
	{"no id", {"v=STSv1;"}, MTA_STS_RECORD_BAD, ""},
	{"an empty id", {"v=STSv1; id=;"}, MTA_STS_RECORD_BAD, ""},
	{"an id with a dash", {"v=STSv1; id=2020-01-01;"}, MTA_STS_RECORD_BAD, ""},
	{"an id in upper case", {"v=STSv1; ID=1;"}, MTA_STS_RECORD_BAD, ""},
	{"a blank in the id", {"v=STSv1; id=1 2;"}, MTA_STS_RECORD_BAD, ""},
	{"a blank around the equal sign", {"v=STSv1; id = 1;"}, MTA_STS_RECORD_BAD, ""},
	{"an empty field", {"v=STSv1;; id=1"}, MTA_STS_RECORD_BAD, ""},
	{"a field without a value", {"v=STSv1; id=1; x"}, MTA_STS_RECORD_BAD, ""},
	{"a control character", {"v=STSv1; id=1; x=a\001b"}, MTA_STS_RECORD_BAD, ""},
};

static void
test_records(void)
{
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct bytes all[RECORDS_MAX];
		char id[EVIDENCE_STS_ID_MAX + 1] = "";
		size_t n = 0;
		enum mta_sts_record got;

		while (n < RECORDS_MAX && records[i].records[n] != NULL) {
			all[n] = bytes_of_str(records[i].records[n]);
			n++;
		}
		got = mta_sts_parse_records(all, n, id);
		tap_ok(got == records[i].want && strcmp(id, records[i].id) == 0, "record: %s: %d '%s'",
			records[i].name, got, id);
	}
}

#define HEAD "version: STSv1\nmode: enforce\n"

/* `mx`: the patterns with a space behind each; NULL: no policy at all. */
static const struct {
	const char *name, *text;
	enum evidence_sts_state state;
	int64_t max_age;
	const char *mx;
} policies[] = {
	{"the RFC's own",
		"version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\n"
		"mx: backupmx.example.com\nmax_age: 604800\n",
		EVIDENCE_STS_ENFORCE, 604800, "mail.example.com *.example.net backupmx.example.com "},
	{"CR LF", "version: STSv1\r\nmode: testing\r\nmx: a.example\r\nmax_age: 1\r\n", EVIDENCE_STS_TESTING,
		1, "a.example "},
	{"both line ends", "version: STSv1\r\nmode: enforce\nmx: a.example\r\nmax_age: 1",
		EVIDENCE_STS_ENFORCE, 1, "a.example "},
	{"no blanks, and blanks", "version:STSv1\nmode: \t enforce  \nmx:a.example\t\nmax_age:9 ",
		EVIDENCE_STS_ENFORCE, 9, "a.example "},
	{"any order", "mx: a.example\nmax_age: 5\nmode: enforce\nversion: STSv1\n", EVIDENCE_STS_ENFORCE, 5,
		"a.example "},
	{"upper case in a host", HEAD "mx: *.EXAMPLE.com\nmax_age: 5\n", EVIDENCE_STS_ENFORCE, 5,
		"*.example.com "},
	{"empty lines at the end", "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 5\n\n \r\n",
		EVIDENCE_STS_ENFORCE, 5, "a.example "},
	{"an empty line in the middle", "version: STSv1\n\nmode: enforce\nmx: a.example\nmax_age: 5\n",
		EVIDENCE_STS_NONE, 0, NULL},
	{"an extension", HEAD "mx: a.example\nmax_age: 5\nfuture.key-1: any thing: \xc3\xa9\n",
		EVIDENCE_STS_ENFORCE, 5, "a.example "},
	{"mode none without hosts", "version: STSv1\nmode: none\nmax_age: 86400\n", EVIDENCE_STS_OFF, 86400,
		""},
	{"the first mode counts", HEAD "mode: none\nmx: a.example\nmax_age: 5\n", EVIDENCE_STS_ENFORCE, 5,
		"a.example "},
	{"the first max_age counts", HEAD "mx: a.example\nmax_age: 5\nmax_age: 6\n", EVIDENCE_STS_ENFORCE, 5,
		"a.example "},
	{"the first version counts", HEAD "mx: a.example\nmax_age: 5\nversion: STSv9\n", EVIDENCE_STS_ENFORCE,
		5, "a.example "},
	{"max_age 0", HEAD "mx: a.example\nmax_age: 0\n", EVIDENCE_STS_ENFORCE, 0, "a.example "},
	{"max_age above its maximum", HEAD "mx: a.example\nmax_age: 9999999999\n", EVIDENCE_STS_ENFORCE,
		31557600, "a.example "},
	{"nothing", "", EVIDENCE_STS_NONE, 0, NULL},
	{"no version", "mode: enforce\nmx: a.example\nmax_age: 5\n", EVIDENCE_STS_NONE, 0, NULL},
	{"another version", "version: STSv2\nmode: enforce\nmx: a.example\nmax_age: 5\n", EVIDENCE_STS_NONE,
		0, NULL},
	{"no mode", "version: STSv1\nmx: a.example\nmax_age: 5\n", EVIDENCE_STS_NONE, 0, NULL},
	{"an unknown mode", "version: STSv1\nmode: report\nmx: a.example\nmax_age: 5\n", EVIDENCE_STS_NONE, 0,
		NULL},
	{"a mode in upper case", "version: STSv1\nmode: Enforce\nmx: a.example\nmax_age: 5\n",
		EVIDENCE_STS_NONE, 0, NULL},
	{"a key in upper case", "version: STSv1\nMode: enforce\nmx: a.example\nmax_age: 5\n",
		EVIDENCE_STS_NONE, 0, NULL},
	{"no hosts", HEAD "max_age: 5\n", EVIDENCE_STS_NONE, 0, NULL},
	{"no max_age", HEAD "mx: a.example\n", EVIDENCE_STS_NONE, 0, NULL},
	{"a negative max_age", HEAD "mx: a.example\nmax_age: -1\n", EVIDENCE_STS_NONE, 0, NULL},
	{"a max_age with a unit", HEAD "mx: a.example\nmax_age: 1d\n", EVIDENCE_STS_NONE, 0, NULL},
	{"a max_age of eleven digits", HEAD "mx: a.example\nmax_age: 00000000001\n", EVIDENCE_STS_NONE, 0,
		NULL},
	{"a star in the middle", HEAD "mx: mx.*.example\nmax_age: 5\n", EVIDENCE_STS_NONE, 0, NULL},
	{"a star in a label", HEAD "mx: mx*.example\nmax_age: 5\n", EVIDENCE_STS_NONE, 0, NULL},
	{"two stars", HEAD "mx: *.*.example\nmax_age: 5\n", EVIDENCE_STS_NONE, 0, NULL},
	{"a star alone", HEAD "mx: *\nmax_age: 5\n", EVIDENCE_STS_NONE, 0, NULL},
	{"an address", HEAD "mx: 192.0.2.1\nmax_age: 5\n", EVIDENCE_STS_NONE, 0, NULL},
	{"a dot at the end", HEAD "mx: a.example.\nmax_age: 5\n", EVIDENCE_STS_NONE, 0, NULL},
	{"a dot at the front", HEAD "mx: .example\nmax_age: 5\n", EVIDENCE_STS_NONE, 0, NULL},
	{"two hosts in one line", HEAD "mx: a.example, b.example\nmax_age: 5\n", EVIDENCE_STS_NONE, 0, NULL},
	{"what Postfix would take for more", HEAD "mx: a.example:nexthop\nmax_age: 5\n", EVIDENCE_STS_NONE, 0,
		NULL},
	{"a line that is none", HEAD "mx: a.example\nmax_age: 5\n<html>\n", EVIDENCE_STS_NONE, 0, NULL},
	{"CR alone", "version: STSv1\rmode: enforce\rmx: a.example\rmax_age: 5\r", EVIDENCE_STS_NONE, 0,
		NULL},
	{"a blank in front", " version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 5\n", EVIDENCE_STS_NONE,
		0, NULL},
	{"a control character", HEAD "mx: a.example\nmax_age: 5\nx: a\001b\n", EVIDENCE_STS_NONE, 0, NULL},
};

static void
test_policies(struct arena *arena)
{
	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
		struct evidence_sts sts = {0};
		struct err err = {0};
		struct buf mx;
		int got = mta_sts_parse_policy(arena, bytes_of_str(policies[i].text), &sts, &err);

		buf_init(&mx, 1000);
		for (size_t m = 0; m < sts.n_patterns; m++)
			buf_putf(&mx, "%s ", sts.patterns[m]);
		tap_ok(got == (policies[i].mx != NULL ? 0 : -1) && sts.state == policies[i].state &&
				sts.max_age == policies[i].max_age,
			"policy: %s: %s", policies[i].name, err.text);
		tap_bytes(buf_bytes(&mx), bytes_of_str(policies[i].mx != NULL ? policies[i].mx : ""),
			"its hosts");
		buf_done(&mx);
	}
}

static void
test_sizes(struct arena *arena)
{
	struct evidence_sts sts = {0};
	struct buf text;

	buf_init(&text, 2 * MTA_STS_POLICY_MAX);
	buf_put_str(&text, HEAD "max_age: 5\n");
	for (int i = 0; i < EVIDENCE_STS_PATTERNS_MAX; i++)
		buf_putf(&text, "mx: mx%d.example\n", i);
	tap_ok(mta_sts_parse_policy(arena, buf_bytes(&text), &sts, NULL) == 0 &&
			sts.n_patterns == EVIDENCE_STS_PATTERNS_MAX,
		"as many hosts as are allowed");
	buf_put_str(&text, "mx: more.example\n");
	tap_ok(mta_sts_parse_policy(arena, buf_bytes(&text), &sts, NULL) < 0, "one more");
	buf_reset(&text);
	buf_put_str(&text, HEAD "mx: a.example\nmax_age: 5\nx: ");
	while (text.n < MTA_STS_POLICY_MAX)
		buf_put_byte(&text, 'x');
	tap_ok(mta_sts_parse_policy(arena, buf_bytes(&text), &sts, NULL) == 0, "64 KiB");
	buf_put_byte(&text, 'x');
	tap_ok(mta_sts_parse_policy(arena, buf_bytes(&text), &sts, NULL) < 0, "a byte more");
	buf_done(&text);
}

static void
test_allows(void)
{
	static const char *const patterns[] = {"mail.example.com", "*.example.net"};
	static const struct {
		const char *host;
		bool want;
	} hosts[] = {{"mail.example.com", true}, {"a.mail.example.com", false}, {"example.com", false},
		{"mx.example.net", true}, {"a.mx.example.net", false}, {"example.net", false},
		{"mx.example.net.evil.example", false}, {"xexample.net", false}, {"net", false}};
	const struct evidence_sts sts = {.patterns = patterns, .n_patterns = 2};

	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		tap_ok(mta_sts_allows(&sts, hosts[i].host) == hosts[i].want, "%s is %s", hosts[i].host,
			hosts[i].want ? "allowed" : "not allowed");
}

static void
test_tlsrpt(void)
{
	const struct bytes one[] = {BYTES_LIT("v=TLSRPTv1; rua=mailto:r@example.com"), BYTES_LIT("x")};
	const struct bytes two[] = {BYTES_LIT("v=TLSRPTv1;rua=a"), BYTES_LIT("v=TLSRPTv1;rua=b")};

	tap_ok(mta_sts_is_tlsrpt(one, 2), "a record for reports among others");
	tap_ok(!mta_sts_is_tlsrpt(two, 2), "two of them are none");
	tap_ok(!mta_sts_is_tlsrpt(one + 1, 1), "none");
}

static void
test_hostnames(void)
{
	static const struct {
		const char *text, *want;
	} names[] = {{"Mail.Example.COM.", "mail.example.com"}, {"_x.a-b.example", "_x.a-b.example"},
		{"localhost", "localhost"}, {"xn--bcher-kva.example", "xn--bcher-kva.example"}, {"", NULL},
		{".", NULL}, {"..", NULL}, {"a..b", NULL}, {"-a.example", NULL}, {"a-.example", NULL},
		{"192.0.2.1", NULL}, {"[192.0.2.1]", NULL}, {"a b", NULL}, {"a\\046b", NULL}, {"a/b", NULL},
		{"123.example", "123.example"}, {"b\xc3\xbc.example", NULL}, {"a,b.example", NULL},
		{"1234567890123456789012345678901234567890123456789012345678901234.example", NULL}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char name[HOSTNAME_SIZE] = "";
		bool good = hostname_parse(bytes_of_str(names[i].text), name);

		tap_ok(good == (names[i].want != NULL) && (!good || strcmp(name, names[i].want) == 0),
			"name '%s'", names[i].text);
	}
}

int
main(void)
{
	struct arena arena;

	arena_init(&arena);
	test_records();
	test_policies(&arena);
	test_sizes(&arena);
	test_allows();
	test_tlsrpt();
	test_hostnames();
	arena_done(&arena);
	return tap_done();
}
