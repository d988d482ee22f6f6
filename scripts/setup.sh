#!/usr/bin/env bash
# Installs what building needs and is missing: a C++ compiler, libclang, Rust; with the argument "test" what the tests of the C library need
# as well. Asks nothing.
set -euo pipefail

RUST_WANTED=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$(dirname "$0")/../Cargo.toml")

has_compiler() {
    command -v c++ >/dev/null && command -v cc >/dev/null
}

# libclang with the headers that belong to it.
has_libclang() {
    [ -n "${LIBCLANG_PATH:-}" ] && return
    case $(uname -s) in
    Darwin) xcode-select -p >/dev/null 2>&1 ;;
    *)
        { compgen -G '/usr/lib/llvm-*/lib/libclang*.so*' || compgen -G '/usr/lib*/libclang.so*' || compgen -G '/usr/lib/*/libclang*.so*'; } >/dev/null &&
            { compgen -G '/usr/lib/llvm-*/lib/clang/*/include/stddef.h' || compgen -G '/usr/lib*/clang/*/include/stddef.h'; } >/dev/null
        ;;
    esac
}

# The version of the Rust compiler that cargo uses, or nothing.
rust_version() {
    { cargo --version 2>/dev/null || true; } | sed -n 's/^cargo \([0-9]*\.[0-9]*\).*/\1/p'
}

is_at_least() {
    [ -n "$1" ] && [ "$(printf '%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

stop() {
    printf 'setup: %s\n' "$@" >&2
    exit 1
}

install() {
    command -v apt-get >/dev/null || stop "please install what is called here: $*" "then run the command again"
    local root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || stop "run as root: apt-get install $*" "then run the command again"
        root=(sudo)
        # Without a terminal nobody could type a password.
        [ -t 0 ] || root+=(-n)
    fi
    echo "setup: installing $*"
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

missing=()
has_compiler || missing+=(build-essential)
has_libclang || missing+=(libclang-dev)
if [ "${1:-}" = test ]; then
    command -v pkg-config >/dev/null || missing+=(pkg-config)
    command -v cmake >/dev/null || missing+=(cmake)
    command -v valgrind >/dev/null || missing+=(valgrind)
    command -v python3 >/dev/null || missing+=(python3)
    [ -e /usr/include/jsoncpp/json/json.h ] || missing+=(libjsoncpp-dev)
fi
[ ${#missing[@]} -eq 0 ] || install "${missing[@]}"

if ! command -v cargo >/dev/null && ! command -v rustup >/dev/null && apt-cache show rustup >/dev/null 2>&1; then
    install rustup
fi
if [ -z "$(rust_version)" ] && command -v rustup >/dev/null; then
    rustup default stable
fi
found=$(rust_version)
if ! is_at_least "$found" "$RUST_WANTED"; then
    stop "Rust $RUST_WANTED or newer is needed, ${found:-none} was found" \
        "with rustup: rustup update stable && rustup default stable" \
        "without it: install rustup as https://www.rust-lang.org/tools/install says"
fi
