#!/usr/bin/env bash
# Puts the library, its headers and what finds them into a folder: install.sh BUILT PREFIX, where BUILT is a folder of cargo's such as
# target/release. DESTDIR is put before PREFIX, for packages.
set -euo pipefail

built=$1
prefix=$2
here=$(cd "$(dirname "$0")" && pwd)
root=${DESTDIR:-}$prefix
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/../../Cargo.toml" | head -n 1)
# What a program needs that links the static library.
private="-lstdc++ -lgcc_s -lm -lpthread -ldl -lrt"

install -d "$root/lib/pkgconfig" "$root/lib/cmake/Mynah" "$root/include/mynah"
install -m 755 "$built/libmynah.so" "$root/lib/libmynah.so.$version"
ln -sf "libmynah.so.$version" "$root/lib/libmynah.so.0"
ln -sf libmynah.so.0 "$root/lib/libmynah.so"
install -m 644 "$built/libmynah.a" "$root/lib/libmynah.a"
install -m 644 "$here"/../include/*.h "$root/include/mynah/"

fill() {
    sed -e "s|@PREFIX@|$prefix|g" -e "s|@VERSION@|$version|g" -e "s|@PRIVATE@|$2|g" "$here/$1.in" >"$root/$3"
}
fill mynah.pc "$private" lib/pkgconfig/mynah.pc
fill MynahConfig.cmake "${private// /;}" lib/cmake/Mynah/MynahConfig.cmake
fill MynahConfigVersion.cmake "" lib/cmake/Mynah/MynahConfigVersion.cmake
echo "installed libmynah $version in $root"
