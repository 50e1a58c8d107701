"""Child processes of the benchmark: started on a core, watched through /proc, ended by their own id."""
import os
import pathlib
import signal
import socket
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """One server and whatever processes it starts."""

    def __init__(self, name: str, command: list[str], log: pathlib.Path, cores: set[int] | None = None,
                 environment: dict[str, str] | None = None):
        self.name, self.command = name, command
        self._log = log.open("wb")
        pin = (lambda: os.sched_setaffinity(0, cores)) if cores else None
        self._child = subprocess.Popen(command, stdout=self._log, stderr=subprocess.STDOUT, preexec_fn=pin,
                                       env={**os.environ, **(environment or {})})

    def await_port(self, port: int, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self._child.poll() is not None:
                raise RuntimeError(f"{self.name} ended with status {self._child.returncode}, see {self._log.name}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"{self.name} does not listen on port {port}, see {self._log.name}")

    def _family(self) -> list[int]:
        """This process and its descendants."""
        children: dict[int, list[int]] = {}
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit() and (fields := _stat(int(entry.name))):
                children.setdefault(int(fields[1]), []).append(int(entry.name))
        found = [self._child.pid]
        for pid in found:
            found.extend(children.get(pid, []))
        return found

    def cpu_seconds(self) -> float:
        """User and system time of all threads of all its processes (utime + stime of /proc/PID/stat)."""
        ticks = 0
        for pid in self._family():
            if fields := _stat(pid):
                ticks += int(fields[11]) + int(fields[12])
        return ticks / TICKS

    def rss_mib(self) -> float:
        """Resident memory of the serving process itself."""
        return int(pathlib.Path(f"/proc/{self._child.pid}/statm").read_text().split()[1]) * PAGE / 2**20

    def children_pss_mib(self) -> float:
        """Memory of its other processes, shared pages counted by share."""
        return sum(_pss_kib(pid) for pid in self._family()[1:]) / 1024

    def stop(self) -> None:
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)
            try:
                self._child.wait(10)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
        self._log.close()


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat behind the name: state, ppid, …; None when the process is gone."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def _pss_kib(pid: int) -> int:
    try:
        for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        pass
    return 0
