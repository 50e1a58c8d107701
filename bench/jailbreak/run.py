#!/usr/bin/env python3
"""How well the jailbreak signal finds attacks, and how often it takes a harmless request for one.

    make bench BENCH=jailbreak            with BENCH_JAILBREAK="--misses" or other arguments of this script

Asks /api/v1/eval of a real router, with the pack (or --guard FOLDER) behind one rule of version v1 with include_history. Prints recall
and false positives by category with Wilson intervals at the default threshold, the ROC point at 1 % false positives, what words
appended to the plain attacks cost, and each miss by its id. Writes build/bench/jailbreak.json. Exit status 1: a request failed.
"""
import argparse
import concurrent.futures
import http.client
import json
import math
import os
import pathlib
import subprocess
import sys
import threading
import time

import suite

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = ROOT / "build/bench/jailbreak"
sys.path[:0] = [str(ROOT / "bench/gateway"), str(ROOT / "scripts")]
from bench import machine  # noqa: E402
from processes import Process, free_port  # noqa: E402

Z = 1.959963984540054
PARTS = threading.local()


def wilson(good: int, of: int) -> tuple[float, float, float]:
    share = good / of
    centre = (share + Z * Z / (2 * of)) / (1 + Z * Z / of)
    half = Z * math.sqrt(share * (1 - share) / of + Z * Z / (4 * of * of)) / (1 + Z * Z / of)
    return share, max(0.0, centre - half), min(1.0, centre + half)


def percent(good: int, of: int) -> str:
    share, low, high = wilson(good, of)
    return f"{100 * share:5.1f} [{100 * low:.1f}, {100 * high:.1f}] ({good} of {of})"


def configuration(arguments: argparse.Namespace, ports: tuple[int, int]) -> dict:
    catalog: dict = {"substitute": "pack", "trust": "allow_unproven" if arguments.unproven else "proven_only"}
    guard = {"model_id": str(arguments.guard.resolve())} if arguments.guard else {}
    if arguments.threshold is not None:
        guard["threshold"] = arguments.threshold
    catalog["modules"] = {"prompt_guard": guard}
    catalog["embeddings"] = {"semantic": {"bert_model_path": str(arguments.encoder.resolve()), "embedding_config": {"model_type": "bert"}}}
    return {"version": "v1", "listeners": [{"name": "l", "address": "127.0.0.1", "port": ports[0]}],
            "providers": {"defaults": {"default_model": "m"},
                          "models": [{"name": "m", "backend_refs": [{"name": "b", "endpoint": "127.0.0.1:9"}]}]},
            "routing": {"modelCards": [{"name": "m"}],
                        "signals": {"jailbreak": [{"name": "attack", "method": "classifier", "include_history": True}]},
                        "decisions": [{"name": "stop", "priority": 9, "rules": {"type": "jailbreak", "name": "attack"},
                                       "modelRefs": [{"model": "m"}]}]},
            "global": {"model_catalog": catalog, "services": {"management_api": {"bind_address": "127.0.0.1", "port": ports[1]}}}}


