#!/usr/bin/env bash
# rich 15.0.0: while a bar is shown on standard error of a terminal, what the program prints to standard output goes
# to standard error too, so that `program > file` leaves the file empty. `redirect_stdout=False` ends that.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check rich==15.0.0
cat > bar.py <<'E'
import sys
from rich.console import Console
from rich.progress import Progress
keywords = {"redirect_stdout": False} if sys.argv[1:] else {}
with Progress(console=Console(stderr=True, force_terminal=True), **keywords):
    print("an answer")
E
usual=$(venv/bin/python bar.py 2>/dev/null)
kept=$(venv/bin/python bar.py kept 2>/dev/null)
echo "rich 15.0.0: standard output has ${usual:-nothing}; with redirect_stdout=False: $kept"
test -z "$usual" -a "$kept" = "an answer"
