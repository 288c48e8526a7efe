/* SPDX-License-Identifier: Apache-2.0 */
#include "policyd/fetch.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <event2/event.h>
#include <stdlib.h>

#include "lib/base/buf.h"
#include "lib/base/fd.h"
#include "lib/base/mem.h"
#include "lib/tlspolicy/mta_sts.h"

enum { HTTPS_PORT = 443, CA_MAX = 8 << 20, RESOLVE_MAX = 1024, URL_MAX = 512 };

struct fetch {
	struct fetcher *fetcher;
	struct fetch *next, **link;
	CURL *curl;
	struct curl_slist *resolve;
	struct buf body;
	fetch_done *done;
	void *context;
};

/* A socket of curl's, as the loop watches it. */
struct watch {
	struct fetcher *fetcher;
	struct event *event;
};

struct fetcher {
	struct event_base *base;
	struct event *timer;
	CURLM *multi;
	struct buf ca;
	char *agent;
	const struct networks *networks;
	long timeout_ms;
	struct fetch *fetches;
};

static void
fetch_free(struct fetch *fetch)
{
	*fetch->link = fetch->next;
	if (fetch->next != NULL)
		fetch->next->link = fetch->link;
	if (fetch->curl != NULL) {
		curl_multi_remove_handle(fetch->fetcher->multi, fetch->curl);
		curl_easy_cleanup(fetch->curl);
	}
	curl_slist_free_all(fetch->resolve);
	buf_done(&fetch->body);
	free(fetch);
}

/* RFC 8461 section 3.2 wants text/plain; parameters may follow. */
static bool
is_plain_text(const char *type)
{
	struct bytes b = bytes_of_str(type);

	b.n = bytes_find_byte(b, ';');
	return bytes_eq_nocase(bytes_trim(b), BYTES_LIT("text/plain"));
}

static enum evidence_sts_fault
fault_of(const struct fetch *fetch, CURLcode result)
{
	const char *type = NULL;
	long status = 0;

	curl_easy_getinfo(fetch->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(fetch->curl, CURLINFO_CONTENT_TYPE, &type);
	switch (result) {
	case CURLE_OK:
		break;
	case CURLE_OPERATION_TIMEDOUT:
		return EVIDENCE_STS_TIMEOUT;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
		return EVIDENCE_STS_CERTIFICATE;
	case CURLE_FILESIZE_EXCEEDED:
	case CURLE_WRITE_ERROR:
		return status != 0 && status != 200 ? EVIDENCE_STS_HTTP : EVIDENCE_STS_SIZE;
	default:
		return EVIDENCE_STS_CONNECT;
	}
	if (status != 200)
		return EVIDENCE_STS_HTTP;
	return is_plain_text(type) ? EVIDENCE_STS_GOOD : EVIDENCE_STS_TYPE;
}

/* The callbacks may start other fetches; curl has no callback of its own on the stack here. */
static void
report(struct fetcher *fetcher)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(fetcher->multi, &left)) != NULL) {
		enum evidence_sts_fault fault;
		struct fetch *fetch = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &fetch);
		fault = fault_of(fetch, message->data.result);
		fetch->done(fetch->context, fault, buf_bytes(&fetch->body));
		fetch_free(fetch);
	}
}

static void
on_socket(evutil_socket_t fd, short what, void *context)
{
	struct fetcher *fetcher = ((struct watch *)context)->fetcher;
	int running, mask = 0;

	mask |= (what & EV_READ) != 0 ? CURL_CSELECT_IN : 0;
	mask |= (what & EV_WRITE) != 0 ? CURL_CSELECT_OUT : 0;
	curl_multi_socket_action(fetcher->multi, fd, mask, &running);
	report(fetcher);
}

static void
on_timer(evutil_socket_t fd, short what, void *context)
{
	struct fetcher *fetcher = context;
	int running;

	(void)fd, (void)what;
	curl_multi_socket_action(fetcher->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	report(fetcher);
}

static int
set_timer(CURLM *multi, long ms, void *context)
{
	struct fetcher *fetcher = context;
	const struct timeval wait = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};

	(void)multi;
	if (ms < 0)
		evtimer_del(fetcher->timer);
	else
		evtimer_add(fetcher->timer, &wait);
	return 0;
}

