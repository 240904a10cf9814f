#!/bin/sh
# The quick tests, a brief, and the wheel in an empty folder, on each supported Python of this
# machine. A version that .venv does not have gets an environment of its own: .venv-3.12, …
#
#   scripts/pythons.sh [VERSION…]    3.11 3.12 3.13 unless named
set -eu
cd "$(dirname "$0")/.."

# A pyenv shim is on the PATH for versions that are not installed, so each candidate is run.
find_python() {
    for found in "python$1" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python3; do
        if [ "$(version_of "$found")" = "$1" ]; then command -v "$found"; return; fi
    done
}

version_of() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true
}

run_brief() {
    scratch=$(mktemp -d)
    mkdir "$scratch/answers"
    cat >"$scratch/answers/1.md" <<'EOF'
Summary: Add a page

index.html
```html
<!doctype html>
<html lang="en"><title>Text Statistics</title><h1>Text Statistics</h1></html>
```
EOF
    MODEL="scripted:$scratch/answers" WORKSPACE="$scratch/workspace" FORGE=local HOST=local \
        "$1" -m agent run scaffolds/briefs/text-statistics.json
    rm -r "$scratch"
}

tried=
for version in ${*:-3.11 3.12 3.13}; do
    python=$(find_python "$version")
    if [ -z "$python" ]; then
        echo "pythons: no Python $version on this machine" >&2
        continue
    fi
    venv=.venv
    [ "$(version_of .venv/bin/python)" = "$version" ] || venv=.venv-$version
    echo "pythons: $version in $venv" >&2
    make VENV="$venv" PYTHON="$python" test
    "$venv/bin/python" -m pytest tests/test_wheel.py
    run_brief "$venv/bin/python"
    tried="$tried $version"
done
if [ -z "$tried" ]; then echo "pythons: nothing was tried" >&2; exit 3; fi
echo "pythons: fine on$tried" >&2