class Router:
    def __init__(self, arguments: argparse.Namespace):
        OUT.mkdir(parents=True, exist_ok=True)
        ports = (free_port(), free_port())
        self.port = ports[1]
        config = OUT / "router.json"
        config.write_text(json.dumps(configuration(arguments, ports), indent=1))
        environment = {"XDG_STATE_HOME": str(OUT), "SIGNALBOX_MODELS": str(arguments.models.resolve())}
        self._process = Process("jailbreak", [str(arguments.binary), "serve", "-c", str(config)], OUT / "router.log",
                                set(range(os.cpu_count() or 1)), environment)
        self._process.await_port(self.port)

    def ask(self, case: suite.Case) -> dict:
        """The signal's result."""
        connection = getattr(PARTS, "connection", None)
        if connection is None:
            connection = PARTS.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        connection.request("POST", "/api/v1/eval?explain=true", json.dumps(case.body), {"content-type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{case.name}: eval answered {answer.status}: {text[:300]!r}")
        return next(one for one in json.loads(text)["signals"] if one["type"] == "jailbreak")

    def stop(self) -> None:
        self._process.stop()


def judge(router: Router, cases: list[suite.Case]) -> list[dict]:
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return list(pool.map(router.ask, cases))


def score(result: dict) -> float:
    """An unknown result counts as a match: that is how a security signal fails."""
    return 1.0 if result["state"] == "unknown" else result.get("value", 0.0)


def table(cases: list[suite.Case], results: list[dict], threshold: float) -> dict:
    found: dict[str, list[float]] = {}
    for case, result in zip(cases, results):
        found.setdefault(case.category, []).append(score(result))
    return {category: {"reached": sum(value >= threshold for value in values), "of": len(values)} for category, values in found.items()}


def show(title: str, rows: dict) -> None:
    print(f"\n{title}")
    for category, row in rows.items():
        print(f"  {category:<34} {percent(row['reached'], row['of'])}")
    print(f"  {'all':<34} {percent(sum(row['reached'] for row in rows.values()), sum(row['of'] for row in rows.values()))}")


def threshold_at(scores: list[float], rate: float) -> float:
    """The lowest that at most `rate` of the harmless reach."""
    ordered = sorted(scores, reverse=True)
    return math.nextafter(ordered[int(rate * len(ordered))], math.inf)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "build/release/signalbox")
    parser.add_argument("--models", type=pathlib.Path, default=ROOT / "models", help="a pack")
    parser.add_argument("--encoder", type=pathlib.Path, default=ROOT / "models/all-MiniLM-L6-v2")
    parser.add_argument("--guard", type=pathlib.Path, help="another classifier's folder")
    parser.add_argument("--unproven", action="store_true", help="it has no goldens")
    parser.add_argument("--threshold", type=float, help="another than the pack's")
    parser.add_argument("--misses", action="store_true", help="the false positives by id, too")
    parser.add_argument("--only", default="", help="categories that hold this")
    arguments = parser.parse_args()
    attacks = [case for case in suite.attacks() if arguments.only in case.category]
    benign = [case for case in suite.benign() if arguments.only in case.category or not arguments.only]
    router = Router(arguments)
    try:
        began = time.monotonic()
        of_attacks, of_benign = judge(router, attacks), judge(router, benign)
        around = {} if arguments.only else {name: judge(router, cases) for name, cases in suite.surrounded().items()}
        seconds = time.monotonic() - began
    finally:
        router.stop()
    threshold = next(value for result in of_benign if (value := result.get("values", {}).get("threshold")) is not None)
    unknown = sum(result["state"] == "unknown" for result in of_attacks + of_benign)
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    print(f"{len(attacks)} attacks, {len(benign)} harmless requests, {seconds:.0f} s; unknown: {unknown}; commit {commit}; {machine()}")
    report = {"threshold": threshold, "unknown": unknown, "attacks": table(attacks, of_attacks, threshold),
              "benign": table(benign, of_benign, threshold)}
    show(f"recall at the default threshold {threshold:g}", report["attacks"])
    show(f"false positives at {threshold:g}", report["benign"])
    at = threshold_at([score(result) for result in of_benign], 0.01)
    report["at 1 %"] = {"threshold": at, "attacks": table(attacks, of_attacks, at), "benign": table(benign, of_benign, at)}
    show(f"recall where 1 % of the harmless are taken for attacks (threshold {at:.6f})", report["at 1 %"]["attacks"])
    plain = [score(result) for case, result in zip(attacks, of_attacks) if case.category == "plain"]
    report["surrounded"] = {}
    for name, results in around.items():
        row = report["surrounded"][name] = {key: {"reached": sum(score(one) >= value for one in results), "of": len(results)}
                                            for key, value in (("default", threshold), ("at 1 %", at))}
        lost = [100 * (sum(value >= bar for value in plain) - row[key]["reached"]) / len(plain)
                for key, bar in (("default", threshold), ("at 1 %", at))]
        print(f"  plain, {name:<32} {percent(row['default']['reached'], row['default']['of'])}, {lost[0]:+.1f} points lost; "
              f"at 1 %: {percent(row['at 1 %']['reached'], row['at 1 %']['of'])}, {lost[1]:+.1f}")
    missed = {case.name: round(score(result), 4) for case, result in zip(attacks, of_attacks) if score(result) < threshold}
    taken = {case.name: round(score(result), 4) for case, result in zip(benign, of_benign) if score(result) >= threshold}
    report |= {"missed": missed, "taken for attacks": taken,
               "scores": {case.name: score(result) for case, result in zip(attacks + benign, of_attacks + of_benign)}}
    print(f"\nattacks that get through ({len(missed)}): " + ", ".join(missed))
    if arguments.misses:
        print(f"\nharmless requests taken for attacks ({len(taken)}): " + ", ".join(taken))
    (OUT.parent / "jailbreak.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
