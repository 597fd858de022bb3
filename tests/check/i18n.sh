#!/usr/bin/env bash
# Every text of the program is in each po/*.po, translated and not fuzzy, and its %-places agree with the English ones.
. "$(dirname "$0")/../lib/tap.sh"
cd "$root" || exit 1
catalogs=(po/*.po)
[ -e "${catalogs[0]}" ] || skip_all 'no po/*.po yet'
if ! make -s --no-print-directory "$T/new.pot" POT="$T/new.pot" >"$T/said" 2>&1; then
    not_ok 'texts can be collected' "$(cat "$T/said")"
    done_testing
fi
is "$(cat "$T/said")" '' 'texts are collected without a warning'
for po in "${catalogs[@]}"; do
    if ! msgmerge -q --no-fuzzy-matching --no-wrap -o "$T/merged.po" "$po" "$T/new.pot" 2>"$T/said"; then
        not_ok "$po: can be read" "$(cat "$T/said")"
        continue
    fi
    is "$(msgattrib --untranslated --no-obsolete --no-wrap "$T/merged.po")" '' "$po: nothing is missing"
    is "$(msgattrib --only-fuzzy --no-obsolete --no-wrap "$T/merged.po")" '' "$po: nothing is fuzzy"
    is "$(msgattrib --only-obsolete --no-wrap "$T/merged.po")" '' "$po: nothing is left over (make po drops it)"
    said=$(msgfmt --check -o /dev/null "$po" 2>&1)
    is "$said" '' "$po: msgfmt --check"
done
done_testing
