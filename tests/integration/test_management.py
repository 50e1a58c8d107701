"""The management port: health, metrics, the evaluation API, configuration without its secrets."""
import re

import httpx
import jsonschema
import pytest
import yaml

from harness import raw_http
from harness.paths import CONFIGS
from harness.pictures import landscape, user_message
from harness.processes import Router
from harness.recording_upstream import RecordingUpstream

DECISIONS = {decision["name"] for decision in yaml.safe_load(
    re.sub(r"@\w+@", "1", (CONFIGS / "policy.yaml").read_text()))["routing"]["decisions"]}

# The fields of ../shared/reference/vsr-eval-contract.md; more fields are allowed, fewer are not.
NODE = {"type": "object", "required": ["node_type", "matched", "confidence"], "properties": {
    "node_type": {"enum": ["leaf", "AND", "OR", "NOT"]}, "matched": {"type": "boolean"}, "confidence": {"type": "number"},
    "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
    "if": {"properties": {"node_type": {"const": "leaf"}}}, "then": {"required": ["signal_type", "signal_name"]}}
NAMES = {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}
EVALUATION = {
    "$defs": {"node": NODE},
    "type": "object",
    "required": ["original_text", "requested_model", "recipe", "decision_result", "recommended_models", "routing_decision",
                 "selection_status", "selection_method", "metrics", "signal_confidences", "eval_trace"],
    "properties": {
        "decision_result": {"type": "object", "required": ["decision_name", "algorithm", "plugins", "used_signals",
                                                           "matched_signals", "unmatched_signals"],
                            "properties": {"matched_signals": NAMES, "unmatched_signals": NAMES, "used_signals": NAMES,
                                           "plugins": {"type": "array", "items": {"type": "string"}}}},
        "recommended_models": {"type": "array", "items": {"type": "string"}},
        "selection_status": {"enum": ["selected", "planned_final", "fallback", "execution_required", "unavailable", "failed"]},
        "signal_confidences": {"type": "object", "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1}},
        "eval_trace": {"type": "array", "items": {
            "type": "object", "required": ["decision_name", "matched", "confidence", "root_trace"],
            "properties": {"root_trace": {"$ref": "#/$defs/node"}}}},
    },
}


def evaluate(management: httpx.Client, **request: object) -> dict:
    answer = management.post("/api/v1/eval", params={"trace": "true"}, json=request)
    assert answer.status_code == 200, answer.text
    jsonschema.validate(answer.json(), EVALUATION)
    return answer.json()


def test_health_and_ready(management: httpx.Client):
    assert management.get("/health").json()["status"] == "healthy"
    ready = management.get("/ready")
    assert ready.status_code == 200
    assert ready.json()["ready"] is True


def test_eval_of_a_text_has_every_field_of_the_contract(management: httpx.Client, recorder: RecordingUpstream):
    found = evaluate(management, text="Please refactor this.", model="auto")
    assert found["routing_decision"] == found["decision_result"]["decision_name"] == "code"
    assert found["original_text"] == "Please refactor this."
    assert (found["requested_model"], found["recipe"]) == ("auto", "default")
    assert found["recommended_models"] == ["expert"]
    assert (found["selection_status"], found["selected_model"]) == ("selected", "expert")
    assert found["selection_method"] in ("static", "single")
    assert found["decision_result"]["algorithm"] == "static"
    assert found["decision_result"]["matched_signals"]["keywords"] == ["code_words"]
    assert "mark_fast" in found["decision_result"]["unmatched_signals"]["keywords"]
    assert found["signal_confidences"]["keyword:code_words"] == 1.0
    assert not found.get("signal_errors")
    assert recorder.requests == [], "an evaluation calls no backend"


def test_eval_trace_has_each_decision_once(management: httpx.Client):
    found = evaluate(management, text="Please refactor this.")
    names = [entry["decision_name"] for entry in found["eval_trace"]]
    assert sorted(names) == sorted(DECISIONS)
    matched = {entry["decision_name"] for entry in found["eval_trace"] if entry["matched"]}
    assert matched == {"code", "everything_else"}
    code = next(entry for entry in found["eval_trace"] if entry["decision_name"] == "code")
    assert (code["root_trace"]["signal_type"], code["root_trace"]["signal_name"]) == ("keyword", "code_words")


def test_eval_reports_plugins(management: httpx.Client):
    assert evaluate(management, text="zheaders")["decision_result"]["plugins"] == ["header_mutation"]
    assert evaluate(management, text="zfast")["decision_result"]["plugins"] == ["fast_response"]


def test_eval_of_messages_tools_and_images(management: httpx.Client):
    tool = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
    messages = [{"role": "user", "content": "Will it rain?"}]
    assert evaluate(management, messages=messages, tools=[tool])["routing_decision"] == "tools"
    assert evaluate(management, messages=messages)["routing_decision"] == "everything_else"
    assert evaluate(management, messages=[user_message("What is it?", landscape())])["routing_decision"] == "pictures"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"messages":"x"}', b'{"text":"a","text":"b"}'])
def test_eval_of_a_malformed_request_is_400(body: bytes, management: httpx.Client):
    answer = management.post("/api/v1/eval", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_serving_and_eval_agree(http: httpx.Client, management: httpx.Client):
    """The serving path is lazy, the evaluation eager; the outcome is one."""
    for text in ("Hi", "refactor", "コードを見て", "zfast refactor", "launch code", "zreason traceback", "LAUNCH CODE"):
        served = http.post("/v1/chat/completions", json={"model": "auto", "messages": [{"role": "user", "content": text}]})
        assert served.headers["x-vsr-selected-decision"] == evaluate(management, text=text)["routing_decision"]


def test_metrics_count_requests_and_decisions(http: httpx.Client, management: httpx.Client):
    def count(name: str) -> float:
        pattern = re.compile(rf"^{re.escape(name)} (\S+)$", re.MULTILINE)
        found = pattern.search(management.get("/metrics").text)
        return float(found.group(1)) if found else 0.0

    series = ['llm_model_requests_total{model="expert"}', 'llm_decision_match_total{decision_name="code"}']
    before = [count(name) for name in series]
    http.post("/v1/chat/completions", json={"model": "auto", "messages": [{"role": "user", "content": "refactor"}]})
    assert [count(name) for name in series] == [value + 1 for value in before]


def test_metrics_have_no_label_from_the_client(http: httpx.Client, management: httpx.Client):
    http.post("/v1/chat/completions", json={"model": "made-up-by-a-client", "messages": [{"role": "user", "content": "x"}]})
    assert "made-up-by-a-client" not in management.get("/metrics").text


def test_config_is_shown_without_its_secrets(management: httpx.Client):
    shown = management.get("/config/router")
    assert shown.status_code == 200
    assert "stop_launch_codes" in shown.text
    assert "sk-inline-secret-0001" not in shown.text


def test_config_validate_reports_every_error_with_its_place(management: httpx.Client):
    text = re.sub(r"@\w+_PORT@", "18080", (CONFIGS / "identity.yaml").read_text()).replace("@FAIL_OPEN@", "false").replace("@TRUSTED@", "[]")
    text = text.replace("18080", "18081", 1).replace("@UPSTREAM@", "127.0.0.1:1")
    good = management.post("/config/router/validate", json={"yaml": text}).json()
    assert good["valid"] is True, good
    bad = management.post("/config/router/validate", json={"yaml": text.replace("priority: 100", "priorty: 100").replace(
        "model: expert", "model: exprt")}).json()
    assert bad["valid"] is False
    assert len(bad["errors"]) == 2
    for error in bad["errors"]:
        assert error["line"] > 0 and error["path"] and error["message"]
    assert "priority" in str(bad["errors"]) and "expert" in str(bad["errors"])


def test_info_names_the_version(management: httpx.Client):
    answer = management.get("/info")
    assert answer.status_code == 200
    assert answer.json()["version"]


def test_unknown_management_path_is_404(management: httpx.Client):
    assert management.get("/nothing").status_code == 404


def test_foreign_host_header_is_refused(policy: Router):
    """DNS rebinding: a page of another site must not reach the management port through the browser."""
    request = b"GET /config/router HTTP/1.1\r\nhost: attacker.example\r\nconnection: close\r\n\r\n"
    assert raw_http.send(policy.management, request).status in (400, 403, 421)


def test_foreign_origin_may_not_post(management: httpx.Client):
    answer = management.post("/api/v1/eval", json={"text": "x"}, headers={"origin": "http://attacker.example"})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_explain_page_is_served(management: httpx.Client):
    page = management.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert not re.search(r"""(src|href)\s*=\s*["']https?://""", page.text), "the page loads nothing from elsewhere"
