#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# sync_points.sh ROOT: the stores, loads and fences that the models in tests/torture/models show to be needed
# stand where sync_points.txt says. A sync point in a file that it does not list, and a store to what is true
# outside of truth.hpp, are failures too.
set -uo pipefail
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$1" || exit 2
failed=0
fail() {
    echo "$1"
    failed=1
}

declare -A listed=()
while IFS= read -r line; do
    [[ $line == '#'* || -z $line ]] && continue
    count=${line%% *}
    file=${line#* }
    text=${file#* }
    file=${file%% *}
    listed[$file]=1
    found=$(grep -cF -- "$text" "$file" 2>/dev/null)
    [[ ${found:-0} -eq $count ]] ||
        fail "$file:1: ${found:-0} lines with '$text' instead of $count; see the sync points in store/README.md"
done <"$here/sync_points.txt"

while IFS=: read -r file number text; do
    [[ -n ${listed[$file]:-} ]] ||
        fail "$file:$number: a sync point in a file that tests/tidy/sync_points.txt does not list: ${text## }"
done < <(grep -rnE '// (SLOT|VERSION|REUSE|DIR|LEASE)\b' store ipc --include='*.[ch]pp')

# What others can see of a shard's truth is stored by the functions of truth.hpp alone.
while IFS=: read -r file number; do
    fail "$file:$number: a release store to a slot, version, directory word, fill, owner or record; truth.hpp has those"
done < <(find store -name '*.[ch]pp' ! -name truth.hpp -exec awk -v RS=';' '
    FNR == 1 { line = 1 }
    /(slots\[[^;]*\]|version|fill|owner|directory\[[^;]*\]|deadline_word|undo_count|undo_head|lost_era|\.word)\.store\([^;]*memory_order_release/ {
        print FILENAME ":" line + gsub(/\n/, "\n", $0)
        next
    }
    { line += gsub(/\n/, "\n", $0) }' {} +)

exit $failed
