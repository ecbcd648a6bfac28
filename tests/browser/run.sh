#!/usr/bin/env bash
# Exports a capture for speedscope, checks the file against speedscope's published schema, and opens it in the real
# speedscope (npm package) in headless Chromium. Usage: tests/browser/run.sh PYTHON (one that has jsonschema)
set -euo pipefail
cd "$(dirname "$0")/../.."
python=$1
work=$PWD/build/browser
mkdir -p "$work"

# shellcheck source=installer/packages.sh
source installer/packages.sh
command -v npm >/dev/null || heapprof_install_missing nodejs npm
if [[ ! -d $work/node_modules/speedscope || ! -d $work/node_modules/playwright-core ]]; then
    npm install --silent --no-audit --no-fund --prefix "$work" speedscope@1.25.0 playwright-core@1.56.1
fi

cp tests/captures/v1/c_spike_all.hp[md] "$work/"
build/bin/heapprof-workstation --export "$work/instant.speedscope.json" --at 10 "$work/c_spike_all.hpm"
build/bin/heapprof-workstation --export "$work/difference.speedscope.json" --at 20 --compare 10 "$work/c_spike_all.hpm"

site=$work/node_modules/speedscope/dist/release
"$python" - "$site"/file-format-schema.json "$work"/*.speedscope.json <<'EOF'
import json
import sys

import jsonschema

schema, *files = sys.argv[1:]
for name in files:
    with open(schema) as rules, open(name) as file:
        jsonschema.validate(json.load(file), json.load(rules))
    print(f"{name.rsplit('/', 1)[1]}: follows the schema")
EOF

cp "$work"/*.speedscope.json "$site"/
exec node tests/browser/open_in_speedscope.mjs "$work" "$site" instant.speedscope.json difference.speedscope.json
