#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs the real command line, end to end: run.sh BINARY [FILE] [CASE...]. Without FILE, one of the files
# cases_*.sh, all of them; without CASE every case.
#
# A case is a function in one of the files cases_*.sh whose name is a sentence. Each runs in a shell
# and with a cache of its own, whose name is in $DUMMYCACHE, and in an empty folder.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[[ $# -ge 1 && -x $1 ]] || { echo "usage: run.sh BINARY [FILE] [CASE...]" >&2; exit 2; }
binary=$(realpath "$1")
shift

scratch=$(mktemp -d)
chmod 755 "$scratch"
prefix=cli-test-$$
number=0
failed=0
skipped=0

# Whatever happens, no cache and no file of this run stays.
clean_up() {
    local name
    for name in $("$binary" caches 2>/dev/null | cut -d ' ' -f 1); do
        [[ $name == "$prefix"-* ]] && "$binary" rm "$name"
    done
    rm -rf "$scratch"
}
trap clean_up EXIT

source "$here/expect.sh"
source "$here/servers.sh"
source "$here/users.sh"
before=$(declare -F | cut -d ' ' -f 3)
files=("$here"/cases_*.sh)
[[ ${1:-} != *.sh ]] || { files=("$here/$1"); shift; }
for file in "${files[@]}"; do source "$file" || exit 2; done
mapfile -t cases < <(comm -13 <(sort <<<"$before") <(declare -F | cut -d ' ' -f 3 | sort))
[[ $# -gt 0 ]] && cases=("$@")

unset COLUMNS NO_COLOR
export LC_ALL=C
for name in "${cases[@]}"; do
    number=$((number + 1))
    folder=$scratch/$number
    mkdir -m 755 "$folder"
    (
        cd "$folder" || exit 1
        export DUMMYCACHE=$prefix-$number
        "$name"
    ) </dev/null 3>"$folder/.why"
    result=$?
    "$binary" rm "$prefix-$number" 2>/dev/null
    case $result in
        0) echo "ok $number $name" ;;
        77) echo "ok $number $name # skipped: $(<"$folder/.why")" && skipped=$((skipped + 1)) ;;
        *) echo "not ok $number $name" && sed 's/^/    /' "$folder/.why" && failed=$((failed + 1)) ;;
    esac
done

echo "$number cases, $failed failed, $skipped skipped"
[[ $number -gt 0 && $failed -eq 0 ]]
