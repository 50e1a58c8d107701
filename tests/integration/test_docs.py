"""Generated documentation is what the binary generates."""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_configuration_reference_is_current(cli):
    generated = cli("schema", "--markdown").out
    assert (ROOT / "docs" / "configuration.md").read_text() == generated, (
        "docs/configuration.md is old: signalbox schema --markdown > docs/configuration.md")
