# SPDX-License-Identifier: MIT
# awk -f rooms.awk ROOMS FILE...: checks all C++ files of the tree against the table of rooms (rooms.txt). Finds
# includes that go up, circles of includes, files that lie in no room, and unit tests that mirror no room.

BEGIN {
    table = ARGV[1]
    for (i = 2; i < ARGC; i++) is_file[ARGV[i]] = 1
}

FILENAME == table {
    if ($0 !~ /^#/ && NF > 0) read_part()
    next
}

FNR == 1 {
    here = room_of(FILENAME)
    if (here != "") is_used[here] = 1
    else if (part_of(FILENAME) != "") print FILENAME ":1: it lies in no room; tests/tidy/rooms.txt names the rooms"
    if (FILENAME ~ /^tests\/unit\//) check_unit_test(FILENAME, substr(FILENAME, length("tests/unit/") + 1))
}

/^[ \t]*#[ \t]*include[ \t]*["<]/ {
    target = $0
    sub(/^[^"<]*["<]/, "", target)
    sub(/[">].*$/, "", target)
    target = file_of(target)
    if (target == "") next
    check_floors()
    add_edge(stem(FILENAME), stem(target))
}

END {
    for (i = 1; i <= rooms; i++)
        if (!(room_name[i] in is_used)) print room_line[i] ": there is no room " room_name[i] "; delete it from the table"
    report_circles()
}

# A line of the table: `part: room room , room`.
function read_part(    i, height) {
    part_name[++parts] = $1
    sub(/:$/, "", part_name[parts])
    for (i = 2; i <= NF; i++) {
        if ($i == ",") {
            height++
            continue
        }
        room_name[++rooms] = part_name[parts] "/" $i
        room_line[rooms] = "tests/tidy/rooms.txt:" FNR
        floor[room_name[rooms]] = height + 0
    }
}

function stem(path) {
    sub(/\.[a-z]+$/, "", path)
    return path
}

# The innermost part that a path lies in.
function part_of(path,    i, best) {
    best = ""
    for (i = 1; i <= parts; i++)
        if (index(path, part_name[i] "/") == 1 && length(part_name[i]) > length(best)) best = part_name[i]
    return best
}

function room_of(path,    part, rest) {
    part = part_of(path)
    if (part == "") return ""
    rest = substr(path, length(part) + 2)
    if (!sub(/\/.*$/, "/", rest)) rest = stem(rest)
    if (rest !~ /\/$/ && !((part "/" rest) in floor)) rest = "."
    return (part "/" rest) in floor ? part "/" rest : ""
}

# A test lies in tests/unit/ where its source lies in the tree. What tests share lies beside them, or in the
# folder of the part.
function check_unit_test(path, mirrored) {
    if (path ~ /\.cpp$/ && path !~ /_test\.cpp$/) {
        print path ":1: the name of a unit test ends in _test.cpp"
        return
    }
    sub(/_test\.cpp$/, ".cpp", mirrored)
    if (room_of(mirrored) != "") return
    if (path ~ /\.hpp$/ && part_of(mirrored) != "" && substr(mirrored, length(part_of(mirrored)) + 2) !~ /\//) return
    print path ":1: it mirrors no room; tests/tidy/rooms.txt names the rooms"
}

# The file of the tree that an include means, or nothing.
function file_of(name,    i, count, folders, path) {
    path = FILENAME
    sub(/[^\/]*$/, "", path)
    count = split("|tests/|store/include/|tools/remote/include/|" path, folders, "|")
    for (i = 1; i <= count; i++) {
        path = folders[i] name
        while (sub(/[^\/]+\/\.\.\//, "", path)) {}
        if (path in is_file) return path
    }
    return ""
}

function check_floors(    there) {
    there = room_of(target)
    if (here == there || here == "" || there == "" || part_of(FILENAME) != part_of(target)) return
    if (floor[there] < floor[here]) return
    print FILENAME ":" FNR ": it may not include " target ": the room " there \
        (floor[there] == floor[here] ? " stands beside " : " lies above ") here
}

# A source and its header are one.
function add_edge(from, to) {
    if (from == to || (from, to) in edge) return
    edge[from, to] = FILENAME ":" FNR
    if (!(from in number)) {
        node[++nodes] = from
        number[from] = nodes
    }
    next_of[from, ++degree[from]] = to
}

# One circle through each file that is in any; a file that stands in one that was printed begins none.
function report_circles(    i, circle) {
    drop_what_is_in_no_circle()
    for (i = 1; i <= nodes; i++) {
        if (!(node[i] in number) || node[i] in is_reported) continue
        circle = circle_of(node[i])
        if (circle != "") print edge[node[i], second] ": these include one another in a circle: " circle
    }
}

# Again and again: what includes nothing that is left.
function drop_what_is_in_no_circle(    i, k, found, again) {
    do {
        again = 0
        for (i = 1; i <= nodes; i++) {
            if (!(node[i] in number)) continue
            found = 0
            for (k = 1; k <= degree[node[i]]; k++) found += next_of[node[i], k] in number
            if (found) continue
            delete number[node[i]]
            again = 1
        }
    } while (again)
}

# The shortest way from a file back to itself, as text; `second` is the file behind the first.
function circle_of(first,    queue, head, tail, came_from, at, k, to, text) {
    queue[tail = 1] = first
    for (head = 1; head <= tail; head++) {
        at = queue[head]
        for (k = 1; k <= degree[at]; k++) {
            to = next_of[at, k]
            if (!(to in number) || to in came_from) continue
            came_from[to] = at
            queue[++tail] = to
            if (to == first) break
        }
    }
    if (!(first in came_from)) return ""
    text = first
    at = first
    do {
        second = at
        at = came_from[at]
        text = at " -> " text
        is_reported[at] = 1
    } while (at != first)
    return text
}
