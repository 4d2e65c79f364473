#!/bin/sh
# Make .venv on a machine that has Python 3.11 or newer and perhaps nothing else.
set -eu
python="${PYTHON:-python3}"

stop() {
    echo "set-up: $1" >&2
    exit 1
}

command -v "$python" >/dev/null 2>&1 || stop "no $python found; install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "$("$python" --version 2>&1) is too old; Python 3.11 or newer is needed (name it with make PYTHON=...)."

# Debian splits venv from Python; the module is there but cannot fill an environment without ensurepip.
if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    package="python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "set-up: installing the system package $package" >&2
        { apt-get update -qq && apt-get install -y -qq "$package"; } >/dev/null ||
            stop "apt-get could not install $package; install it and try again."
    else
        stop "the system package $package is missing; run: sudo apt-get install $package"
    fi
fi
rm -rf .venv
"$python" -m venv .venv || stop "$python -m venv .venv failed; see above."
