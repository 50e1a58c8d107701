#!/usr/bin/env python3
"""Checks what a formatter does not: file length, and notes to oneself left in the code.

Usage: check_files.py FILE...
Files above 300 lines are listed; above 500 they fail. Test files count alike. TODO, FIXME and XXX in a comment fail.
"""
import pathlib
import re
import sys

LISTED, REFUSED = 300, 500
NOTE = re.compile(r"(//|/\*).*\b(TODO|FIXME|XXX)\b")


def main() -> int:
    failed = False
    for name in sys.argv[1:]:
        lines = pathlib.Path(name).read_text(encoding="utf-8").splitlines()
        if len(lines) > REFUSED:
            print(f"{name}: {len(lines)} lines, at most {REFUSED}: split it by concept")
            failed = True
        elif len(lines) > LISTED:
            print(f"{name}: {len(lines)} lines (long)")
        for number, line in enumerate(lines, start=1):
            if NOTE.search(line):
                print(f"{name}:{number}: a note left behind: {line.strip()}")
                failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
