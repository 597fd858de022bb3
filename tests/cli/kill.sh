#!/usr/bin/env bash
# opt-only
# Killed at random moments of import, undo, audit and purge: the workspace opens, and holds what it held before or what it holds after,
# never anything between. SHISHU_KILLS: how many in all (200); SHISHU_SEED: of the moments (1).
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
export PYTHONDONTWRITEBYTECODE=1
kills=${SHISHU_KILLS:-200}
python3 - <<'END'
import random
r = random.Random(3)
def events(name, rows):
    with open(name, "w") as f:
        f.write("account,time,action,object,seconds\n")
        for i in range(rows):
            f.write(f"u{r.randint(0, 4000)},2024-0{i % 4 + 2}-{i % 28 + 1:02d} 10:{i % 60:02d}:00,{r.choice(['read', 'login'])},o{i % 50},{i % 300}\n")
def accounts(name, rows):
    with open(name, "w") as f:
        f.write("account,unit_code,phone,registered_at\n")
        for i in range(rows):
            f.write(f"u{i},340101,139{r.randint(0, 10**8 - 1):08d},2024-02-01 10:00:00\n")
def reports(name, months):
    with open(name, "w") as f:
        f.write("indicator,period,unit_code,value\n")
        for month in months:
            for unit in ("34", "3401", "340101", "340102"):
                f.write(f"reads,2024-0{month},{unit},{r.randint(1, 20000)}\nactive,2024-0{month},{unit},{r.randint(1, 900)}\n")
events("first.csv", 3000), events("events.csv", 30000)
accounts("few.csv", 1000), accounts("accounts.csv", 10000)
reports("one.csv", [2]), reports("reports.csv", [2, 3, 4])
END
made "$T/base"
imports "$T/base" accounts few.csv
imports "$T/base" events first.csv
imports "$T/base" reports one.csv
names=('import events' 'import events in place of others' 'import accounts' 'import reports' 'import --undo' 'audit' 'purge')
calls=("import events events.csv --add" "import events events.csv --replace" "import accounts accounts.csv" "import reports reports.csv" "import --undo 5"
    "audit" "purge --before 2024-03-15")
share=(25 10 20 10 5 25 5)   # of a hundred kills
for i in "${!names[@]}"; do
    # shellcheck disable=SC2086
    found=$(python3 "$root/tests/cli/kill.py" "$shishu" "$T/base" "$T" $(((kills * share[i] + 99) / 100)) "${SHISHU_SEED:-1}" "${names[i]}" ${calls[i]} 2>&1) \
        && ok "${names[i]}: $found" || not_ok "${names[i]}" "$found"
done
done_testing
