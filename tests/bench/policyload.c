/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A load of policy requests: usage: policyload SOCKET CONNECTIONS SECONDS KEYS [FIRST [MAP]]. Each connection
 * asks, waits for its answer and asks again, as an smtpd does; users are taken in turn from KEYS of them,
 * from FIRST on; with MAP the requests are a socketmap's, of as many domains. Prints requests a second and
 * the 99th percentile of an answer's time in microseconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 1000, EVENTS = 128, SAMPLES_MAX = 1 << 22, REQUEST_MAX = 2048 };

struct peer {
	int fd;
	double asked;
};

static struct peer peers[CONNECTIONS_MAX];
static float samples[SAMPLES_MAX];
static size_t n_samples;
static long next_key, keys;
static const char *map; /* NULL: policy requests */

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
policy_request(char *text, long key)
{
	return snprintf(text, REQUEST_MAX,
		"request=smtpd_access_policy\nprotocol_state=RCPT\nprotocol_name=ESMTP\nclient_address=10.%"
		"ld.%ld.%ld\n"
		"client_name=ws%ld.lakemont.example\nclient_port=41234\nreverse_client_name=ws%ld.lakemont."
		"example\n"
		"server_address=10.0.0.25\nserver_port=587\nhelo_name=[10.1.2.3]\nsender=user%ld@lakemont."
		"example\n"
		"recipient=patient%ld@mail.example\nrecipient_count=0\nqueue_id=\ninstance=3f2a.6926.%ld."
		"0\nsize=24576\n"
		"etrn_domain=\nstress=\nsasl_method=PLAIN\nsasl_username=user%ld\nsasl_sender=\nccert_"
		"subject=\n"
		"ccert_issuer=\nccert_fingerprint=\nccert_pubkey_fingerprint=\nencryption_protocol=TLSv1.3\n"
		"encryption_cipher=TLS_AES_256_GCM_SHA384\nencryption_keysize=256\npolicy_context=\n\n",
		key >> 16 & 255, key >> 8 & 255, key & 255, key, key, key, key, key, key);
}

static int
map_request(char *text, long key)
{
	char content[REQUEST_MAX / 2];
	int n = snprintf(content, sizeof(content), "%s d%ld.example", map, key);

	return snprintf(text, REQUEST_MAX, "%d:%s,", n, content);
}

static int
ask(struct peer *peer)
{
	char text[REQUEST_MAX];
	long key = next_key++ % keys;
	int n = map != NULL ? map_request(text, key) : policy_request(text, key);

	peer->asked = now();
	return write(peer->fd, text, (size_t)n) == n ? 0 : -1;
}

static int
take(struct peer *peer)
{
	char answer[512];
	ssize_t n = read(peer->fd, answer, sizeof(answer));

	if (n < 2 || answer[n - 1] != (map != NULL ? ',' : '\n'))
		return -1;
	if (n_samples < SAMPLES_MAX)
		samples[n_samples++] = (float)(now() - peer->asked);
	return ask(peer);
}

static int
compare(const void *a, const void *b)
{
	return (*(const float *)a > *(const float *)b) - (*(const float *)a < *(const float *)b);
}

static int
open_peer(const char *path, int poll, size_t i)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = i};

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	peers[i].fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (connect(peers[i].fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		return -1;
	return epoll_ctl(poll, EPOLL_CTL_ADD, peers[i].fd, &event);
}

static int
run(int poll, double seconds)
{
	struct epoll_event events[EVENTS];
	double end = now() + seconds;

	while (now() < end) {
		int n = epoll_wait(poll, events, EVENTS, 1000);

		for (int i = 0; i < n; i++)
			if (take(&peers[events[i].data.u64]) < 0)
				return -1;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	size_t connections = argc >= 5 ? strtoul(argv[2], NULL, 10) : 0;
	double seconds = argc >= 5 ? strtod(argv[3], NULL) : 0, start;
	int poll = epoll_create1(0);

	keys = argc >= 5 ? strtol(argv[4], NULL, 10) : 0;
	map = argc == 7 ? argv[6] : NULL;
	next_key = argc >= 6 ? strtol(argv[5], NULL, 10) : 0;
	if (connections < 1 || connections > CONNECTIONS_MAX || keys < 1 || seconds <= 0)
		return 2;
	for (size_t i = 0; i < connections; i++)
		if (open_peer(argv[1], poll, i) != 0)
			return 1;
	start = now();
	for (size_t i = 0; i < connections; i++)
		if (ask(&peers[i]) < 0)
			return 1;
	if (run(poll, seconds) < 0)
		return 1;
	seconds = now() - start;
	qsort(samples, n_samples, sizeof(*samples), compare);
	printf("%.0f %.0f\n", (double)n_samples / seconds, samples[n_samples * 99 / 100] * 1e6);
	return 0;
}
