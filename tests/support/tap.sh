# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# TAP for test scripts, sourced: `. "$top_srcdir/tests/support/tap.sh"`. Every check prints its line at once;
# the script ends with tap_done, whose status is the script's.
tap_n=0
tap_failed=0

ok() { # NAME
	tap_n=$((tap_n + 1))
	printf 'ok %d - %s\n' "$tap_n" "$*"
}

not_ok() { # NAME; what was seen comes on standard input, if any, and is shown below it
	tap_n=$((tap_n + 1))
	tap_failed=$((tap_failed + 1))
	printf 'not ok %d - %s\n' "$tap_n" "$*"
}

# shows text on standard input as a diagnosis
tap_say() { sed 's/^/# /'; }

check() { # NAME COMMAND...: the command's status decides; its output is shown when it fails
	tap_name=$1
	shift
	if tap_out=$("$@" 2>&1); then
		ok "$tap_name"
	else
		not_ok "$tap_name"
		printf '%s\n' "$tap_out" | tap_say
		return 1
	fi
}

is() { # NAME GOT WANT
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1"
		printf 'got:  %s\nwant: %s\n' "$2" "$3" | tap_say
		return 1
	fi
}

tap_skip() { # WHY: one check that can't be made here
	tap_n=$((tap_n + 1))
	printf 'ok %d # SKIP %s\n' "$tap_n" "$*"
}

tap_skip_all() { # WHY: nothing of this script can run here
	printf '1..0 # SKIP %s\n' "$*"
	exit 0
}

tap_done() {
	printf '1..%d\n' "$tap_n"
	[ "$tap_failed" -eq 0 ]
}
