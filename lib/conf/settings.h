/* SPDX-License-Identifier: Apache-2.0 */
/*
 * postseal.cf: main.cf syntax (`name = value`, `#` comments, continuation lines that start with white space,
 * $name and ${name} of other options), read by every program of the house. One row an option in one table
 * (options.c): it parses, checks, dumps (`postseal conf`) and documents. A snapshot is immutable once loaded;
 * a reload loads another. Units: sizes take K, M, G; times take s, m, h, d, w and are kept in seconds.
 */
#ifndef POSTSEAL_SETTINGS_H
#define POSTSEAL_SETTINGS_H

#include "lib/conf/faults.h"

#define SETTINGS_DEFAULT_PATH "/etc/postseal/postseal.cf"

struct str_list {
	const char *const *items;
	size_t n;
};

/* Field names are the option names. Strings live in the snapshot's arena. */
struct settings {
	struct arena arena;

	/* everyone */
	struct str_list our_domains; /* lower case; a leading dot matches subdomains */
	const char *log_to;          /* stderr | syslog */
	const char *log_level;       /* error | warning | info | debug */
	const char *log_addresses;   /* plain | hashed */
	const char *mode;            /* enforce | monitor */

	/* files */
	const char *policy_file;
	const char *rules_directory;
	const char *rules_compiled;
	const char *roster_file; /* empty: none */
	const char *roster_key_file;
	const char *known_files; /* empty: none */
	const char *store_directory;
	const char *web_directory;
	const char *portal_certificate;   /* escrow, outer layer: PEM, milter */
	const char *portal_key;           /* its private key: PEM, vault only */
	const char *recovery_certificate; /* both layers: PEM, milter */
	const char *index_key;            /* 32 bytes in hex: keyed hashes of the index; milter, vault */
	const char
		*reinject_key; /* 32 bytes in hex: the MAC of the "already handled" header; milter, mailer */

	const char *limits_file;

	/* who runs what; an empty or own name means: stay who you are */
	const char *milter_user;
	const char *parser_user;
	const char *portal_user;
	const char *vault_user;
	const char *mailer_user;
	const char *policyd_user;
	const char *store_group; /* milter and vault share the store through it */

	/* postseal-policyd */
	const char *policyd_listen;
	const char *require_tls;       /* no | authenticated | all */
	const char *policyd_socketmap; /* what is known of a domain's TLS: Postfix and the milter ask */
	int64_t policyd_connections;   /* at once */
	int64_t policyd_request_size;  /* bytes of the longest request */
	int64_t policyd_idle;          /* seconds a connection may stay without a request */
	int64_t policyd_stall;         /* seconds in the middle of one */

	/* what is known of a domain's TLS */
	const char *dns_servers;       /* "address[@port] ..."; empty: from the roots */
	const char *dns_trust_anchors; /* DS or DNSKEY records of the root */
	const char *dns_root_hints;    /* empty: built in */
	int64_t dns_timeout;
	const char *tls_ca_file;  /* PEM: whom policy hosts and MX hosts have to be certified by */
	const char *sts_networks; /* "network/bits ...": not public, but policy hosts may be there */
	int64_t sts_timeout;
	int64_t lookups_at_once;
	int64_t evidence_life_min, evidence_life_max; /* whatever DNS says */
	int64_t evidence_retry;                       /* after what is temporary */
	int64_t limits_keys;                          /* counters in memory */
	const char *policyd_control;
	const char *evidence_directory; /* empty: nothing outlives a restart */
	int64_t evidence_domains;
	int64_t evidence_first_wait;
	const char *tls_overrides_file; /* empty: none */
	int64_t probe_port;
	int64_t probe_timeout;
	int64_t probe_interval;
	int64_t probes_at_once;
	const char *redis_address; /* empty: memory only */
	const char *redis_master;  /* empty: the addresses are no Sentinels */
	const char *redis_user;
	const char *redis_password_file;
	int64_t redis_database;
	const char *redis_prefix;
	int64_t redis_timeout;    /* milliseconds that a request waits */
	int64_t redis_share;      /* hundredths that this machine may let pass alone */
	const char *redis_tls_ca; /* empty: in clear */
	const char *redis_tls_name;
	const char *redis_tls_certificate;
	const char *redis_tls_key;

