"""A router whose configuration file a test rewrites, and questions that tell which configuration answered."""
import os
import pathlib
import re
import signal
import time
from collections.abc import Callable

import httpx

from harness.paths import CONFIGS, render
from harness.processes import Process, free_port

LIMIT_SECONDS = 60  # a wait that takes longer fails the test; nothing else depends on time


def until(condition: Callable[[], object], what: str) -> None:
    end = time.monotonic() + LIMIT_SECONDS
    while not condition():
        assert time.monotonic() < end, f"never came: {what}"
        time.sleep(0.01)


class Template:
    """configs/reload.yaml with its ports; a mark makes a file of it."""

    def __init__(self, upstream: str, drain_delay: str = "0s"):
        self._values = {"GATEWAY_PORT": free_port(), "MANAGEMENT_PORT": free_port(), "UPSTREAM": upstream,
                        "DRAIN_DELAY": drain_delay}
        self.management = f"http://127.0.0.1:{self._values['MANAGEMENT_PORT']}"

    def text(self, mark: str) -> str:
        return render((CONFIGS / "reload.yaml").read_text(), {**self._values, "MARK": mark})


class ReloadingRouter:
    """`serve` on such a file, in a folder of its own; the file says "one" unless it is there already."""

    def __init__(self, binary: pathlib.Path, folder: pathlib.Path, template: Template, *, arguments: tuple[str, ...] = (),
                 environment: dict[str, str] | None = None, config: pathlib.Path | None = None):
        self.text = template.text
        self.management = template.management
        self.config = config or folder / "router.yaml"
        if not self.config.exists():
            self.config.write_text(self.text("one"))
        self.state = folder / "state"
        self.process = Process([str(binary), "serve", "-c", str(self.config), *arguments],
                               {"XDG_STATE_HOME": str(self.state), **(environment or {})}, folder)
        self.url = self.process.url
        self.pid = self.process.process.pid

    @property
    def output(self) -> str:
        return self.process.output

    def replace(self, text: str) -> None:
        """As editors do: a new file under the old name."""
        fresh = self.config.with_name("fresh")
        fresh.write_text(text)
        os.replace(fresh, self.config)

    def hang_up(self) -> None:
        os.kill(self.pid, signal.SIGHUP)

    def mark(self) -> str:
        """Of the configuration in force."""
        answer = httpx.post(self.url + "/v1/chat/completions", json=chat("zfast"), timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()["choices"][0]["message"]["content"].removeprefix("answer ")

    def until_mark(self, mark: str) -> None:
        until(lambda: self.mark() == mark, f"configuration {mark}")

    def get(self, path: str, **options) -> httpx.Response:
        return httpx.get(self.management + path, timeout=60, **options)

    def metric(self, series: str) -> float:
        found = re.search(rf"^{re.escape(series)} (\S+)$", self.get("/metrics").text, re.MULTILINE)
        return float(found.group(1)) if found else 0.0

    def reloads(self, result: str) -> float:
        return self.metric(f'signalbox_config_reloads_total{{result="{result}"}}')

    def last_error(self) -> dict | None:
        answer = self.get("/ready")
        assert answer.status_code == 200, "a bad file does not make the router unready"
        return answer.json()["last_reload_error"]

    @property
    def token(self) -> str:
        return (self.state / "signalbox/management-token").read_text().strip()

    def write(self, method: str, path: str, *, token: str | None = "", **options) -> httpx.Response:
        headers = dict(options.pop("headers", {}))
        if token is not None:
            headers["authorization"] = f"Bearer {token or self.token}"
        return httpx.request(method, self.management + path, headers=headers, timeout=60, **options)

    def tag(self) -> str:
        return self.get("/config/router").headers["etag"]

    def resident_kib(self) -> int:
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE).group(1))

    def stop(self) -> int:
        return self.process.stop()


def chat(text: str, **more) -> dict:
    return {"model": "auto", "messages": [{"role": "user", "content": text}], **more}
