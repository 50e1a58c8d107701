#!/usr/bin/env python3
"""Minutes of mixed load on the real binary, to see what grows: memory, descriptors, latency. Not part of `make test`.

    build/venv/bin/python bench/soak.py --minutes 10 > build/soak.json

A short closed loop finds how much this driver and the router manage together on this machine; the soak then runs at a share of
that (--load, 0.7), at fixed times, so that a slow answer delays no other request's clock. Bodies are 1 KB to 1 MB, half of the
answers are streams, some clients leave in the middle, some backends fail (the demo backend does that on demand). Prints one JSON
object. RSS: `idle` after a few requests, `steady` the median of the last third, `recovered` when connections have gone idle.
"""
import argparse
import asyncio
import json
import math
import os
import pathlib
import platform
import random
import statistics
import sys
import tempfile
import time
from collections import Counter

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/integration"))

from harness.observe import descriptors, metrics, rss_kib  # noqa: E402
from harness.paths import CONFIGS, render  # noqa: E402
from harness.processes import Process, Router, free_port  # noqa: E402

FAULTS = [{"x-mock-disconnect": "1"}, {"x-mock-garbage": "1"}, {"x-mock-status": "500"}, {"x-mock-status": "429"},
          {"x-mock-cut-after": "2"}, {"x-mock-half-frame": "1"}]
WORDS = "the signal box sets the points before the train comes and the line is clear again"


