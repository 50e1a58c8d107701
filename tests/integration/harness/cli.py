"""Runs one-shot subcommands of the binary."""
import json
import pathlib
import subprocess
from dataclasses import dataclass


@dataclass
class Result:
    status: int
    out: str
    err: str

    @property
    def json(self) -> dict:
        return json.loads(self.out)


class Cli:
    def __init__(self, binary: pathlib.Path):
        self.binary = binary

    def __call__(self, *arguments: object, timeout: float = 100) -> Result:
        done = subprocess.run([str(self.binary), *map(str, arguments)], capture_output=True, text=True,
                              errors="replace", timeout=timeout, stdin=subprocess.DEVNULL)
        return Result(done.returncode, done.stdout, done.stderr)
