#!/usr/bin/env bash
# The Python tests with interpreters that Debian's stable releases do not have: the newest of Debian testing, its debug
# build, and its free-threaded build where the archive has one. In a root of its own, which stays for the next time.
# Usage: tests/interpreters.sh [ARGUMENT OF PYTEST...]; HEAPPROF_ROOT is the root, build/debian-testing by default;
# HEAPPROF_SUITE the release in it. Needs the rights to chroot and mount.
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=installer/packages.sh
source installer/packages.sh
tree=$(realpath -m "${HEAPPROF_ROOT:-build/debian-testing}")
suite=${HEAPPROF_SUITE:-testing}
packages=(
    python3 python3-dev python3-dbg python3-venv python3-pytest python3-numpy python3-jsonschema
    g++ cmake ninja-build pkg-config pybind11-dev libxxhash-dev nlohmann-json3-dev ca-certificates procps mount
)
free_threaded='apt-cache pkgnames | grep -xE "python3\.[0-9]+-nogil" | xargs -r apt-get install -q -y'

root() { if ((EUID == 0)); then "$@"; else sudo "$@"; fi; }

# inside COMMAND: runs a shell command in the root, with /proc and a /tmp of its own while it lasts.
inside() {
    # shellcheck disable=SC2016 # expanded in there
    root unshare --mount --fork bash -c 'mount -t proc proc "$0/proc" && mount -t tmpfs tmpfs "$0/tmp" &&
        exec chroot "$0" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 bash -c "$1"' "$tree" "$1"
}

heapprof_install_missing mmdebstrap
if [[ ! -e $tree/complete ]]; then
    root rm -rf --one-file-system "$tree"
    # A mirror may lag behind. What it signed is checked all the same.
    root mmdebstrap --quiet --variant=apt --aptopt='APT::Install-Recommends "0"' \
        --aptopt='Acquire::Check-Valid-Until "false"' --include="$(IFS=,; echo "${packages[*]}")" \
        --customize-hook="chroot \"\$1\" sh -c '$free_threaded'" "$suite" "$tree"
    root touch "$tree/complete"
fi

root rm -rf "$tree/heapprof/"{collector,core,python,tests}
root mkdir -p "$tree/heapprof"
git ls-files -z | xargs -0 tar -c | root tar -x --no-same-owner -C "$tree/heapprof"

status=0
mkdir -p build
# shellcheck disable=SC2016 # expanded in there
mapfile -t pythons < <(inside 'for python in /usr/bin/python3 /usr/bin/python3-dbg /usr/bin/python3.*t /usr/bin/python3.*-nogil; do
    if [[ -x $python ]]; then readlink -f "$python"; fi
done')
for python in "${pythons[@]}"; do
    echo "--- $python: $(inside "$python -c 'import sys; print(sys.version)'" | tr '\n' ' ')"
    build=build/${python##*/}
    inside "cd /heapprof && cmake -S . -B $build -G Ninja -DCMAKE_BUILD_TYPE=Release -DHEAPPROF_WORKSTATION=OFF \
        -DHEAPPROF_TESTS=OFF -DPython_EXECUTABLE=$python &&
        cmake --build $build -j $(nproc)" >"build/interpreters-${python##*/}.log" 2>&1 || {
        tail -n 40 "build/interpreters-${python##*/}.log"
        status=1
        continue
    }
    inside "cd /heapprof && HEAPPROF_TEST_PYTHON=$python HEAPPROF_PACKAGE=/heapprof/$build/python \
        python3 -m pytest -q -p no:cacheprovider ${*@Q}" || status=1
done
exit $status
