#!/usr/bin/env bash
# The whole way on a fresh Debian 12 or 13: installs what is missing, builds, records the sample program and opens the
# workstation on the recording while it is being written. Run it again as often as you like.
set -euo pipefail

usage() {
    cat <<'TEXT'
usage: installer/demo.sh [--no-gui] [--seconds N] [--output DIR]

  --no-gui       draw pictures of the finished recording instead of opening a window;
                 so without a display too
  --seconds N    how long the sample program runs (default: 30)
  --output DIR   where the recording and the pictures go (default: ./heapprof-demo)
TEXT
}

fail() {
    echo "demo: $*" >&2
    exit 1
}

say() { echo "demo: $*"; }

gui=yes
seconds=30
output=heapprof-demo
while (($# > 0)); do
    case "$1" in
        --no-gui) gui=no ;;
        --seconds | --output)
            (($# > 1)) || fail "$1 needs a value"
            if [[ "$1" == --seconds ]]; then seconds="$2"; else output="$2"; fi
            shift
            ;;
        -h | --help)
            usage
            exit 0
            ;;
        *)
            usage >&2
            exit 2
            ;;
    esac
    shift
done
[[ "$seconds" =~ ^[0-9]+(\.[0-9]+)?$ ]] || fail "--seconds $seconds: not a number"
if [[ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]]; then gui=no; fi

root="$(dirname "$(dirname "$(realpath "$0")")")"
mkdir -p "$output"
output="$(realpath "$output")"
capture="$output/sales"

# shellcheck source-path=SCRIPTDIR source=packages.sh
source "$root/installer/packages.sh"
heapprof_install_missing "${heapprof_build_packages[@]}"

say "building into $root/build (some minutes the first time)"
cd "$root"
# Without the preset, whose warnings are errors; a build directory that the tests configured stays as it is.
cmake -S . -B build -G Ninja -DPython_EXECUTABLE=/usr/bin/python3 >/dev/null
cmake --build build --target heapprof-workstation heapprof_package

workstation="$root/build/bin/heapprof-workstation"
say "registering the workstation for $(id -un): captures open by a double click"
"$root/installer/register.sh" "$workstation"

say "recording resources/sample/run_sales.py for about $seconds seconds into $capture.hpm and .hpd"
PYTHONPATH="$root/build/python" /usr/bin/python3 -m heapprof -o "$capture" -- \
    "$root/resources/sample/run_sales.py" --seconds "$seconds" &
recording=$!
trap 'kill "$recording" 2>/dev/null || true' EXIT

if [[ "$gui" == yes ]]; then
    for _ in {1..100}; do
        [[ -s "$capture.hpm" && -s "$capture.hpd" ]] && break
        kill -0 "$recording" 2>/dev/null || fail "the recording ended before it began"
        sleep 0.1
    done
    say "opening the workstation; close its window to end"
    # Not handed to a workstation that is running already: this one ends with the demonstration.
    "$workstation" --new-window "$capture.hpm" || say "the workstation ended with code $?"
    if kill -0 "$recording" 2>/dev/null; then say "waiting for the sample program to end"; fi
fi

wait "$recording" || fail "the sample program failed"
trap - EXIT

if [[ "$gui" == no ]]; then
    for view in time flow flame traces; do
        "$workstation" --export "$output/$view.png" --view "$view" "$capture.hpm"
    done
    say "no window was asked for, or there is no display; the views at the peak are"
    printf '    %s\n' "$output"/{time,flow,flame,traces}.png
fi
say "the capture is $capture.hpm; open it with: $workstation '$capture.hpm'"
