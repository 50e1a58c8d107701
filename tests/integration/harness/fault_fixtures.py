"""Fixtures of the fault tests: a backend that a test plays by hand, and routers in front of it."""
import pathlib
import subprocess
from collections.abc import Callable, Iterator

import pytest

from harness.paths import CONFIGS, render
from harness.processes import Process, Router, free_port
from harness.scripted_backend import ScriptedBackend


@pytest.fixture(scope="session")
def scripted_backend() -> Iterator[ScriptedBackend]:
    backend = ScriptedBackend()
    yield backend
    backend.close()


@pytest.fixture
def backend(scripted_backend: ScriptedBackend) -> ScriptedBackend:
    """The scripted backend with its default script and no counts."""
    scripted_backend.reset()
    return scripted_backend


@pytest.fixture(scope="session")
def faulty(start_router: Callable[..., Router], scripted_backend: ScriptedBackend) -> Router:
    """A router in front of the scripted backend, with patience enough for everything but silence."""
    return start_router("faults.yaml", UPSTREAM=scripted_backend.address, PATIENCE="60s")


@pytest.fixture(scope="session")
def impatient(start_router: Callable[..., Router], scripted_backend: ScriptedBackend) -> Router:
    """The same, but it waits one second for the head of an answer."""
    return start_router("faults.yaml", UPSTREAM=scripted_backend.address, PATIENCE="1s")


@pytest.fixture
def plain_binary(binary: pathlib.Path) -> None:
    """For tests that look at memory or preload a library: a sanitizer has its own ways with both."""
    if {"asan", "tsan"} & set(binary.parts):
        pytest.skip("not under a sanitizer")


@pytest.fixture
def serve(binary: pathlib.Path, backend: ScriptedBackend, tmp_path: pathlib.Path) -> Iterator[Callable[..., Router]]:
    """serve(*command_before) starts a router of this test's own, run by that command (a shell that sets limits, say)."""
    running: list[Router] = []

    def start(*before: str, log: int = subprocess.STDOUT, environment: dict[str, str] | None = None,
              upstream: str = backend.address, patience: str = "60s") -> Router:
        ports = {"GATEWAY_PORT": free_port(), "MANAGEMENT_PORT": free_port()}
        config = tmp_path / f"faults{len(running)}.yaml"
        config.write_text(render((CONFIGS / "faults.yaml").read_text(), {**ports, "UPSTREAM": upstream, "PATIENCE": patience}))
        process = Process([*before, str(binary), "serve", "-c", str(config)], environment, tmp_path, log)
        running.append(Router(process, process.url, f"http://127.0.0.1:{ports['MANAGEMENT_PORT']}"))
        return running[-1]

    yield start
    for router in running:
        router.stop()
