#!/usr/bin/env bash
# The page in a real browser: search, facets, brush, evidence, keyboard, hostile articles, accessibility.
#
#     tests/browser/run.sh [--update-docs]
#
# Takes the programs from SVODKA_BIN_DIR, else from target/release if they are there, else builds them. Needs node and
# npm; installs Chromium with apt-get where it is missing, and two packages of fixed versions. Screenshots are left in
# target/browser/screenshots; --update-docs takes those of the documentation from there.
set -euo pipefail
cd "$(dirname "$0")/../.."

step() { printf -- '-- %s\n' "$1"; }

step "tools"
for tool in node npm; do
    command -v "$tool" >/dev/null || { echo "$tool is missing: install node 20.10 or newer with npm" >&2; exit 1; }
done
if ! command -v chromium >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
fi
chromium --version 2>/dev/null
echo "node $(node --version)"

step "programs"
bin=${SVODKA_BIN_DIR:-target/release}
if [ ! -x "$bin/svodka-query" ] || [ ! -x "$bin/svodka-index" ]; then
    [ -z "${SVODKA_BIN_DIR:-}" ] || { echo "SVODKA_BIN_DIR: no programs in $bin" >&2; exit 1; }
    cargo build --locked
    bin=target/debug
fi
bin=$(cd "$bin" && pwd)
echo "$bin"

step "packages"
work=$PWD/target/browser
rm -rf "$work/screenshots" "$work/sample" "$work/hostile" "$work/aged" "$work/shared"
mkdir -p "$work"
# Modules are looked for beside the tests, so these run from a copy beside the packages.
cp tests/browser/*.mjs tests/browser/package.json tests/browser/package-lock.json "$work/"
npm ci --prefix "$work" --no-audit --no-fund --loglevel=error

step "archives"
"$bin/svodka-index" --quiet --index "$work/sample" corpus
node tests/browser/hostile.mjs >"$work/hostile.jsonl"
"$bin/svodka-index" --quiet --index "$work/hostile" "$work/hostile.jsonl"
for date in 1929-10-15 2024-12-01 2025-01-10 2025-03-04; do
    printf '{"text": "Порт Онеги открыт с %s.", "date": "%s"}\n' "$date" "$date"
done >"$work/aged.jsonl"
"$bin/svodka-index" --quiet --index "$work/aged" "$work/aged.jsonl"

for town in Онеги Усть-Луги; do
    printf '{"id": "1", "title": "Порт %s", "text": "Порт %s открыт, суда ждут льда."}\n' "$town" "$town" >"$work/$town.jsonl"
done
"$bin/svodka-index" --quiet --index "$work/shared" "$work/Онеги.jsonl" "$work/Усть-Луги.jsonl"

step "tests"
docs=$PWD/docs/screenshots
[ "${1:-}" != --update-docs ] || docs=
SVODKA_QUERY="$bin/svodka-query" SVODKA_DOCS=$docs \
    node --test --test-concurrency=1 --test-timeout=240000 "$work/page.test.mjs" "$work/look.test.mjs"
echo "screenshots: $work/screenshots"

if [ "${1:-}" = --update-docs ]; then
    step "documentation"
    mkdir -p docs/screenshots
    cp "$work"/screenshots/docs/*.png docs/screenshots/
    ls -l docs/screenshots
fi
