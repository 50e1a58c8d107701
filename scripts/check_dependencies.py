#!/usr/bin/env python3
"""Checks that a folder of src/ includes only the folders it links against.

Usage: check_dependencies.py SRC
All of src/ is on every folder's include path, so the compiler accepts `#include "gateway/…"` anywhere, and a header-only use
links too. This reads DEPS of each CMakeLists.txt and reports an include of a folder that is not in their closure, and cycles.
"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*"([a-z_]+)/[^"]+"', re.MULTILINE)
KEYWORDS = {"DEPS", "LINK"}


def declared_dependencies(cmake_file: pathlib.Path) -> set[str]:
    """The names after DEPS in signalbox_library(...), and in plain target_link_libraries(...) those that are folders."""
    text = re.sub(r"#.*", "", cmake_file.read_text(encoding="utf-8"))
    names: set[str] = set()
    for call, arguments in re.findall(r"\b(signalbox_library|target_link_libraries)\s*\(([^)]*)\)", text):
        keyword = "DEPS" if call == "target_link_libraries" else ""
        for word in arguments.split()[1:]:
            if word in KEYWORDS:
                keyword = word
            elif keyword == "DEPS":
                names.add(word)
    return names


def closure(folder: str, direct: dict[str, set[str]], path: tuple[str, ...] = ()) -> set[str]:
    if folder in path:
        raise ValueError("cycle: " + " -> ".join(path + (folder,)))
    reached = {folder}
    for dependency in direct.get(folder, set()):
        reached |= closure(dependency, direct, path + (folder,))
    return reached


def main() -> int:
    source = pathlib.Path(sys.argv[1])
    folders = {path.parent.name: path for path in sorted(source.glob("*/CMakeLists.txt"))}
    direct = {name: declared_dependencies(path) & folders.keys() for name, path in folders.items()}
    problems = []
    for folder in folders:
        try:
            allowed = closure(folder, direct)
        except ValueError as cycle:
            problems.append(f"src/{folder}: {cycle}")
            continue
        for file in sorted((source / folder).glob("*.[ch]*")):
            for target in INCLUDE.findall(file.read_text(encoding="utf-8")):
                if target in folders and target not in allowed:
                    problems.append(f"{file}: includes {target}/, which src/{folder}/CMakeLists.txt does not list in DEPS")
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
