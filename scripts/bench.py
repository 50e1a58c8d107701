#!/usr/bin/env python3
"""Prints the JSON results of Google Benchmark as one table, headed by the machine they were measured on.

Usage: bench.py FOLDER      reads FOLDER/micro-*.json, writes FOLDER/summary.json too
"""
import json
import os
import pathlib
import platform
import sys

UNIT_NS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}


def machine() -> dict[str, str]:
    """What a number depends on: processor, cores in use, kernel."""
    model = "unknown"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return {"cpu": model, "cores": str(len(os.sched_getaffinity(0))), "kernel": platform.release(),
            "load": " ".join(f"{value:.1f}" for value in os.getloadavg())}


def rows(path: pathlib.Path) -> list[dict]:
    """Median of each benchmark where it was repeated, else its single run."""
    results = json.loads(path.read_text())["benchmarks"]
    medians = [r for r in results if r.get("aggregate_name") == "median"]
    spread = {r["run_name"]: r["cpu_time"] for r in results if r.get("aggregate_name") == "cv"}
    return [{"suite": path.stem.removeprefix("micro-"), "name": r["run_name"], "cpu_ns": r["cpu_time"] * UNIT_NS[r["time_unit"]],
             "cv": spread.get(r["run_name"]), "bytes_per_second": r.get("bytes_per_second")}
            for r in medians or results if not r.get("error_occurred")]


def human_time(nanoseconds: float) -> str:
    for unit in ("ns", "us", "ms"):
        if nanoseconds < 1000:
            return f"{nanoseconds:.3g} {unit}"
        nanoseconds /= 1000
    return f"{nanoseconds:.3g} s"


def main() -> int:
    folder = pathlib.Path(sys.argv[1])
    files = sorted(folder.glob("micro-*.json"))
    table = [row for path in files for row in rows(path)]
    identity = machine()
    print(", ".join(f"{key} {value}" for key, value in identity.items()))
    print(f"{'suite':<12}{'benchmark':<58}{'cpu time':>12}{'spread':>9}{'MB/s':>9}")
    for row in table:
        cv = f"{row['cv'] * 100:.1f}%" if row["cv"] is not None else ""
        rate = f"{row['bytes_per_second'] / 1e6:.0f}" if row["bytes_per_second"] else ""
        print(f"{row['suite']:<12}{row['name']:<58}{human_time(row['cpu_ns']):>12}{cv:>9}{rate:>9}")
    (folder / "summary.json").write_text(json.dumps({"machine": identity, "benchmarks": table}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
