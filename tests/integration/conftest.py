"""Fixtures: the binary, routers and upstreams on free ports, everything ended and its output shown when a test fails."""
import os
import pathlib
from collections.abc import Callable, Iterator

import httpx
import openai
import pytest

from harness.cli import Cli
from harness.paths import CONFIGS, ROOT, render
from harness.processes import Process, Router, free_port
from harness.recording_upstream import RecordingUpstream
from harness.reloading import ReloadingRouter, Template

pytest_plugins = ["harness.fault_fixtures"]


@pytest.fixture(scope="session")
def binary() -> pathlib.Path:
    path = pathlib.Path(os.environ.get("SIGNALBOX_BINARY", ROOT / "build/release/signalbox"))
    assert path.is_file(), f"{path} is not built; run `make build`"
    return path


@pytest.fixture(scope="session")
def cli(binary: pathlib.Path) -> Cli:
    return Cli(binary)


@pytest.fixture(scope="session")
def corpus() -> pathlib.Path:
    path = pathlib.Path(os.environ.get("SIGNALBOX_CORPUS", ROOT.parent / "shared/corpus"))
    if not path.is_dir():
        pytest.skip(f"no corpus at {path} (set SIGNALBOX_CORPUS)")
    return path


@pytest.fixture(scope="session")
def recorder_server() -> Iterator[RecordingUpstream]:
    upstream = RecordingUpstream()
    yield upstream
    upstream.close()


@pytest.fixture
def recorder(recorder_server: RecordingUpstream) -> RecordingUpstream:
    """The recording upstream, empty and with its default answer."""
    recorder_server.reset()
    return recorder_server


@pytest.fixture(scope="session")
def mock_upstream(binary: pathlib.Path) -> Iterator[Process]:
    """The demo backend that the binary itself brings, as `make run` uses it."""
    process = Process([str(binary), "mock-upstream", "--address", "127.0.0.1", "--port", str(free_port())])
    yield process
    process.stop()


@pytest.fixture(scope="session")
def start_router(binary: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Router]]:
    """start_router("name.yaml", UPSTREAM="127.0.0.1:1234", ...) renders configs/name.yaml and serves it."""
    running: list[Router] = []

    def start(name: str, *arguments: str, environment: dict[str, str] | None = None, **values: object) -> Router:
        ports = {"GATEWAY_PORT": free_port(), "MANAGEMENT_PORT": free_port()}
        config = tmp_path_factory.mktemp("router") / name
        config.write_text(render((CONFIGS / name).read_text(), {**ports, **values}))
        environment = {"XDG_STATE_HOME": str(config.parent), **(environment or {})}  # not the tester's own
        process = Process([str(binary), "serve", "-c", str(config), *arguments], environment, config.parent)
        router = Router(process, process.url, f"http://127.0.0.1:{ports['MANAGEMENT_PORT']}", {"config": config})
        running.append(router)
        return router

    yield start
    for router in running:
        router.stop()


@pytest.fixture
def start_reloading(binary: pathlib.Path, tmp_path: pathlib.Path,
                    recorder: RecordingUpstream) -> Iterator[Callable[..., ReloadingRouter]]:
    """start_reloading() serves configs/reload.yaml for one test, in front of the recording upstream."""
    running: list[ReloadingRouter] = []

    def start(template: Template | None = None, **options) -> ReloadingRouter:
        running.append(ReloadingRouter(binary, tmp_path, template or Template(recorder.address), **options))
        return running[-1]

    yield start
    for router in running:
        assert router.stop() == 0, router.output


@pytest.fixture
def router(start_reloading: Callable[..., ReloadingRouter]) -> ReloadingRouter:
    return start_reloading()


@pytest.fixture(scope="session")
def policy(start_router, recorder_server: RecordingUpstream) -> Router:
    """The router of configs/policy.yaml in front of the recording upstream."""
    return start_router("policy.yaml", UPSTREAM=recorder_server.address)


@pytest.fixture(scope="session")
def demo(start_router, mock_upstream: Process) -> Router:
    """The same policy in front of the demo backend."""
    return start_router("policy.yaml", UPSTREAM=mock_upstream.url.removeprefix("http://"))


@pytest.fixture
def client(policy: Router, recorder: RecordingUpstream) -> Iterator[openai.OpenAI]:
    """The OpenAI SDK, unchanged, against `policy`. No retries: a test wants to see the first answer."""
    with openai.OpenAI(base_url=policy.url + "/v1", api_key="sk-test", max_retries=0, timeout=60) as sdk:
        yield sdk


@pytest.fixture
def http(policy: Router, recorder: RecordingUpstream) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=policy.url, timeout=60) as session:
        yield session


@pytest.fixture
def management(policy: Router) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=policy.management, timeout=60) as session:
        yield session


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """Adds the last output of every router a failed test used."""
    report = yield
    if report.failed:
        for name, value in getattr(item, "funcargs", {}).items():
            output = getattr(value, "output", None)
            if isinstance(output, str) and output:
                report.sections.append((f"output of {name}", output[-6000:]))
    return report
