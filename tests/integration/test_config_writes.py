"""Changes over the management API: who may make them, what they must match, what is kept, what is refused."""
import os
import pathlib
import re
import stat

import httpx
import pytest

from harness.recording_upstream import RecordingUpstream
from harness.reloading import ReloadingRouter, Template, until

WRITES = [("PUT", "/config/router"), ("PATCH", "/config/router"), ("POST", "/config/router/rollback"),
          ("POST", "/config/router/reload")]


def put(router: ReloadingRouter, text: str, tag: str | None = None) -> httpx.Response:
    return router.write("PUT", "/config/router", content=text, headers={"if-match": tag or router.tag()})


@pytest.mark.parametrize("method,path", WRITES)
def test_writes_need_the_token_on_loopback_too(method: str, path: str, router: ReloadingRouter):
    for token in (None, "wrong", router.token[:-1], router.token + "0", router.token.upper()):
        answer = router.write(method, path, token=token, json={})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["error"]["code"] == "UNAUTHORIZED"
    assert router.mark() == "one"


def test_token_is_made_once_for_its_owner_only_and_never_logged(router: ReloadingRouter):
    file = router.state / "signalbox/management-token"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert re.fullmatch(r"[0-9a-f]{64}", router.token)
    assert router.write("POST", "/config/router/reload").status_code == 200
    router.write("PUT", "/config/router", content="x")
    assert router.token not in router.output


def test_token_survives_a_restart_and_comes_from_the_environment(start_reloading, recorder: RecordingUpstream):
    template = Template(recorder.address)
    first = start_reloading(template)
    token = first.token
    first.stop()
    again = start_reloading(template)
    assert again.token == token
    again.stop()
    given = start_reloading(template, environment={"SIGNALBOX_MANAGEMENT_TOKEN": "given-by-the-operator"})
    assert given.write("POST", "/config/router/reload", token="given-by-the-operator").status_code == 200
    assert given.write("POST", "/config/router/reload", token=token).status_code == 401


def test_without_a_place_for_a_token_writes_are_off(start_reloading, tmp_path: pathlib.Path):
    (tmp_path / "taken").write_text("a file where a folder belongs")
    router = start_reloading(environment={"XDG_STATE_HOME": str(tmp_path / "taken")})
    answer = router.write("POST", "/config/router/reload", token="anything")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "MANAGEMENT_AUTH_NOT_CONFIGURED")
    assert router.mark() == "one"


def test_put_is_in_force_and_on_disk_when_it_answers(router: ReloadingRouter):
    os.chmod(router.config, 0o640)
    answer = put(router, "# a comment\n" + router.text("two"))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["status"] == "applied" and body["needs_restart"] == []
    assert router.mark() == "two"
    assert router.config.read_text() == "# a comment\n" + router.text("two")
    assert stat.S_IMODE(router.config.stat().st_mode) == 0o640
    assert answer.headers["etag"] == router.tag() == f'"{body["etag"]}"'
    assert router.get("/config/hash").json()["status"] == "in_sync"
    assert "answer two" in router.get("/config/router").text


def test_put_takes_json_and_the_yaml_member(router: ReloadingRouter):
    answer = router.write("PUT", "/config/router", json={"yaml": router.text("two")}, headers={"if-match": router.tag()})
    assert answer.status_code == 200 and router.mark() == "two"
    document = router.get("/config/router").json()
    document["providers"]["models"][0]["backend_refs"][0]["api_key"] = "sk-another"
    document["routing"]["decisions"][0]["plugins"][0]["configuration"]["message"] = "answer three"
    assert router.write("PUT", "/config/router", json=document, headers={"if-match": "*"}).status_code == 200
    assert router.mark() == "three"


def test_if_match_is_asked_for_and_honoured(router: ReloadingRouter):
    missing = router.write("PUT", "/config/router", content=router.text("two"))
    assert (missing.status_code, missing.json()["error"]["code"]) == (428, "PRECONDITION_REQUIRED")
    tag = router.tag()
    assert put(router, router.text("two"), tag).status_code == 200
    stale = put(router, router.text("three"), tag)
    assert (stale.status_code, stale.json()["error"]["code"]) == (412, "CONFIG_CHANGED")
    assert stale.headers["etag"] == router.tag()
    assert router.mark() == "two"


def test_an_edit_by_hand_is_not_overwritten_unseen(router: ReloadingRouter):
    tag = router.tag()
    router.config.write_text(router.text("by hand"))
    assert put(router, router.text("two"), tag).status_code == 412, "even before the file is looked at"
    router.until_mark("by hand")


def test_invalid_configuration_is_422_and_changes_nothing(router: ReloadingRouter):
    answer = put(router, router.text("two") + "nonsense: 1\n")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "CONFIG_VALIDATION_ERROR")
    assert [error["path"] for error in answer.json()["errors"]] == ["nonsense"]
    assert router.config.read_text() == router.text("one")
    assert router.mark() == "one" and router.last_error() is None
    assert router.get("/config/router/versions").json() == []


