#!/usr/bin/env bash
# The server under hostile hands: everything that is not a picture in a browser (those are in tests/web). Python speaks raw HTTP.
exec python3 "$(dirname "${BASH_SOURCE[0]}")/serve.py"