static void
unwatch(struct fetcher *fetcher, curl_socket_t fd, struct watch *watch)
{
	curl_multi_assign(fetcher->multi, fd, NULL);
	if (watch != NULL && watch->event != NULL)
		event_free(watch->event);
	free(watch);
}

static int
set_watch(CURL *curl, curl_socket_t fd, int what, void *context, void *socket_context)
{
	struct fetcher *fetcher = context;
	struct watch *watch = socket_context;
	short events = EV_PERSIST;

	(void)curl;
	if (what == CURL_POLL_REMOVE) {
		unwatch(fetcher, fd, watch);
		return 0;
	}
	if (watch == NULL) {
		watch = mem_new(1, sizeof(*watch));
		watch->fetcher = fetcher;
		curl_multi_assign(fetcher->multi, fd, watch);
	} else {
		event_free(watch->event);
	}
	events |= (what & CURL_POLL_IN) != 0 ? EV_READ : 0;
	events |= (what & CURL_POLL_OUT) != 0 ? EV_WRITE : 0;
	watch->event = event_new(fetcher->base, fd, events, on_socket, watch);
	return watch->event != NULL && event_add(watch->event, NULL) == 0 ? 0 : -1;
}

/* What would be too long is refused whole: libcurl then ends the transfer. */
static size_t
on_body(char *p, size_t size, size_t n, void *context)
{
	struct fetch *fetch = context;

	buf_put(&fetch->body, p, size * n);
	return buf_full(&fetch->body) ? 0 : size * n;
}

/* A second lock: whatever libcurl means to connect to, this is where it would. */
static curl_socket_t
open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *to)
{
	const struct fetcher *fetcher = context;
	struct evidence_address address = {0};

	(void)purpose;
	if (to->family == AF_INET) {
		address.n = 4;
		memcpy(address.bytes, &((const struct sockaddr_in *)(const void *)&to->addr)->sin_addr, 4);
	} else if (to->family == AF_INET6) {
		address.n = 16;
		memcpy(address.bytes, &((const struct sockaddr_in6 *)(const void *)&to->addr)->sin6_addr, 16);
	}
	if (address.n == 0 || !network_may_reach(fetcher->networks, &address))
		return CURL_SOCKET_BAD;
	return socket(to->family, to->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, to->protocol);
}

static void
put_addresses(struct buf *out, const char *host, const struct evidence_address *addresses, size_t n)
{
	buf_putf(out, "%s:%d", host, HTTPS_PORT);
	for (size_t i = 0; i < n; i++) {
		char text[INET6_ADDRSTRLEN];
		bool v4 = addresses[i].n == 4;

		inet_ntop(v4 ? AF_INET : AF_INET6, addresses[i].bytes, text, sizeof(text));
		buf_putf(out, v4 ? "%c%s" : "%c[%s]", i == 0 ? ':' : ',', text);
	}
}

#define SET(curl, option, value) (curl_easy_setopt((curl), (option), (value)) == CURLE_OK)

static bool
set_where(struct fetch *fetch, const char *host)
{
	CURL *curl = fetch->curl;
	char url[URL_MAX];

	snprintf(url, sizeof(url), "https://%s/.well-known/mta-sts.txt", host);
	return SET(curl, CURLOPT_URL, url) && SET(curl, CURLOPT_RESOLVE, fetch->resolve) &&
	       SET(curl, CURLOPT_PROTOCOLS_STR, "https") && SET(curl, CURLOPT_PROXY, "") &&
	       SET(curl, CURLOPT_NOPROXY, "*") && SET(curl, CURLOPT_FOLLOWLOCATION, 0L) &&
	       SET(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket) &&
	       SET(curl, CURLOPT_OPENSOCKETDATA, fetch->fetcher);
}

