"""PDFs and text files on the real binary and the real worker beside it: what stands in them is judged, or they are unjudged."""
import os
import pathlib
import shutil
import signal
import time
from collections.abc import Callable

import httpx
import pytest

from harness import pdfs
from harness.paths import CONFIGS, ROOT, render
from harness.processes import Process, Router, free_port
from harness.recording_upstream import RecordingUpstream

KEY = "AKIA" + "Q3T7XLMN5PBZ2RKD"  # nobody's; the one of the vendor's documentation is known to be no secret
PASSPORT = pdfs.scanned((ROOT / "examples/pictures/passport.jpg").read_bytes(), 1250, 880)


@pytest.fixture(scope="module")
def router(start_router: Callable[..., Router], recorder_server: RecordingUpstream) -> Router:
    return start_router("documents.yaml", UPSTREAM=recorder_server.address)


def ask(router: Router, *parts: dict) -> httpx.Response:
    return httpx.post(router.url + "/v1/chat/completions", timeout=150,
                      json={"model": "auto", "messages": [pdfs.user_message(*parts)]})


def decision(response: httpx.Response) -> str:
    assert response.status_code == 200, response.text
    return response.headers.get("x-vsr-selected-decision", "")


def explained(router: Router, *parts: dict) -> dict:
    answer = httpx.post(router.management + "/api/v1/eval?explain=true", timeout=150,
                        json={"messages": [pdfs.user_message(*parts)]})
    assert answer.status_code == 200, answer.text
    return answer.json()


def findings(found: dict, name: str) -> list[dict]:
    return next(one for one in found["signals"] if one["signal"] == name)["evidence"]


def test_a_secret_in_the_text_of_a_pdf_is_found_on_its_page(router: Router):
    part = pdfs.file_part(pdfs.text("nothing here", f"aws_access_key_id = {KEY}"))
    assert decision(ask(router, part)) == "secret"
    found = explained(router, part)
    assert found["documents"][0]["state"] == "read"
    assert len(found["documents"][0]["pages"]) == 2
    places = findings(found, "secrets:keys")
    assert [(place["document"], place["page"]) for place in places] == [(0, 2)]
    page = found["documents"][0]["pages"][1]
    assert page[places[0]["begin"]:places[0]["end"]] == KEY


def test_the_word_on_a_scanned_page_is_read(router: Router):
    assert decision(ask(router, pdfs.file_part(PASSPORT))) == "identity"


def test_a_document_goes_upstream_as_it_came(router: Router, recorder: RecordingUpstream):
    part = pdfs.file_part(pdfs.text("nothing here"))
    assert decision(ask(router, part)) == ""
    assert recorder.only.json["messages"][0]["content"][1] == part


@pytest.mark.parametrize("media_type", ["text/plain", "TEXT/Markdown;charset=UTF-8", "text/csv", "application/json"])
def test_text_files_are_read(router: Router, media_type: str):
    assert decision(ask(router, pdfs.file_part(f"key,{KEY}\n".encode(), media_type, "a.csv"))) == "secret"
    assert decision(ask(router, pdfs.file_part(b"nothing here", media_type, "a.csv"))) == ""


def test_the_name_of_a_file_is_evidence(router: Router):
    part = pdfs.file_part(b"nothing here", "text/plain", "my passport.txt")
    assert decision(ask(router, part)) == "identity"
    assert findings(explained(router, part), "keyword:passport")[0]["page"] == 0


UNREAD = {
    "encrypted": (pdfs.file_part(pdfs.encrypted()), "unsupported_format"),
    "truncated": (pdfs.file_part(pdfs.text("passport")[:300]), "decode_failed"),
    "1000 pages": (pdfs.file_part(pdfs.text(*["page"] * 1000)), "too_large"),
    "too many bytes": (pdfs.file_part(pdfs.text("passport") + b"\n" * 1_000_000), "too_large"),
    "a text that is a PDF": (pdfs.file_part(pdfs.text("passport"), "text/plain"), "unsupported_format"),
    "a PDF that is a text": (pdfs.file_part(b"passport"), "unsupported_format"),
    "binary data": (pdfs.file_part(b"passport\0", "text/plain"), "unsupported_format"),
    "a Word file": (pdfs.file_part(b"PK\3\4", "application/msword"), "document"),
    "no declared type": ({"type": "file", "file": {"file_data": "cGFzc3BvcnQ="}}, "document"),
    "by id": ({"type": "file", "file": {"file_id": "file-1"}}, "file_id"),
}


@pytest.mark.parametrize("name", UNREAD)
def test_what_cannot_be_read_is_unjudged_for_a_reason(router: Router, name: str):
    part, reason = UNREAD[name]
    assert decision(ask(router, part)) == "unread"
    found = explained(router, part)
    assert [place["what"] for place in findings(found, "unjudged:unread")] == [reason]
    for document in found["documents"]:
        assert (document["state"], document["reason"]) == ("unjudged", reason)
        assert "pages" not in document


def test_only_the_newest_files_are_looked_at(router: Router):
    parts = [pdfs.file_part(f"file {number}".encode(), "text/plain") for number in range(6)]
    found = explained(router, *parts)
    assert [document.get("reason") for document in found["documents"]] == ["too_many"] * 2 + [None] * 4


def workers_of(pid: int) -> list[int]:
    children = [int(child) for task in pathlib.Path(f"/proc/{pid}/task").iterdir()
                for child in (task / "children").read_text().split()]
    return [child for child in children if "signalbox-document-worker" in pathlib.Path(f"/proc/{child}/cmdline").read_text()]


def test_a_killed_worker_is_replaced(router: Router):
    assert decision(ask(router, pdfs.file_part(pdfs.text(f"one {KEY}")))) == "secret"
    workers = workers_of(router.process.process.pid)
    assert workers
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    assert decision(ask(router, pdfs.file_part(pdfs.text(f"another {KEY}")))) == "secret"


def test_without_the_worker_pdfs_are_unjudged_and_a_line_says_so(binary: pathlib.Path, tmp_path: pathlib.Path,
                                                               recorder_server: RecordingUpstream):
    alone = tmp_path / "signalbox"
    shutil.copy(binary, alone)
    config = tmp_path / "documents.yaml"
    values = {"UPSTREAM": recorder_server.address, "GATEWAY_PORT": free_port(), "MANAGEMENT_PORT": free_port()}
    config.write_text(render((CONFIGS / "documents.yaml").read_text(), values))
    process = Process([str(alone), "serve", "-c", str(config)], {"XDG_STATE_HOME": str(tmp_path)}, tmp_path)
    router = Router(process, process.url, f"http://127.0.0.1:{values['MANAGEMENT_PORT']}", {"config": config})
    try:
        found = explained(router, pdfs.file_part(pdfs.text("passport")))["documents"][0]
        assert (found["state"], found["reason"]) == ("unjudged", "reader_missing")
        assert decision(ask(router, pdfs.file_part(b"a passport", "text/plain", "a.txt"))) == "identity"
        deadline = time.monotonic() + 10
        while "documents_unread" not in process.output and time.monotonic() < deadline:
            time.sleep(0.05)
        assert "signalbox-document-worker is not installed" in process.output
    finally:
        router.stop()
