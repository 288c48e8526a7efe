/* SPDX-License-Identifier: Apache-2.0 */
#include "portald/headers.h"

#include "tests/support/tap.h"

static const char *
value_of(enum answer_kind kind, const char *name)
{
	const struct header *header;

	for (size_t i = 0; (header = header_of(kind, i)) != NULL; i++)
		if (strcmp(header->name, name) == 0)
			return header->value;
	return "";
}

static void
test_sets(void)
{
	static const char *const everywhere[][2] = {
		{"Cache-Control", "no-store"},
		{"X-Content-Type-Options", "nosniff"},
		{"Strict-Transport-Security", "max-age="},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
		{"Permissions-Policy", "camera=()"},
		{"Referrer-Policy", ""},
		{"Content-Security-Policy", "default-src 'none'"},
		{"Content-Security-Policy", "frame-ancestors "},
	};

	for (int kind = KIND_PAGE; kind <= KIND_DOWNLOAD; kind++)
		for (size_t i = 0; i < sizeof(everywhere) / sizeof(everywhere[0]); i++) {
			const char *value = value_of((enum answer_kind)kind, everywhere[i][0]);

			tap_ok(value[0] != '\0' && strstr(value, everywhere[i][1]) != NULL, "kind %d: %s: %s",
				kind, everywhere[i][0], everywhere[i][1]);
		}
	tap_ok(strstr(value_of(KIND_BODY, "Content-Security-Policy"), "script-src") == NULL,
		"no script in a body");
	tap_ok(strstr(value_of(KIND_BODY, "Content-Security-Policy"), "; sandbox allow-popups") != NULL,
		"a body is sandboxed by its header too");
	tap_ok(strstr(value_of(KIND_BODY, "Content-Security-Policy"), "allow-scripts") == NULL &&
			strstr(value_of(KIND_BODY, "Content-Security-Policy"), "allow-same-origin") == NULL,
		"and neither script nor origin is given back");
	tap_ok(strstr(value_of(KIND_PAGE, "Content-Security-Policy"), "unsafe") == NULL,
		"nothing unsafe on pages");
}

static void
test_disposition(void)
{
	static const struct {
		const char *name, *input, *want;
	} table[] = {
		{"plain", "report.pdf", "attachment; filename=\"report.pdf\"; filename*=UTF-8''report.pdf"},
		{"spaces", "my report.pdf",
			"attachment; filename=\"my report.pdf\"; filename*=UTF-8''my%20report.pdf"},
		{"umlaut", "Ü.txt", "attachment; filename=\"_.txt\"; filename*=UTF-8''%C3%9C.txt"},
		{"quote and header injection", "a\"; x=\r\nSet-Cookie: y",
			"attachment; filename=\"a__ x=__Set-Cookie_ y\"; "
			"filename*=UTF-8''a__%20x%3D__Set-Cookie_%20y"},
		{"path", "../../etc/passwd",
			"attachment; filename=\"_.._etc_passwd\"; filename*=UTF-8''_.._etc_passwd"},
		{"backslash path", "C:\\x\\y.exe",
			"attachment; filename=\"C__x_y.exe\"; filename*=UTF-8''C__x_y.exe"},
		{"dot file", ".htaccess", "attachment; filename=\"htaccess\"; filename*=UTF-8''htaccess"},
		{"percent", "a%00b", "attachment; filename=\"a_00b\"; filename*=UTF-8''a_00b"},
		{"override", "x\xE2\x80\xAEgpj.exe",
			"attachment; filename=\"x_gpj.exe\"; filename*=UTF-8''x_gpj.exe"},
		{"empty", "", "attachment; filename=\"attachment\"; filename*=UTF-8''attachment"},
		{"dots", "...", "attachment; filename=\"attachment\"; filename*=UTF-8''attachment"},
		{"single quote", "a'b", "attachment; filename=\"a'b\"; filename*=UTF-8''a%27b"},
	};
	struct arena arena;

	arena_init(&arena);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		tap_bytes(bytes_of_str(header_disposition(&arena, bytes_of_str(table[i].input))),
			bytes_of_str(table[i].want), "disposition: %s", table[i].name);

	char longer[5000];

	memset(longer, 'a', sizeof(longer));
	tap_ok(strlen(header_disposition(&arena, bytes_of(longer, sizeof(longer)))) < 600,
		"disposition: long names are cut");
	arena_done(&arena);
}

static void
test_origin(void)
{
	static const struct {
		const char *name, *site, *origin;
		bool want;
	} table[] = {
		{"own page", "same-origin", "https://p.example", true},
		{"own page, older browser", "", "https://p.example", true},
		{"no browser", "", "", true},
		{"Fetch metadata alone", "same-origin", "", true},
		{"another site", "cross-site", "https://evil.example", false},
		{"another site that lies about Origin", "cross-site", "https://p.example", false},
		{"same site, other host", "same-site", "https://q.p.example", false},
		{"typed in", "none", "", false},
		{"older browser, another site", "", "https://evil.example", false},
		{"opaque", "", "null", false},
		{"other port", "", "https://p.example:444", false},
		{"http", "", "http://p.example", false},
		{"prefix", "", "https://p.example.evil.example", false},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		tap_ok(header_same_origin(bytes_of_str(table[i].site), bytes_of_str(table[i].origin),
			       "https://p.example") == table[i].want,
			"origin: %s", table[i].name);
}

int
main(void)
{
	test_sets();
	test_disposition();
	test_origin();
	return tap_done();
}
