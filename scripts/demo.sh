#!/usr/bin/env bash
# Shows in a minute what mynah does, with messages of its own in a folder that is removed at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --locked --bin mynah --example generate
target=$(cargo metadata --format-version 1 --no-deps --locked | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')

bots=$PWD/scripts
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

talk() {
    printf '$ mynah --account'
    printf ' %s' "$@"
    printf '\n'
    local user=$1
    shift
    MYNAH_STORE=$folder/$user MYNAH_ACCOUNT=$user MYNAH_TRANSPORT_HUB=$folder/hub "$mynah" "$@"
}
# A picture of three megabytes: a bitmap of one colour behind its head.
picture() {
    printf 'BM\066\000\060\000\000\000\000\000\066\000\000\000\050\000\000\000\000\004\000\000\000\004\000\000\001\000\030\000'
    head -c 24 /dev/zero
    head -c 3145728 /dev/zero | tr '\0' '\231'
}

# Waits until something is on the screen of a user.
until_shown() {
    for _ in $(seq 600); do
        if grep -qs -- "$2" "$folder/$1.txt"; then return; fi
        sleep 0.1
    done
    echo "$1 never saw: $2" >&2
    return 1
}
bob_types() {
    echo "hello"
    until_shown bob nearly
    echo "well done"
    until_shown bob recalled
    echo "/to c2c:alice"
    until_shown bob lunch
    echo "/read"
}
alice_types() {
    echo "the deploy is done"
    until_shown bob deploy
    echo "/edit the deploy is nearly done"
    until_shown alice "well done"
    echo "and this was meant for somebody else"
    until_shown bob somebody
    echo "/recall"
    until_shown alice recalled
    echo "/to c2c:bob"
    echo "lunch?"
    until_shown alice "✓✓"
}

title "Two users talk in a group, each with an archive of their own; one takes back what it said; then one reads and the other sees it"
bob_types | talk bob chat group:crew > bob.txt 2>&1 &
bob=$!
until_shown bob "✓"
alice_types | talk alice chat group:crew > alice.txt 2>&1
wait "$bob"
cat alice.txt
echo
cat bob.txt

title "A picture goes to the group, and one of them downloads it"
picture > harbour.bmp
talk alice send group:crew --image harbour.bmp "the new harbour" | tee sent.txt
talk bob download "$(tail -n 1 sent.txt)" --to pictures

title "Bots: a command is answered, a card number does not leave, a program is not downloaded, and a script that never ends is stopped"
mkdir bots mynah
cp "$bots"/{ping,redactor,attachment-saver}.luau bots
cat > bots/echo.luau <<'LUAU'
bot.command("echo <what:text>", { help = "says it again" }, function(m, a)
    m:reply(a.what)
end)
LUAU
cat > bots/hostile.luau <<'LUAU'
bot.on("receive", { words = { "attack" } }, function(m)
    while true do pcall(function() while true do end end) end
end)
LUAU
cat > mynah/config.toml <<'TOML'
[config.attachment-saver]
types = ["*/*"]
[grants.attachment-saver]
files = "1GB"
any_version = true
TOML
printf 'MZ' > setup.exe
alice_asks() {
    echo "ping"
    until_shown alice-asks pong
    echo "attack"
    until_shown helper "stopped after"
    echo "echo my card is 4111 1111 1111 1111"
    until_shown alice-asks removed
}
MYNAH_STORE=$folder/helper MYNAH_ACCOUNT=helper MYNAH_TRANSPORT_HUB=$folder/hub "$mynah" run bots > helper.txt 2>&1 &
helper=$!
alice_asks | talk alice chat c2c:helper > alice-asks.txt 2>&1
talk alice send helper --file setup.exe "have a look"
until_shown helper "not kept"
kill -TERM "$helper"
wait "$helper" || true
cat alice-asks.txt
echo
cat helper.txt

title "A reminder is due after two hours: the tests of a bot have a clock of their own"
run test "$bots/reminder.luau"

title "The archive in numbers, and whether all is well"
run conversations
run stats
run check
