# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What the lints share, sourced. A lint defines `lint_dir DIR`, which prints a line a fault and nothing when all
# is well. It is first run on a planted fault: a lint that sees nothing there can't fail, and is not one.
top_srcdir=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
# shellcheck source=tests/support/tap.sh
. "$top_srcdir/tests/support/tap.sh"

lint_tmp=$(mktemp -d "${TMPDIR:-/tmp}/postseal-lint.XXXXXX") || exit 99
trap 'rm -rf "$lint_tmp"' EXIT

need() { # PROGRAM PACKAGE
	command -v "$1" >/dev/null 2>&1 || tap_skip_all "$1 is not installed (Debian: $2)"
}

# files of the tree, relative to it, without build folders; the find tests are the caller's
tree() { # DIR FIND-TEST...
	tree_dir=$1
	shift
	(cd "$tree_dir" && find . \( -name .git -o -name 'build*' -o -name '_build' -o -name autom4te.cache \
		-o -name 'postseal-[0-9]*' \) -prune -o -type f "$@" -print) | sed 's|^\./||' | sort
}

plant() { # FILE, its content on standard input
	mkdir -p "$lint_tmp/planted/$(dirname "$1")"
	cat >"$lint_tmp/planted/$1"
}

planted_is_seen() { # WHAT
	if [ -n "$(lint_dir "$lint_tmp/planted")" ]; then
		ok "sees $1 when it is planted"
	else
		not_ok "sees $1 when it is planted"
	fi
}

tree_is_clean() { # NAME
	lint_out=$(lint_dir "$top_srcdir")
	if [ -z "$lint_out" ]; then
		ok "$1"
	else
		not_ok "$1"
		printf '%s\n' "$lint_out" | tap_say
	fi
}
