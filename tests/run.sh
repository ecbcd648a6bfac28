#!/usr/bin/env bash
# Installs what is missing, builds, and runs the tests. Usage: tests/run.sh [--quick | --all]
#   (nothing)  what continuous integration runs: every test on the release build, those that Python versions differ in on
#              the installed package, formatting, the pictures of the window, the core under sanitizers, each fuzzer for
#              half a minute, the exports in a real browser, the demo
#   --quick    the inner loop: release build, C++ tests, Python tests on the build tree
#   --all      beside that every fuzzer runs for ten minutes, the Python tests' long tier, with programs from PyPI among
#              what is recorded, and Debian testing's interpreters (tests/interpreters.sh)
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
export LANGUAGE=en # what the tests read

tier=ci
case "${1:-}" in
    "") ;;
    --quick) tier=quick ;;
    --all) tier=all ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac

# shellcheck source=installer/packages.sh
source installer/packages.sh
jobs=$(nproc)
failures=()

# step NAME COMMAND...: runs one part; a failure is remembered, and the others still run.
step() {
    local name=$1 start=$SECONDS
    shift
    echo
    echo "=== $name"
    if "$@"; then echo "=== $name: ok, $((SECONDS - start)) s"; else
        echo "=== $name: FAILED, $((SECONDS - start)) s"
        failures+=("$name")
    fi
}

packages=("${heapprof_build_packages[@]}" "${heapprof_test_packages[@]}")
if [[ $tier != quick ]]; then packages+=("${heapprof_full_test_packages[@]}"); fi
heapprof_install_missing "${packages[@]}"

# Most sources are compiled alike for every build and know no Python: once is enough.
if command -v ccache >/dev/null; then
    export CCACHE_SLOPPINESS=pch_defines,time_macros # without which nothing with a precompiled header is kept
    export CMAKE_CXX_COMPILER_LAUNCHER=ccache CMAKE_ARGS=-DHEAPPROF_WARNINGS_AS_ERRORS=ON
fi

# build PRESET [CMAKE ARGUMENT...]
build() {
    local preset=$1
    shift
    cmake --preset "$preset" "$@" >"$root/build-$preset.log" 2>&1 || { cat "$root/build-$preset.log"; return 1; }
    cmake --build --preset "$preset" -j "$jobs"
}

release() { build release -DPython_EXECUTABLE=/usr/bin/python3 -DHEAPPROF_TESTS=ON "-DHEAPPROF_BENCHMARKS=$benchmarks"; }
benchmarks=$([[ $tier == quick ]] && echo OFF || echo ON)

# The tools of the Python side, in an environment of their own: Debian keeps pip out of its own interpreter.
tools=$root/build/tools
prepare_tools() {
    [[ -x $tools/bin/pip ]] || /usr/bin/python3 -m venv "$tools"
    "$tools/bin/python" -m pip install -q --disable-pip-version-check "pytest<9" "pytest-xdist<4" "ruff==0.8.4" "mypy<2" "jsonschema<5" "numpy<3"
}

# Programs that nobody here wrote, for the long tier (tests/python/test_real_*.py). One major version of each: what their
# next ones say and how they end is for people to look at.
real=$root/build/environments/real
real_packages=("gunicorn<24" "gevent<26" "uvicorn<1" "uvloop<1" "aiohttp<4" "flask<4" "django<6" "celery<6" "supervisor<5"
    "pytest<9" "pytest-xdist<4" "pytest-cov<8" "coverage<8" "sphinx<9" "mypy<2" "ipykernel<8" "jupyter-client<9" "pandas<4"
    "polars<2" "pyarrow<24" "scikit-learn<2" "joblib<2")
prepare_real_programs() {
    [[ -x $real/bin/pip ]] || /usr/bin/python3 -m venv "$real"
    "$real/bin/python" -m pip install -q --disable-pip-version-check "${real_packages[@]}"
}

cpp_tests() { ctest --test-dir build --no-tests=error --output-on-failure -j "$jobs"; }
# All of them, if none are named. Machines that are shared stand still for seconds: what fails beside others is tried
# again alone, and both is told; not where a program crashed, nor where much fails.
python_tests() {
    local log=$root/build/python-tests.log
    "$tools/bin/python" -m pytest -q -n "$jobs" "$@" 2>&1 | tee "$log" && return
    if grep -qE 'Fatal Python error|Segmentation fault|Sanitizer|returncode.*-(6|7|11)\b' "$log"; then return 1; fi
    if (($(grep -c '^\(FAILED\|ERROR\) ' "$log") > 3)); then return 1; fi
    echo "=== what failed, again alone"
    "$tools/bin/python" -m pytest -q -n 0 --last-failed --last-failed-no-failures=none "$@"
}

