"""Starts the real binary, waits until it says it is ready, keeps its output, and always ends it."""
import itertools
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
from dataclasses import dataclass, field

READY = re.compile(r"^ready (https?://\S+)", re.MULTILINE)
START_LIMIT_SECONDS = 60


_candidates = itertools.cycle(range(20000, 32000))
next(itertools.islice(_candidates, os.getpid() % 12000, None))  # runs beside each other start apart


def free_port() -> int:
    """A port nobody listens on, and not one given before: asking the kernel for two hands out the same one twice at
    times. The range lies below the one of outgoing connections, so that none of those takes it before the caller."""
    for port in itertools.islice(_candidates, 12000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise OSError("no free port between 20000 and 32000")


class StartFailure(Exception):
    """The process ended, or did not get ready in time. Holds its output."""

    def __init__(self, what: str, status: int | None, output: str):
        super().__init__(f"{what} (exit status {status})\n{output}")
        self.status = status
        self.output = output


class Process:
    """One `signalbox` subcommand that serves until it is stopped."""

    def __init__(self, command: list[str], environment: dict[str, str] | None = None,
                 folder: pathlib.Path | None = None, log: int = subprocess.STDOUT):
        """`log` takes standard error, where log lines go; by default they are part of `output`."""
        self.command = command
        self._lines: list[str] = []
        self._ready = threading.Event()
        self.url = ""
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True,
                                        errors="replace", cwd=folder, start_new_session=True,
                                        env={**os.environ, **(environment or {})})
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._wait_until_ready()

    def _read(self) -> None:
        for line in self.process.stdout:
            self._lines.append(line)
            found = READY.match(line)
            if found and not self.url:
                self.url = found.group(1)
                self._ready.set()
        self._ready.set()

    def _wait_until_ready(self) -> None:
        in_time = self._ready.wait(START_LIMIT_SECONDS)
        if self.url:
            return
        status = self.process.poll() if not in_time else self.process.wait(10)
        self.stop()
        what = "ended before it was ready" if in_time else f"not ready after {START_LIMIT_SECONDS} s"
        raise StartFailure(f"{' '.join(self.command)}: {what}", status, self.output)

    @property
    def output(self) -> str:
        return "".join(self._lines)

    def stop(self) -> int:
        """SIGTERM, as an init system would; SIGKILL if it does not listen. Returns the exit status."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self._lines.append("(did not end on SIGTERM, killed)\n")
        try:
            os.killpg(self.process.pid, signal.SIGKILL)  # workers it may have left behind
        except ProcessLookupError:
            pass
        status = self.process.wait(10)
        self._reader.join(10)
        return status


@dataclass
class Router:
    """A running router and where it listens."""
    process: Process
    url: str
    management: str
    extra: dict = field(default_factory=dict)

    @property
    def output(self) -> str:
        return self.process.output

    def stop(self) -> int:
        return self.process.stop()
