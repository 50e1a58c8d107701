"""The loads of the benchmark, and how one of them is put on one target."""
import dataclasses
import json
import os
import pathlib
import subprocess

from targets import PATH, Bench, Target

HERE = pathlib.Path(__file__).resolve().parent
# No keyword of signalbox.yaml occurs: every rule is looked for in every byte and the last decision falls through.
PROSE = "The committee met again this morning to compare the two proposals and could not agree on either of them. "


@dataclasses.dataclass(frozen=True)
class Load:
    """`tool`: wrk (throughput) or load (bench_load: every latency)."""
    group: str
    tool: str
    connections: int
    kib: int
    frames: int = 0       # of each streamed answer; 0: not streamed
    interval_us: int = 0  # between the frames of a stream; 0: as fast as they are taken
    per_connection: int = 0
    rate: float = 0
    for_peer: bool = True

    @property
    def name(self) -> str:
        stream = f" {self.frames} frames" if self.frames else ""
        paced = f" every {self.interval_us / 1000:g} ms" if self.interval_us else ""
        rate = f" {self.rate:g}/s" if self.rate else ""
        return f"{self.group} c={self.connections} {self.kib} KiB{stream}{paced}{rate}"

    def body(self, folder: pathlib.Path) -> pathlib.Path:
        request = {"model": "auto", "stream": self.frames > 0, "max_tokens": self.frames, "seed": self.interval_us,
                   "messages": [{"role": "system", "content": "You are a helpful assistant."},
                                {"role": "user", "content": ""}]}
        missing = self.kib * 1024 - len(json.dumps(request, separators=(",", ":")))
        request["messages"][1]["content"] = (PROSE * (missing // len(PROSE) + 1))[:missing]
        path = folder / f"body-{self.kib}k-{self.frames}-{self.interval_us}.json"
        path.write_text(json.dumps(request, separators=(",", ":")))
        return path


def all_loads(full: bool) -> list[Load]:
    sizes = (1, 16) if full else (1,)
    loads = [Load("latency", "load", 1, kib, frames) for kib in sizes for frames in (0, 16)]
    loads += [Load("throughput", "wrk", connections, kib, frames)
              for connections in (1, 16, 256) for kib in (1, 16) for frames in (0, 16)
              if full or (kib == 1 or frames == 0)]
    loads.append(Load("constant rate", "load", 16, 1, rate=1000, for_peer=False))
    loads.append(Load("frames", "load", 16, 1, frames=2000, per_connection=10 if full else 3))
    loads.append(Load("frames", "load", 64, 1, frames=500 if full else 150, interval_us=10_000, per_connection=1))
    loads.append(Load("streams", "load", 512, 1, frames=200 if full else 50, interval_us=50_000, per_connection=1))
    return loads


def command_of(load: Load, target: Target, bench: Bench, seconds: float) -> tuple[list[str], dict[str, str]]:
    body = str(load.body(bench.folder))
    if load.tool == "wrk":
        command = ["wrk", "-t1", f"-c{load.connections}", f"-d{seconds:g}s", "--timeout", "30s", "-s",
                   str(HERE / "post.lua"), f"http://127.0.0.1:{target.port}{PATH}"]
        return command, {"BENCH_BODY": body, "BENCH_HEADERS": "\n".join(target.headers)}
    command = [str(bench.release / "bench/gateway/bench_load"), "--port", str(target.port), "--body", body, "--path",
               PATH, "--connections", str(load.connections)]
    for header in target.headers:
        command += ["--header", header]
    if load.per_connection:
        return command + ["--per-connection", str(load.per_connection)], {}
    command += ["--seconds", f"{seconds:g}"]
    return command + (["--rate", f"{load.rate:g}"] if load.rate else []), {}


def run(load: Load, target: Target, bench: Bench, seconds: float) -> dict:
    """One load on one target: the tool's numbers, and the processor time the gateway spent on it."""
    command, environment = command_of(load, target, bench, seconds)
    before = target.cpu_seconds()
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
                          preexec_fn=lambda: os.sched_setaffinity(0, bench.load_cores))
    cpu = target.cpu_seconds() - before
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    result = json.loads(done.stdout.strip().splitlines()[-1])
    result |= {"target": target.name, "load": load.name, "group": load.group, "cpu_seconds": round(cpu, 3),
               "rps": round(result["requests"] / result["seconds"], 1) if result["seconds"] else 0,
               "command": " ".join(command)}
    if target.process and result["requests"]:
        result["cpu_us_per_request"] = round(cpu * 1e6 / result["requests"], 2)
        result["rps_per_cpu"] = round(result["requests"] / cpu) if cpu > 0 else None
    if result.get("frames"):
        result["frames_expected"] = result["requests"] * (load.frames + 1)  # and [DONE]
        if target.process:
            result["cpu_us_per_frame"] = round(cpu * 1e6 / result["frames"], 3)
    return result
