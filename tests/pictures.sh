#!/usr/bin/env bash
# Makes pictures of every view of the window into a folder, and compares them with those in tests/pictures/reference.
# With another Qt than theirs, what differs is told, and is no failure.
# Usage: tests/pictures.sh [--accept] [FOLDER]
#   FOLDER     build/pictures if none is given; what differs lies in FOLDER/differences, beside its reference
#   --accept   makes the pictures the references instead
# The build of the folder HEAPPROF_BUILD is used, by default build; tests/run.sh makes it.
set -euo pipefail
cd "$(dirname "$0")/.."

accept=
if [[ ${1:-} == --accept ]]; then
    accept=yes
    shift
fi
if [[ ${1:-} == -* ]] || (($# > 1)); then
    sed -n '2,7s/^# \{0,1\}//p' "$0"
    exit 2
fi
build=${HEAPPROF_BUILD:-build}
folder=${1:-$build/pictures}
references=tests/pictures/reference
program=$build/bin/heapprof-pictures
if [[ ! -x $program ]]; then
    echo "there is no $program: build it first, as tests/run.sh --quick does" >&2
    exit 2
fi

# shellcheck source=installer/packages.sh
source installer/packages.sh
heapprof_install_missing fonts-inter fonts-jetbrains-mono fonts-dejavu-core

# What pictures could depend on beside the window itself.
export QT_QPA_PLATFORM=offscreen TZ=UTC LC_ALL=C.UTF-8
unset XDG_CURRENT_DESKTOP QT_SCALE_FACTOR QT_FONT_DPI QT_STYLE_OVERRIDE

rm -rf "$folder"
mkdir -p "$folder/differences"
runs=()
for scale in 1 2; do
    for theme in light dark; do
        QT_SCALE_FACTOR=$scale "$program" make "$folder" "$theme" >"$folder/$theme-$scale.log" 2>&1 &
        runs+=($!)
    done
done
for run in "${runs[@]}"; do
    wait "$run" || { cat "$folder"/*.log >&2; exit 1; }
done
echo "pictures: $(cd "$folder" && pwd)"
if [[ $accept ]]; then
    "$program" accept "$folder" "$references"
    du -sh "$references"
else
    "$program" compare "$folder" "$references" "$folder/differences"
fi