def test_what_was_shown_cannot_overwrite_secrets(router: ReloadingRouter):
    shown = router.get("/config/router")
    assert "[redacted]" in shown.text
    answer = put(router, shown.text)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "REDACTED_VALUE")
    assert "backend_refs[0].api_key" in answer.json()["error"]["message"]
    assert "sk-inline-secret-0001" in router.config.read_text()


def test_patch_changes_what_it_names(router: ReloadingRouter):
    patch = {"providers": {"defaults": {"default_reasoning_effort": "high"}}, "global": {"router": {"deadline_ms": 5000}}}
    answer = router.write("PATCH", "/config/router", json=patch, headers={"if-match": router.tag()})
    assert answer.status_code == 200, answer.text
    shown = router.get("/config/router").json()
    assert shown["providers"]["defaults"] == {"default_model": "small", "default_reasoning_effort": "high"}
    assert shown["global"]["router"]["deadline_ms"] == 5000
    assert router.mark() == "one" and "sk-inline-secret-0001" in router.config.read_text()
    answer = router.write("PATCH", "/config/router", content="global: {router: null}", headers={"if-match": router.tag()})
    assert answer.status_code == 200 and "router" not in router.get("/config/router").json()["global"]


def test_versions_and_rollback(router: ReloadingRouter):
    assert put(router, router.text("two")).status_code == 200
    second = put(router, router.text("three"))
    versions = router.get("/config/router/versions").json()
    assert [version["source"] for version in versions] == ["put", "put"]
    assert versions[0]["version"] == second.json()["version"]
    oldest = versions[-1]["version"]
    answer = router.write("POST", "/config/router/rollback", json={"version": oldest})
    assert answer.status_code == 200, answer.text
    assert router.mark() == "one" and router.config.read_text() == router.text("one")
    assert router.get("/config/router/versions").json()[0]["source"] == "rollback"
    for unknown in ("20200101T000000.000Z", "../../etc/passwd", ""):
        assert router.write("POST", "/config/router/rollback", json={"version": unknown}).status_code == 404
    assert router.write("POST", "/config/router/rollback", json={}).status_code == 400


def test_the_file_event_of_a_write_reloads_nothing_more(router: ReloadingRouter):
    put(router, router.text("two"))
    until(lambda: router.reloads("unchanged") == 1, "the look at the written file")
    assert router.reloads("applied") == 1


def test_several_files_are_not_written(tmp_path: pathlib.Path, start_reloading):
    (tmp_path / "more.yaml").write_text("global: {router: {deadline_ms: 7000}}\n")
    router = start_reloading(arguments=("-c", str(tmp_path / "more.yaml")))
    answer = put(router, router.text("two"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "CONFIG_NOT_WRITABLE")
    assert "2 files" in answer.json()["error"]["message"]
    (tmp_path / "more.yaml").write_text("global: {router: {deadline_ms: 7001}}\n")
    until(lambda: router.get("/config/router").json()["global"]["router"]["deadline_ms"] == 7001, "each file is watched")


def test_bearer_mode_asks_readers_too(router: ReloadingRouter):
    secured = router.text("two").replace(
        "management_api: {", "management_api: {auth: {mode: bearer, tokens: [{env: VIEWER_TOKEN, role: viewer}]}, ")
    assert put(router, secured).status_code == 200
    assert router.get("/config/router").status_code == 401, "in force at once"
    assert router.get("/health").status_code == router.get("/ready").status_code == 200
    assert router.get("/config/router", headers={"authorization": f"Bearer {router.token}"}).status_code == 200


def test_roles(start_reloading, recorder: RecordingUpstream, tmp_path: pathlib.Path):
    template = Template(recorder.address)
    tokens = ("auth: {mode: bearer, tokens: [{env: VIEWER_TOKEN, role: viewer}, {env: SCRAPER_TOKEN, role: scraper}], "
              "roles: {scraper: [metrics.read]}}, ")
    (tmp_path / "router.yaml").write_text(template.text("one").replace("management_api: {", "management_api: {" + tokens))
    router = start_reloading(template=template, environment={"VIEWER_TOKEN": "viewer-0123456789",
                                                             "SCRAPER_TOKEN": "scraper-0123456789"})
    as_viewer = {"authorization": "Bearer viewer-0123456789"}
    as_scraper = {"authorization": "Bearer scraper-0123456789"}
    assert router.get("/config/router", headers=as_viewer).status_code == 200
    assert router.get("/metrics", headers=as_scraper).status_code == 200
    refused = router.get("/config/router", headers=as_scraper)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "FORBIDDEN")
    assert router.write("POST", "/config/router/reload", token="viewer-0123456789").status_code == 403


def test_names_behind_a_proxy(router: ReloadingRouter):
    def status(host: str) -> int:
        return router.get("/config/hash", headers={"host": host}).status_code

    assert status("router.example.org") == 403
    named = router.text("two").replace("management_api: {", "management_api: {allowed_hosts: [router.example.org], ")
    assert put(router, named).status_code == 200
    assert status("router.example.org") == status("ROUTER.example.org:443") == 200
    assert status("other.example.org") == 403
    crossed = router.write("POST", "/config/router/reload", headers={"host": "router.example.org", "origin": "https://evil.example"})
    assert crossed.status_code == 403
