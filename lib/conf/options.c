/* SPDX-License-Identifier: Apache-2.0 */
/* The table of all options: the only place that names one. */
#include "lib/conf/option.h"

#include <assert.h>
#include <stddef.h>

#include "lib/conf/nearest.h"
#include "lib/conf/source.h"

#define KIB INT64_C(1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define MINUTE INT64_C(60)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* name, type, fallback, help; then what the type needs */
#define ROW(field, kind, fallback_, help_, ...)                                                              \
	{                                                                                                    \
		.row = {.name = #field, .fallback = (fallback_), .help = (help_)}, .type = (kind),           \
		.offset = offsetof(struct settings, field), __VA_ARGS__                                      \
	}
#define RANGE(low, high) .min = (low), .max = (high)
#define CHOICE(list) .choices = (list)
#define RELOAD .row.reload = true

const struct option_row option_rows[] = {
	/* everyone */
	ROW(hostname, OPTION_HOST, "", "This host's name in EHLO and Message-IDs; empty: the system's.",
		RELOAD),
	ROW(our_domains, OPTION_DOMAINS, "$hostname",
		"Domains whose recipients are inside; a leading dot matches subdomains.", RELOAD),
	ROW(log_to, OPTION_CHOICE, "syslog", "Where the log goes: stderr or syslog (facility mail).",
		CHOICE("stderr | syslog")),
	ROW(log_level, OPTION_CHOICE, "info", "The least important record that is logged.",
		CHOICE("error | warning | info | debug")),
	ROW(log_addresses, OPTION_CHOICE, "plain",
		"Envelope addresses in the log: as they are, or as keyed hashes.", CHOICE("plain | hashed"),
		RELOAD),
	ROW(mode, OPTION_CHOICE, "enforce",
		"enforce acts on the plan; monitor only logs what it would have done.",
		CHOICE("enforce | monitor"), RELOAD),

	/* files */
	ROW(policy_file, OPTION_PATH, POSTSEAL_SYSCONFDIR "/policy.yaml",
		"Which protection a message gets; see postseal-policy(5).", RELOAD),
	ROW(rules_directory, OPTION_PATH, POSTSEAL_DATADIR "/rules",
		"Folder of the rule packs; see postseal-rules(5).", RELOAD),
	ROW(rules_compiled, OPTION_PATH, POSTSEAL_CACHEDIR "/rules",
		"What `postseal rules compile` wrote; empty: the packs themselves are read.", RELOAD),
	ROW(known_files, OPTION_OPTIONAL_PATH, "",
		"List of files by SHA-256 that make no message unread: logos; empty: none.", RELOAD),
	ROW(roster_file, OPTION_OPTIONAL_PATH, "",
		"Keyed hashes of the organisation's patients, by `postseal roster build`; empty: none.",
		RELOAD),
	ROW(roster_key_file, OPTION_PATH, POSTSEAL_SYSCONFDIR "/roster.key",
		"File of 64 hexadecimal digits: the key of roster_file; the parser reads it.", RELOAD),
	ROW(store_directory, OPTION_PATH, POSTSEAL_STATEDIR "/store",
		"Sealed messages and their index. Not on a network file system."),
	ROW(web_directory, OPTION_PATH, POSTSEAL_DATADIR "/web", "Pages, style and script of the portal."),
	ROW(portal_certificate, OPTION_PATH, POSTSEAL_SYSCONFDIR "/portal.pem",
		"PEM certificate that messages are sealed for; the milter reads it.", RELOAD),
	ROW(portal_key, OPTION_PATH, POSTSEAL_SYSCONFDIR "/portal.key",
		"PEM private key of portal_certificate; only the vault can read it."),
	ROW(recovery_certificate, OPTION_PATH, POSTSEAL_SYSCONFDIR "/recovery.pem",
		"PEM certificate whose key, kept offline, opens every sealed message.", RELOAD),
	ROW(index_key, OPTION_PATH, POSTSEAL_SYSCONFDIR "/index.key",
		"File of 64 hexadecimal digits: the key of the index's hashes."),
	ROW(reinject_key, OPTION_PATH, POSTSEAL_SYSCONFDIR "/reinject.key",
		"File of 64 hexadecimal digits: the key that marks mail as already handled."),

	/* who runs what */
	ROW(milter_user, OPTION_NAME, "postseal",
		"User of postseal-milter when started as root; empty: no change."),
	ROW(parser_user, OPTION_NAME, "postseal-parser", "User of postseal-parser when started as root."),
	ROW(portal_user, OPTION_NAME, "postseal-portal",
		"User of the portal's web front when started as root."),
	ROW(vault_user, OPTION_NAME, "postseal-vault", "User of the portal's vault when started as root."),
	ROW(mailer_user, OPTION_NAME, "postseal-mailer", "User of the portal's mailer when started as root."),
	ROW(store_group, OPTION_NAME, "postseal-store",
		"Group through which milter and vault share the store."),
	ROW(policyd_user, OPTION_NAME, "postseal-policy", "User of postseal-policyd when started as root."),

	/* postseal-policyd */
	ROW(policyd_listen, OPTION_LISTEN, "unix:/var/spool/postfix/postseal/policy.sock",
		"Where postseal-policyd answers check_policy_service: unix:/path, or host:port."),
	ROW(require_tls, OPTION_CHOICE, "no",
		"Whose mail is refused when it comes without TLS 1.2: nobody's, of who logged in, or all.",
		CHOICE("no | authenticated | all"), RELOAD),
	ROW(policyd_socketmap, OPTION_LISTEN, "unix:/var/spool/postfix/postseal/socketmap.sock",
		"Where postseal-policyd tells what is known of a domain's TLS: unix:/path, or host:port."),
	ROW(limits_file, OPTION_PATH, POSTSEAL_SYSCONFDIR "/limits.yaml",
		"How much may be sent; see postseal-limits(5).", RELOAD),
	ROW(limits_keys, OPTION_NUMBER, "1000000",
		"Counters that are kept in memory, at 32 to 64 bytes each.", RANGE(1000, 1000000000)),
	ROW(policyd_control, OPTION_LISTEN, "unix:" POSTSEAL_RUNDIR "/policyd.sock",
		"Where `postseal limits` asks postseal-policyd; for root and policyd_user only."),
	ROW(redis_address, OPTION_SERVERS, "",
		"Redis that counts for all machines: unix:/path or host:port; or Sentinels, or nodes of a "
		"cluster, with commas between; empty: each counts in its memory."),
	ROW(redis_master, OPTION_NAME, "",
		"The name by which Sentinels know the master; empty: redis_address is Redis itself."),
	ROW(redis_user, OPTION_NAME, "", "User in Redis's access control list; empty: the default one."),
	ROW(redis_password_file, OPTION_OPTIONAL_PATH, "",
		"File with the password; also what counters' names are hashed with. The same on all "
		"machines."),
	ROW(redis_database, OPTION_NUMBER, "0", "Number of the database; a cluster has only 0.",
		RANGE(0, 1000000)),
	ROW(redis_prefix, OPTION_HOST, "postseal", "Before all keys, as their hash tag."),
	ROW(redis_timeout, OPTION_NUMBER, "400",
		"Milliseconds that a request waits for Redis; then each limit does what it says.",
		RANGE(10, 900)),
	ROW(redis_share, OPTION_NUMBER, "100",
		"Hundredths of a limit that this machine may let pass while it can't ask Redis.",
		RANGE(1, 100)),
	ROW(redis_tls_ca, OPTION_OPTIONAL_PATH, "",
		"PEM certificates that Redis's own is checked against; empty: no TLS."),
	ROW(redis_tls_name, OPTION_HOST, "localhost", "The name in Redis's certificate."),
	ROW(redis_tls_certificate, OPTION_OPTIONAL_PATH, "", "PEM certificate shown to Redis; empty: none."),
	ROW(redis_tls_key, OPTION_OPTIONAL_PATH, "", "PEM private key of redis_tls_certificate."),
	ROW(policyd_connections, OPTION_NUMBER, "5000", "Connections at once; more are refused.",
		RANGE(1, 1000000)),
	ROW(policyd_request_size, OPTION_SIZE, "64K", "The longest request of Postfix.",
		RANGE(4 * KIB, 16 * MIB)),
	ROW(policyd_idle, OPTION_TIME, "20m", "A connection without a request is closed then.",
		RANGE(1, DAY)),
	ROW(policyd_stall, OPTION_TIME, "30s", "A connection that stops in a request is closed then.",
		RANGE(1, HOUR)),

	/* what is known of a domain's TLS */
	ROW(dns_servers, OPTION_OPTIONAL_TEXT, "",
		"Resolvers: address or address@port, with spaces between; empty: the roots."),
	ROW(dns_trust_anchors, OPTION_PATH, "/usr/share/dns/root.key",
		"File of DS or DNSKEY records that DNSSEC validation begins with."),
	ROW(dns_root_hints, OPTION_OPTIONAL_PATH, "",
		"File of root servers, for a site with a root of its own; empty: the usual ones."),
	ROW(dns_timeout, OPTION_TIME, "5s", "Time for one question to DNS.", RANGE(1, MINUTE)),
	ROW(tls_ca_file, OPTION_PATH, "/etc/ssl/certs/ca-certificates.crt",
		"PEM certificates of the authorities that certify policy hosts."),
	ROW(sts_networks, OPTION_OPTIONAL_TEXT, "",
		"Networks, as 10.1.0.0/16, where policy hosts may be though they are not public."),
	ROW(sts_timeout, OPTION_TIME, "20s", "Time for fetching one MTA-STS policy.", RANGE(1, 5 * MINUTE)),
	ROW(lookups_at_once, OPTION_NUMBER, "32", "Domains that are looked up at once; more wait.",
		RANGE(1, 1000)),
	ROW(evidence_life_min, OPTION_TIME, "5m",
		"What is known of a domain's TLS is good for so long at least, whatever DNS says.",
		RANGE(1, DAY)),
	ROW(evidence_life_max, OPTION_TIME, "1d", "And for so long at the most.", RANGE(1, 30 * DAY)),
	ROW(evidence_retry, OPTION_TIME, "1m",
		"A domain whose DNS failed is looked up again after this time.", RANGE(1, DAY)),
	ROW(evidence_directory, OPTION_OPTIONAL_PATH, POSTSEAL_CACHEDIR "/tls",
		"Folder where what is known of domains outlives a restart; empty: nowhere."),
	ROW(evidence_domains, OPTION_NUMBER, "100000", "Domains of which something is known at once.",
		RANGE(100, 10000000)),
	ROW(evidence_first_wait, OPTION_TIME, "5s",
		"How long Postfix waits for a domain of which nothing was ever known.", RANGE(1, MINUTE)),
	ROW(tls_overrides_file, OPTION_OPTIONAL_PATH, "",
		"What an admin decided of the TLS of domains; see postseal-tls-overrides(5); empty: nothing.",
		RELOAD),
	ROW(probe_port, OPTION_NUMBER, "25", "Port of MX hosts.", RANGE(1, 65535)),
	ROW(probe_timeout, OPTION_TIME, "20s", "Time for one probe of an MX host.", RANGE(1, 5 * MINUTE)),
	ROW(probe_interval, OPTION_TIME, "1h",
		"A host is not probed again before; one of which nothing was learned, after a twelfth of it.",
		RANGE(1, 7 * DAY)),
	ROW(probes_at_once, OPTION_NUMBER, "20", "MX hosts that are probed at once; more wait.",
		RANGE(1, 1000)),

	/* postseal-parser */
	ROW(parser_socket, OPTION_PATH, POSTSEAL_RUNDIR "/parser.sock", "Socket of postseal-parser."),
	ROW(parser_workers, OPTION_NUMBER, "0", "Parser processes; 0: one a core.", RANGE(0, 512)),
	ROW(parser_timeout, OPTION_TIME, "20s", "A message that takes longer is unscannable.", RANGE(1, HOUR),
		RELOAD),
	ROW(parser_messages, OPTION_NUMBER, "1000", "A parser process is replaced after so many messages.",
		RANGE(1, 1000000000), RELOAD),
	ROW(parser_memory, OPTION_SIZE, "1G", "Address space of one parser process.",
		RANGE(64 * MIB, 1024 * GIB), RELOAD),
	ROW(pdf_memory, OPTION_SIZE, "256M", "Address space of one reader of PDF.",
		RANGE(128 * MIB, 64 * GIB), RELOAD),
	ROW(parser_queue, OPTION_NUMBER, "200",
		"Messages that may wait for a parser process; more are deferred.", RANGE(1, 100000), RELOAD),
	ROW(mime_max_depth, OPTION_NUMBER, "30", "Levels of nested parts that are read.", RANGE(1, 200),
		RELOAD),
	ROW(mime_max_parts, OPTION_NUMBER, "1000", "Parts of one message that are read.", RANGE(1, 100000),
		RELOAD),
	ROW(mime_max_headers, OPTION_NUMBER, "2000", "Header fields of one message that are read.",
		RANGE(1, 100000), RELOAD),
	ROW(mime_max_text, OPTION_SIZE, "6M", "Decoded text of one message that is read.",
		RANGE(64 * KIB, 1 * GIB), RELOAD),
	ROW(file_max_size, OPTION_SIZE, "64M", "Bytes that one attached file may unpack to.",
		RANGE(64 * KIB, 2 * GIB), RELOAD),
	ROW(file_max_total, OPTION_SIZE, "128M", "Bytes that all attached files of a message may unpack to.",
		RANGE(64 * KIB, 4 * GIB), RELOAD),
	ROW(file_max_ratio, OPTION_NUMBER, "200",
		"Times its own size that an attached file above 1 MiB may unpack to.", RANGE(2, 1000000),
		RELOAD),
	ROW(file_timeout, OPTION_TIME, "5s", "Time for reading one attached file.", RANGE(1, HOUR), RELOAD),
	ROW(files_timeout, OPTION_TIME, "9s", "Time for reading one message and all its files.",
		RANGE(1, HOUR), RELOAD),
	ROW(rules_compare_every, OPTION_NUMBER, "1000",
		"One message in so many is searched by PCRE2 alone as well; 0: none.", RANGE(0, 1000000000),
		RELOAD),
	ROW(pattern_match_limit, OPTION_NUMBER, "1000000", "Steps of one match of one pattern.",
		RANGE(1000, 1000000000), RELOAD),
	ROW(pattern_depth_limit, OPTION_NUMBER, "1000", "Nested backtracking points of one match.",
		RANGE(10, 1000000), RELOAD),
	ROW(pattern_heap_limit, OPTION_SIZE, "16M", "Memory of one match.", RANGE(64 * KIB, 1 * GIB), RELOAD),

	/* postseal-milter */
	ROW(milter_socket, OPTION_MILTER_SOCKET, "unix:/var/spool/postfix/postseal/milter.sock",
		"Socket of postseal-milter: unix:/path, inet:port@host or inet6:port@host."),
	ROW(milter_socket_mode, OPTION_MODE, "0660", "File mode of a unix milter_socket."),
	ROW(milter_socket_group, OPTION_NAME, "postfix",
		"Group of a unix milter_socket; empty: as it comes."),
	ROW(max_sessions, OPTION_NUMBER, "1000", "SMTP sessions at once; more are deferred.",
		RANGE(1, 100000)),
	ROW(max_scans, OPTION_NUMBER, "64", "Messages that are being decided at once; more wait.",
		RANGE(1, 10000)),
	ROW(message_size_limit, OPTION_SIZE, "64M",
		"Longer messages are refused; not below Postfix's own limit.", RANGE(64 * KIB, 2 * GIB - 1),
		RELOAD),
	ROW(spool_budget, OPTION_SIZE, "1G",
		"Memory for all messages on their way; beyond it mail is deferred.",
		RANGE(1 * MIB, 1024 * GIB)),
	ROW(reinject_address, OPTION_HOST_PORT, "127.0.0.1:10025",
		"The smtpd of Postfix that takes notices and copies, without this milter."),
	ROW(reinject_timeout, OPTION_TIME, "60s", "Longest wait for one answer of reinject_address.",
		RANGE(1, HOUR), RELOAD),
	ROW(retry_window, OPTION_TIME, "6d", "How long a message is recognised when it comes again.",
		RANGE(HOUR, 60 * DAY), RELOAD),
	ROW(tls_address, OPTION_HOST_PORT, "127.0.0.1:10026",
		"The smtpd of Postfix that takes mail with a promise of TLS, and takes it back.", RELOAD),
	ROW(tls_header_checks, OPTION_PATH, POSTSEAL_SYSCONFDIR "/tls_header_checks",
		"Table in milter_header_checks that sends such mail to its transport; `postseal setup` makes "
		"it.",
		RELOAD),
	ROW(tls_patience, OPTION_TIME, "30m", "How long TLS is tried before the portal takes a message.",
		RANGE(0, 3 * DAY), RELOAD),
	ROW(tls_question_timeout, OPTION_TIME, "2s",
		"Time for asking policyd_socketmap about all recipients of a message.", RANGE(1, MINUTE),
		RELOAD),
	ROW(escrow_lifetime, OPTION_TIME, "30d", "How long a message stays readable in the portal.",
		RANGE(HOUR, 3660 * DAY), RELOAD),
	ROW(store_inline_limit, OPTION_SIZE, "64K",
		"Sealed messages up to this size live in the index itself.", RANGE(0, 16 * MIB), RELOAD),

	/* postseal-portald */
	ROW(portal_url, OPTION_URL, "https://$hostname",
		"The portal as recipients reach it: https://host[:port].", RELOAD),
	ROW(portal_listen, OPTION_LISTEN, "0.0.0.0:443",
		"Where the portal listens: host:port, or unix:/path behind a proxy that speaks TLS."),
	ROW(portal_tls_certificate, OPTION_OPTIONAL_PATH, POSTSEAL_SYSCONFDIR "/portal-tls.pem",
		"PEM certificate chain of the portal's HTTPS."),
	ROW(portal_tls_key, OPTION_OPTIONAL_PATH, POSTSEAL_SYSCONFDIR "/portal-tls.key",
		"PEM private key of portal_tls_certificate."),
	ROW(organisation, OPTION_TEXT, "$hostname", "The organisation's name as recipients see it.", RELOAD),
	ROW(notice_sender, OPTION_ADDRESS, "postseal@$hostname", "Sender of mailed codes.", RELOAD),
	ROW(code_lifetime, OPTION_TIME, "15m", "How long a mailed code is good.", RANGE(60, DAY), RELOAD),
	ROW(code_tries, OPTION_NUMBER, "5", "Wrong codes after which a link's codes are locked.",
		RANGE(1, 100), RELOAD),
	ROW(code_lock_time, OPTION_TIME, "15m", "How long a link's codes stay locked.", RANGE(1, 30 * DAY),
		RELOAD),
	ROW(code_mails_per_hour, OPTION_NUMBER, "5", "Codes mailed for one link in an hour.", RANGE(1, 1000),
		RELOAD),
	ROW(session_lifetime, OPTION_TIME, "8h", "A portal session ends after this time.",
		RANGE(60, 30 * DAY), RELOAD),
	ROW(session_idle, OPTION_TIME, "30m", "A portal session that is not used ends after this time.",
		RANGE(60, 30 * DAY), RELOAD),
	ROW(portal_max_connections, OPTION_NUMBER, "1000", "HTTP connections at once.", RANGE(1, 100000)),
	ROW(portal_request_timeout, OPTION_TIME, "30s", "A client that is silent for so long is dropped.",
		RANGE(1, HOUR)),
};

const size_t option_rows_n = sizeof(option_rows) / sizeof(option_rows[0]);

const struct settings_row *
settings_row(size_t i)
{
	return i < option_rows_n ? &option_rows[i].row : NULL;
}

const struct option_row *
option_find(struct bytes name)
{
	for (size_t i = 0; i < option_rows_n; i++)
		if (bytes_eq(name, bytes_of_str(option_rows[i].row.name)))
			return &option_rows[i];
	return NULL;
}

const char *
option_nearest(struct bytes name)
{
	const char *names[SOURCE_OPTIONS_MAX];
	size_t n = 0;

	static_assert(
		sizeof(option_rows) / sizeof(option_rows[0]) < SOURCE_OPTIONS_MAX, "room for all names");
	for (; n < option_rows_n; n++)
		names[n] = option_rows[n].row.name;
	names[n] = NULL;
	return nearest_name(name, names);
}
