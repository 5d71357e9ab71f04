#!/usr/bin/env bash
# Builds the Debian package, installs it, uses it as an administrator would, and removes it. Needs root and dpkg.
# The programs are taken from SVODKA_BIN_DIR (default: target/debug).
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! command -v dpkg-deb >/dev/null || [ "$(id -u)" -ne 0 ]; then
    echo "not root on a Debian system: package tests skipped"
    exit 0
fi

work=$(mktemp -d)
server=
clean() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    dpkg --purge svodka >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap clean EXIT

fail() { echo "FAILED: $*" >&2; exit 1; }
run_as_svodka=(setpriv --reuid svodka --regid svodka --init-groups env SVODKA_INDEX=/var/lib/svodka/index)

package=$(packaging/build-deb.sh "${SVODKA_BIN_DIR:-target/debug}" "$work")
[ -s "$package" ] || fail "no package"
dpkg -i "$package" >/dev/null
echo "ok: installs"

/usr/bin/svodka-query --version | grep -q '^svodka' || fail "svodka-query does not start"
/usr/bin/svodka-index --version | grep -q '^svodka' || fail "svodka-index does not start"
getent passwd svodka >/dev/null || fail "no user svodka"
[ "$(stat -c '%U %a' /var/lib/svodka)" = "svodka 750" ] || fail "folder of the index: $(stat -c '%U %a' /var/lib/svodka)"
[ "$(stat -c '%U %G %a' /etc/default/svodka)" = "root svodka 640" ] || fail "mode of /etc/default/svodka"
echo "ok: programs, user, folders"

for page in svodka-query svodka-index svodka-query-search svodka-query-serve; do
    zcat "/usr/share/man/man1/$page.1.gz" | grep -q '^\.SH' || fail "manual page $page"
done
bash -c '. /usr/share/bash-completion/completions/svodka-query && complete -p svodka-query svodka-index' >/dev/null \
    || fail "bash completion"
echo "ok: manual pages, completions"

if command -v systemd-analyze >/dev/null; then
    found=$(systemd-analyze verify /usr/lib/systemd/system/svodka-{serve,watch}.service 2>&1 | grep -v "Command 'man" || true)
    [ -z "$found" ] || fail "units: $found"
    echo "ok: units"
fi

# The commands of the units, by their user and with their settings.
cp -r corpus "$work/articles"
chmod -R a+rX "$work"
"${run_as_svodka[@]}" /usr/bin/svodka-index --quiet "$work/articles" || fail "indexing as svodka"
"${run_as_svodka[@]}" /usr/bin/svodka-query serve --addr 127.0.0.1:0 >"$work/address" &
server=$!
for _ in $(seq 100); do
    grep -q http "$work/address" && break
    sleep 0.1
done
address=$(grep -o 'http://[^ ]*' "$work/address" | head -1)
[ -n "$address" ] || fail "the server does not say its address"
python3 - "$address" <<'P' || fail "the server does not answer"
import sys, urllib.request
assert urllib.request.urlopen(sys.argv[1].rstrip("/") + "/healthz", timeout=10).status == 200
P
kill "$server"
wait "$server" || true
server=
echo "ok: indexes and serves as its user"

# An upgrade keeps index and settings; removal keeps the index; only purging takes it away.
echo 'SVODKA_ARTICLES=/srv/press' >>/etc/default/svodka
dpkg -i "$package" >/dev/null
grep -q /srv/press /etc/default/svodka || fail "an upgrade lost the settings"
"${run_as_svodka[@]}" /usr/bin/svodka-query search --cited ISW >/dev/null || fail "index after the upgrade"
dpkg -r svodka >/dev/null
[ -d /var/lib/svodka/index ] || fail "removal took the index away"
dpkg --purge svodka >/dev/null
[ ! -e /var/lib/svodka ] && [ ! -e /etc/default/svodka ] || fail "purging left files"
! getent passwd svodka >/dev/null || fail "purging left the user"
echo "ok: upgrade, removal, purge"
