"""Looks at a running router from outside: its counters, its memory, its descriptors."""
import os
import re
import time
import urllib.request
from collections.abc import Callable

from harness.processes import Router

SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{.*\})? (\S+)$")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


class Metrics:
    """One scrape of /metrics."""

    def __init__(self, text: str):
        self.samples: list[tuple[str, dict[str, str], float]] = []
        for line in text.splitlines():
            if found := SAMPLE.match(line):
                name, labels, value = found.groups()
                self.samples.append((name, dict(LABEL.findall(labels or "")), float(value)))

    def sum(self, name: str, **labels: str) -> float:
        """Of every series with this name and these labels."""
        return sum(value for sample, has, value in self.samples if sample == name and labels.items() <= has.items())

    def by(self, name: str, label: str, **labels: str) -> dict[str, float]:
        out: dict[str, float] = {}
        for sample, has, value in self.samples:
            if sample == name and labels.items() <= has.items() and value:
                out[has[label]] = out.get(has[label], 0) + value
        return out


def metrics(router: Router) -> Metrics:
    with urllib.request.urlopen(router.management + "/metrics", timeout=30) as response:
        return Metrics(response.read().decode())


def answers(scrape: Metrics) -> dict[str, float]:
    """Answers of the gateway's listener by status."""
    return scrape.by("signalbox_http_requests_total", "status", listener="test")


def open_connections(router: Router) -> float:
    return metrics(router).sum("signalbox_http_connections", listener="test")


def eventually(check: Callable[[], bool], seconds: float = 10) -> bool:
    """Counters and closes follow an answer by a moment. The limit only keeps a defect from hanging the run."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.01)
    return check()


def rss_kib(pid: int) -> int:
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))


def descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def is_stopped(pid: int) -> bool:
    """Whether every thread has taken a SIGSTOP: the signal only asks for that, and until then a thread may still answer."""
    states = [open(f"/proc/{pid}/task/{task}/stat", encoding="ascii").read().rsplit(")", 1)[1].split()[0] for task in os.listdir(f"/proc/{pid}/task")]
    return all(state == "T" for state in states)
