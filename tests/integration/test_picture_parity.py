"""signalbox parity --images: the three experiments and the reversal grid, as they should be and with each mistake of VSR's story."""
import json
import pathlib
import shutil

import pytest

from harness.paths import ROOT

MODEL = ROOT / "tests/golden/tiny-siglip"
REFERENCE = ROOT / "tests/golden/pictures-tiny-siglip"


def compared(cli, *arguments: object) -> tuple[int, dict]:
    result = cli("parity", "--model", MODEL, "--images", REFERENCE, "--json", *arguments)
    return result.status, json.loads(result.out)


def test_every_picture_is_the_references_from_the_file_to_the_vector(cli):
    status, found = compared(cli)
    assert status == 0 and found["passed"] and found["differs"] == ""
    assert found["decoded_otherwise"] == found["resized_otherwise"] == 0
    assert found["all"]["pictures"] == 29
    assert found["all"]["preprocess_only"] == {"differing": 0, "largest": 0.0}
    for experiment in ("forward_only", "end_to_end"):
        assert found["all"][experiment]["relative_error"] < 1e-5
        assert found["all"][experiment]["lowest_cosine"] > 0.999999
    grid = found["grid"]
    assert grid["labels"] == 29 and grid["margins"] == 29 * 29 * 28 / 2
    assert grid["winners_reversed"] == grid["margins_reversed"] == 0
    assert grid["margins_judged"] > 0.99 * grid["margins"]
    assert found["truth"] == found["reference_truth"]


# The first four are VSR's, of which each looked right alone. Five times the bound, and the half that it is in.
@pytest.mark.parametrize("mistake, half", [("pooling", "forward pass"), ("range", "preprocessing"), ("resize", "preprocessing"),
                                           ("activation", "forward pass"), ("nearest", "preprocessing"), ("channels", "preprocessing"),
                                           ("flip", "preprocessing")])
def test_a_mistake_is_found_in_its_half(cli, mistake: str, half: str):
    status, found = compared(cli, "--plant", mistake)
    assert status == 1 and not found["passed"]
    assert found["differs"] == half
    assert found["all"]["end_to_end"]["relative_error"] > 5e-5
    forward, preprocess = found["all"]["forward_only"], found["all"]["preprocess_only"]
    if half == "preprocessing":
        assert preprocess["differing"] == 29 and forward["relative_error"] < 1e-5
    else:
        assert preprocess["differing"] == 0 and forward["relative_error"] > 5e-5
    if mistake != "activation":  # that one hides behind a cosine of 0.9999999
        assert found["grid"]["winners_reversed"] > 0


def test_a_picture_that_is_not_the_references_is_refused(cli, tmp_path: pathlib.Path):
    shutil.copytree(REFERENCE, tmp_path / "reference")
    with open(tmp_path / "reference/0000.jpg", "ab") as file:
        file.write(b"x")
    result = cli("parity", "--model", MODEL, "--images", tmp_path / "reference")
    assert result.status != 0 and "0000.jpg: is not the file that the reference was made of" in result.err


def test_a_reference_of_another_model_is_refused(cli):
    result = cli("parity", "--model", ROOT / "tests/golden/tiny-clip", "--images", REFERENCE)
    assert result.status != 0 and "was made with another model" in result.err
