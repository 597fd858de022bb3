#!/usr/bin/env bash
# Random counties through `shishu check` and through the slow reference: targets, rules, advice, issuers and fair shares alike. COUNTIES: how
# many (6; 3 under the sanitizers), or FROM-TO.
. "$(dirname "$0")/../lib/tap.sh"
export PYTHONDONTWRITEBYTECODE=1
[[ $shishu = */san/* ]] && few=3 || few=6
counties=${COUNTIES:-$few}
[[ $counties = *-* ]] || counties=1-$counties
for ((seed = ${counties%-*}; seed <= ${counties#*-}; seed++)); do
    found=$(python3 "$root/tests/reference/try_check.py" "$shishu" "$seed" "$T/$seed" 2>&1) && ok "county $seed" || not_ok "county $seed" "$found"
    rm -rf "${T:?}/$seed"
done
done_testing
