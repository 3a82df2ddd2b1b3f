#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Tests sync_points.sh ROOT: the tree passes; without any one of the listed lines, with a sync point in another
# file, or with a store to what is true outside of truth.hpp, it does not.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cp -r "$root/store" "$root/ipc" "$tree/"
cases=0
failures=0

# caught FILE WHAT: the check names the file; then the file is as it was.
caught() {
    local output
    cases=$((cases + 1))
    if output=$(bash "$here/sync_points.sh" "$tree" 2>&1) || ! grep -qF "$1:" <<<"$output"; then
        printf 'not ok: %s\n%s\n' "$2" "$output"
        failures=$((failures + 1))
    fi
    cp "$root/$1" "$tree/$1"
}

bash "$here/sync_points.sh" "$tree" || { echo "not ok: the tree as it is"; exit 1; }
while IFS= read -r line; do
    [[ $line == '#'* || -z $line ]] && continue
    file=${line#* }
    text=${file#* }
    file=${file%% *}
    TEXT=$text awk 'BEGIN { text = ENVIRON["TEXT"] } !done && index($0, text) { done = 1; next } { print }' \
        "$root/$file" >"$tree/$file"
    caught "$file" "$file without: $text"
done <"$here/sync_points.txt"

echo '    word.load(std::memory_order_acquire);  // SLOT' >>"$tree/store/reclaim/evict.cpp"
caught store/reclaim/evict.cpp 'a sync point in a file that is not listed'
printf '    bucket.slots[0].store(\n        0, std::memory_order_release);\n' >>"$tree/store/reclaim/evict.cpp"
caught store/reclaim/evict.cpp 'a slot stored outside of truth.hpp'
echo '    page.fill.store(depth, std::memory_order_release);' >>"$tree/store/index/split.cpp"
caught store/index/split.cpp 'a fill stored outside of truth.hpp'

echo "sync points self-test: $cases cases, $failures failed"
[ "$failures" = 0 ]
