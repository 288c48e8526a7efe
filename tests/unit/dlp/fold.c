/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/dlp/fold.h"

#include "tests/support/tap.h"

struct row {
	const char *name;
	enum fold_mode mode;
	const char *input, *want;
};

static const struct row rows[] = {
	{"plain", FOLD_TEXT, "SSN: 212-09-9999", "SSN: 212-09-9999"},
	{"empty", FOLD_TEXT, "", ""},
	{"digits apart", FOLD_TEXT, "SSN 2 1 9  0 9 9 9 9 8.", "SSN 219099998."},
	{"digits apart, with hyphens", FOLD_TEXT, "2 1 9 - 0 9 - 9 9 9 8", "219-09-9998"},
	{"cells of a table", FOLD_TEXT, "2 | 1 | 9 | 0 | 9 | 9 | 9 |", "2190999 |"},
	{"six digits apart", FOLD_TEXT, "2 1 9 0 9 9", "2 1 9 0 9 9"},
	{"counting", FOLD_TEXT, "1 2 3 4 5 6 7 8 9", "1 2 3 4 5 6 7 8 9"},
	{"a scale", FOLD_TEXT, "9 1 2 3 4 5 6 7 10", "9 1 2 3 4 5 6 7 10"},
	{"signs that differ", FOLD_TEXT, "2 1.9 0.9 9.9 9", "2 1.9 0.9 9.9 9"},
	{"wrapped at hyphens", FOLD_TEXT, "> 219-\n> 09 - 9998", "219-09-9998"},
	{"a range", FOLD_TEXT, "100000 - 200000", "100000 - 200000"},
	{"letters for digits", FOLD_TEXT, "2I9-O9-999l0", "219-09-99910"},
	{"a part number", FOLD_TEXT, "O1234567 2I9O9999B", "O1234567 2I9O9999B"},
	{"digits apart in a term", FOLD_TERM, "2 1 9 0 9 9 9 9 8", "2 1 9 0 9 9 9 9 8"},
	{"blank before an underscore", FOLD_FILENAME, "a _b", "a b"},
	{"case is kept", FOLD_TEXT, "MiXed Case", "MiXed Case"},
	{"spaces join", FOLD_TEXT, "date   of \t birth", "date of birth"},
	{"a line break wins over spaces", FOLD_TEXT, "date of \r\n  birth", "date of\nbirth"},
	{"empty lines join", FOLD_TEXT, "a\r\n\r\n\r\nb", "a\nb"},
	{"ends are trimmed", FOLD_TEXT, " \r\n a b \r\n", "a b"},
	{"form feed and vertical tab break lines", FOLD_TEXT, "a\fb\vc", "a\nb\nc"},
	{"control characters go", FOLD_TEXT, "a\001b\177c", "abc"},
	{"reply marks go", FOLD_TEXT, "> > date of\r\n> birth", "date of\nbirth"},
	{"nested reply marks go", FOLD_TEXT, "said:\r\n>>> x\r\n>> y", "said:\nx\ny"},
	{"a sign within a line stays", FOLD_TEXT, "a > b", "a > b"},
	{"a file name's underscores", FOLD_FILENAME, "John_Smith__MRN_12.pdf", "John Smith MRN 12.pdf"},
	{"a file name has no reply marks", FOLD_FILENAME, "> a", "> a"},
	{"a text's underscores stay", FOLD_TEXT, "patient_id", "patient_id"},
	{"a term's sign stays", FOLD_TERM, ">= 5", ">= 5"},
	{"full-width digits", FOLD_TEXT, "２１２－０９－９９９９", "212-09-9999"},
	{"full-width letters", FOLD_TEXT, "ＳＳＮ ｎｏ．", "SSN no."},
	{"mathematical digits", FOLD_TEXT, "𝟐𝟏𝟐 𝟘𝟗", "212 09"},
	{"mathematical letters", FOLD_TEXT, "𝐒𝐒𝐍 𝓅𝖺𝚝", "SSN pat"},
	{"circled", FOLD_TEXT, "①②③ ⑳ Ⓐⓩ ⓪", "123 20 Az 0"},
	{"superscripts and subscripts", FOLD_TEXT, "10⁹ H₂O x² ³ ¹", "109 H2O x2 3 1"},
	{"Arabic and other digits", FOLD_TEXT, "٢١٢-०९-๙๙", "212-09-99"},
	{"no-break spaces", FOLD_TEXT, "date\302\240of\342\200\257birth", "date of birth"},
	{"ideographic space", FOLD_TEXT, "a\343\200\200b", "a b"},
	{"dashes", FOLD_TEXT, "1‐2‑3‒4–5—6―7−8", "1-2-3-4-5-6-7-8"},
	{"quotes", FOLD_TEXT, "‘a’ “b” «c» ′ ″", "'a' \"b\" \"c\" ' \""},
	{"ellipsis and ligatures", FOLD_TEXT, "a… ﬁle oﬃce", "a... file office"},
	{"fractions", FOLD_TEXT, "½ tablet", "1/2 tablet"},
	{"accents", FOLD_TEXT, "José Müller Straße Ångström Łódź", "Jose Muller Strasse Angstrom Lodz"},
	{"Vietnamese", FOLD_TEXT, "Nguyễn", "Nguyen"},
	{"combining accents", FOLD_TEXT, "Jose\314\201", "Jose"},
	{"units", FOLD_TEXT, "5 µg, 5 μg, 5 ㎎", "5 ug, 5 ug, 5 mg"},
	{"comparison signs", FOLD_TEXT, "≥ 5 ≤ 6 ±1", ">= 5 <= 6 +-1"},
	{"other symbols are space", FOLD_TEXT, "a→b ★ 37°C", "a b 37 C"},
	{"emoji are space", FOLD_TEXT, "ok👍ok", "ok ok"},
	{"zero width", FOLD_TEXT, "2\342\200\2131\342\200\2142\342\200\215-0\357\273\2779", "212-09"},
	{"soft hyphen", FOLD_TEXT, "dia\302\255betes", "diabetes"},
	{"bidi controls", FOLD_TEXT, "\342\200\256abc\342\200\254", "abc"},
	{"variation selectors", FOLD_TEXT, "1\357\270\2172", "12"},
	{"tag characters", FOLD_TEXT, "a\363\240\201\201b", "ab"},
	{"line and paragraph separators", FOLD_TEXT, "a\342\200\250b\342\200\251c", "a\nb\nc"},
	{"Cyrillic inside a Latin word", FOLD_TEXT, "pаtiеnt", "patient"},
	{"Greek inside a Latin word", FOLD_TEXT, "ΜRΝ 12", "MRN 12"},
	{"a look-alike first", FOLD_TEXT, "Ѕocial", "Social"},
	{"nothing but look-alikes", FOLD_TEXT, "ЅЅΝ", "SSN"},
	{"look-alikes beside digits", FOLD_TEXT, "АВ12З4", "AB1234"},
	{"a Russian word stays", FOLD_TEXT, "город Москва", "город Москва"},
	{"a Greek word stays", FOLD_TEXT, "υγεία", "υγεία"},
	{"Japanese stays", FOLD_TEXT, "患者 1", "患者 1"},
	{"what is not UTF-8", FOLD_TEXT, "a\377b", "a\377b"},
};

