/* SPDX-License-Identifier: Apache-2.0 */
#include <event2/event.h>
#include <stdio.h>

#include "lib/base/log.h"
#include "lib/count/function.h"
#include "policyd/redis_state.h"

static void on_step(void *context, const struct resp *reply);

/* Returns how many arguments; 0: nothing has to be said. */
static size_t
step_command(const struct redis *r, struct bytes args[4], char number[24])
{
	const struct redis_spec *spec = r->spec;

	snprintf(number, 24, "%lld", (long long)spec->database);
	switch (r->step) {
	case STEP_SENTINEL:
		args[0] = BYTES_LIT("SENTINEL");
		args[1] = BYTES_LIT("get-master-addr-by-name");
		args[2] = bytes_of_str(spec->master);
		return 3;
	case STEP_AUTH:
		args[0] = BYTES_LIT("AUTH");
		args[1] = bytes_of_str(spec->user);
		args[spec->user[0] != '\0' ? 2 : 1] = spec->password;
		return spec->password.n == 0 ? 0 : spec->user[0] != '\0' ? 3 : 2;
	case STEP_SELECT:
		args[0] = BYTES_LIT("SELECT");
		args[1] = bytes_of_str(number);
		return spec->database > 0 ? 2 : 0;
	case STEP_ROLE:
		args[0] = BYTES_LIT("ROLE");
		return spec->master[0] != '\0' ? 1 : 0;
	case STEP_LOOK:
		args[0] = BYTES_LIT("FCALL");
		args[1] = BYTES_LIT(FUNCTION_LOOK);
		args[2] = BYTES_LIT("1");
		args[3] = spec->key;
		return 4;
	case STEP_LOAD:
		args[0] = BYTES_LIT("FUNCTION");
		args[1] = BYTES_LIT("LOAD");
		args[2] = BYTES_LIT("REPLACE");
		args[3] = function_code();
		return 4;
	case STEP_READY:
		return 0;
	}
	return 0;
}

static void
be_ready(struct redis *r)
{
	r->step = STEP_READY;
	event_del(r->timer); /* that was for the greeting: the first call sets its own */
	alarm_end(&r->alarm);
	log_info("redis: connected");
}

/* Says what this step has to say, or the first after it that has anything. */
static void
say(struct redis *r)
{
	struct bytes args[4];
	char number[24];
	struct buf command;
	size_t n;

	while ((n = step_command(r, args, number)) == 0 && r->step != STEP_READY)
		r->step = r->step == STEP_LOOK ? STEP_READY : r->step + 1;
	if (n == 0) {
		be_ready(r);
		return;
	}
	buf_init(&command, 1 << 20);
	resp_put_command(&command, args, n);
	redis_call(r, buf_bytes(&command), on_step, r);
	buf_wipe_done(&command);
}

void
redis_greet(struct redis *r)
{
	say(r);
}

/* An array of address and port; nil when no Sentinel of this name is known. */
static void
take_master(struct redis *r, const struct resp *reply)
{
	if (resp_n(reply) != 2 || place_of_host(resp_text(resp_item(reply, 0)),
					  resp_text(resp_item(reply, 1)), &r->there, NULL) < 0)
		redis_fail(r, "the Sentinel does not know the master");
	else
		redis_fail(r, "the Sentinel told where the master is");
}

static void
refuse(struct redis *r, const struct resp *reply)
{
	struct bytes error = resp_text(reply);
	char text[100];

	if (redis_follow(r, error))
		return;
	snprintf(text, sizeof(text), "%.*s", (int)(error.n < 90 ? error.n : 90), (const char *)error.p);
	redis_fail(r, text);
}

static void
on_step(void *context, const struct resp *reply)
{
	struct redis *r = context;

	if (reply == NULL)
		return;
	if (resp_kind_of(reply) == RESP_ERROR) {
		if (r->step == STEP_LOOK &&
			bytes_find(resp_text(reply), BYTES_LIT("unction not found")) < resp_text(reply).n) {
			r->step = STEP_LOAD;
			say(r);
		} else
			refuse(r, reply);
		return;
	}
	if (r->step == STEP_SENTINEL)
		take_master(r, reply);
	else if (r->step == STEP_ROLE &&
		 (resp_n(reply) == 0 || !bytes_eq(resp_text(resp_item(reply, 0)), BYTES_LIT("master"))))
		redis_fail(r, "it is no master");
	else if (r->step == STEP_LOOK)
		be_ready(r);
	else {
		r->step = r->step == STEP_LOAD ? STEP_LOOK : r->step + 1;
		say(r);
	}
}
