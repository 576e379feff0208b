#!/bin/sh
# Writes requirements.lock from pyproject.toml. Versions in the old lock are kept where they still fit;
# arguments go to uv (--upgrade, --upgrade-package NAME).
# The machine's own settings may say where packages come from; no word of them may get into the file.
set -eu

if [ -x .venv/bin/uv ]; then
    uv=.venv/bin/uv
elif command -v uv >/dev/null; then
    uv=uv
else
    echo "make lock needs uv: run 'make environment' first, or install uv." >&2
    exit 2
fi

draft=requirements.lock.draft
trap 'rm -f $draft $draft.body' EXIT
trap 'exit 130' INT TERM
if [ -e requirements.lock ]; then cp requirements.lock $draft.body; fi

"$uv" pip compile pyproject.toml --all-extras --universal --python-version 3.11 --fork-strategy fewest \
    --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
    --no-emit-index-annotation --no-emit-build-options --no-progress --quiet --output-file $draft.body "$@"

cat >$draft <<'HEADER'
# The whole environment, pinned with hashes: one set for CPython 3.11, 3.12 and 3.13 on every platform.
# Made from pyproject.toml by `make lock` (uv pip compile: universal, from Python 3.11, fewest forks, all extras).
# Do not edit by hand. Installed by `make environment` with pip's --require-hashes.
HEADER
cat $draft.body >>$draft

# Only pins and their hashes: an option, an address or a path would come from this machine.
if grep -nEv '^#|^[a-z0-9][a-z0-9-]*==[^ ]+( ; [^@/\\]+)? \\$|^    --hash=sha256:[0-9a-f]{64}( \\)?$' $draft >&2; then
    echo "uv wrote the lines above, which do not belong in a lock; requirements.lock is left as it was." >&2
    exit 1
fi
mv $draft requirements.lock
echo "requirements.lock pins $(grep -c '==' requirements.lock) packages; 'make environment' installs them."