static void
fold(struct arena *arena, const char *input, enum fold_mode mode, struct folded *folded)
{
	struct fold_scratch scratch;
	fold_scratch_init(&scratch);
	fold_text(&scratch, arena, bytes_of_str(input), mode, folded);
	fold_scratch_done(&scratch);
}

static void
test_forms(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena arena;
		struct folded folded, again;
		arena_init(&arena);
		fold(&arena, rows[i].input, rows[i].mode, &folded);
		tap_bytes(folded.text, bytes_of_str(rows[i].want), "%s", rows[i].name);
		fold(&arena, arena_str(&arena, folded.text), FOLD_TERM, &again);
		tap_bytes(again.text, folded.text, "%s: folding again changes nothing", rows[i].name);
		arena_done(&arena);
	}
}

/* Where each word of the folded text stands in the original. */
static void
test_places(void)
{
	static const struct {
		const char *input, *word, *original;
	} places[] = {
		{"plain text here", "here", "here"},
		{"a   b    c", "c", "c"},
		{"x\342\200\213y\342\200\213z word", "word", "word"},
		{"½ and ½ and end", "end", "end"},
		{"> > quoted\r\n> more", "more", "more"},
		{"José García DOB", "DOB", "DOB"},
		{"１２３ ４５ tail", "tail", "tail"},
		{"… … … last", "last", "last"},
		{"½ no 2 1 9  0 9 9 9 9 8 é then", "no", "no"},
		{"½ no 2 1 9  0 9 9 9 9 8 é then", "8", "8"},
		{"½ no 2 1 9  0 9 9 9 9 8 é then", "then", "then"},
		{"no 219 -\n09 - 9998   end", "end", "end"},
	};
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct arena arena;
		struct folded folded;
		arena_init(&arena);
		fold(&arena, places[i].input, FOLD_TEXT, &folded);
		size_t at = bytes_find(folded.text, bytes_of_str(places[i].word));
		size_t original = bytes_find(bytes_of_str(places[i].input), bytes_of_str(places[i].original));
		tap_ok(at < folded.text.n && fold_original(&folded, at) == original,
			"the place of `%s`: %zu is %zu, want %zu", places[i].word, at,
			fold_original(&folded, at), original);
		arena_done(&arena);
	}
}

/* No form may outgrow the room that was made for it, and none may give what folded text never holds. */
static void
test_all_points(void)
{
	size_t longest = 0, bad = 0;
	for (uint32_t c = 0x80; c <= 0x10FFFF; c++) {
		char text[FOLD_POINT_MAX] = {0};
		enum fold_class class = fold_point(c, text);
		size_t n = class == FOLD_ASCII || class == FOLD_LOOKALIKE ? strlen(text) : 0;
		size_t own = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
		longest = n > own + own / 2 ? n : longest;
		for (size_t i = 0; i < n; i++)
			bad += text[i] <= ' ' || text[i] > '~';
		bad += (class == FOLD_ASCII || class == FOLD_LOOKALIKE) && n == 0;
	}
	tap_ok(longest == 0, "no code point grows by more than half, one by %zu", longest);
	tap_ok(bad == 0, "forms are printable ASCII, %zu are not", bad);
}

int
main(void)
{
	test_forms();
	test_places();
	test_all_points();
	return tap_done();
}
