#!/usr/bin/env bash
# Installs everything the project needs into .venv, .venv-emulator and node_modules, from hashed
# locks alone.
# Assumes Python 3.11 or later with venv, git and a network; costs nothing when nothing changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

STAMP=.venv/signet-setup
# The emulator of AWS, and what checks advisories, stay apart from what the product is built and
# tested with.
EMULATOR=requirements/emulator.txt
LOCKS=()
for lock in requirements/*.txt; do
    [[ $lock == "$EMULATOR" || $lock == requirements/advisories.txt ]] || LOCKS+=("$lock")
done

# What is installed depends on these and on where the folder is: an environment can't be moved.
fingerprint() {
    { pwd; cat "${LOCKS[@]}" "$EMULATOR" package-lock.json pyproject.toml infra/local/setup.sh; } |
        git hash-object --stdin
}

usable() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    local name
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if usable "$name"; then
            command -v "$name"
            return
        fi
    done
    echo "setup: no Python 3.11 or later that can make virtual environments was found" \
        "(tried: ${PYTHON:-python3, python3.14 ... python3.11})." >&2
    echo "setup: install one (on Debian and Ubuntu: apt install python3 python3-venv)," \
        "or name it: make setup PYTHON=/path/to/python3" >&2
    return 1
}

make_environment() {
    local python
    if ! usable .venv/bin/python; then
        python=$(find_python)
        echo "setup: making .venv with $("$python" --version) ($python)"
        "$python" -m venv --clear .venv
    fi
}

install_python_parts() {
    echo "setup: installing the Python parts"
    # The pinned installer comes first, by pip, checked against its hash like everything after it.
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
        --only-binary :all: --require-hashes -r requirements/setup.txt
    .venv/bin/uv pip sync --quiet --no-config --python .venv/bin/python --require-hashes \
        --compile-bytecode "${LOCKS[@]}"
    .venv/bin/uv pip install --quiet --no-config --python .venv/bin/python --no-deps \
        --no-build-isolation --editable .
}

install_emulator() {
    echo "setup: installing the emulator of AWS"
    usable .venv-emulator/bin/python || .venv/bin/python -m venv --clear --without-pip .venv-emulator
    .venv/bin/uv pip sync --quiet --no-config --python .venv-emulator/bin/python --require-hashes \
        --compile-bytecode "$EMULATOR"
}

install_npm_parts() {
    echo "setup: installing the npm parts"
    # Always the locked Node, whether or not the machine has one: one path, tested everywhere.
    .venv/bin/python -m infra.local.npm ci --ignore-scripts --loglevel=error
}

wanted=$(fingerprint)
if [[ -f $STAMP && $(<"$STAMP") == "$wanted" && -d node_modules &&
    -x .venv-emulator/bin/ministack ]] && usable .venv/bin/python; then
    exit 0
fi
rm -f "$STAMP"
make_environment
install_python_parts
install_emulator
install_npm_parts
echo "$wanted" >"$STAMP"
echo "setup: done"
