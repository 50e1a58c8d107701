"""Keys and tokens, with the unchanged SDK: who gets in, who they are then, and what they may use."""
import json
import re
import time

import httpx
import openai
import pytest

from access_router import ask, log_events, logged, sdk, start_access
from harness import raw_http
from harness.processes import Router
from harness.recording_upstream import RecordingUpstream
from harness.tokens import Issuer, KeyServer, b64url

BODY = b'{"model":"auto","messages":[{"role":"user","content":"Hi"}]}'


@pytest.fixture(scope="module")
def router(start_router, recorder_server) -> Router:
    return start_access(start_router, recorder_server.address)


@pytest.fixture(scope="module")
def lenient(start_router, recorder_server) -> Router:
    return start_access(start_router, recorder_server.address, optional="true")


def test_a_key_lets_its_user_in(router: Router, recorder: RecordingUpstream):
    assert ask(router, "sk-app").choices[0].message.content == "recorded"
    assert recorder.only.json["model"] == "small"


def test_a_keys_user_has_its_roles(router: Router, recorder: RecordingUpstream):
    ask(router, "sk-admin")
    assert recorder.only.json["model"] == "expert", "the decision of administrators"


@pytest.mark.parametrize("key", ["sk-wrong", "sk-disabled", "sk-expired", "sk-plain-listener-key", "x" * 20_000])
def test_other_keys_are_an_authentication_error(key: str, router: Router, recorder: RecordingUpstream):
    with pytest.raises(openai.AuthenticationError) as failure:
        ask(router, key)
    assert failure.value.code == "invalid_api_key"
    assert failure.value.type == "invalid_request_error"
    assert failure.value.response.headers["www-authenticate"].startswith("Bearer ")
    assert failure.value.response.headers["x-vsr-response-path"] == "blocked"
    assert recorder.requests == []


@pytest.mark.parametrize(("headers", "status"), [
    ([], 401), ([("authorization", "Bearer sk-app")], 200), ([("x-api-key", "sk-app")], 200),
    ([("authorization", "Bearer sk-app"), ("x-api-key", "sk-app")], 200),
    ([("authorization", "Bearer sk-app"), ("x-api-key", "sk-admin")], 401),
    ([("authorization", "Bearer sk-app"), ("authorization", "Bearer sk-admin")], 401),
    ([("authorization", "Basic c2stYXBw")], 401), ([("authorization", "Bearer ")], 401),
], ids=["none", "bearer", "x-api-key", "both", "differing", "twice", "basic", "empty"])
def test_where_a_key_may_stand(headers, status: int, router: Router, recorder: RecordingUpstream):
    assert raw_http.post(router.url, BODY, headers=headers).status == status
    assert len(recorder.requests) == (status == 200)


def test_without_a_key_the_body_is_not_looked_at(router: Router, recorder: RecordingUpstream):
    assert raw_http.post(router.url, b"{broken").status == 401


def test_the_key_goes_neither_upstream_nor_into_the_log(router: Router, recorder: RecordingUpstream):
    ask(router, "sk-app", headers={"x-api-key": "sk-app"})
    assert "sk-app" not in json.dumps(recorder.only.headers)
    assert logged(router, "routed", recorder.only.header("x-request-id"))["key"] == "app"
    assert "sk-app" not in router.output


def test_optional_lets_strangers_in_but_no_wrong_keys(lenient: Router, recorder: RecordingUpstream):
    assert raw_http.post(lenient.url, BODY).status == 403, "the policy asks who it is"
    assert raw_http.post(lenient.url, BODY, headers=[("x-api-key", "sk-app")]).status == 200
    assert raw_http.post(lenient.url, BODY, headers=[("x-api-key", "sk-wrong")]).status == 401


def test_identity_headers_do_not_overrule_a_key(router: Router, recorder: RecordingUpstream):
    ask(router, "sk-app", headers={"x-authz-user-id": "root@example.com"})
    assert recorder.only.json["model"] == "small"


def test_a_proxys_key_may_act_for_others(router: Router, recorder: RecordingUpstream):
    ask(router, "sk-proxy", headers={"x-authz-user-id": "root@example.com"})
    ask(router, "sk-proxy", headers={"x-authz-user-id": "ann"})
    ask(router, "sk-proxy")
    assert [sent.json["model"] for sent in recorder.requests] == ["expert", "small", "small"]
    assert recorder.requests[0].all_headers("x-authz-user-id") == []