	/* postseal-parser */
	const char *parser_socket;
	int64_t parser_workers; /* 0: one a core */
	int64_t parser_timeout;
	int64_t parser_messages; /* a worker is replaced after so many */
	int64_t parser_memory;
	int64_t pdf_memory;
	int64_t parser_queue; /* requests that may wait */
	int64_t mime_max_depth;
	int64_t mime_max_parts;
	int64_t mime_max_headers;
	int64_t mime_max_text;       /* decoded text of one message */
	int64_t file_max_size;       /* bytes that one attached file may unpack to */
	int64_t file_max_total;      /* bytes that all of a message may unpack to */
	int64_t file_max_ratio;      /* times its own size that one may unpack to */
	int64_t file_timeout;        /* seconds for one */
	int64_t files_timeout;       /* seconds for a message with all its files */
	int64_t rules_compare_every; /* 0: no message */
	int64_t pattern_match_limit;
	int64_t pattern_depth_limit;
	int64_t pattern_heap_limit;

	/* postseal-milter */
	const char *milter_socket; /* libmilter's words: unix:/path or inet:port@host */
	const char *milter_socket_mode;
	const char *milter_socket_group;
	int64_t max_sessions;
	int64_t max_scans; /* messages between end-of-message and answer at once */
	int64_t message_size_limit;
	int64_t spool_budget; /* memory for all messages on their way */
	const char *reinject_address;
	int64_t reinject_timeout;
	const char *hostname;          /* EHLO, Message-IDs; empty: gethostname */
	int64_t retry_window;          /* how long a message is recognised when it comes again */
	const char *tls_address;       /* the smtpd that takes promised mail, and takes it back */
	const char *tls_header_checks; /* Postfix's table that sends promised mail to its transport */
	int64_t tls_patience;
	int64_t tls_question_timeout;
	int64_t escrow_lifetime;
	int64_t store_inline_limit;

	/* postseal-portald */
	const char *portal_url;    /* https://host[:port], no slash at the end */
	const char *portal_listen; /* host:port or unix:/path (behind a proxy) */
	const char *portal_tls_certificate;
	const char *portal_tls_key;
	const char *organisation;  /* shown to recipients */
	const char *notice_sender; /* envelope and From of mailed codes */
	int64_t code_lifetime;
	int64_t code_tries;
	int64_t code_lock_time;
	int64_t code_mails_per_hour; /* a link */
	int64_t session_lifetime;
	int64_t session_idle;
	int64_t portal_max_connections;
	int64_t portal_request_timeout;
};

/* Reads a file. Overrides ("name=value", may be NULL) come after it. Returns 0, or -1 with every fault added.
 */
int settings_load(const char *path, const struct str_list *overrides, struct settings **ret_settings,
	struct faults *faults);
void settings_free(struct settings *settings);

/* Whether the domain of an address (local@domain or a bare domain) is ours. */
bool settings_is_our_domain(const struct settings *settings, struct bytes address);

/* What `postseal conf` prints. Each returns 0, or -1 when the file can't be read. */
enum settings_dump { DUMP_ALL, DUMP_DEFAULTS, DUMP_SET };
int settings_dump(FILE *out, const char *path, enum settings_dump which, struct faults *faults);
int settings_dump_one(FILE *out, const struct settings *settings, const char *name);

/* Replaces or appends one line of the file (postconf -e), keeping all else. */
int settings_edit(const char *path, const char *name, const char *value, struct faults *faults);

/* For the manual page and its test: row i, or NULL behind the last. */
struct settings_row {
	const char *name, *fallback, *help;
	bool reload; /* taken over by SIGHUP */
};
const struct settings_row *settings_row(size_t i);

/*
 * The next option (*at: 0 to begin) whose value differs but that a running process can't take over, or NULL.
 */
const char *settings_fixed_change(const struct settings *running, const struct settings *wanted, size_t *at);

#endif
