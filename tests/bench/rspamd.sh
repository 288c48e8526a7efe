# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # what the bench has set
# Sourced by tests/bench/milter: rspamd as Debian ships it, as a milter with two workers, without what asks the network
# (no other machine may decide the figure) and without the modules of received mail that need a history. Uses $work,
# $base, spawn(), await() and die().

rspamd_config() { # DIRECTORY
	local module
	cp -r /etc/rspamd "$1/etc"
	mkdir -p "$1/etc/local.d" "$1/etc/override.d" "$1/db" "$1/log" "$1/run"
	for module in arc asn bimi clickhouse dkim dkim_signing dmarc elastic fuzzy_check greylist hfilter history_redis \
		maillist mid mx_check neural phishing ratelimit rbl reputation rspamd_update spf surbl url_redirector; do
		echo 'enabled = false;' >"$1/etc/override.d/$module.conf"
	done
	cat >"$1/etc/override.d/options.inc" <<-TEXT
		filters = "chartable,regexp";
		dns { nameserver = ["127.0.0.1:$((base + 5))"]; timeout = 0.05s; retransmits = 1; }
	TEXT
	echo "servers = \"$1/redis.sock\";" >"$1/etc/local.d/redis.conf"
	echo 'reject = 9999; add_header = 9998; greylist = null; rewrite_subject = null;' >"$1/etc/override.d/actions.conf"
	echo 'level = "warning";' >"$1/etc/override.d/logging.inc"
	cat >"$1/etc/override.d/worker-proxy.inc" <<-TEXT
		bind_socket = "$1/milter.sock mode=0666";
		count = 2; milter = yes; timeout = 60s;
		upstream "local" { default = yes; self_scan = yes; }
	TEXT
	echo "bind_socket = \"127.0.0.1:$((base + 6))\"; count = 1;" >"$1/etc/override.d/worker-normal.inc"
	echo "bind_socket = \"127.0.0.1:$((base + 7))\"; count = 1;" >"$1/etc/override.d/worker-controller.inc"
}

# It compiles its Hyperscan databases after it began to serve: they must be there, and stay as many, to be fair to it.
rspamd_is_compiled() { # DIRECTORY
	local before
	before=$(find "$1/db" -name '*.hs*' | wc -l)
	[ "$before" -gt 0 ] || return 1
	sleep 3
	[ "$before" = "$(find "$1/db" -name '*.hs*' | wc -l)" ]
}

start_rspamd() { # its process id in $spawned
	local dir=$work/rspamd share=/usr/share/rspamd name
	for name in rspamd redis-server; do
		command -v "$name" >/dev/null || die "--rspamd needs the packages rspamd and redis-server"
	done
	mkdir -p "$dir"
	rspamd_config "$dir"
	spawn redis redis-server --port 0 --unixsocket "$dir/redis.sock" --unixsocketperm 777 --save '' --dir "$dir"
	await 20 test -S "$dir/redis.sock" || die "Redis did not start"
	chown -R _rspamd "$dir"
	spawn rspamd rspamd -f -u _rspamd -g _rspamd -c "$dir/etc/rspamd.conf" --var=CONFDIR="$dir/etc" \
		--var=LOCAL_CONFDIR="$dir/etc" --var=DBDIR="$dir/db" --var=LOGDIR="$dir/log" --var=RUNDIR="$dir/run" \
		--var=SHAREDIR=$share --var=RULESDIR=$share/rules --var=LUALIBDIR=$share/lualib \
		--var=PLUGINSDIR=$share/plugins --var=WWWDIR=$share/www
	await 60 test -S "$dir/milter.sock" || { tail -n 20 "$work/rspamd.log" >&2; die "rspamd did not start"; }
	await 180 rspamd_is_compiled "$dir" || die "rspamd compiled no Hyperscan database"
}
