"""The one-shot subcommands: exit codes, JSON shapes, messages on wrong use."""
import json
import pathlib

import jsonschema
import pytest
import yaml

from harness.cli import Cli
from harness.paths import CONFIGS, ROOT, render
from harness.pictures import PASSPORT_LINES, text_picture
from harness.processes import StartFailure

GOOD, CHECK_FAILED, WRONG_USE = 0, 1, 2
ITEM = {"type": "object", "required": ["file", "line", "column", "path", "code", "message", "suggestion"]}
VALIDATION = {"type": "object", "required": ["valid", "errors", "warnings"], "properties": {
    "valid": {"type": "boolean"}, "errors": {"type": "array", "items": ITEM}, "warnings": {"type": "array", "items": ITEM}}}
REPORT = {"type": "object", "required": ["total", "passed", "failed", "needs_model", "probes"], "properties": {
    "probes": {"type": "array", "items": {"type": "object", "required": ["id", "decision", "status", "failures"]}}}}


@pytest.fixture(scope="module")
def policy_file(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("cli") / "policy.yaml"
    path.write_text(render((CONFIGS / "policy.yaml").read_text(),
                           {"GATEWAY_PORT": 18899, "MANAGEMENT_PORT": 18080, "UPSTREAM": "127.0.0.1:18001"}))
    return path


def test_version_names_itself(cli: Cli):
    result = cli("version")
    assert result.status == GOOD
    assert "signalbox" in result.out.lower()


@pytest.mark.parametrize("arguments", [["no-such-command"], ["validate"], ["validate", "-c", "no-such-file.yaml"],
                                       ["explain", "--text", "x"], ["serve", "--no-such-flag"]],
                         ids=lambda arguments: " ".join(arguments))
def test_wrong_use_exits_2_with_a_sentence(arguments: list[str], cli: Cli):
    result = cli(*arguments)
    assert result.status == WRONG_USE
    assert result.err.strip()


def test_validate_accepts_the_policy_and_warns_of_the_inline_secret(cli: Cli, policy_file: pathlib.Path):
    result = cli("validate", "-c", policy_file, "--json")
    jsonschema.validate(result.json, VALIDATION)
    assert (result.status, result.json["valid"], result.json["errors"]) == (GOOD, True, [])
    assert any("api_key" in warning["path"] for warning in result.json["warnings"])
    assert "sk-inline-secret-0001" not in result.out + result.err
    assert cli("validate", "-c", policy_file, "--json", "--strict").status == CHECK_FAILED


def test_validate_lists_all_errors_with_place_and_suggestion(cli: Cli, policy_file: pathlib.Path, tmp_path: pathlib.Path):
    text = policy_file.read_text()
    broken = tmp_path / "broken.yaml"
    broken.write_text(text.replace("name: code_words, operator: OR", "name: code_words, operater: OR")
                      .replace("{type: conversation, name: has_image}", "{type: conversation, name: has_imago}")
                      .replace("priority: 1000", "priority: very high"))
    result = cli("validate", "-c", broken, "--json")
    jsonschema.validate(result.json, VALIDATION)
    assert (result.status, result.json["valid"]) == (CHECK_FAILED, False)
    lines = broken.read_text().splitlines()
    found = {error["line"]: error for error in result.json["errors"]}
    for mistake, suggestion in (("operater", "operator"), ("has_imago", "has_image"), ("very high", "")):
        line = next(number for number, text in enumerate(lines, 1) if mistake in text)
        assert line in found, (mistake, result.json["errors"])
        assert suggestion in found[line]["suggestion"] + found[line]["message"]


def test_several_files_merge_in_order(cli: Cli, policy_file: pathlib.Path, tmp_path: pathlib.Path):
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text("providers:\n  defaults:\n    default_model: expert\n")
    assert cli("validate", "-c", policy_file, "-c", overlay, "--json").json["valid"] is True
    overlay.write_text("providers:\n  defaults:\n    default_model: nobody\n")
    result = cli("validate", "-c", policy_file, "-c", overlay, "--json")
    assert result.json["valid"] is False
    assert result.json["errors"][0]["file"].endswith("overlay.yaml")


def test_explain_says_which_and_why(cli: Cli, policy_file: pathlib.Path):
    result = cli("explain", "-c", policy_file, "--text", "Please refactor this.", "--json")
    assert result.status == GOOD
    assert result.json["routing_decision"] == "code"
    signals = {f"{signal['type']}:{signal['name']}": signal for signal in result.json["signals"]}
    assert "keyword:code_words" in signals
    plain = cli("explain", "-c", policy_file, "--text", "Please refactor this.")
    assert "code_words" in plain.out and "expert" in plain.out


def test_explain_reads_messages_and_pictures(cli: Cli, tmp_path: pathlib.Path):
    import base64
    config = tmp_path / "pixels.yaml"
    config.write_text(render((CONFIGS / "pixels.yaml").read_text(),
                             {"GATEWAY_PORT": 18899, "MANAGEMENT_PORT": 18080, "UPSTREAM": "127.0.0.1:18001"}))
    picture = tmp_path / "passport.png"
    picture.write_bytes(base64.b64decode(text_picture(PASSPORT_LINES).split(",")[1]))
    assert cli("explain", "-c", config, "--text", "Summarize", "--image", picture, "--json").json["routing_decision"] == "identity_document"
    messages = tmp_path / "messages.json"
    messages.write_text(json.dumps([{"role": "user", "content": "Summarize"}]))
    assert cli("explain", "-c", config, "--messages", messages, "--json").json["routing_decision"] == "everything_else"


def probes(tmp_path: pathlib.Path, *expectations: tuple[str, str]) -> pathlib.Path:
    path = tmp_path / "probes.yaml"
    path.write_text(yaml.safe_dump({"schema_version": "v1", "name": "policy", "decisions": [
        {"id": f"case-{number}", "expected_decision": decision, "variants": [{"id": "only", "query": text}]}
        for number, (text, decision) in enumerate(expectations)]}))
    return path


def test_eval_passes_probes_that_hold(cli: Cli, policy_file: pathlib.Path, tmp_path: pathlib.Path):
    file = probes(tmp_path, ("refactor this", "code"), ("Good morning", "everything_else"), ("zfast", "canned"))
    result = cli("eval", "-c", policy_file, "--probes", file, "--json")
    jsonschema.validate(result.json, REPORT)
    assert result.status == GOOD
    assert (result.json["total"], result.json["passed"], result.json["failed"], result.json["needs_model"]) == (3, 3, 0, 0)


def test_eval_fails_probes_that_do_not(cli: Cli, policy_file: pathlib.Path, tmp_path: pathlib.Path):
    file = probes(tmp_path, ("refactor this", "code"), ("Good morning", "code"))
    result = cli("eval", "-c", policy_file, "--probes", file, "--json")
    assert result.status == CHECK_FAILED
    assert (result.json["passed"], result.json["failed"]) == (1, 1)
    failed = next(probe for probe in result.json["probes"] if probe["status"] == "failed")
    assert failed["decision"] == "everything_else" and failed["failures"]


def test_schema_is_a_json_schema_that_accepts_the_policy(cli: Cli, policy_file: pathlib.Path):
    schema = cli("schema").json
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    document = yaml.safe_load(policy_file.read_text())
    assert [error.message for error in validator.iter_errors(document)] == []
    document["routing"]["decisions"][0]["priorty"] = 1
    assert list(validator.iter_errors(document)), "an unknown key must not pass"


def test_quickstart_is_valid_without_warnings(cli: Cli):
    assert cli("validate", "-c", ROOT / "examples/quickstart.yaml", "--json", "--strict").status == GOOD


def test_serve_refuses_an_invalid_config(start_router):
    with pytest.raises(StartFailure) as failure:
        start_router("policy.yaml", UPSTREAM="127.0.0.1:1", MANAGEMENT_PORT="not-a-port")
    assert failure.value.status in (CHECK_FAILED, WRONG_USE)
    assert "port" in failure.value.output


def test_serve_stops_cleanly_on_sigterm(start_router):
    router = start_router("policy.yaml", UPSTREAM="127.0.0.1:1")
    assert router.stop() == 0