# pip install into fresh environments of the interpreters found that the package supports, then the same tests there.
# Continuous integration takes the oldest and the newest families beside the build tree's, and the tests that versions
# differ in; --all runs everything on every one. They share a build folder, so that what knows no Python is built once.
installed_package() {
    local python version environment environments=() seen=" "
    local pip=(-m pip install -q --disable-pip-version-check .)
    for python in /usr/bin/python3 /usr/bin/python3.* "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python; do
        [[ -x $python && ${python##*/} != *-* ]] || continue
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        [[ " $versions " == *" $version "* && $seen != *" $version "* ]] || continue
        seen+="$version "
        environment=$root/build/environments/$version
        rm -rf "$environment"
        "$python" -m venv "$environment" && SKBUILD_BUILD_DIR=$root/build/pip "$environment/bin/python" "${pip[@]}" || return 1
        environments+=("$environment/bin/python=")
    done
    for version in $versions; do
        [[ $seen == *" $version "* ]] || echo "no Python $version here: not tested with it"
    done
    ((${#environments[@]} > 0)) || return 0
    local tests=()
    if [[ $tier != all ]]; then tests=(tests/python/test_{frames,stacks,deep_stacks,exactness,start,command_line,observing,outside,listening,threads}.py); fi
    tests_with "${environments[@]}" -- "${tests[@]}"
}
versions="3.7 3.12 3.13"
if [[ $tier == all ]]; then versions="3.7 3.8 3.9 3.10 3.11 3.12 3.13 3.14 3.15"; fi

# tests_with PYTHON=... [-- TESTS...]: the Python tests with these interpreters.
tests_with() {
    local entries=()
    while (($# > 0)) && [[ $1 != -- ]]; do entries+=("$1"); shift; done
    HEAPPROF_TEST_PYTHONS=$(IFS=:; echo "${entries[*]}") python_tests --installed "${@:2}"
}

formatting() {
    local sources
    mapfile -t sources < <(git ls-files '*.cpp' '*.h')
    clang-format-19 --dry-run -Werror "${sources[@]}" && "$tools/bin/ruff" check -q python tests resources &&
        "$tools/bin/ruff" format -q --check python tests resources && "$tools/bin/python" -m pytest -q tests/tree
}

sanitized() {
    build "$1" && TSAN_OPTIONS="suppressions=$root/tests/tsan.supp" ctest --test-dir "build-$1" --no-tests=error \
        --output-on-failure -j "$jobs"
}

# The sources by .clang-tidy: what runs in other people's programs, and what reads files; with --all the rest too.
tidy() {
    local sources rooms=(attach core collector)
    if [[ $tier == all ]]; then rooms+=(python gui); fi
    cmake -S . -B build/tidy -G Ninja -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_EXPORT_COMPILE_COMMANDS=ON \
        -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DPython_EXECUTABLE=/usr/bin/python3 >build/tidy.log || return 1
    mapfile -t sources < <(printf '%s/*.cpp\n' "${rooms[@]}" | xargs git ls-files)
    printf '%s\n' "${sources[@]}" | xargs -P "$jobs" -n 4 clang-tidy-19 -p build/tidy --quiet 2>/dev/null
}

fuzzing() {
    local seconds=$1 name
    for name in events_v1 events_v2 metadata_v1 metadata_v2 digest; do echo "$name"; done |
        xargs -P "$jobs" -I{} bash -c "mkdir -p build-asan/found/{} && build-asan/bin/{}_fuzz -max_total_time=$seconds -timeout=20 \
            -rss_limit_mb=2048 -max_len=16384 -artifact_prefix=build-asan/found/ build-asan/found/{} tests/fuzz/corpus/{} \
            >build-asan/{}.log 2>&1 && tail -n 1 build-asan/{}.log || { tail -n 40 build-asan/{}.log; exit 255; }"
}

pictures() { tests/pictures.sh; }
browser() { tests/browser/run.sh "$tools/bin/python"; }
# As on a checkout where nothing is built: it has to make all it needs.
demo() {
    rm -rf build/python/heapprof build/bin/heapprof-workstation
    installer/demo.sh --no-gui --seconds 8 --output build/demo
}

step "release build" release
if ((${#failures[@]} == 0)); then
    step "tools" prepare_tools
    step "C++ tests" cpp_tests
    step "Python tests, build tree" python_tests
    if [[ $tier != quick ]]; then
        step "formatting, and includes between folders" formatting
        step "clang-tidy" tidy
        step "Python tests, installed package" installed_package
        step "pictures of the window" pictures
        step "exports in a browser" browser
        step "demo without a display" demo
        step "core under AddressSanitizer and UndefinedBehaviorSanitizer" sanitized asan
        step "core under ThreadSanitizer" sanitized tsan
        step "fuzzing" fuzzing "$([[ $tier == all ]] && echo 600 || echo 30)"
    fi
    if [[ $tier == all ]]; then
        step "programs of others" prepare_real_programs
        step "Python tests, long tier" python_tests --long
        step "Python tests, Debian testing's interpreters" tests/interpreters.sh
    fi
fi

echo
if ((${#failures[@]} > 0)); then
    printf 'failed: %s\n' "${failures[@]}"
    exit 1
fi
echo "all passed in $((SECONDS / 60)) min $((SECONDS % 60)) s"
