#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# need_packages.sh NEED...: installs what is missing of Debian's or Ubuntu's packages. Calls apt for nothing else.
# A NEED is
#   NAME                           a package
#   META:LOW-HIGH:NAME[,NAME...]   packages with a version in their names, such as libboost-dev:81-91:libboost1.N-dev.
#                                  N is a version that is installed; else the one that META, the system's own
#                                  choice, depends on; else the highest that apt knows.
# What apt does not know is named on standard error and left out: the build tells whether it can do without.
set -euo pipefail

if ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian. Its names of what is needed: $*" >&2
    exit 0
fi

declare -A installed=()
while read -r package status; do
    if [ "$status" = installed ]; then installed[$package]=1; fi
done < <(dpkg-query -W -f='${Package} ${db:Status-Status}\n' || true)

is_installed() { [ -n "${installed[$1]-}" ]; }
is_known() { apt-cache show "$1" >/dev/null 2>&1; }

# all_are CHECK LIST N: does CHECK hold for each NAME of the list, with N in its place?
all_are() {
    local names name
    IFS=, read -ra names <<<"$2"
    for name in "${names[@]}"; do "$1" "${name/N/$3}" || return 1; done
}

# highest LOW HIGH CHECK...: the highest N for which `CHECK... N` holds. False if there is none.
highest() {
    local low=$1 n
    for ((n = $2; n >= low; --n)); do
        if "${@:3}" "$n"; then echo "$n"; return; fi
    done
    return 1
}

# is_choice DEPENDS LIST N: is the first NAME among what META depends on, and does apt know them all?
is_choice() {
    local first=${2%%,*}
    grep -q "Depends: ${first/N/$3}\$" <<<"$1" && all_are is_known "$2" "$3"
}

# version_of META LOW HIGH LIST: the version to take; nothing if there is none.
version_of() {
    local range=("$2" "$3") list=$4 depends
    highest "${range[@]}" all_are is_installed "$list" && return
    highest "${range[@]}" all_are is_installed "${list%%,*}" && return
    depends=$(apt-cache depends "$1" 2>/dev/null || true)
    highest "${range[@]}" is_choice "$depends" "$list" || highest "${range[@]}" all_are is_known "$list" || true
}

# Fills `missing` with what is to be installed, and `unknown` with what apt does not know.
look() {
    local need meta range list names name version
    missing=() unknown=()
    for need in "$@"; do
        if [[ $need != *:*:* ]]; then
            is_installed "$need" && continue
            if is_known "$need"; then missing+=("$need"); else unknown+=("$need"); fi
            continue
        fi
        IFS=: read -r meta range list <<<"$need"
        version=$(version_of "$meta" "${range%-*}" "${range#*-}" "$list")
        if [ -z "$version" ]; then
            unknown+=("${list//,/ and } with N from ${range%-*} to ${range#*-}")
            continue
        fi
        IFS=, read -ra names <<<"$list"
        for name in "${names[@]}"; do
            is_installed "${name/N/$version}" || missing+=("${name/N/$version}")
        done
    done
}

look "$@"
[ "$((${#missing[@]} + ${#unknown[@]}))" -gt 0 ] || exit 0

warn_of_unknown() { for name in "${unknown[@]}"; do echo "need_packages.sh: apt knows no package $name" >&2; done; }

as_root=()
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
        warn_of_unknown
        [ "${#missing[@]}" -gt 0 ] || exit 0
        echo "run as root: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
"${as_root[@]}" apt-get -q update
look "$@"  # a fresh system knew no packages until now
warn_of_unknown
[ "${#missing[@]}" -gt 0 ] || exit 0
echo "== Installing ${missing[*]}"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends "${missing[@]}"
