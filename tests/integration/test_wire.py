"""The wire tests in vtc/, played by varnishtest against the real binary: one file a topic."""
import os
import pathlib
import shutil
import subprocess
import urllib.parse

import pytest

from harness.paths import INTEGRATION, ROOT
from harness.processes import Router
from harness.recording_upstream import RecordingUpstream

FILES = sorted((INTEGRATION / "vtc").glob("*.vtc"))
UNPACKED = ROOT / "build/varnishtest/usr"


@pytest.fixture(scope="session")
def varnishtest() -> tuple[str, dict[str, str]]:
    """The program and its environment: unpacked by scripts/varnishtest.sh, or installed."""
    if (UNPACKED / "bin/varnishtest").is_file():
        libraries = next(UNPACKED.glob("lib/*/libvarnishapi.so.3")).parent
        return str(UNPACKED / "bin/varnishtest"), {**os.environ, "LD_LIBRARY_PATH": str(libraries)}
    installed = shutil.which("varnishtest")
    assert installed, "varnishtest is missing: run scripts/varnishtest.sh"
    return installed, dict(os.environ)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_on_the_wire(file: pathlib.Path, varnishtest, policy: Router, recorder: RecordingUpstream, tmp_path):
    program, environment = varnishtest
    address = urllib.parse.urlsplit(policy.url)
    run = subprocess.run([program, "-L", "-t", "60", "-D", f"gateway={address.hostname} {address.port}", str(file)],
                         capture_output=True, text=True, errors="replace", timeout=90, cwd=tmp_path,
                         env={**environment, "TMPDIR": str(tmp_path)})
    assert run.returncode == 0, (run.stdout + run.stderr)[-6000:]
    assert recorder.requests == [], "what is refused reaches nobody"


def test_there_are_files():
    assert len(FILES) >= 6
