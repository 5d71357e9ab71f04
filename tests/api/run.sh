#!/usr/bin/env bash
# The API against its own description, with thousands of generated requests (schemathesis): no server error, no answer
# that breaks the schema. Runs only when asked, for it fetches a Python package.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ "${SVODKA_SCHEMA:-}" != 1 ]; then
    echo "schema tests skipped: set SVODKA_SCHEMA=1 (needs python3 with venv)"
    exit 0
fi

work=target/schema
mkdir -p "$work"
[ -x "$work/venv/bin/schemathesis" ] || {
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install --quiet 'schemathesis==4.*'
}
bin=${SVODKA_BIN:-target/debug}
[ -n "${SVODKA_BIN:-}" ] || cargo build --locked
rm -rf "$work/index"
"$bin/svodka-index" --quiet --index "$work/index" corpus

"$bin/svodka-query" serve --index "$work/index" --addr 127.0.0.1:0 >"$work/address" &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
for _ in $(seq 100); do
    [ -s "$work/address" ] && break
    sleep 0.1
done
url=$(head -n 1 "$work/address")

# Names that the archive does not know and queries that cannot be understood are refused although the schema allows
# them: that check is left out.
"$work/venv/bin/schemathesis" run "${url}openapi.json" --max-examples "${SVODKA_EXAMPLES:-60}" \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance,negative_data_rejection,unsupported_method \
    --workers 2 --no-color --seed 1
