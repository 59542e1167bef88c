"""The gate that holds the board's frames against the host's: it agrees with what is sound, and notices what is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from gates import differential
from gates.sources import CORE
from poultice.simulator.native import find_compiler

SECONDS = 0.5


def compared(folder: Path, **kept: bytes) -> differential.Tally:
    for name, stream in kept.items():
        (folder / name).write_bytes(stream)
    board = differential.Board(find_compiler()[0], folder)
    return differential.compare(board, [folder / name for name in kept], SECONDS, seed=1)


def test_both_ends_agree(tmp_path: Path) -> None:
    tally = compared(tmp_path)
    assert tally.difference == ""
    assert min(tally.streams, tally.frames, tally.bad) > 10


def test_what_a_fuzzer_kept_is_heard_first(tmp_path: Path) -> None:
    assert compared(tmp_path, kept=b"\x01\x01\0" * 40_000).bad >= 40_000


@pytest.mark.parametrize(
    ("sound", "broken"),
    [
        ("decoder->started && !undamaged(decoder)", "!undamaged(decoder)"),  # two zeros in a row are bad
        ("decoder->length >= FRAME_OVERHEAD", "decoder->length >= 3u"),
        ("decoder->length < FRAME_SIZE_MAX", "decoder->length < FRAME_SIZE_MAX - 1u"),
        ("decoder->block_left == 0 &&", ""),
        ("&& crc == 0", ""),
    ],
)
def test_a_difference_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sound: str, broken: str) -> None:
    core = tmp_path / "core"
    shutil.copytree(CORE, core)
    text = (core / "frame.c").read_text()
    assert sound in text
    (core / "frame.c").write_text(text.replace(sound, broken))
    monkeypatch.setattr(differential, "CORE", core)
    assert "the board hears" in compared(tmp_path).difference
