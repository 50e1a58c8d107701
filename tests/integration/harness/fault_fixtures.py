"""Fixtures of the fault tests: a backend that a test plays by hand, and routers in front of it."""
from collections.abc import Callable, Iterator

import pytest

from harness.observe import eventually, open_connections
from harness.processes import Router
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
def no_connection_left(faulty: Router) -> Iterator[None]:
    """After the test every client connection of `faulty` is gone again."""
    yield
    assert eventually(lambda: open_connections(faulty) == 0), "client connections were left open"
