#!/bin/sh
# Makes .venv from requirements.lock and installs the package into it, editable.
# Called by make, which calls it again only when the lock or pyproject.toml has changed.
# .venv/complete is the stamp; .venv/unfinished stands while an installation runs, and one that
# was broken off is started again from nothing.
set -eu

venv=.venv
python=$venv/bin/python
log=$venv/install.log
lock=requirements.lock

# Settings of the user or of an outer environment that would send packages elsewhere or add others.
unset PYTHONPATH PYTHONHOME PIP_TARGET PIP_PREFIX PIP_ROOT PIP_CONSTRAINT PIP_REQUIREMENT PIP_QUIET PIP_VERBOSE
export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_NO_INPUT=1 PIP_NO_COLOR=1
export PYTHONUNBUFFERED=1

version_of() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

# The environment is kept and brought up to date where it is whole and made with the Python asked for.
keep() {
    [ ! -e $venv/unfinished ] && "$python" -m pip --version >/dev/null 2>&1 || return 1
    case $(version_of "$python") in
        3.11 | 3.12 | 3.13) ;;
        *) return 1 ;;
    esac
    [ -z "${PYTHON:-}" ] || [ "$(version_of "$python")" = "$(version_of "$PYTHON")" ]
}

if [ -t 1 ]; then
    say_step() { printf '\r\033[K  %s' "$1"; }
    end_steps() { printf '\r\033[K'; }
else
    # One line in twenty-five where the output is not a terminal.
    say_step() { case $count in *00 | *25 | *50 | *75) echo "  $1" ;; esac; }
    end_steps() { :; }
fi

# Runs pip with its whole output in the log, and shows only how far it is.
# Python compiles what is imported when it first is: to compile all that is installed takes a minute.
pip_install() {
    rm -f $venv/done
    count=0
    {
        "$python" -m pip install --progress-bar off --no-compile "$@" 2>&1 && touch $venv/done
    } | while IFS= read -r line; do
        printf '%s\n' "$line" >>$log
        case $line in
            "Ignoring "*) total=$((total - 1)) ;; # for another Python or system
            *" (from -r "*)
                count=$((count + 1))
                name=${line#Requirement already satisfied: }
                name=${name#Collecting }
                name=${name#Processing }
                name=${name%% *}
                say_step "$count of $total packages: ${name##*/}"
                ;;
            "Installing collected packages: "*,*)
                end_steps
                echo "  Writing the packages to $venv; this takes a minute or two."
                ;;
        esac
    done
    end_steps
    if [ ! -e $venv/done ]; then
        grep -E '^ *(ERROR|error)' $log >&2 || tail -n 20 $log >&2
        echo "The environment could not be made; the whole account is in $log." >&2
        exit 1
    fi
    rm -f $venv/done
}

started=$(date +%s)
if keep; then
    echo "Bringing the environment in $venv up to date (Python $(version_of "$python"))."
else
    chosen=$(sh tools/find_python.sh)
    echo "Making the environment in $venv with $chosen (Python $(version_of "$chosen")); this takes a few minutes, once."
    rm -rf $venv
    if ! said=$("$chosen" -m venv $venv 2>&1); then
        printf '%s\n' "$said" >&2
        rm -rf $venv
        exit 1
    fi
fi
rm -f $venv/complete
touch $venv/unfinished
: >$log

total=$(grep -c '^[a-z0-9].*==' $lock)
pip_install --require-hashes --requirement $lock
# The lock holds the build backend, so nothing is fetched here.
pip_install --no-deps --no-build-isolation --no-index --editable .

rm -f $venv/unfinished
touch $venv/complete
echo "The environment is ready ($(($(date +%s) - started)) seconds)."
