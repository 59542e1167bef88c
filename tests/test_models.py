"""models.json: kept whole, set aside where it is damaged, never in the way of heat."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from poultice.models import DAMAGED, NAME, ModelStore
from poultice.therapy.heat.parameters import Parameters
from poultice.therapy.layout import ThermalModel, ZoneLayout

NOMINAL = Parameters.nominal(ZoneLayout("lumbar", 0.06, 30.0), ThermalModel())


def test_what_is_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    store = ModelStore(tmp_path)
    assert store.of("pad") == {}
    store.keep("pad", {"lumbar": NOMINAL})
    store.keep("pad", {"upper_back": NOMINAL})
    again = ModelStore(tmp_path)
    assert sorted(again.of("pad")) == ["lumbar", "upper_back"]
    assert again.of("pad")["lumbar"].value("pad_j_per_k") == 177.0
    assert again.of("another pad") == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"version": 2, "pads": {}}',
        '{"version": 1, "pads": []}',
        '{"version": 1, "pads": {"pad": 3}}',
        '{"version": 1, "pads": {"pad": {"lumbar": {}}}}',
        '{"version": 1, "pads": {"pad": {"lumbar": 7}}}',
        "[" * 100_000,
        "\xff\xfe",
    ],
)
def test_a_damaged_file_is_set_aside_with_a_warning(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / NAME).write_bytes(text.encode("latin-1"))
    with caplog.at_level(logging.WARNING):
        assert ModelStore(tmp_path).of("pad") == {}
    assert "set aside" in caplog.text
    assert (tmp_path / DAMAGED).read_bytes() == text.encode("latin-1")
    assert not (tmp_path / NAME).exists()


def test_a_number_that_no_pad_has_is_damage(tmp_path: Path) -> None:
    ModelStore(tmp_path).keep("pad", {"lumbar": NOMINAL})
    plain = json.loads((tmp_path / NAME).read_text())
    plain["pads"]["pad"]["lumbar"]["parameters"]["pad_j_per_k"]["value"] = -5.0
    (tmp_path / NAME).write_text(json.dumps(plain))
    assert ModelStore(tmp_path).of("pad") == {}
    assert (tmp_path / DAMAGED).exists()


def test_a_full_disk_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / NAME).mkdir()  # a place that no file can take
    store = ModelStore(tmp_path)
    with caplog.at_level(logging.WARNING):
        store.keep("pad", {"lumbar": NOMINAL})
    assert "cannot be written" in caplog.text
    assert store.of("pad")["lumbar"] is NOMINAL
