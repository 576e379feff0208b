#!/bin/sh
# Prints the Python to build the environment with: CPython 3.11 to 3.13 that can make one.
# PYTHON=… names it; otherwise the first fit one on the path is taken.
# Where there is none, one sentence says what to do; exit 2: no fit Python, exit 3: venv or ensurepip is missing.
set -eu

version_of() {
    "$1" -c 'import sys; print("%s %d.%d" % (sys.implementation.name, sys.version_info[0], sys.version_info[1]))' 2>/dev/null
}

can_make_environments() {
    "$1" -c 'import ensurepip, venv; ensurepip.version()' >/dev/null 2>&1
}

# python3.12 comes with python3.12-venv, python3 with python3-venv.
venv_package() {
    case "${1##*/}" in
        python3 | python3.[0-9]*) echo "${1##*/}-venv" ;;
        *) echo python3-venv ;;
    esac
}

lacking=
for candidate in ${PYTHON:+"$PYTHON"} ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
    version=$(version_of "$candidate") || continue
    case $version in
        "cpython 3.11" | "cpython 3.12" | "cpython 3.13") ;;
        *) continue ;;
    esac
    if can_make_environments "$candidate"; then
        "$candidate" -c 'import sys; print(sys.executable)'
        exit 0
    fi
    lacking=${lacking:-$candidate}
done

if [ -n "$lacking" ]; then
    echo "$lacking (Python $(version_of "$lacking" | cut -d ' ' -f 2)) lacks the module venv or ensurepip: install it (on Debian and Ubuntu: apt install $(venv_package "$lacking")) and run make again." >&2
    exit 3
fi
if [ -n "${PYTHON:-}" ]; then
    found=$(version_of "$PYTHON") || found="no Python that runs"
    echo "PYTHON must name a CPython 3.11, 3.12 or 3.13, but $PYTHON is $found: name another one, or leave PYTHON out." >&2
else
    echo "No Python 3.11, 3.12 or 3.13 was found on the path: install one, or say where it is: make PYTHON=/path/to/python3." >&2
fi
exit 2
