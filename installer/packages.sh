# shellcheck shell=bash
# The Debian packages that building, running and testing need, and how to get those that are missing. To be sourced, with
# `set -euo pipefail`. One list serves Debian 12 and 13.

# To build everything, and to run it.
# shellcheck disable=SC2034 # read by those that source this
heapprof_build_packages=(
    build-essential cmake ninja-build pkg-config file
    python3-dev pybind11-dev
    qt6-base-dev qt6-charts-dev libqt6opengl6-dev qt6-svg-dev
    qt6-tools-dev qt6-l10n-tools qt6-translations-l10n
    libgraphviz-dev libzip-dev libsource-highlight-dev libxxhash-dev nlohmann-json3-dev
    desktop-file-utils shared-mime-info xdg-utils fonts-dejavu-core fonts-inter fonts-jetbrains-mono
)
# What the tests need beside that.
# shellcheck disable=SC2034
heapprof_test_packages=(
    python3-venv xvfb xauth xdotool libgl1-mesa-dri libfile-mimeinfo-perl libglib2.0-bin appstream
    libjemalloc2
)
# What the whole test run needs beside those: formatting, fuzzing, Graphviz's and a browser's word on the exports.
# shellcheck disable=SC2034
heapprof_full_test_packages=(
    clang-19 libclang-rt-19-dev clang-format-19 clang-tidy-19 ccache graphviz chromium shellcheck
)
# Known to newer releases only; there they are needed for windows and icons.
heapprof_optional_packages=(libxcb-cursor0 qt6-svg-plugins)

# heapprof_missing_packages PACKAGE...: prints those that are not installed, one a line.
heapprof_missing_packages() {
    local package present
    # With what they provide: in Debian 13 libqt6opengl6-dev is but a name for qt6-base-dev.
    present="$(dpkg-query -W -f='${db:Status-Status},${Package},${Provides}\n' | sed -n 's/^installed,//p' |
        tr ',' '\n' | sed 's/^ *//; s/ .*//')"
    for package in "$@"; do
        if ! grep -qxF -e "$package" <<<"$present"; then printf '%s\n' "$package"; fi
    done
}

# heapprof_apt ARGUMENT...: apt-get, as root.
heapprof_apt() {
    if ((EUID == 0)); then
        DEBIAN_FRONTEND=noninteractive apt-get "$@"
    elif command -v sudo >/dev/null; then
        sudo DEBIAN_FRONTEND=noninteractive apt-get "$@"
    else
        echo "heapprof: installing packages needs root rights: run this as root, or install sudo" >&2
        return 1
    fi
}

# heapprof_install_missing PACKAGE...: installs those that are missing, and of the optional ones those that exist here.
heapprof_install_missing() {
    local missing=() optional=() package
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "heapprof: this is not Debian; install what corresponds to: $*" >&2
        return 1
    fi
    mapfile -t missing < <(heapprof_missing_packages "$@")
    mapfile -t optional < <(heapprof_missing_packages "${heapprof_optional_packages[@]}")
    if ((${#missing[@]} > 0)); then
        echo "heapprof: installing ${missing[*]}"
        heapprof_apt update -q
    fi
    for package in "${optional[@]}"; do
        if [[ -n "$(apt-cache search --names-only "^${package}\$" 2>/dev/null)" ]]; then missing+=("$package"); fi
    done
    if ((${#missing[@]} > 0)); then
        heapprof_apt install -q -y --no-install-recommends "${missing[@]}"
    fi
}
