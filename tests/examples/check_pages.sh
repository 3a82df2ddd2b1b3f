#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check_pages.sh ROOT: the links of all pages lead somewhere, the table of contents of the guide has each of its
# pages, README.md is short enough to be read, and the history of the layout reaches its present version.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$1"
max_readme_words=1900
failed=0

"$here/check_links.sh" . README.md tools/guide/*.md store/*.md ipc/*.md tools/*/README.md tests/*/README.md \
    tests/*/*/README.md || failed=1
for page in tools/guide/*.md; do
    [[ $page == */README.md ]] || grep -qF "](${page##*/})" tools/guide/README.md ||
        { echo "tools/guide/README.md does not name ${page##*/}"; failed=1; }
done
words=$(wc -w <README.md)
[[ $words -le $max_readme_words ]] ||
    { echo "README.md has $words words; the limit is $max_readme_words: move something to a page of tools/guide"; failed=1; }
layout=$(sed -nE 's/^# The bytes of a segment, layout version ([0-9]+)$/\1/p' store/FORMAT.md)
grep -qF "kLayoutVersion = $layout;" ipc/segment/superblock.hpp ||
    { echo "store/FORMAT.md is about layout version $layout; superblock.hpp is not"; failed=1; }
awk -v wanted="$layout" '/^\| layout version/ { inside = 1 } /^$/ { inside = 0 } inside { last = $2 } last == wanted { found = 1 }
    END { exit !found }' store/FORMAT.md ||
    { echo "the history in store/FORMAT.md does not reach version $layout"; failed=1; }
exit $failed
