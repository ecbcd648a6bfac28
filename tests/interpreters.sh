#!/usr/bin/env bash
# The Python tests with interpreters that Debian's stable releases do not have: the default one of Debian testing and
# every newer one, their debug builds, and free-threaded builds where the archive has one. In a root of its own, which
# stays for the next time.
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
# What the archive has beside its default interpreter, and is as new.
# shellcheck disable=SC2016 # expanded in there
newer='default=$(readlink -f /usr/bin/python3); default=${default##*3.}
    apt-cache pkgnames | sed -nE "s/^python3\.([0-9]+)(-dev|-dbg|-nogil)?\$/\1 &/p" |
    while read -r minor package; do [ "$minor" -lt "$default" ] || echo "$package"; done |
    xargs -r apt-get install -q -y'

root() { if ((EUID == 0)); then "$@"; else sudo "$@"; fi; }

# inside COMMAND: runs a shell command in the root, with /proc and a /tmp of its own while it lasts.
inside() {
    # shellcheck disable=SC2016 # expanded in there
    root unshare --mount --fork bash -c 'mount -t proc proc "$0/proc" && mount -t tmpfs tmpfs "$0/tmp" &&
        exec chroot "$0" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 bash -c "$1"' "$tree" "$1"
}

heapprof_install_missing mmdebstrap
mkdir -p build
if [[ tests/interpreters.sh -nt $tree/complete ]]; then # also when there is none
    root rm -rf --one-file-system "$tree"
    # A mirror may lag behind. What it signed is checked all the same.
    root mmdebstrap --quiet --variant=apt --aptopt='APT::Install-Recommends "0"' \
        --aptopt='Acquire::Check-Valid-Until "false"' --include="$(IFS=,; echo "${packages[*]}")" \
        --customize-hook="chroot \"\$1\" sh -c '$newer'" "$suite" "$tree"
    root touch "$tree/complete"
fi

root rm -rf "$tree/heapprof/"{collector,core,python,tests}
root mkdir -p "$tree/heapprof"
git ls-files -z | xargs -0 tar -c | root tar -x --no-same-owner -C "$tree/heapprof"

status=0
# shellcheck disable=SC2016 # expanded in there
mapfile -t pythons < <(inside 'for python in /usr/bin/python3.*; do
    if [[ $python =~ 3\.[0-9]+(d|t|-nogil)?$ ]]; then readlink -f "$python"; fi
done | sort -uV')
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
