#!/usr/bin/env bash
# Compares heapprof with tracemalloc and memray: same work, same interpreter. Usage:
#   tests/benchmarks/compare.sh [PYTHON] [options of profilers.py]
# --native: work of NumPy, pandas and pyarrow. PYTHON is /usr/bin/python3 unless named. Its environment, with the profilers from PyPI, is build/benchmarks/VERSION.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=/usr/bin/python3
if [[ ${1:-} == */* ]]; then
    python=$1
    shift
fi
version=$("$python" -c 'import platform; print(platform.python_version())')
environment=$PWD/build/benchmarks/$version
[[ -x $environment/bin/pip ]] || "$python" -m venv "$environment"
pip=("$environment/bin/python" -m pip install -q --disable-pip-version-check)
"${pip[@]}" --force-reinstall --no-deps .
"${pip[@]}" pyperformance pyperf mako==1.1.4  # the version its benchmark is made for
if [[ " $* " == *" --native "* ]]; then "${pip[@]}" numpy pandas pyarrow; fi
"${pip[@]}" memray || echo "no memray for this interpreter: compared without it" >&2
exec "$environment/bin/python" tests/benchmarks/profilers.py "$@"
