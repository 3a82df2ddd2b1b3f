#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# same_as_readme.sh ROOT: the C++ example in README.md is the one that is built and run here.
set -euo pipefail
diff <(awk '/^```cpp/{inside=1;next} /^```/{inside=0} inside' "$1/README.md") <(tail -n +3 "$1/tests/examples/readme.cpp")