def test_a_model_outside_the_keys_list_is_forbidden(router: Router, recorder: RecordingUpstream):
    for key in ("sk-narrow", "sk-member"):
        with pytest.raises(openai.PermissionDeniedError) as failure:
            ask(router, key, model="expert")
        assert failure.value.code == "model_not_allowed"
        ask(router, key, model="small")
    assert [sent.json["model"] for sent in recorder.requests] == ["small", "small"]


def test_auto_takes_a_candidate_that_the_key_may_use(router: Router, recorder: RecordingUpstream):
    ask(router, "sk-app", "Please refactor this.")
    ask(router, "sk-narrow", "Please refactor this.")
    assert [sent.json["model"] for sent in recorder.requests] == ["expert", "small"]


def test_auto_without_a_candidate_is_forbidden(router: Router, recorder: RecordingUpstream):
    for key, text in (("sk-narrow", "zexpert"), ("sk-nothing", "Hi")):
        with pytest.raises(openai.PermissionDeniedError) as failure:
            ask(router, key, text)
        assert failure.value.code == "model_not_allowed"
    assert recorder.requests == []


def test_models_lists_what_the_key_may_use(router: Router):
    def listed(key: str) -> set[str]:
        with sdk(router, key) as client:
            return {model.id for model in client.models.list()}

    assert {"auto", "small", "expert"} <= listed("sk-app")
    assert "auto" in listed("sk-narrow") and "expert" not in listed("sk-narrow")
    assert listed("sk-nothing") == set()
    with pytest.raises(openai.AuthenticationError):
        listed("sk-wrong")
    with sdk(router, "sk-narrow") as client, pytest.raises(openai.NotFoundError):
        client.models.retrieve("expert")


def test_a_listeners_plain_key_opens_that_listener_only(start_router, recorder: RecordingUpstream):
    router = start_router("plain_keys.yaml", UPSTREAM=recorder.address)
    for key, status in (("a-plain-listener-key", 200), ("another-plain-key-1", 200), ("sk-wrong", 401), (None, 401)):
        headers = [("authorization", f"Bearer {key}")] if key else []
        assert raw_http.post(router.url, BODY, headers=headers).status == status
    shown = httpx.get(router.management + "/config/router").text
    assert "a-plain-listener-key" not in shown
    router.stop()


def test_metrics_count_who_came_and_who_was_refused(router: Router, recorder: RecordingUpstream):
    ask(router, "sk-app")
    raw_http.post(router.url, BODY)
    text = httpx.get(router.management + "/metrics").text
    assert re.search(r'signalbox_auth_accepted_total\{method="key",key="app"\} [1-9]', text)
    assert re.search(r'signalbox_auth_refused_total\{reason="missing_credential"\} [1-9]', text)
    assert re.search(r'signalbox_budget_tokens_total\{key="app",model="small",kind="prompt"\} [1-9]', text)
    assert re.search(r'llm_model_cost_total\{model="small",currency="USD"\} ', text)
    assert "sk-" not in text


# ---- tokens ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def issuer(tmp_path_factory) -> Issuer:
    return Issuer(tmp_path_factory.mktemp("issuer"))


@pytest.fixture(scope="module")
def with_tokens(start_router, recorder_server, issuer: Issuer, tmp_path_factory) -> Router:
    file = tmp_path_factory.mktemp("keys") / "jwks.json"
    file.write_text(json.dumps({"keys": [issuer.jwk]}))
    jwt = (f'jwt: {{issuer: "https://issuer.test", audience: [signalbox], algorithms: [RS256], jwks_file: "{file}", '
           f'claims: {{groups: roles, team: team}}}}')
    return start_access(start_router, recorder_server.address, jwt=jwt)


def test_a_token_lets_its_user_in(with_tokens: Router, issuer: Issuer, recorder: RecordingUpstream):
    ask(with_tokens, issuer.token())
    ask(with_tokens, issuer.token(sub="ann"))
    assert [sent.json["model"] for sent in recorder.requests] == ["expert", "small"]
    assert len(logged(with_tokens, "routed", recorder.requests[1].header("x-request-id"))["subject"]) == 16
    assert "root@example.com" not in with_tokens.output, "the log holds a hash of the subject"


