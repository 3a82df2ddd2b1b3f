#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check_links.sh ROOT PAGE...: each link in the pages that is no address of the web leads to a file, and one with a
# `#` to a heading in it. The pages, and what is left of their links, are relative to ROOT.
set -euo pipefail
cd "$1"
shift
links=0
failed=0

# The links of a page, one a line, without those in blocks of code.
links_of() { awk '/^```/ { inside = !inside } !inside' "$1" | grep -oE '\]\([^) ]+\)' | sed -E 's/^..(.*).$/\1/' || true; }

# The names of a page's headings, as they stand behind `#` in a link.
anchors_of() {
    awk '/^```/ { inside = !inside } !inside && /^#+ /' "$1" |
        sed -E -e 's/^#+ //' -e 's/.*/\L&/' -e 's/[^a-z0-9 _-]//g' -e 's/ /-/g'
}

for page in "$@"; do
    [[ -e $page ]] || { echo "$page: there is no such page"; failed=1; continue; }
    for link in $(links_of "$page"); do
        [[ $link != *://* ]] || continue
        links=$((links + 1))
        path=${link%%#*}
        target=$(dirname "$page")/$path
        [[ -n $path ]] || target=$page
        if [[ ! -e $target ]]; then
            echo "$page: $link leads nowhere"
            failed=1
        elif [[ $link == *'#'* ]] && ! anchors_of "$target" | grep -qxF -- "${link#*#}"; then
            echo "$page: $link: the page has no such heading"
            failed=1
        fi
    done
done
echo "$links links in $# pages"
exit $failed
