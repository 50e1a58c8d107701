#!/usr/bin/env python3
"""Takes the curl commands that `signalbox serve` prints, one file each, so that they can be run as a user would paste them.

Usage: printed_requests.py LOG FOLDER     writes FOLDER/1.sh, FOLDER/2.sh, …
A command begins at a line whose first word is curl and goes on while a line ends in a backslash or a quote is open. `--fail`
is added, so that an error status is a failure. No command in the log is an error: a quickstart that prints none is broken.
"""
import pathlib
import shlex
import sys


def is_complete(command: str) -> bool:
    if command.rstrip("\n").endswith("\\"):
        return False
    try:
        shlex.split(command)
    except ValueError:
        return False
    return True


def printed_commands(lines: list[str]) -> list[str]:
    commands, current = [], ""
    for line in lines:
        if not current and not line.lstrip().startswith("curl "):
            continue
        current += (line if current else line.lstrip()) + "\n"
        if is_complete(current):
            commands.append(current.replace("curl ", "curl --fail-with-body --max-time 60 ", 1))
            current = ""
    return commands


def main() -> int:
    log, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    commands = printed_commands(log.read_text(encoding="utf-8", errors="replace").splitlines())
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for number, command in enumerate(commands, start=1):
        (folder / f"{number}.sh").write_text(command, encoding="utf-8")
    if not commands:
        print("printed_requests: the log holds no curl command", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
