#!/usr/bin/env bash
# serve killed at random moments while a phone sends its results: none is lost, none stands twice, and the ledger holds. SHISHU_KILLS: how many (24);
# SHISHU_SEED: of the moments (1).
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
export PYTHONDONTWRITEBYTECODE=1
made w && W=$T/w
printf 'indicator,app,name,counts\nreg,jdydt,注册,registered\n' >reg.csv
imports w indicators reg.csv
python3 - <<'END2'
with open("accounts.csv", "w") as f:
    f.write("app,account,unit_code,registered_at,phone\n")
    for i in range(300):
        f.write(f"jdydt,u{i:04d},340101,2024-01-01,139{i:08d}\n")
END2
imports w accounts accounts.csv --to 2024-06-30
s() { run "$shishu" -C w --now "$now" --json "$@"; }
s spotcheck plan reg/2024-05/340101 --visits 120
s spotcheck commit C-0001
s spotcheck draw C-0001 --seed 5318008
run python3 "$root/tests/cli/kill_visits.py" "$shishu" w C-0001 "${SHISHU_KILLS:-24}" "${SHISHU_SEED:-1}"
is "$out" "${SHISHU_KILLS:-24} kills, 120 rows" 'each visit stands once, however often the server was killed'
printf '# %s\n' "$err"
run "$shishu" -C w verify-ledger
is "$rc" 0 'the ledger and the files hold'
s spotcheck estimate C-0001
is "$(json 'd["visited"], d["real"]')" '(120, 120)' 'and the estimate counts each once'
done_testing
