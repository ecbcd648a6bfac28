#!/usr/bin/env bash
# How the cost of reading grows with the events and the traces: 10^7 to 10^9 events with 2,000 and 200,000 traces, and
# 10^8 with 1,000,000. Takes a quarter of an hour and 6 GB in the system's temporary folder. Usage: tests/benchmarks/growth.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
cmake -S . -B build/growth -G Ninja -DCMAKE_BUILD_TYPE=Release -DHEAPPROF_BENCHMARKS=ON -DHEAPPROF_TESTS=OFF \
    -DHEAPPROF_WORKSTATION=OFF -DHEAPPROF_PYTHON=OFF >/dev/null
cmake --build build/growth --target reading_speed >/dev/null
build/growth/bin/reading_speed 10000000,100000000 2000,200000 3
build/growth/bin/reading_speed 1000000000 2000,200000 1 2
build/growth/bin/reading_speed 100000000 1000000 3 2
