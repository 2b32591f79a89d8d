#!/bin/sh
# setup.sh [VENV [LOCK]]: creates .venv with the locked dependencies and the project itself, editable.
# It uses uv if it is on the PATH, else pip. PYTHON=... names the interpreter.
set -eu
cd "$(dirname "$0")/.."
venv=${1:-.venv} lock=${2:-requirements.lock}

fits='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' # what the lock has wheels for
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

venv_fits() { "$venv"/bin/python -c "$fits" 2>/dev/null; }

# A pip outside of the venv: that of the chosen interpreter, else any on the PATH.
pip_outside() {
    if [ -n "$python" ] && "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m pip "$@"
    elif pip3 --version >/dev/null 2>&1; then
        pip3 "$@"
    else
        pip "$@"
    fi
}

# The pip in the venv; if there is none (Debian without python3-venv, a venv of uv), one from outside.
pip_for_venv() {
    if "$venv"/bin/python -m pip --version >/dev/null 2>&1; then
        "$venv"/bin/python -m pip "$@"
    else
        pip_outside --python "$venv"/bin/python "$@"
    fi
}

with_uv() {
    say 'installing with uv'
    venv_fits || uv venv --quiet --clear --python "${python:->=3.11,<3.15}" "$venv" || return
    settings=$(pip_outside config list 2>/dev/null | "$venv"/bin/python scripts/uv_settings.py) || return
    (
        eval "$settings"
        uv pip install --quiet --compile-bytecode --python "$venv"/bin/python --no-deps --require-hashes -r "$lock" &&
            uv pip install --quiet --python "$venv"/bin/python --no-deps --no-build-isolation --editable .
    )
}

with_pip() {
    [ -n "$python" ] || die "no $needed on the PATH. Install one, or name it: make venv PYTHON=/path/to/python3.12"
    venv_fits || "$python" -m venv --clear "$venv" >/dev/null 2>&1 ||
        "$python" -m venv --clear --without-pip "$venv" ||
        die "$python cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv"
    pip_for_venv --version >/dev/null 2>&1 ||
        die "no pip 22.3 or newer. On Debian or Ubuntu: apt-get install python3-pip"
    say "installing $lock with pip: half a minute or more (uv, where it is on the PATH, is quicker)"
    export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_USER=0
    pip_for_venv install -qq --no-deps --require-hashes -r "$lock"
    pip_for_venv install -qq --no-deps --no-build-isolation --editable .
}

python=$(find_python) || python=
[ -n "$python" ] || [ -z "${PYTHON:-}" ] || die "PYTHON=$PYTHON is not $needed"
if ! command -v uv >/dev/null; then
    with_pip
elif ! with_uv; then
    say 'uv failed; trying pip'
    with_pip
fi
