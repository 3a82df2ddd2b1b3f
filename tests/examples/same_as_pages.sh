#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# same_as_pages.sh ROOT: each block of C++ in the pages that is marked as a file of this folder is that file, word for
# word from its third line on; and each file of this folder stands in a page. The files are built and run.
set -euo pipefail
cd "$1"
examples=tests/examples
failed=0

# Prints the blocks of a page as FILE<TAB>LINE: the file that the mark above a block names, and its lines.
marked_blocks() {
    awk '/^<!-- test: cpp .* -->$/ { file = $4; next }
        /^```/ { inside = $0 == "```cpp" && file != ""; if (!inside) file = ""; next }
        inside { print file "\t" $0 }' "$1"
}

for page in README.md tools/guide/*.md; do
    for file in $(marked_blocks "$page" | cut -f 1 | uniq); do
        shown+=("$file")
        if ! diff -u --label "$page" --label "$examples/$file" <(marked_blocks "$page" | sed -n "s/^$file\t//p") \
            <(tail -n +3 "$examples/$file"); then
            failed=1
        fi
    done
done
for path in "$examples"/*.cpp; do
    [[ " ${shown[*]:-} " == *" ${path##*/} "* ]] || { echo "$path stands in no page"; failed=1; }
done
echo "${#shown[@]} examples in C++ stand in the pages"
exit $failed
