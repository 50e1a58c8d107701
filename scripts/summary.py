#!/usr/bin/env python3
"""Prints the table of a test run and its closing line, from the reports that the stages left.

Usage: summary.py REPORTS
Reads REPORTS/stages.tsv (stage, seconds, exit status) and, per stage, ctest.xml, gtest/*.json and pytest.xml.
A GoogleTest binary counts by its cases; one that crashed left no report and counts as one failure. A stage that failed
without a failed test (it did not compile, say) counts as one failure too. Exit status 1 if anything failed.
"""
import json
import pathlib
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field


@dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list[str] = field(default_factory=list)

    def add(self, other: "Counts") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.failures += other.failures

    def record(self, name: str, failed: bool, skipped: bool) -> None:
        if failed:
            self.failed += 1
            self.failures.append(name)
        elif skipped:
            self.skipped += 1
        else:
            self.passed += 1


def read_gtest(path: pathlib.Path) -> Counts:
    counts = Counts()
    for suite in json.loads(path.read_text())["testsuites"]:
        for case in suite["testsuite"]:
            name = f"{suite['name']}.{case['name']}"
            counts.record(name, "failures" in case, case.get("result") == "SKIPPED" or case.get("status") == "NOTRUN")
    return counts


def read_junit(path: pathlib.Path, gtest_folder: pathlib.Path | None) -> Counts:
    """Cases of a JUnit file; where a case is a GoogleTest binary with a report of its own, the report's cases."""
    counts = Counts()
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        failed = case.find("failure") is not None or case.find("error") is not None
        report = gtest_folder / f"{case.get('name')}_test.json" if gtest_folder else None
        if report is not None and report.is_file():
            cases = read_gtest(report)
            if failed and cases.failed == 0:  # the cases passed, the process did not: a leak, a crash at exit
                cases.record(f"{case.get('name')} (process)", failed=True, skipped=False)
            counts.add(cases)
        else:
            name = f"{case.get('classname')}.{case.get('name')}"
            counts.record(name, failed, case.find("skipped") is not None)
    return counts


def read_stage(folder: pathlib.Path, status: int) -> Counts:
    counts = Counts()
    if (folder / "ctest.xml").is_file():
        counts.add(read_junit(folder / "ctest.xml", folder / "gtest"))
    if (folder / "pytest.xml").is_file():
        counts.add(read_junit(folder / "pytest.xml", None))
    if status != 0 and counts.failed == 0:
        counts.record(f"stage {folder.name} (see build/logs/{folder.name}.log)", failed=True, skipped=False)
    return counts


def main() -> int:
    reports = pathlib.Path(sys.argv[1])
    total, seconds = Counts(), 0
    print(f"{'stage':<14}{'seconds':>9}{'passed':>9}{'failed':>9}{'skipped':>9}")
    for line in (reports / "stages.tsv").read_text().splitlines():
        stage, wall, status = line.split("\t")
        counts = read_stage(reports / stage, int(status))
        print(f"{stage:<14}{wall:>9}{counts.passed:>9}{counts.failed:>9}{counts.skipped:>9}")
        counts.failures = [f"{stage}: {name}" for name in counts.failures]
        total.add(counts)
        seconds += int(wall)
    print(f"{'total':<14}{seconds:>9}")
    for name in total.failures:
        print(f"failed: {name}")
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"{total.passed} passed, {total.failed} failed{skipped}")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
