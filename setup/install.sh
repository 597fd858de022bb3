#!/usr/bin/env bash
# setup/install.sh: installs what is missing to build and test Shishu, and nothing else.
# Debian packages (setup/debian.txt) through apt-get, as root or by sudo; files of npm packages (setup/npm.txt) into build/deps.
# With all in place it is done in an instant and needs no network.
set -euo pipefail
export LC_ALL=C

setup=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
deps=$(dirname "$setup")/build/deps

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$@" >&2; exit 1; }

# The packages of debian.txt that dpkg does not have; npm only if there is no such command (a newer Node than Debian's brings
# its own, and Debian's package npm would then not install).
missing_packages() {
    local wanted have
    wanted=$(sed 's/#.*//' "$setup/debian.txt" | xargs -n 1 | sort)
    # shellcheck disable=SC2016  # dpkg-query's own variables
    have=$(printf '%s\n' "$wanted" | xargs dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null |
        sed -n 's/^installed //p' | sort || true)
    comm -23 <(printf '%s\n' "$wanted") <(printf '%s\n' "$have")
    command -v npm >/dev/null || echo npm
}

install_packages() {
    local missing as_root=() apt=(apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300)
    command -v dpkg-query >/dev/null || {
        say "this is no Debian: the packages of setup/debian.txt cannot be checked; the build will name what it lacks"
        return
    }
    mapfile -t missing < <(missing_packages)
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ]; then
        as_root=(sudo)
        [ -t 0 ] || as_root=(sudo -n)
        if ! command -v sudo >/dev/null || ! "${as_root[@]}" true; then
            die "these packages are missing, and installing them needs root. As root, run:" \
                "    apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
        fi
    fi
    as_root+=(env DEBIAN_FRONTEND=noninteractive)
    say "installing ${missing[*]}"
    # One source that does not answer need not stop us: whether the packages can be had, the installation says.
    "${as_root[@]}" "${apt[@]}" update </dev/null || say "apt-get update failed in part, going on"
    "${as_root[@]}" "${apt[@]}" -y --no-install-recommends install "${missing[@]}" </dev/null >"$work/apt.log" 2>&1 || {
        tail -n 30 "$work/apt.log" >&2
        die "apt-get could not install: ${missing[*]}"
    }
}

# What the stamp of a target says when all is well: where it is from, and its size (of a folder: how many files).
stamp_of() {
    if [ -d "$deps/$4" ]; then echo "$1 $2 $3 $(find "$deps/$4" -type f | wc -l)"
    else echo "$1 $2 $3 $(stat -c %s "$deps/$4" 2>/dev/null || echo absent)"; fi
}

install_file() {
    local package=$1 version=$2 file=$3 target=$4 integrity=$5 stamp tarball got
    stamp=$deps/.from/${target//\//.}
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(stamp_of "$package" "$version" "$integrity" "$target")" ]; then return; fi

    say "fetching $target from $package@$version"
    # --loglevel: npm would list every file of the package.
    tarball=$(cd "$work" && npm pack --loglevel=error --no-update-notifier --prefer-offline "$package@$version" </dev/null 2>npm.log |
        tail -n 1) || true
    [ -f "$work/${tarball:-none}" ] || {
        head -n 5 "$work/npm.log" >&2
        die "npm could not fetch $package@$version: is there a network, and does npm's registry answer?"
    }
    got=$(sha512sum <"$work/$tarball" | cut -d ' ' -f 1)
    if [ "$got" != "$(printf %s "${integrity#sha512-}" | base64 -d | od -An -v -tx1 | tr -d ' \n')" ]; then
        die "$package@$version is not the package that setup/npm.txt pins: its SHA-512 is $got." \
            "Nothing of it was installed. Do not use this copy; try another network or npm cache (npm cache clean --force)."
    fi
    mkdir -p "$deps/.from" "$(dirname "$deps/$target")"
    rm -rf "$deps/$target.new"
    if [ "$file" = package ]; then   # all of it, as a folder
        mkdir "$deps/$target.new"
        tar -xzf "$work/$tarball" -C "$deps/$target.new" --strip-components=1
        rm -rf "${deps:?}/$target"
    else
        tar -xzf "$work/$tarball" -O "$file" >"$deps/$target.new"
    fi
    rm -f "$work/$tarball" "$stamp"
    mv -f "$deps/$target.new" "$deps/$target"
    stamp_of "$package" "$version" "$integrity" "$target" >"$stamp"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
install_packages
machine=$(uname -m) found=
while read -r arch package version file target integrity; do
    case $arch in
    "$machine") found=yes ;;
    any) ;;
    *) continue ;;
    esac
    install_file "$package" "$version" "$file" "$target" "$integrity"
done < <(sed 's/#.*//' "$setup/npm.txt")
[ "$found" ] || die "no DuckDB is pinned for a $machine machine: setup/npm.txt knows x86_64 and aarch64"
