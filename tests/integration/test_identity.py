"""Identity headers count only from a trusted proxy; from anyone else they are taken off, in any case and number."""
import pytest

from harness import raw_http
from harness.processes import Router
from harness.recording_upstream import RecordingUpstream

BODY = b'{"model":"auto","messages":[{"role":"user","content":"Hi"}]}'
ADMIN = [("x-authz-user-id", "eve@example.com"), ("x-authz-user-groups", "platform-admins")]


@pytest.fixture(scope="module")
def trusting(start_router, recorder_server) -> Router:
    return start_router("identity.yaml", UPSTREAM=recorder_server.address, FAIL_OPEN="false", TRUSTED='["127.0.0.1/32"]')


@pytest.fixture(scope="module")
def wary(start_router, recorder_server) -> Router:
    """Trusts nobody, and serves those it does not know as nobody in particular."""
    return start_router("identity.yaml", UPSTREAM=recorder_server.address, FAIL_OPEN="true", TRUSTED="[]")


@pytest.fixture(scope="module")
def strict(start_router, recorder_server) -> Router:
    """Trusts nobody, and serves nobody it does not know."""
    return start_router("identity.yaml", UPSTREAM=recorder_server.address, FAIL_OPEN="false", TRUSTED="[]")


@pytest.mark.parametrize(("headers", "model"), [
    (ADMIN, "expert"),
    ([("x-authz-user-id", "root@example.com")], "expert"),
    ([("x-authz-user-id", "a@example.com"), ("x-authz-user-groups", "staff, platform-admins")], "expert"),
    ([("x-authz-user-id", "a@example.com"), ("x-authz-user-groups", "staff")], "small"),
], ids=["group", "user", "one of several groups", "other group"])
def test_trusted_proxy_says_who_asks(headers, model: str, trusting: Router, recorder: RecordingUpstream):
    assert raw_http.post(trusting.url, BODY, headers=headers).status == 200
    assert recorder.only.json["model"] == model


def test_missing_identity_is_403(trusting: Router, recorder: RecordingUpstream):
    assert raw_http.post(trusting.url, BODY).status == 403
    assert recorder.requests == []


@pytest.mark.parametrize("headers", [
    ADMIN,
    [(name.upper(), value) for name, value in ADMIN],
    [("X-Authz-User-Id", "a"), ("x-AUTHZ-user-id", "root@example.com")],
    [*ADMIN, ("x-forwarded-for", "10.0.0.1")],
], ids=["plain", "upper case", "twice", "forged forwarded-for"])
def test_identity_from_an_untrusted_peer_is_stripped(headers, wary: Router, recorder: RecordingUpstream):
    assert raw_http.post(wary.url, BODY, headers=headers).status == 200
    sent = recorder.only
    assert sent.json["model"] == "small"
    assert sent.all_headers("x-authz-user-id") == []
    assert sent.all_headers("x-authz-user-groups") == []


def test_identity_from_an_untrusted_peer_does_not_count(strict: Router, recorder: RecordingUpstream):
    assert raw_http.post(strict.url, BODY, headers=ADMIN).status == 403
    assert recorder.requests == []


def test_concrete_model_is_held_to_authz_too(strict: Router, recorder: RecordingUpstream):
    assert raw_http.post(strict.url, BODY.replace(b"auto", b"expert"), headers=ADMIN).status == 403
    assert recorder.requests == []
