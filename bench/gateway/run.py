#!/usr/bin/env python3
"""Measures Signalbox beside nginx, a peer gateway and the backend without a gateway, all in one interleaved run.

usage: run.py [--quick] [--rounds N] [--seconds S] [--soak S] [--only REGEX] [--no-peer] [--no-pin]

Writes build/bench/gateway.json (every run, with its command, the machine, the commit and the versions) and prints a
table and the aims. Each round puts each load on each target in turn, so that what disturbs the machine disturbs all.
Throughput is compared by requests per second of the gateway's own processor time (all threads and processes), because
the load generator and the backend share the cores with it. "Added" latency is that of the target less that of the
backend alone, in the same round. scripts/bench.sh installs what it needs and calls it.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import loads  # noqa: E402
import report  # noqa: E402
from bench import machine  # noqa: E402
from targets import Bench, Target, output_of  # noqa: E402

BUILD = ROOT / "build"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer loads, one round, one second each: under two minutes")
    parser.add_argument("--rounds", type=int, help="default 3, quick 1")
    parser.add_argument("--seconds", type=float, help="of each run; default 2, quick 1")
    parser.add_argument("--soak", type=float, default=0, help="seconds of mixed load on Signalbox at the end")
    parser.add_argument("--only", default="", help="only loads whose name matches")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--no-pin", action="store_true", help="leave the placement on cores to the kernel")
    args = parser.parse_args()
    args.rounds = args.rounds or (1 if args.quick else 3)
    args.seconds = args.seconds or (1 if args.quick else 2)
    return args


def cores(pin: bool) -> tuple[set[int], set[int]]:
    """The gateway's and everyone else's."""
    available = sorted(os.sched_getaffinity(0))
    if not pin or len(available) < 2:
        return set(available), set(available)
    return {available[-1]}, set(available[:-1])


def start(bench: Bench, with_peer: bool) -> list[Target]:
    targets = [bench.direct(), bench.nginx(), bench.signalbox()]
    peer = BUILD / "bench/peer"
    if with_peer and (peer / "node_modules").is_dir():
        targets.append(bench.peer(peer))
    return targets


def measure(bench: Bench, targets: list[Target], args: argparse.Namespace) -> list[dict]:
    chosen = [load for load in loads.all_loads(not args.quick) if re.search(args.only, load.name)]
    results = []
    for target in targets:  # connections, caches, just-in-time compilers
        loads.run(loads.Load("warm-up", "load", 16, 1), target, bench, 1)
    for number in range(args.rounds):
        for load in chosen:
            for target in targets:
                if target.name == "portkey" and not load.for_peer:
                    continue
                result = loads.run(load, target, bench, args.seconds) | {"round": number}
                results.append(result)
                print(f"\r  round {number + 1}/{args.rounds}  {load.name:<46} {target.name:<10}", end="", flush=True,
                      file=sys.stderr)
    print(file=sys.stderr)
    return results


QUIET = 80  # seconds after a soak in which idle connections are closed and memory is given back


def soak(bench: Bench, target: Target, seconds: float) -> dict | None:
    """Mixed load for a long time; what the memory did under it and after a rest."""
    if seconds <= 0:
        return None
    mixed = [loads.Load("soak", "load", 64, 1), loads.Load("soak", "load", 16, 16),
             loads.Load("soak", "load", 64, 1, frames=50, interval_us=2000)]
    before, samples, requests, broken = target.process.rss_mib(), [], 0, 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for load in mixed:
            result = loads.run(load, target, bench, min(5.0, max(1.0, seconds / 10)))
            requests += result["requests"]
            broken += result["broken"] + result["not_200"]
        samples.append(round(target.process.rss_mib(), 1))
    time.sleep(QUIET)
    return {"seconds": seconds, "requests": requests, "broken": broken, "rss_before_mib": round(before, 1),
            "rss_samples_mib": samples, "rss_after_mib": round(target.process.rss_mib(), 1)}


def commit() -> str:
    dirty = subprocess.run(["git", "-C", str(ROOT), "status", "--porcelain", "-uno"], capture_output=True, text=True,
                           check=False).stdout.strip()
    return output_of("git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD") + ("+changes" if dirty else "")


def main() -> int:
    args = arguments()
    gateway_cores, load_cores = cores(not args.no_pin)
    bench = Bench(BUILD / "bench/gateway", BUILD / "release", gateway_cores, load_cores)
    began, identity = time.monotonic(), machine()
    try:
        targets = start(bench, not args.no_peer)
        signalbox = next(target for target in targets if target.name == "signalbox")
        time.sleep(1)
        memory = {"idle_mib": round(signalbox.process.rss_mib(), 1),
                  "picture_readers_pss_mib": round(signalbox.process.children_pss_mib(), 1)}
        results = measure(bench, targets, args)
        time.sleep(2)
        memory["after_load_mib"] = round(signalbox.process.rss_mib(), 1)
        memory["soak"] = soak(bench, signalbox, args.soak)
    finally:
        bench.stop()
    document = {"machine": identity, "commit": commit(), "command": " ".join(sys.argv), "rounds": args.rounds,
                "seconds": args.seconds, "gateway_cores": sorted(gateway_cores), "load_cores": sorted(load_cores),
                "versions": {target.name: target.version for target in targets} | {"wrk": output_of("wrk", "-v")},
                "wall_seconds": round(time.monotonic() - began), "memory": memory, "results": results}
    document["summary"] = report.summarize(results)
    document["aims"] = report.aims(document)
    (BUILD / "bench/gateway.json").write_text(json.dumps(document, indent=1) + "\n")
    print(report.render(document))
    return 0


if __name__ == "__main__":
    sys.exit(main())
