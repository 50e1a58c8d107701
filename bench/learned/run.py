#!/usr/bin/env python3
"""A whole decision with eight learned signals on all-MiniLM-L6-v2, beside the same signals each with a pass of its own.

    make bench BENCH=learned                        with BENCH_LEARNED="--tokens 100" or other arguments of this script

Each measurement asks /api/v1/eval of a real router for a conversation whose last turn is new: every signal is evaluated (serving may skip
some), nothing comes from the cache but the turn before. `together`: one router has all eight. `apart`: eight routers have one each; of
every text the eight times are added. `none`: a router with one keyword rule, which is what HTTP, JSON and the client cost. Latency is
measured with one caller, the router on one core and the client on another; throughput with eight callers, the router on two cores
(which the clients share). Writes build/bench/learned.json.
"""
import argparse
import http.client
import json
import os
import pathlib
import re
import sys
import threading
import time

import workload

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = ROOT / "build/bench/learned"
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "bench/gateway")]
from bench import machine  # noqa: E402
from processes import Process, free_port  # noqa: E402

KINDS = list(workload.SIGNALS)


class Router:
    def __init__(self, name: str, kinds: list[str], arguments: argparse.Namespace, cores: int):
        ports = (free_port(), free_port())
        self.port = ports[1]
        config = OUT / f"{name}.json"
        config.write_text(json.dumps(workload.configuration(kinds, arguments.encoder, OUT, ports, cores), indent=1))
        here = set(range(os.cpu_count() or 1)) if cores > 1 else {0}
        self._process = Process(name, [str(arguments.binary), "serve", "-c", str(config)], OUT / f"{name}.log", here,
                                {"XDG_STATE_HOME": str(OUT)})
        self._process.await_port(self.port)

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def passes(self) -> float:
        connection = self.connect()
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        return sum(float(n) for n in re.findall(r"^signalbox_encoder_passes_total\S* (\S+)$", text, re.MULTILINE))

    def stop(self) -> None:
        self._process.stop()


def ask(connection: http.client.HTTPConnection, tokens: int, seed: int) -> float:
    """Milliseconds."""
    body = workload.body(tokens, seed)
    start = time.perf_counter()
    connection.request("POST", "/api/v1/eval", body, {"content-type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    elapsed = (time.perf_counter() - start) * 1000
    if answer.status != 200:
        raise RuntimeError(f"eval answered {answer.status}: {text[:300]!r}")
    return elapsed


def latencies(router: Router, tokens: int, requests: int) -> tuple[list[float], float]:
    """Milliseconds of each request, and how many encoder passes one of them made."""
    connection = router.connect()
    for seed in range(3):
        ask(connection, tokens, 1_000_000_000 + seed)
    before = router.passes()
    times = [ask(connection, tokens, seed) for seed in range(requests)]
    return times, (router.passes() - before) / requests


def throughput(router: Router, tokens: int, callers: int, seconds: float) -> float:
    """Requests a second."""
    done = [0] * callers
    failures: list[str] = []
    end = time.perf_counter() + seconds

    def work(number: int) -> None:
        connection = router.connect()
        try:
            while time.perf_counter() < end:
                ask(connection, tokens, number + callers * (done[number] + 1_000_000))
                done[number] += 1
        except (RuntimeError, OSError, http.client.HTTPException) as error:  # of a thread: nobody else hears of it
            failures.append(str(error))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(callers)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(failures[0])
    return sum(done) / (time.perf_counter() - began)


def summary(times: list[float]) -> dict:
    ordered = sorted(times)
    return {"p50_ms": ordered[len(ordered) // 2], "p99_ms": ordered[len(ordered) * 99 // 100], "requests": len(ordered)}


def measure(arguments: argparse.Namespace, tokens: int, cores: int) -> dict:
    """Every router in turn: together, none, and each signal alone."""
    result: dict = {"tokens": tokens, "cores": cores}
    single: list[list[float]] = []
    rates: list[float] = []
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, everywhere if cores > 1 else {max(everywhere)})
    for name, kinds in [("together", KINDS), ("none", []), *[(kind, [kind]) for kind in KINDS]]:
        router = Router(f"{name}-{cores}", kinds, arguments, cores)
        try:
            if cores > 1:
                rate = throughput(router, tokens, arguments.callers, arguments.seconds)
                result[name] = rate
                rates += [rate] if kinds and name != "together" else []
                continue
            times, passes = latencies(router, tokens, arguments.requests)
            result[name] = {**summary(times), "passes": passes}
            single += [times] if kinds and name != "together" else []
        finally:
            router.stop()
    os.sched_setaffinity(0, everywhere)
    result["apart"] = 1 / sum(1 / rate for rate in rates) if rates else summary([sum(times) for times in zip(*single)])
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "build/release/signalbox")
    parser.add_argument("--encoder", type=pathlib.Path, default=ROOT / "models/all-MiniLM-L6-v2")
    parser.add_argument("--tokens", default="16,100,500")
    parser.add_argument("--requests", type=int, default=200, help="of each latency")
    parser.add_argument("--callers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=5, help="of each throughput")
    arguments = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    workload.train(arguments.binary, arguments.encoder, OUT)
    print("machine:", ", ".join(f"{key} {value}" for key, value in machine().items()), flush=True)
    rows = []
    print("\n| tokens | together p50 / p99 ms | passes | apart p50 / p99 ms | no learned signal p50 ms | together, requests/s on two cores | apart |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    for tokens in map(int, arguments.tokens.split(",")):
        one, two = measure(arguments, tokens, 1), measure(arguments, tokens, 2)
        rows += [one, two]
        pair = lambda row: f"{row['p50_ms']:.1f} / {row['p99_ms']:.1f}"  # noqa: E731
        print(f"| {tokens} | {pair(one['together'])} | {one['together']['passes']:.2f} | {pair(one['apart'])} | {one['none']['p50_ms']:.2f} |"
              f" {two['together']:.0f} | {two['apart']:.0f} |", flush=True)
    (ROOT / "build/bench/learned.json").write_text(json.dumps({"machine": machine(), "command": sys.argv, "rows": rows}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
