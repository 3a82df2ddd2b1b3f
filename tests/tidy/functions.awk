# SPDX-License-Identifier: MIT
# Prints `path<TAB>first line<TAB>name<TAB>lines` for each function body in C++ files; a lambda belongs
# to the function around it. Use after code_only.awk. Relies on the project's layout: a body's brace has a
# space before it, a braced initialiser's has none.

FNR == 1 {
    forget_state()
    depth = 0
    inside = 0
    head = ""
}

{
    line = code_only($0)
    if (line ~ /^[ \t]*#/ || in_directive) {
        in_directive = (line ~ /\\$/)
        next
    }
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        if (c == "{") open_brace()
        else if (c == "}") close_brace()
        else if (c == ";" && !inside && kind[depth] != "initialiser") head = ""
        else if (!inside) {
            if (head ~ /^[ \t]*$/ && c !~ /[ \t]/) head_line = FNR
            head = head c
        }
    }
    if (!inside) head = head " "
}

function open_brace() {
    depth++
    kind[depth] = "block"
    if (inside) return
    if (head ~ /[A-Za-z0-9_>]$/) {
        kind[depth] = "initialiser"
        return
    }
    if (is_function(head)) {
        kind[depth] = "function"
        inside = depth
        name = name_of(head)
        first_line = head_line
    }
    head = ""
}

function close_brace() {
    if (inside && depth == inside) {
        printf "%s\t%d\t%s\t%d\n", FILENAME, first_line, name, FNR - first_line + 1
        inside = 0
        head = ""
    } else if (!inside && kind[depth] != "initialiser") {
        head = ""
    }
    if (depth > 0) depth--
}

# Text before a brace, without what stands in angle brackets.
function plain(text) {
    while (gsub(/<[^<>]*>/, "", text)) {}
    return text
}

function is_function(text,    before) {
    text = plain(text)
    if (text !~ /\(/ || text ~ /=[ \t]*$/) return 0
    before = substr(text, 1, index(text, "(") - 1)
    return before !~ /(^|[^A-Za-z0-9_])(namespace|class|struct|union|enum)([^A-Za-z0-9_]|$)/
}

function name_of(text,    before) {
    text = plain(text)
    if (match(text, /[A-Z_]*TEST_CASE[A-Z_]*\([ \t]*[A-Za-z0-9_]+/)) {
        before = substr(text, RSTART, RLENGTH)
        sub(/^.*\([ \t]*/, "", before)
        return before
    }
    sub(/^.*requires[^)]*\)/, "", text)
    before = substr(text, 1, index(text, "(") - 1)
    sub(/[ \t]+$/, "", before)
    sub(/^.*[ \t&*]/, "", before)
    return before == "" ? "operator()" : before
}
