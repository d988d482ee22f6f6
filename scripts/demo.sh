#!/usr/bin/env bash
# Shows in a minute what mynah does, with messages of its own in a folder that is removed at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --locked --bin mynah --example generate
target=$(cargo metadata --format-version 1 --no-deps --locked | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export MYNAH_STORE=$folder/archive
export XDG_CONFIG_HOME=$folder
export TZ=UTC
mynah=$target/debug/mynah
# The output is for people also where it is no terminal that shows it.
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then export CLICOLOR_FORCE=1; fi

title() { printf '\n== %s\n' "$1"; }
run() {
    printf '$ mynah'
    printf ' %s' "$@"
    printf '\n'
    "$mynah" "$@"
}

title "A few hundred messages in eight languages, with all types of elements"
"$target/debug/examples/generate" 600 7 > "$folder/messages.jsonl"
cd "$folder"
run import messages.jsonl --account me

title "The same file again: everything is known"
run import messages.jsonl

title "Search: words, the newest first, what was found set off"
run search deploy --limit 3

title "Search: inside words and in any script"
run search --contains 线 --limit 2
run search --contains plo --count

title "Search: the query language, and how it was understood"
run search 'review from:alice has:link' --explain --limit 1

title "Search: by conversation, and over time"
run search --group ok OR 好的 OR 了解です
run search the --timeline month

title "A page of history, without its talk"
run history group:ops --types image,file,location,merged --limit 4

title "One message, by its locator"
message=$("$mynah" history group:ops --limit 1 --json)
number() { sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" <<< "$message"; }
is_self=()
if grep -q '"message_is_from_self":true' <<< "$message"; then is_self=(--self); fi
run locate group:ops --time "$(number message_server_time)" --seq "$(number message_seq)" --rand "$(number message_rand)" ${is_self[@]+"${is_self[@]}"}

title "A deletion: gone from history and search, still found by its id"
id=$(sed -n 's/.*"message_msg_id":"\([^"]*\)".*/\1/p' <<< "$message")
run search in:group:ops --count
run delete group:ops "$id"
run search in:group:ops --count
run find "$id"

title "The archive in numbers, and whether all is well"
run conversations
run stats
run check
