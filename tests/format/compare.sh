#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# compare.sh PROGRAM FILE: fails, and shows the difference, unless PROGRAM prints exactly FILE.
set -euo pipefail
if ! "$1" | diff -u "$2" -; then
    echo "The layout of a segment changed (- is committed, + is compiled)." >&2
    echo "If that is meant: raise kLayoutVersion in ipc/segment/superblock.hpp, then run $1 > $2" >&2
    exit 1
fi
