/* SPDX-License-Identifier: Apache-2.0 */
/* A line and back again; and every line that is not ours refused. */
#include "lib/tlspolicy/evidence_line.h"

#include "tests/support/tap.h"

#define HEAD "evidence1 domain=a.example times=100,200 mx=found,1,0"
#define STS " sts=none,no-record,-,0,0,0"
#define TAIL STS " tlsrpt=0"

static const char *const good[] = {
	HEAD TAIL,
	HEAD " host=mx.a.example,10,secure,usable,mx.a.example address=c0000201 "
	     "address=20010db8000000000000000000000001 tlsa=3,1,1,ab tlsa=2,0,2,00ff "
	     "probe=encrypted,good,matches,772,1,150" TAIL,
	HEAD " host=a.example,1,none,none,- host=b.example,2,failed,failed,-" TAIL,
	"evidence1 domain=a.example times=100,200 mx=null,0,7" TAIL,
	HEAD " sts=enforce,dns,20200101,604800,90,604890 pattern=mx.a.example pattern=*.a.example tlsrpt=1",
	HEAD TAIL " override=verified,10,20,it%20team,they%20promised%2c%20by%20mail match=mx.a.example",
	HEAD TAIL " override=none,10,0,%,-",
	"evidence1 domain=%20%2f times=0,0 mx=none,0,0" TAIL,
};

static const char *const bad[] = {
	"",
	"evidence1",
	"evidence2 domain=a.example times=100,200 mx=found,1,0" TAIL,
	HEAD,
	HEAD TAIL " ",
	HEAD "  " TAIL,
	HEAD TAIL "\n",
	HEAD TAIL TAIL,
	HEAD " tlsrpt=0" STS,
	HEAD TAIL " more=1",
	HEAD " address=c0000201" TAIL,
	HEAD " host=mx.a.example,10,secure,usable,mx.a.example address=c000020" TAIL,
	HEAD " host=mx.a.example,10,secure,usable,mx.a.example address=C0000201" TAIL,
	HEAD " host=mx.a.example,10,secure,usable,mx.a.example tlsa=3,1,1,abc" TAIL,
	HEAD " host=mx.a.example,10,secure,usable,mx.a.example tlsa=3,1,256,ab" TAIL,
	HEAD " host=mx.a.example,10,secure,usable,mx.a.example probe=not-probed,good,matches,0,0,0" TAIL,
	HEAD " host=MX.a.example,10,secure,usable,-" TAIL,
	HEAD " host=mx.a.example,65536,secure,usable,-" TAIL,
	HEAD " host=mx.a.example,010,secure,usable,-" TAIL,
	HEAD " host=mx.a.example,10,fine,usable,-" TAIL,
	HEAD " host=mx.a.example,10,secure,usable" TAIL,
	"evidence1 domain=a%2zexample times=100,200 mx=found,1,0" TAIL,
	"evidence1 domain=a%2 times=100,200 mx=found,1,0" TAIL,
	"evidence1 domain=a%41 times=100,200 mx=found,1,0" TAIL,
	"evidence1 domain=a times=100,-200 mx=found,1,0" TAIL,
	"evidence1 domain=a times=100,99999999999999999999 mx=found,1,0" TAIL,
	"evidence1 domain=a times=100,200 mx=found,2,0" TAIL,
	HEAD TAIL " override=super,10,20,a,b",
	HEAD TAIL " match=mx.a.example",
	"evidence1 domain=a,b,c,d,e,f,g,h,i times=100,200 mx=found,1,0" TAIL,
};

static void
test_good(struct arena *arena)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct bytes line = bytes_of_str(good[i]);
		struct evidence *evidence = NULL;
		struct err err = {0};
		struct buf out;

		buf_init(&out, EVIDENCE_LINE_MAX);
		if (tap_ok(evidence_line_parse(arena, line, &evidence, &err) == 0, "line %zu: %s", i,
			    err.text)) {
			evidence_line_put(evidence, &out);
			tap_bytes(buf_bytes(&out), line, "and back");
		}
		buf_done(&out);
	}
}

static void
test_bad(struct arena *arena)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct evidence *evidence = NULL;

		tap_ok(evidence_line_parse(arena, bytes_of_str(bad[i]), &evidence, NULL) < 0, "refused: %s",
			bad[i]);
	}
}

/* More of everything than there is room for. */
static void
test_limits(struct arena *arena)
{
	static const struct {
		const char *first, *word;
		int n;
	} words[] = {{"", " host=mx.a.example,10,none,none,-", EVIDENCE_MX_MAX},
		{" host=mx.a.example,10,none,none,-", " address=c0000201", EVIDENCE_ADDRESSES_MAX},
		{" host=mx.a.example,10,none,none,-", " tlsa=3,1,1,ab", EVIDENCE_TLSA_MAX}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (int more = 0; more < 2; more++) {
			struct evidence *evidence = NULL;
			struct buf line;

			buf_init(&line, EVIDENCE_LINE_MAX);
			buf_putf(&line, "%s%s", HEAD, words[i].first);
			for (int n = 0; n < words[i].n + more; n++)
				buf_put_str(&line, words[i].word);
			buf_put_str(&line, TAIL);
			tap_ok(evidence_line_parse(arena, buf_bytes(&line), &evidence, NULL) ==
					(more == 0 ? 0 : -1),
				"%d times%s", words[i].n + more, words[i].word);
			buf_done(&line);
		}
}

int
main(void)
{
	struct arena arena;

	arena_init(&arena);
	test_good(&arena);
	test_bad(&arena);
	test_limits(&arena);
	arena_done(&arena);
	return tap_done();
}