class Mix:
    """What is asked, by chance of a seed."""

    def __init__(self, seed: int):
        self._chance = random.Random(seed)
        self._text = (WORDS + " ") * (1 + (1 << 20) // len(WORDS))

    def next(self) -> tuple[bytes, bool]:
        """One request, and whether its client leaves in the middle of the answer."""
        chance = self._chance
        size = int(math.exp(chance.uniform(math.log(1_000), math.log(1_000_000))))
        body = json.dumps({"model": "auto", "stream": chance.random() < 0.5,
                           "messages": [{"role": "user", "content": self._text[:size]}]}).encode()
        fault = chance.choice(FAULTS) if chance.random() < 0.03 else {}
        lines = "".join(f"{name}: {value}\r\n" for name, value in fault.items())
        head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: soak\r\ncontent-length: {len(body)}\r\n{lines}\r\n"
        return head.encode() + body, chance.random() < 0.05


class Client:
    """One keep-alive connection at a time; a new one when the last is over."""

    def __init__(self, url: str):
        host, port = url.removeprefix("http://").split(":")
        self._address = (host, int(port))
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes, leaves: bool) -> str:
        try:
            if self._writer is None:
                self._reader, self._writer = await asyncio.open_connection(*self._address)
            self._writer.write(request)
            await self._writer.drain()
            return await self._answer(leaves)
        except (OSError, asyncio.IncompleteReadError):
            self.drop()
            return "broken"

    async def _answer(self, leaves: bool) -> str:
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        status = head[9:12].decode()
        if leaves:
            self.drop()
            return "left"
        if b"transfer-encoding: chunked" in head:
            while size := int((await self._reader.readuntil(b"\r\n")).split(b";")[0], 16):
                await self._reader.readexactly(size + 2)
            await self._reader.readexactly(2)
        else:
            await self._reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
        if b"connection: close" in head:
            self.drop()
        return status

    def drop(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()
        self._reader = self._writer = None


class Soak:
    def __init__(self, router: Router, clients: int, seed: int):
        self.router = router
        self.pid = router.process.process.pid
        self.mix = Mix(seed)
        self.clients = [Client(router.url) for _ in range(clients)]
        self.ends: Counter[str] = Counter()
        self.latencies: list[tuple[float, float]] = []  # when it was due, how long it took from then
        self.rss: list[int] = []

    async def closed_loop(self, seconds: float) -> float:
        """Requests per second when every client asks as fast as it can."""
        end = time.monotonic() + seconds
        done = 0

        async def run(client: Client) -> None:
            nonlocal done
            while time.monotonic() < end:
                self.ends[await client.ask(*self.mix.next())] += 1
                done += 1

        await asyncio.gather(*map(run, self.clients))
        return done / seconds

    async def at_rate(self, rate: float, seconds: float) -> None:
        due: asyncio.Queue[float | None] = asyncio.Queue()

        async def run(client: Client) -> None:
            while (at := await due.get()) is not None:
                end = await client.ask(*self.mix.next())
                self.ends[end] += 1
                if end == "200":
                    self.latencies.append((at, time.monotonic() - at))

        workers = [asyncio.create_task(run(client)) for client in self.clients]
        start = time.monotonic()
        for number in range(int(rate * seconds)):
            at = start + number / rate
            if (wait := at - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            if number % max(1, int(rate)) == 0:
                self.rss.append(rss_kib(self.pid))
            due.put_nowait(at)
        for _ in workers:
            due.put_nowait(None)
        await asyncio.gather(*workers)

    def quantiles(self, part: slice) -> dict[str, float]:
        took = sorted(latency for _, latency in sorted(self.latencies)[part])
        return {f"p{q}_ms": round(1000 * took[min(len(took) - 1, len(took) * q // 100)], 2) for q in (50, 99)}


def cpu_model() -> str:
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")


async def soak(router: Router, arguments: argparse.Namespace) -> dict:
    run = Soak(router, arguments.clients, arguments.seed)
    for _ in range(20):
        run.ends[await run.clients[0].ask(*run.mix.next())] += 1
    idle, idle_descriptors = rss_kib(run.pid), descriptors(run.pid)
    capacity = await run.closed_loop(5)
    load_before = os.getloadavg()[0]
    await run.at_rate(capacity * arguments.load, arguments.minutes * 60)
    load_after = os.getloadavg()[0]
    for client in run.clients:
        client.drop()
    await asyncio.sleep(35)  # pooled connections to the backend live for 30 s
    scrape = metrics(router)
    recovered, quarter = rss_kib(run.pid), max(1, len(run.latencies) // 4)
    return {
        "machine": {"cpu": cpu_model(), "cores": len(os.sched_getaffinity(0)), "kernel": platform.release(),
                    "load_average": [round(load_before, 1), round(load_after, 1)]},
        "minutes": arguments.minutes, "seed": arguments.seed, "clients": arguments.clients,
        "requests": sum(run.ends.values()), "capacity_per_second": round(capacity, 1),
        "rate_per_second": round(capacity * arguments.load, 1), "ends": dict(run.ends),
        "statuses": scrape.by("signalbox_http_requests_total", "status", listener="test"),
        "broken_off": scrape.sum("signalbox_http_answers_broken_off_total", listener="test"),
        "upstream_errors": scrape.by("signalbox_upstream_errors_total", "kind"),
        "log_lines_lost": scrape.sum("signalbox_log_lines_lost"),
        "rss_kib": {"idle": idle, "steady": int(statistics.median(run.rss[-len(run.rss) // 3:])), "peak": max(run.rss),
                    "recovered": recovered, "recovered_over_idle": round(recovered / idle, 3)},
        "descriptors": {"idle": idle_descriptors, "recovered": descriptors(run.pid)},
        "open_connections": scrape.sum("signalbox_http_connections", listener="test"),
        "latency": {"first_quarter": run.quantiles(slice(None, quarter)), "last_quarter": run.quantiles(slice(-quarter, None))},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--load", type=float, default=0.7, help="share of what a closed loop reaches")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--binary", default=os.environ.get("SIGNALBOX_BINARY", str(ROOT / "build/release/signalbox")))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        backend = Process([arguments.binary, "mock-upstream", "--address", "127.0.0.1", "--port", str(free_port())])
        ports = {"GATEWAY_PORT": free_port(), "MANAGEMENT_PORT": free_port()}
        config = pathlib.Path(folder) / "soak.yaml"
        config.write_text(render((CONFIGS / "faults.yaml").read_text(),
                                 {**ports, "UPSTREAM": backend.url.removeprefix("http://"), "PATIENCE": "60s"}))
        process = Process([arguments.binary, "serve", "-c", str(config)], log=os.open(os.devnull, os.O_WRONLY))
        router = Router(process, process.url, f"http://127.0.0.1:{ports['MANAGEMENT_PORT']}")
        try:
            print(json.dumps(asyncio.run(soak(router, arguments)), indent=2))
        finally:
            router.stop()
            backend.stop()


main()
