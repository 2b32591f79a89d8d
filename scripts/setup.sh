#!/bin/sh
# Makes .venv: the locked dependencies, then the project itself, editable.
# With uv where it is on the PATH, else with pip. PYTHON=... names the interpreter to use.
set -eu
cd "$(dirname "$0")/.."

fits='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))'
needed='Python 3.11 to 3.14'

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        if "$candidate" -c "$fits" 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# A pip outside of .venv: that of the interpreter chosen, else any on the PATH.
outer_pip() {
    for candidate in "${python:-python3} -m pip" pip3 pip; do
        if $candidate --version >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

venv_fits() { .venv/bin/python -c "$fits" 2>/dev/null; }

with_uv() {
    say "installing with uv"
    venv_fits || uv venv --quiet --clear --python "${python:->=3.11,<3.15}" .venv || return
    # uv does not read pip's configuration: hand it over.
    settings=$(pip=$(outer_pip) && $pip config list 2>/dev/null | .venv/bin/python scripts/uv_settings.py) || settings=
    (
        eval "$settings"
        uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements.lock &&
            uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
    )
}

# A Debian python3 without python3-venv has venv but no ensurepip: its own pip then works on .venv from outside.
with_pip() {
    say "installing with pip (a minute at most; a second or two where uv is on the PATH)"
    [ -n "$python" ] || die "$needed is needed and not on the PATH. Install one, or name it: make venv PYTHON=/path/to/python3.12"
    venv_fits || "$python" -m venv --clear .venv >/dev/null 2>&1 || "$python" -m venv --clear --without-pip .venv ||
        die "$python cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv"
    pip=".venv/bin/python -m pip"
    if ! $pip --version >/dev/null 2>&1; then
        pip=$(outer_pip) || die "no pip found. On Debian and Ubuntu: apt-get install python3-pip"
        pip="$pip --python .venv/bin/python"
    fi
    export PIP_DISABLE_PIP_VERSION_CHECK=1
    $pip install -qq --require-hashes -r requirements.lock
    $pip install -qq --no-deps --no-build-isolation --editable .
}

python=$(find_python) || python=
if [ -z "$python" ] && [ -n "${PYTHON:-}" ]; then die "PYTHON=$PYTHON is not $needed"; fi
if ! command -v uv >/dev/null; then
    with_pip
elif ! with_uv; then
    say "uv could not: trying pip"
    with_pip
fi