static bool
set_trust(struct fetch *fetch)
{
	CURL *curl = fetch->curl;
	struct buf *ca = &fetch->fetcher->ca;
	struct curl_blob blob = {.data = ca->p, .len = ca->n, .flags = CURL_BLOB_NOCOPY};

	return SET(curl, CURLOPT_SSL_VERIFYPEER, 1L) && SET(curl, CURLOPT_SSL_VERIFYHOST, 2L) &&
	       SET(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
	       SET(curl, CURLOPT_CAINFO_BLOB, &blob) && SET(curl, CURLOPT_CAPATH, NULL);
}

static bool
set_limits(struct fetch *fetch)
{
	CURL *curl = fetch->curl;

	return SET(curl, CURLOPT_TIMEOUT_MS, fetch->fetcher->timeout_ms) &&
	       SET(curl, CURLOPT_CONNECTTIMEOUT_MS, fetch->fetcher->timeout_ms) &&
	       SET(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)MTA_STS_POLICY_MAX) &&
	       SET(curl, CURLOPT_NOSIGNAL, 1L) && SET(curl, CURLOPT_FORBID_REUSE, 1L) &&
	       SET(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
	       SET(curl, CURLOPT_USERAGENT, fetch->fetcher->agent) &&
	       SET(curl, CURLOPT_WRITEFUNCTION, on_body) && SET(curl, CURLOPT_WRITEDATA, fetch) &&
	       SET(curl, CURLOPT_PRIVATE, fetch);
}

/* Options that this libcurl refuses are a fault of the build: resolver and curl come from the same system. */
void
fetch_start(struct fetcher *fetcher, const char *host, const struct evidence_address *addresses,
	size_t n_addresses, fetch_done *done, void *context)
{
	struct fetch *fetch = mem_new(1, sizeof(*fetch));
	struct buf resolve;

	*fetch = (struct fetch){.fetcher = fetcher,
		.done = done,
		.context = context,
		.next = fetcher->fetches,
		.link = &fetcher->fetches};
	if (fetch->next != NULL)
		fetch->next->link = &fetch->next;
	fetcher->fetches = fetch;
	buf_init(&fetch->body, MTA_STS_POLICY_MAX);
	buf_init(&resolve, RESOLVE_MAX);
	put_addresses(&resolve, host, addresses, n_addresses);
	fetch->resolve = curl_slist_append(NULL, buf_cstr(&resolve));
	buf_done(&resolve);
	fetch->curl = curl_easy_init();
	if (fetch->resolve == NULL || fetch->curl == NULL || !set_where(fetch, host) || !set_trust(fetch) ||
		!set_limits(fetch) || curl_multi_add_handle(fetcher->multi, fetch->curl) != CURLM_OK)
		mem_exhausted(sizeof(*fetch));
}

static bool
set_multi(struct fetcher *fetcher)
{
	CURLM *multi = fetcher->multi;

	return multi != NULL && curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, set_watch) == CURLM_OK &&
	       curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, fetcher) == CURLM_OK &&
	       curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, set_timer) == CURLM_OK &&
	       curl_multi_setopt(multi, CURLMOPT_TIMERDATA, fetcher) == CURLM_OK;
}

int
fetcher_open(struct event_base *base, const struct fetcher_spec *spec, struct fetcher **ret_fetcher,
	struct err *err)
{
	struct fetcher *fetcher = mem_new(1, sizeof(*fetcher));

	fetcher->base = base;
	fetcher->networks = spec->networks;
	fetcher->timeout_ms = (long)spec->timeout_ms;
	fetcher->agent = mem_strdup(spec->agent);
	buf_init(&fetcher->ca, CA_MAX);
	if (fd_read_file(spec->ca_file, &fetcher->ca, err) < 0) {
		fetcher_close(fetcher);
		return -1;
	}
	fetcher->timer = evtimer_new(base, on_timer, fetcher);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		fetcher->multi = curl_multi_init();
	if (fetcher->timer == NULL || !set_multi(fetcher)) {
		fetcher_close(fetcher);
		return err_set(err, ERR_TEMP, "libcurl does not start");
	}
	*ret_fetcher = fetcher;
	return 0;
}

void
fetcher_close(struct fetcher *fetcher)
{
	if (fetcher == NULL)
		return;
	while (fetcher->fetches != NULL)
		fetch_free(fetcher->fetches);
	if (fetcher->multi != NULL)
		curl_multi_cleanup(fetcher->multi);
	if (fetcher->timer != NULL)
		event_free(fetcher->timer);
	buf_done(&fetcher->ca);
	free(fetcher->agent);
	free(fetcher);
}