def test_a_tokens_team_is_held_to_its_models(with_tokens: Router, issuer: Issuer, recorder: RecordingUpstream):
    with pytest.raises(openai.PermissionDeniedError):
        ask(with_tokens, issuer.token(sub="ann", team="research"), model="expert")


@pytest.mark.parametrize("claims", [
    {"exp": 1}, {"exp": None}, {"nbf": 32503680000}, {"aud": "another"}, {"iss": "https://evil.test"}, {"sub": None},
], ids=["expired", "no expiry", "not yet valid", "audience", "issuer", "no user"])
def test_other_tokens_are_an_authentication_error(claims, with_tokens: Router, issuer: Issuer, recorder: RecordingUpstream):
    with pytest.raises(openai.AuthenticationError) as failure:
        ask(with_tokens, issuer.token(**claims))
    assert 'error="invalid_token"' in failure.value.response.headers["www-authenticate"]
    assert recorder.requests == []


def test_forged_tokens_are_an_authentication_error(with_tokens: Router, issuer: Issuer, recorder: RecordingUpstream):
    head, body, signature = issuer.token().split(".")
    unsigned = b64url(b'{"alg":"none"}')
    for token in (f"{unsigned}.{body}.", f"{unsigned}.{body}.{signature}", f"{head}.{body}.{signature[:-8]}AAAAAAAA",
                  issuer.token(header={"crit": ["exp"]}), issuer.token(header={"kid": "other"}),
                  issuer.token(header={"alg": "HS256"})):
        with pytest.raises(openai.AuthenticationError):
            ask(with_tokens, token)
    assert recorder.requests == []


def until(condition, seconds: float = 20) -> bool:
    """Waits for what happens in the background; false when it does not."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_keys_are_fetched_in_the_background(start_router, recorder: RecordingUpstream, issuer: Issuer, tmp_path):
    server = KeyServer(tmp_path)
    server.status = 500
    jwt = (f'jwt: {{issuer: "https://issuer.test", audience: [signalbox], algorithms: [RS256], jwks_url: "{server.url}", '
           f'ca_file: "{server.certificate}"}}')
    router = start_access(start_router, recorder.address, jwt=jwt)
    assert until(lambda: server.asked == 1)
    with pytest.raises(openai.InternalServerError) as failure:
        ask(router, issuer.token())
    assert failure.value.status_code == 503
    assert failure.value.response.headers["retry-after"]
    ask(router, "sk-app")  # keys of our own need no issuer
    server.keys, server.status = [issuer.jwk], 200

    def accepted() -> bool:
        try:
            return bool(ask(router, issuer.token()))
        except openai.InternalServerError:
            return False

    assert until(accepted), router.output
    asked = server.asked
    for n in range(20):  # unknown keys do not make it ask again and again
        with pytest.raises(openai.AuthenticationError):
            ask(router, issuer.token(header={"kid": f"made-up-{n}"}))
    assert server.asked <= asked + 1
    router.stop()
    server.close()


def test_a_key_server_that_cannot_be_trusted_gives_no_keys(start_router, recorder: RecordingUpstream, issuer: Issuer,
                                                           tmp_path):
    server = KeyServer(tmp_path)
    server.keys = [issuer.jwk]
    jwt = (f'jwt: {{issuer: "https://issuer.test", audience: [signalbox], algorithms: [RS256], '
           f'jwks_url: "{server.url}"}}')  # its certificate is nobody's the system knows
    router = start_access(start_router, recorder.address, jwt=jwt)
    assert until(lambda: log_events(router, "jwks_fetch_failed"))
    assert log_events(router, "jwks_fetch_failed")[0]["reason"] == "tls_failed"
    assert server.asked == 0
    router.stop()
    server.close()


def test_hash_key_makes_a_key_and_its_hash(cli):
    import hashlib
    made = json.loads(cli("hash-key", "--json").out)
    assert hashlib.sha256(made["key"].encode()).hexdigest() == made["sha256"]
    assert json.loads(cli("hash-key", "--json").out)["key"] != made["key"]
