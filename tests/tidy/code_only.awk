# SPDX-License-Identifier: MIT
# Functions for reading C++ line by line.

# The line without comments and without what stands in string and character literals. Keeps
# `in_comment` and `raw_end` from line to line; call forget_state() at the start of a file.
function code_only(line,    out, i, c, two, quote, open) {
    out = ""
    for (i = 1; i <= length(line); i++) {
        if (raw_end != "") {
            open = index(substr(line, i), raw_end)
            if (open == 0) return out
            i += open + length(raw_end) - 2
            raw_end = ""
            out = out "\""
            continue
        }
        c = substr(line, i, 1)
        two = substr(line, i, 2)
        if (in_comment) {
            if (two == "*/") { in_comment = 0; i++ }
            continue
        }
        if (quote != "") {
            if (c == "\\") i++
            else if (c == quote) { out = out c; quote = "" }
            continue
        }
        if (two == "//") return out
        if (two == "/*") { in_comment = 1; i++; continue }
        if (two == "R\"" && substr(out, length(out)) !~ /[A-Za-z0-9_]/) {
            open = index(substr(line, i), "(")
            raw_end = ")" substr(line, i + 2, open - 3) "\""
            i += open - 1
            out = out "\""
            continue
        }
        if (c == "\"" || (c == "'" && substr(out, length(out)) !~ /[0-9A-Fa-f]/)) quote = c
        out = out c
    }
    return out
}

function forget_state() {
    in_comment = 0
    raw_end = ""
}
