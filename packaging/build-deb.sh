#!/usr/bin/env bash
# Builds a Debian package from compiled programs, with nothing but dpkg-deb.
#
#   packaging/build-deb.sh [PROGRAMS] [OUT]
#
# PROGRAMS is the folder of svodka-index and svodka-query (default: target/dist, made by `cargo build --profile dist`),
# OUT the folder for the package (default: the same). Prints the path of the package.
set -euo pipefail
cd "$(dirname "$0")/.."

programs=${1:-target/dist}
out=${2:-$programs}
for program in svodka-index svodka-query; do
    [ -x "$programs/$program" ] || { echo "$programs/$program is missing: cargo build --profile dist" >&2; exit 2; }
done

version=$("$programs/svodka-query" --version | cut -d' ' -f2)
architecture=$(dpkg --print-architecture)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"

put() { install -D -m "$1" "$2" "$root/$3"; }
# Writes standard input to a file of the package.
write() { install -d "$root/$(dirname "$1")"; cat >"$root/$1"; chmod 644 "$root/$1"; }

put 755 "$programs/svodka-index" usr/bin/svodka-index
put 755 "$programs/svodka-query" usr/bin/svodka-query
strip --strip-unneeded "$root"/usr/bin/svodka-* 2>/dev/null || true

query="$root/usr/bin/svodka-query"
commands=$("$query" --help | sed -n '/^Commands:/,/^Options:/p' | awk '/^    [a-z]/ {print $1}')
[ -n "$commands" ] || { echo "the help of svodka-query names no commands" >&2; exit 1; }
"$query" man | gzip -9n | write usr/share/man/man1/svodka-query.1.gz
"$query" man svodka-index | gzip -9n | write usr/share/man/man1/svodka-index.1.gz
for command in $commands; do
    "$query" man "$command" | gzip -9n | write "usr/share/man/man1/svodka-query-$command.1.gz"
done

# One script completes both programs; bash and fish look for one under each program's name.
for program in svodka-query svodka-index; do
    "$query" completions bash | write "usr/share/bash-completion/completions/$program"
    "$query" completions fish | write "usr/share/fish/vendor_completions.d/$program.fish"
done
"$query" completions zsh | write usr/share/zsh/vendor-completions/_svodka-query

put 644 packaging/systemd/svodka-serve.service usr/lib/systemd/system/svodka-serve.service
put 644 packaging/systemd/svodka-watch.service usr/lib/systemd/system/svodka-watch.service
put 640 packaging/debian/default etc/default/svodka
put 644 README.md usr/share/doc/svodka/README.md
put 644 README.ru.md usr/share/doc/svodka/README.ru.md
for page in docs/*.md; do put 644 "$page" "usr/share/doc/svodka/docs/$(basename "$page")"; done
gzip -9nc CHANGELOG.md | write usr/share/doc/svodka/changelog.gz
{
    echo "Svodka is licensed under MIT or Apache-2.0, at your choice."
    echo "The dictionaries and models in the programs have the licences that follow."
    echo
    cat LICENSE-MIT
    echo
    cat data/README.md
} | write usr/share/doc/svodka/copyright
put 644 LICENSE-APACHE usr/share/doc/svodka/LICENSE-APACHE

install -d "$root/DEBIAN"
libc=$(ldd "$query" 2>/dev/null | grep -q libc.so && echo "libc6" || true)
{
    echo "Package: svodka"
    echo "Version: $version"
    echo "Architecture: $architecture"
    echo "Maintainer: The Svodka developers <svodka@localhost>"
    echo "Section: text"
    echo "Priority: optional"
    [ -z "$libc" ] || echo "Depends: $libc"
    echo "Installed-Size: $(du -sk "$root" | cut -f1)"
    echo "Description: full-text search for archives of Russian-language news"
    echo " Indexes folders of articles and searches them by words in any form, by actor,"
    echo " by source outlet and by the think tanks and other sources they cite."
} >"$root/DEBIAN/control"
echo /etc/default/svodka >"$root/DEBIAN/conffiles"
install -m 755 packaging/debian/postinst packaging/debian/prerm packaging/debian/postrm "$root/DEBIAN"

package="$out/svodka_${version}_$architecture.deb"
dpkg-deb --root-owner-group --build "$root" "$package" >/dev/null
echo "$package"
