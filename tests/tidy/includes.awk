# SPDX-License-Identifier: MIT
# Checks each #include against the direction of the layers: tools -> store -> ipc.

/^[ \t]*#[ \t]*include[ \t]/ {
    included = $0
    sub(/^[ \t]*#[ \t]*include[ \t]*/, "", included)
    sub(/[ \t]*(\/\/.*)?$/, "", included)
    if (!allowed(FILENAME, included)) print FILENAME ":" FNR ": " layer " may not include " included
}

function is_std(name) { return name ~ /^<[a-z_0-9]+>$/ }
function is_system(name) {
    return name ~ /^<[a-z_0-9]+\.h>$/ || name ~ /^<(sys|linux|netinet)\/[a-z_0-9]+\.h>$/
}
function is_xxhash(name) { return name == "<xxhash.h>" }
function is_fmt(name) { return name ~ /^<fmt\// }
function is_simd(name) { return name ~ /^<[a-z]+intrin\.h>$/ }
function is_cereal(name) { return name ~ /^<cereal\// }
function is_sort(name) { return name ~ /^<boost\/sort\// }
function is_public(name) { return name ~ /^[<"]dummycache\/[a-z_0-9]+\.hpp[>"]$/ }

function allowed(path, name) {
    if (path ~ /^ipc\//) {
        layer = "ipc"
        return name ~ /^"ipc\// || name ~ /^<boost\/(interprocess\/|version\.hpp)/ || is_std(name) ||
               is_system(name) || is_fmt(name)
    }
    if (path ~ /^store\/include\//) {
        layer = "a public header"
        return is_std(name) || name ~ /^"dummycache\// || (is_cereal(name) && path ~ /\/typed(_archive)?\.hpp$/)
    }
    if (path ~ /^store\//) {
        layer = "store"
        return name ~ /^"(ipc|store)\// || is_public(name) || is_std(name) || is_xxhash(name) ||
               is_simd(name) || is_fmt(name) ||
               ((is_cereal(name) || is_sort(name)) && path ~ /^store\/snapshot\//)
    }
    if (path ~ /^tools\//) {
        layer = "a tool"
        return is_public(name) || name !~ /^[<"]((\.\.\/)*(ipc|store)\/|boost\/|cereal\/|xxhash)/
    }
    return 1
}
