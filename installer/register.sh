#!/usr/bin/env bash
# Registers a workstation with the current user's desktop, without root rights: captures open by a double click.
#     installer/register.sh PATH_OF_HEAPPROF_WORKSTATION
set -euo pipefail

if (($# != 1)) || [[ ! -x "$1" ]]; then
    echo "usage: $0 PATH_OF_HEAPPROF_WORKSTATION" >&2
    exit 2
fi
program="$(realpath "$1")"
installer="$(dirname "$(realpath "$0")")"
data="${XDG_DATA_HOME:-$HOME/.local/share}"

install -D -m 644 "$installer/heapprof.xml" "$data/mime/packages/heapprof.xml"
install -D -m 644 "$installer/../resources/icons/heapprof-workstation.svg" \
    "$data/icons/hicolor/scalable/apps/heapprof-workstation.svg"

# Quoted only where needed: xdg-open by itself, without a desktop, takes quotes for part of the name. Inside the quotes
# four characters are escaped by a backslash, which the file's own escaping doubles; a percent sign begins a field code.
command="$program"
if [[ "$program" == *[!A-Za-z0-9/._+-]* ]]; then
    for special in \\ \" \` \$; do command="${command//"$special"/\\\\"$special"}"; done
    command="\"${command//%/%%}\""
fi
mkdir -p "$data/applications"
while IFS= read -r line; do
    case "$line" in
        Exec=*) printf 'Exec=%s %%F\n' "$command" ;;
        TryExec=*) printf 'TryExec=%s\n' "${program//\\/\\\\}" ;;
        *) printf '%s\n' "$line" ;;
    esac
done <"$installer/heapprof-workstation.desktop" >"$data/applications/heapprof-workstation.desktop"

if command -v update-mime-database >/dev/null; then update-mime-database "$data/mime" >/dev/null; fi
if command -v update-desktop-database >/dev/null; then update-desktop-database "$data/applications"; fi
if command -v xdg-mime >/dev/null; then
    mkdir -p "${XDG_CONFIG_HOME:-$HOME/.config}" # a new user has none, and xdg-mime makes none
    xdg-mime default heapprof-workstation.desktop application/x-heapprof-capture
fi
