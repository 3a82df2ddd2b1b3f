#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run_console_test.sh BINARY: tests run_console.sh and check_links.sh. Pages that tell the truth pass, and each kind of
# mistake in a page is found.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export DUMMYCACHE_TOOL=$1 DUMMYCACHE_MODULE='' DUMMYCACHE_EXAMPLES=''
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cases=0
failures=0

# verdict CODE PATTERN: what the last script said, which is in `output`.
verdict() {
    cases=$((cases + 1))
    if [[ $code -ne $1 ]] || ! grep -qE -- "$2" <<<"$output"; then
        printf 'not ok: exit code %s, expected %s and /%s/:\n%s\n' "$code" "$1" "$2" "$output"
        failures=$((failures + 1))
    fi
}

# page CODE PATTERN: runs the page on standard input.
page() {
    cat >"$folder/page.md"
    code=0
    output=$("$here/run_console.sh" "$folder/page.md" 2>&1) || code=$?
    verdict "$1" "$2"
}

# console CODE PATTERN LINE...: runs a page of one console block.
console() { page "$1" "$2" < <(printf '%s\n' '```console' "${@:3}" '```'); }

# shellcheck disable=SC1003
console 0 '5 commands' '$ dummycache set k hello' '$ dummycache get k' 'hello' '$ dummycache get x # exit code 1' \
    '$ printf "a\nb\nc\n"' 'a' '...' '$ echo 1 \' '> 2' '1 2'
console 1 'page.md:3: the page .* differ' '$ dummycache set k hello' '$ dummycache get k' 'hallo'
console 1 'differ' '$ dummycache set k hello' 'hello'
console 1 'differ' '$ dummycache incr k' '1' '2'
console 1 'differ' '$ dummycache incr k'
console 1 'page.md:2: exit code 1 instead of 0' '$ dummycache get k'
console 1 'exit code 0 instead of 1' '$ dummycache set k v   # exit code 1'
console 1 'exit code 127 instead of 0' '$ there-is-no-such-thing'
console 1 'output without a command' 'hello'
page 1 'a block without an end' <<<'```console'

page 0 '2 commands' <<'END'
<!-- test: names special -->
<!-- test: varies [0-9]+ left -->
```console
$ echo '17 left'
99 left
$ [[ special =~ ^s[a-z]*-[0-9]+$ ]] && echo special
special
```
END
page 0 '1 commands' <<'END'
<!-- test: file bin/hello -->
```sh
#!/bin/sh
echo hello
```

```console
$ bin/hello
hello
```
END
page 0 '1 commands run, 1 blocks left out' <<'END'
<!-- test: needs module -->
```console
$ false
```
<!-- test: run true -->
END
page 1 'nothing to run' <<'END'
<!-- test: skip it needs another machine -->
```console
$ false
```
END
page 1 'page.md:3: no test runs this block' <<'END'
```cpp
int main() {}
```
END
page 1 'unknown directive' <<'END'
<!-- test: files bin/hello -->
END
page 1 'exit code 1 instead of 0' <<'END'
<!-- test: run false -->
END

# A cache of a page is gone afterwards, also when the page fails.
page 1 'differ' <<END
<!-- test: names left$$ -->
\`\`\`console
\$ dummycache -c left$$ set k v
\$ dummycache -c left$$ get k
w
\`\`\`
END
code=0
output=$("$DUMMYCACHE_TOOL" caches | grep "^left$$") || code=$?
verdict 1 ''

# links CODE PATTERN LINE...: the links of a page.
links() {
    printf '%s\n' "${@:3}" >"$folder/page.md"
    code=0
    output=$("$here/check_links.sh" "$folder" page.md 2>&1) || code=$?
    verdict "$1" "$2"
}

links 0 '3 links' '# A name, and more' '[a](page.md) [b](#a-name-and-more) [c](https://example.com) [d](./page.md#a-name-and-more)'
links 1 'page.md: other.md leads nowhere' '[a](other.md)'
links 1 'no such heading' '[a](#a-name)'
links 0 '0 links' '```' '[a](other.md)' '```'

echo "$cases cases, $failures failed"
[[ $failures -eq 0 ]]
