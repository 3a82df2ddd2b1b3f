#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check.sh [ROOT]: the rules of the tree that no compiler knows. Prints one line for each place that breaks
# one, as path:line: what is wrong. Exit 0 if there is none, 1 if there is, 2 if it could not look.
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "${1:-$here/../..}"

max_file_lines=300
max_function_lines=60
top_level='store ipc tools tests CMakeLists.txt CMakePresets.json README.md CHANGELOG.md LICENSE'
ignored_by_git='build CMakeUserPresets.json'

mapfile -t cpp_files < <(find ipc store tools tests -name '*.[ch]pp' -type f | sort)
mapfile -t other_files < <(find ipc store tools tests .ci -type f ! -name '*.[ch]pp' 2>/dev/null | sort)
mapfile -t layer_files < <(printf '%s\n' "${cpp_files[@]}" | grep -E '^(ipc|store)/')
[ "${#layer_files[@]}" -gt 0 ] || { echo "tidy: no C++ files in ipc/ and store/ of $PWD" >&2; exit 2; }

check_top_level() {
    local entry
    for entry in *; do
        [[ " $top_level $ignored_by_git " == *" $entry "* ]] || echo "$entry:1: the top level holds only: $top_level"
    done
}

check_includes() { awk -f "$here/includes.awk" "${cpp_files[@]}"; }
check_rooms() { awk -f "$here/rooms.awk" "${DUMMYCACHE_TIDY_ROOMS:-$here/rooms.txt}" "${cpp_files[@]}"; }
check_calls() { awk -f "$here/code_only.awk" -f "$here/calls.awk" "${layer_files[@]}"; }

# The licence stands in the first line, or in the second behind `#!`.
check_licence() {
    local file
    for file in "${cpp_files[@]}" "${other_files[@]}"; do
        case $file in
            *.md | *.txt | *.json* | *.in | *.map | *.dcs) [[ $file == */CMakeLists.txt ]] || continue ;;
        esac
        head -n 2 "$file" | awk 'NR == 1 && /^#!/ { next } { exit !/^(\/\/|#) SPDX-License-Identifier: MIT$/ }' ||
            echo "$file:1: the first line is not the licence line, SPDX-License-Identifier: MIT"
    done
}

check_words() {
    local file
    local -a pages=()
    for file in README.md CHANGELOG.md CMakeLists.txt CMakePresets.json; do
        [ ! -e "$file" ] || pages+=("$file")
    done
    printf '%s\n' "${cpp_files[@]}" "${other_files[@]}" "${pages[@]}" | grep -v '^tests/tidy/' |
        tr '\n' '\0' | xargs -0 grep -nHiIE -f <(grep -v '^#' "$here/banned_words.txt") |
        sed -E 's|^([^:]*:[0-9]+:)(.*)$|\1 a word that does not belong here (tests/tidy/banned_words.txt):\2|' ||
        true
}

# Everything over a limit, in the form of exceptions.txt.
list_too_long() {
    local file
    for file in "${cpp_files[@]}" "${other_files[@]}"; do
        case $file in
            *.md | *.json* | *.dcs | tests/format/layout.txt) continue ;;
        esac
        awk -v limit=$max_file_lines 'END { if (NR > limit) print "file", FILENAME, NR }' "$file"
    done
    awk -f "$here/code_only.awk" -f "$here/functions.awk" "${cpp_files[@]}" |
        awk -F '\t' -v limit=$max_function_lines '$4 > limit { print "function", $1, $3, $4 }'
}

check_lengths() {
    list_too_long | awk -v limits="$max_file_lines lines a file, $max_function_lines a function" '
        function key_of(   i, text) { text = $1; for (i = 2; i < NF; i++) text = text " " $i; return text }
        FNR == NR { if ($1 != "#" && NF >= 3 && $1 !~ /^#/) listed[key_of()] = $NF; next }
        {
            key = key_of()
            if (!(key in listed)) print $2 ":1: " key " has " $NF " lines; the limits are " limits
            else if ($NF > listed[key]) print $2 ":1: " key " grew from " listed[key] " to " $NF " lines"
            else if ($NF < listed[key])
                print $2 ":1: " key " has " $NF " lines now; write that into tests/tidy/exceptions.txt"
            seen[key] = 1
        }
        END {
            for (key in listed) if (!(key in seen))
                print "tests/tidy/exceptions.txt:1: " key " is within the limit or gone; delete its line"
        }' "${DUMMYCACHE_TIDY_EXCEPTIONS:-$here/exceptions.txt}" -
}

found=$(check_top_level; check_includes; check_rooms; check_calls; check_licence; check_words; check_lengths)
if [ -n "$found" ]; then
    printf '%s\n' "$found"
    exit 1
fi
echo "tidy: ${#cpp_files[@]} C++ files and ${#other_files[@]} others, nothing to complain about"
