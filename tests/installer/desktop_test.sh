#!/usr/bin/env bash
# Desktop integration, as a user without root rights gets it: the files are valid, captures have their type, and opening
# one starts the workstation with its path. Everything happens in a home directory of its own, on a display of its own.
#     tests/installer/desktop_test.sh PATH_OF_HEAPPROF_WORKSTATION
# Exits with 77 (skipped) when a tool is missing.
set -euo pipefail

workstation="$(realpath "$1")"
root="$(realpath "$(dirname "$0")/../..")"
for tool in desktop-file-validate appstreamcli update-mime-database update-desktop-database xdg-mime xdg-open mimeopen Xvfb xdotool; do
    if ! command -v "$tool" >/dev/null; then
        echo "skipped: no $tool"
        exit 77
    fi
done

home="$(mktemp -d)"
server=
finish() {
    if [[ -f "$home/pids" ]]; then xargs -r kill <"$home/pids" 2>/dev/null || true; fi
    if [[ -n "$server" ]]; then kill "$server" 2>/dev/null || true; fi
    wait 2>/dev/null || true
    rm -rf "$home"
}
trap finish EXIT
export HOME="$home" XDG_DATA_HOME="$home/data" XDG_CONFIG_HOME="$home/config" XDG_CACHE_HOME="$home/cache"
export XDG_RUNTIME_DIR="$home/run" LC_ALL=C.UTF-8
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS XDG_CURRENT_DESKTOP DESKTOP_SESSION QT_QPA_PLATFORM
mkdir -p "$HOME/documents" # nothing else: a new user has none of the other folders
mkdir -m 700 "$XDG_RUNTIME_DIR"

check() { # NAME EXPECTED ACTUAL
    if [[ "$2" != "$3" ]]; then
        printf 'FAILED: %s\n  expected: %s\n  actual:   %s\n' "$1" "$2" "$3" >&2
        exit 1
    fi
    echo "ok: $1"
}

desktop-file-validate "$root/installer/heapprof-workstation.desktop"
# The project has no home page: to AppStream 1.0 that is a warning, and a warning a failure.
if ! report="$(appstreamcli validate --no-net --no-color "$root/installer/io.github.heapprof.workstation.metainfo.xml")"; then
    check "only the home page is missing" url-homepage-missing "$(sed -n 's/^ *[EW]: .* //p' <<<"$report")"
fi
echo "ok: desktop file and metainfo are valid"

# A program that notes what it is started with and becomes the workstation.
program="$home/heapprof-workstation"
cat >"$program" <<TEXT
#!/bin/sh
printf '%s\\n' "\$@" >"$home/arguments"
echo \$\$ >>"$home/pids"
exec "$workstation" "\$@"
TEXT
chmod +x "$program"
installed="$XDG_DATA_HOME/applications/heapprof-workstation.desktop"
awkward="$home/my \$programs 50%/heapprof \"workstation\""
mkdir -p "$(dirname "$awkward")"
cp "$program" "$awkward"
"$root/installer/register.sh" "$awkward"
desktop-file-validate "$installed"
"$root/installer/register.sh" "$program"
desktop-file-validate "$installed"
"$root/installer/register.sh" "$program" # again: nothing changes
check "registered command" "Exec=$program %F" "$(grep '^Exec=' "$installed")"

capture="$HOME/documents/my capture ü.hpm"
printf '\x89HPM\r\n\x1a\n\x02\0\0\0' >"$capture"
cp "$capture" "$HOME/documents/without an ending"
check "type by the ending" application/x-heapprof-capture "$(xdg-mime query filetype "$capture")"
check "type by the content" application/x-heapprof-capture "$(xdg-mime query filetype "$HOME/documents/without an ending")"
check "default application" heapprof-workstation.desktop "$(xdg-mime query default application/x-heapprof-capture)"

exec {ready}<> <(:)
Xvfb -displayfd "$ready" -noreset -screen 0 1280x800x24 >/dev/null 2>&1 &
server=$!
read -r -t 30 -u "$ready" number
export DISPLAY=":$number"
xdg-open "$capture" >/dev/null 2>&1 &
for _ in {1..300}; do
    if [[ -s "$home/pids" ]] && window="$(xdotool search --onlyvisible --pid "$(tail -n 1 "$home/pids")" 2>/dev/null | head -n 1)" && [[ -n "$window" ]]; then break; fi
    sleep 0.1
done
check "started with the capture" "$capture" "$(cat "$home/arguments" 2>/dev/null)"
check "a window is shown" yes "$([[ -n "${window:-}" ]] && echo yes || echo no)"
