#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run_spin.sh MODEL: every state of MODEL.pml, as the protocol and as each of its mutants.
# Fails if the protocol breaks a property, a mutant breaks none, a search was cut short, or Spin is missing.
set -euo pipefail
model=$1
source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/$model.pml
for tool in spin gcc; do
    command -v "$tool" >/dev/null || { echo "run_spin.sh: no $tool (Debian: apt-get install $tool)" >&2; exit 1; }
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
cp "$source" .
spin -a "$model.pml" >spin.log || { cat spin.log; exit 1; }
gcc -O1 -w -DSAFETY -include stdlib.h -o pan pan.c

bad=0
# run NAME NUMBER ERRORS: the search stops at the first violation; without one it must come to its end.
run() {
    local report errors states
    report=$(MUTANT=$2 timeout 120 ./pan -m200000 -w23 2>&1) || true
    errors=$(sed -n 's/.*errors: \([0-9]*\).*/\1/p' <<<"$report")
    states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' <<<"$report")
    echo "$model: $1: ${errors:-no} violations, ${states:-unknown} states"
    if [ "$3" = 0 ] && grep -q 'Search not completed\|max search depth\|out of memory' <<<"$report"; then errors=; fi
    [ "$errors" = "$3" ] && return
    echo '  not as it must be:'
    grep '^pan:\|^error:\|Search not completed' <<<"$report" || true
    bad=1
}

run 'the protocol' 0 0
while read -r _ name number _; do
    run "${name#MUTANT_}" "$number" 1
done < <(grep '^#define MUTANT_' "$source")
exit "$bad"
