#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# need_packages_test.sh ROOT: which packages ROOT/tools/quickstart and ROOT/tools/test install on some systems. Each
# system is a dpkg-query, an apt-cache and an apt-get that answer from files, and log what they are asked to install.
set -euo pipefail
root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

mkdir "$work/bin"
for tool in bash cat env grep; do ln -s "$(command -v "$tool")" "$work/bin/$tool"; done
cat >"$work/bin/dpkg-query" <<'END'
#!/bin/bash
while read -r name; do echo "$name installed"; done <"$work/installed"
echo 'removed-dev config-files'
END
cat >"$work/bin/apt-cache" <<'END'
#!/bin/bash
[ -e "$work/updated" ] || exit 100
case $1 in
    show) grep -qx "$2" "$work/known" ;;
    depends) grep -q "^$2 " "$work/depends" && echo "$2" && sed -n "s/^$2 /  Depends: /p" "$work/depends" ;;
esac
END
ln -s "$(command -v sed)" "$work/bin/sed"
cat >"$work/bin/apt-get" <<'END'
#!/bin/bash
case " $* " in
    *' update '*) : >"$work/updated" ;;
    *' install '*) shift 3; echo "$*" >>"$work/asked" ;;
esac
END
cat >"$work/bin/id" <<'END'
#!/bin/bash
cat "$work/uid"
END
chmod +x "$work/bin"/{dpkg-query,apt-cache,apt-get,id}
export work

# a_system INSTALLED KNOWN [META DEPENDENCY]...
a_system() {
    rm -f "$work/updated" "$work/asked"
    tr ' ' '\n' <<<"$1" >"$work/installed"
    tr ' ' '\n' <<<"$2" >"$work/known"
    echo 0 >"$work/uid"
    shift 2
    printf '%s %s\n' "$@" >"$work/depends"
}

# needs CODE NEED...: runs need_packages.sh on the system.
needs() {
    local expected=$1 code=0
    shift
    PATH=$work/bin "$root/tools/packaging/need_packages.sh" "$@" >"$work/out" 2>"$work/err" || code=$?
    [ "$code" = "$expected" ] || wrong "exit code $code instead of $expected"
}

wrong() {
    echo "line ${BASH_LINENO[1]}: $1"
    cat "$work/out" "$work/err"
    failures=$((failures + 1))
}

# installs PACKAGES: exactly these were asked for, in this order; nothing if PACKAGES is empty.
installs() {
    local asked=''
    [ ! -e "$work/asked" ] || asked=$(cat "$work/asked")
    [ "$asked" = "$1" ] || wrong "asked for '$asked' instead of '$1'"
}

says() { grep -q -- "$1" "$work/err" || wrong "standard error does not say '$1'"; }

# What a command of the tree needs, as it stands there.
needs_of() { sed -n '/need_packages.sh /{:next;/\\$/{N;s/\\\n//;b next;};s/.*need_packages.sh//;p;}' "$root/tools/$1"; }
read -ra quickstart <<<"$(needs_of quickstart)"
read -ra all <<<"$(needs_of test)"
plain=$(printf '%s\n' "${all[@]}" | grep -v : | tr '\n' ' ')
boost=libboost-dev:81-91:libboost1.N-dev,libboost-test1.N-dev
clang=clang:14-40:clang-N,libclang-rt-N-dev
clangs() { local n; for n in "$@"; do printf 'clang-%s libclang-rt-%s-dev ' "$n" "$n"; done; }
boosts() { local n; for n in "$@"; do printf 'libboost1.%s-dev libboost-test1.%s-dev ' "$n" "$n"; done; }

# Debian 12: its own choice of Boost is too old.
debian_12="$plain$(clangs 13 14 15 16 19)$(boosts 74 81)"
a_system base-files "$debian_12" libboost-dev libboost1.74-dev clang clang-14
needs 0 "${quickstart[@]}"
installs "g++ cmake ninja-build libboost1.81-dev libcereal-dev libxxhash-dev libfmt-dev"
a_system "$plain" "$debian_12" libboost-dev libboost1.74-dev clang clang-14
needs 0 "${all[@]}"
installs "clang-14 libclang-rt-14-dev libboost1.81-dev libboost-test1.81-dev"

# Debian 13 and Ubuntu 24.04: the system's own choice, though others are newer.
a_system "$plain" "$plain$(clangs 17 18 19 22)$(boosts 83 88)" libboost-dev libboost1.83-dev clang clang-19
needs 0 "${all[@]}"
installs "clang-19 libclang-rt-19-dev libboost1.83-dev libboost-test1.83-dev"
a_system "$plain" "$plain$(clangs 14 15 16 17 18)$(boosts 74 83)" libboost-dev libboost1.83-dev clang clang-18
needs 0 "${all[@]}"
installs "clang-18 libclang-rt-18-dev libboost1.83-dev libboost-test1.83-dev"

# What is installed is taken, and completed; two versions of Boost would push one another out.
a_system "libboost1.88-dev clang-17" "$(clangs 17 19)$(boosts 83 88)" libboost-dev libboost1.83-dev clang clang-19
needs 0 "$boost" "$clang"
installs "libboost-test1.88-dev libclang-rt-17-dev"
a_system "clang-19 $(clangs 14)" "$(clangs 14 19)" clang clang-19
needs 0 "$clang"
installs ''
a_system "libboost1.74-dev" "$(boosts 74 81)" libboost-dev libboost1.74-dev
needs 0 "$boost"
installs "libboost1.81-dev libboost-test1.81-dev"

# The system's own choice lacks a part, or there is no such package as META: the highest that is whole.
a_system '' "clang-19 $(clangs 16 17)" clang clang-19
needs 0 "$clang"
installs "clang-17 libclang-rt-17-dev"

# All is there: apt is not asked.
a_system "g++ $(clangs 14)" ''
needs 0 g++ "$clang"
installs ''
[ ! -e "$work/updated" ] || wrong "apt-get update ran for nothing"

# What apt does not know is named, and the rest is installed.
a_system '' "g++ $(boosts 74 92)" libboost-dev libboost1.92-dev
needs 0 g++ spin "$boost"
installs 'g++'
says 'knows no package spin'
says 'knows no package libboost1.N-dev and libboost-test1.N-dev with N from 81 to 91'

# A user who cannot install anything gets the command for who can.
a_system '' "g++ $(boosts 83)" libboost-dev libboost1.83-dev
echo 1000 >"$work/uid"
: >"$work/updated"
needs 1 g++ "$boost"
installs ''
says 'run as root: apt-get install g++ libboost1.83-dev libboost-test1.83-dev$'
rm "$work/updated"
needs 0 g++ "$boost"
says 'knows no package g++'

rm "$work/bin/dpkg-query"
needs 0 g++
says 'no Debian.*g++'

echo "need_packages_test.sh: $failures failures"
[ "$failures" -eq 0 ]
