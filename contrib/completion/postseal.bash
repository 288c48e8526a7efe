# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Completion of the postseal command for bash: installed where bash-completion looks for it.

# What may follow each command: words, and whether files are welcome.
_postseal_words() { # COMMAND
	case $1 in
	scan) echo "--format --rules --fail --explain --show-values --show-text --help" ;;
	explain) echo "--from --to --rules --format --postfix --help" ;;
	rules) echo "test check list replay bench compile hash --verbose --strict --rules --format --kind --label --fail --html --policy --output --help" ;;
	conf) echo "-n -d -e --help $(postseal conf 2>/dev/null | sed 's/ = .*//')" ;;
	setup) echo "--domain --portal-url --organisation --tls-certificate --tls-key --policy --postfix --tls --apply --yes --help" ;;
	doctor) echo "--format --postfix --help" ;;
	promises) echo "--format --postfix --follow --help" ;;
	roster) echo "build check --input --output --key --columns --day-first --strict --help" ;;
	key) echo "init list --portal --recovery --index --reinject --all --directory --format --help" ;;
	limits) echo "reset --format --help" ;;
	tls) echo "list --refresh --explain --what-if --since --format --help" ;;
	escrow) echo "list show recover --key --certificate --output --format --help" ;;
	*) echo "scan explain rules conf setup doctor roster key escrow promises limits tls -c -o --help --version" ;;
	esac
}

_postseal() {
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' i
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-c | -o) i=$((i + 1)) ;;
		-*) ;;
		*) command=${COMP_WORDS[i]} && break ;;
		esac
	done
	case $previous in
	--format) mapfile -t COMPREPLY < <(compgen -W "text json" -- "$current") && return ;;
	--kind) mapfile -t COMPREPLY < <(compgen -W "identifier health financial secret marker" -- "$current") && return ;;
	--rules | --postfix | --directory) mapfile -t COMPREPLY < <(compgen -d -- "$current") && return ;;
	esac
	case $previous in
	-c | -o | --from | --to | --domain | --portal-url | --organisation | --policy | --html | --label | --key | --certificate | --output | --tls-*) return ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$(_postseal_words "$command")" -- "$current")
	case $command in
	scan | explain | rules | roster | escrow | promises) mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current") ;;
	esac
}
# Where nothing fits, a file is wanted: behind -c, --key and the like.
complete -o filenames -o default -F _postseal postseal
