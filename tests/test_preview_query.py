"""The preview as pages and people get it: by query, by command, refused in one sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from harness import PAD, VirtualHouse
from household import clean_environment
from poultice.mqtt.incoming import QueryIn
from poultice.mqtt.messages import QueryMessage
from poultice.sessions.desk import Answer
from poultice.therapy.state import Role

PREVIEW = QueryMessage(id="look", args={"op": "preview", "program": "lower-back-ease"})

HOT = """schema: poultice-program/1
id: hot
title: {en: Hot, de: Heiß}
evidence: convention
requires: {zones: [lumbar]}
max_total: 90 min
steps:
  - {id: a, duration: 25 min, heat: {lumbar: {target: 41 °C, ramp: 6 °C/min}}}
  - {id: b, duration: 60 min, heat: {lumbar: {target: 40 °C}}}
"""


def test_a_phone_gets_the_curve_of_a_program(tmp_path: Path) -> None:
    house = VirtualHouse(tmp_path)
    result = house.query("programs", op="preview", program="lower-back-ease", room_c=18)
    assert result.status == "ok", result.reason.text
    seen = result.result
    zone = seen["zones"]["lumbar"]
    assert 60 < len(seen["t_s"]) == len(zone["temperature_c"]) == len(zone["low_c"]) <= 121
    assert zone["temperature_c"][0] == pytest.approx(house.state.zones["lumbar"].temperature, abs=0.2)
    assert max(zone["temperature_c"]) == pytest.approx(40.0, abs=0.2)
    assert seen["ends"] is None
    assert len(result.model_dump_json()) < 20_000


def test_a_phone_gets_the_curve_of_warmth_in_one_zone(tmp_path: Path) -> None:
    result = VirtualHouse(tmp_path).query("programs", op="preview", program="warmth", zone="upper_back", target=38.5)
    assert result.status == "ok", result.reason.text
    assert list(result.result["zones"]) == ["upper_back"]
    assert max(result.result["zones"]["upper_back"]["temperature_c"]) == pytest.approx(38.5, abs=0.2)
    assert result.result["t_s"][-1] >= 1200.0


def test_a_program_is_played_on_paper_while_the_loop_goes_on(tmp_path: Path) -> None:
    house = VirtualHouse(tmp_path)
    waiting: list[Callable[[], Answer]] = []
    house.station._slowly = waiting.append  # as a thread that has not come to it yet
    house.inbox.put(QueryIn(PAD, Role.PHONE, "programs", PREVIEW))
    house.run(1.0)
    assert house.broker.results == []
    assert len(waiting) == 1

    with ThreadPoolExecutor() as elsewhere:
        house.inbox.put(elsewhere.submit(waiting[0]).result(timeout=10))
    house.turn()
    assert house.broker.results[-1].id == PREVIEW.id
    assert house.broker.results[-1].status == "ok"
    assert house.journal.records[-1]["kind"] == "query", "it is written down once it is answered"


@pytest.mark.parametrize(
    ("role", "args", "code"),
    [
        ("automation", {"program": "lower-back-ease"}, "role"),
        ("phone", {"program": "nothing"}, "unknown_program"),
        ("phone", {}, "unknown_program"),
        ("phone", {"program": "lower-back-ease", "room_c": 99}, "arguments"),
        ("phone", {"program": "lower-back-ease", "room_c": "warm"}, "arguments"),
        ("phone", {"programme": "lower-back-ease"}, "arguments"),
        ("phone", {"program": "warmth"}, "arguments"),
        ("phone", {"program": "warmth", "zone": "lumbar", "target": 40.5}, "out_of_range"),
        ("automation", {"program": "warmth", "zone": "lumbar", "target": 39}, "role"),
    ],
)
def test_what_cannot_be_foreseen_is_refused(tmp_path: Path, role: str, args: dict[str, Any], code: str) -> None:
    result = VirtualHouse(tmp_path).query("programs", role, op="preview", **args)
    assert (result.status, result.reason.code) == ("refused", code)
    assert result.reason.text.endswith(".")


def ask(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "poultice", "programs", "preview", *arguments],
        capture_output=True,
        text=True,
        cwd=directory,
        env=clean_environment(XDG_DATA_HOME=str(directory)),
        timeout=60,
        check=False,
    )


@pytest.mark.slow
def test_the_command_says_when_the_dose_would_end_it(tmp_path: Path) -> None:
    (tmp_path / "hot.yaml").write_text(HOT)
    said = ask(tmp_path, "hot.yaml", "--room", "20")
    assert (said.returncode, said.stderr) == (0, "")
    assert "min the dose limit would end this" in said.stdout
    plain = json.loads(ask(tmp_path, "hot.yaml", "--json").stdout)
    assert plain["ends"]["zone"] == "lumbar"
    assert 25 * 60 < plain["ends"]["at_s"] < 60 * 60


@pytest.mark.slow
def test_what_heats_nothing_is_foreseen_too(tmp_path: Path) -> None:
    said = ask(tmp_path, "after-training", "--json", "--plot", "massage.png")
    assert (said.returncode, said.stderr) == (0, "")
    plain = json.loads(said.stdout)
    assert (plain["zones"], plain["t_s"], plain["ends"]) == ({}, [], None)
    assert [step["pattern"] for step in plain["steps"]] == ["steady", None, "steady", None, "wave"]
    assert plain["steps"][0]["massage"] == {"lower_left": 55, "lower_right": 55}
    assert (tmp_path / "massage.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_the_command_draws(tmp_path: Path) -> None:
    said = ask(tmp_path, "lower-back-ease", "--plot", "curve.png")
    assert said.returncode == 0, said.stderr
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "word"),
    [(["none"], "lower-back-ease"), (["none.yaml"], "none.yaml"), (["short-massage", "--room", "99"], "99")],
)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, arguments: list[str], word: str) -> None:
    said = ask(tmp_path, *arguments)
    assert (said.returncode, said.stdout) == (1, "")
    assert word in said.stderr
    assert said.stderr.count("\n") == 1
