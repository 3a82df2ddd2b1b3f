#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# same_as_readme.sh ROOT: the C++ examples in README.md, in their order, are those that are built and run here.
set -euo pipefail
number=0
for example in readme suite remote; do
    number=$((number + 1))
    diff <(awk -v wanted="$number" '/^```cpp/{inside=++count==wanted;next} /^```/{inside=0} inside' "$1/README.md") \
        <(tail -n +3 "$1/tests/examples/$example.cpp")
done
