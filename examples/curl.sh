#!/bin/sh
# All that an application needs, without an SDK: HALYARD_URL=… HALYARD_KEY=halyard_server_… examples/curl.sh
set -eu

ask() {
  curl --silent --show-error "$@" --header "Authorization: Bearer $HALYARD_KEY" --header "Content-Type: application/json" \
    --data '{"context": {"targetingKey": "ann", "email": "ann@acme.example", "country": "NL"}}'
  echo
}

# One flag.
ask "$HALYARD_URL/ofrep/v1/evaluate/flags/max-cart-items"

# All flags, as a page or an app asks at its start.
ask "$HALYARD_URL/ofrep/v1/evaluate/flags"

# The same again: nothing has changed, so only the status comes back.
etag=$(ask --output /dev/null --write-out '%header{etag}' "$HALYARD_URL/ofrep/v1/evaluate/flags")
ask --output /dev/null --write-out '%{http_code}' --header "If-None-Match: $etag" "$HALYARD_URL/ofrep/v1/evaluate/flags"

# One that is not there: 404, and why. An application goes on with its own default.
ask "$HALYARD_URL/ofrep/v1/evaluate/flags/no-such-flag"
