#!/usr/bin/env bash
# opt-only
# Random counties through the program and through the slow reference: all figures and targets alike. SHISHU_SEEDS: how many (12), or FROM-TO.
. "$(dirname "$0")/../lib/tap.sh"
export PYTHONDONTWRITEBYTECODE=1
seeds=${SHISHU_SEEDS:-12}
[[ $seeds = *-* ]] || seeds=1-$seeds
for ((seed = ${seeds%-*}; seed <= ${seeds#*-}; seed++)); do
    found=$(python3 "$root/tests/reference/try_county.py" "$shishu" "$seed" "$T/$seed" 2>&1) && ok "county $seed" || not_ok "county $seed" "$found"
    rm -rf "${T:?}/$seed"
done
done_testing
