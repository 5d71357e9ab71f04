#!/usr/bin/env bash
# The page in a real browser: search, facets, brush, evidence, keyboard, hostile articles, accessibility.
# Needs chromium, node and npm; runs only when asked, for it fetches two packages.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ "${SVODKA_BROWSER:-}" != 1 ]; then
    echo "browser tests skipped: set SVODKA_BROWSER=1 (needs chromium, node, npm)"
    exit 0
fi
for tool in chromium node npm; do
    command -v "$tool" >/dev/null || { echo "browser tests: $tool is missing" >&2; exit 1; }
done

work=target/browser
mkdir -p "$work"
npm install --prefix "$work" --no-save --no-package-lock --no-audit --no-fund --loglevel=error \
    playwright-core@1.65.1 axe-core@4.14.1
bin=${SVODKA_BIN:-target/debug}
[ -n "${SVODKA_BIN:-}" ] || cargo build --locked
rm -rf "$work/sample" "$work/hostile"
"$bin/svodka-index" --quiet --index "$work/sample" corpus
node tests/browser/hostile.mjs >"$work/hostile.jsonl"
"$bin/svodka-index" --quiet --index "$work/hostile" "$work/hostile.jsonl"

# Modules are looked for beside the tests, so these run from a copy beside the packages.
cp tests/browser/*.mjs "$work/"
SVODKA_QUERY="$PWD/$bin/svodka-query" node --test --test-concurrency=1 --test-timeout=120000 "$work/page.test.mjs" "$work/look.test.mjs"
echo "screenshots: $work/screenshots"
