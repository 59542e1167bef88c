"""What Prometheus is told, read by its own parser; and the fleet, of the same pads."""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from poultice.mqtt.messages import (
    ControllerHealth,
    ControllerInfo,
    FaultState,
    Message,
    PadHealth,
    Reason,
    Service,
    SessionState,
    Spent,
    ZoneState,
)
from poultice.mqtt.topics import ControllerTopics, PadTopics
from poultice_panel.clock import Clock
from poultice_panel.fleet import fleet
from poultice_panel.house import House
from poultice_panel.metrics import DEFINITIONS, Metrics
from poultice_panel.people.rights import Viewer
from prometheus_client.parser import text_string_to_metric_families

from tests.panel.conftest import info, state

DOCS = Path(__file__).resolve().parents[2] / "docs"
SECRETS = ("Grandmother", "grandma-id", "lower-back-ease", "session-17", "It hurt", "7.77")
Labels = dict[str, str]


def health(**changes: Any) -> PadHealth:
    values: dict[str, Any] = {
        "uptime_s": 60.0, "reading_age_s": 0.05, "loop_jitter_p99_s": 0.002, "link_errors": 3, "frames_bad": 2,
        "demands_refused": 1, "board_uptime_s": 61.0, "controller": "attic",
        "service": Service(heated_s=7200.0, sessions=4, faults={"sensor_open": 2}),
        "spent": Spent(dose={"lumbar": 7.77}),
    }  # fmt: skip
    return PadHealth(**{**values, **changes})


@pytest.fixture
def house() -> House:
    """Two pads, one in a session of Grandmother's and with a fault; one whose controller is gone."""
    house = House(Clock())
    sofa, bed = PadTopics("sofa"), PadTopics("bed")
    attic, cellar = ControllerTopics("attic"), ControllerTopics("cellar")
    session = SessionState(
        id="session-17", program="lower-back-ease", title={"en": "It hurt"}, step=0, steps=1, step_id="a",
        elapsed_s=1.0, remaining_s=2.0, step_remaining_s=1.0,
    )  # fmt: skip
    fault = FaultState(name="sensor_open", lockout="A", latched=False, sentence="S.", action="A.")
    zones = {"lumbar": ZoneState(temperature=39.5, target=40.0, watts=12.5), "upper_back": ZoneState()}
    health_of = ControllerHealth(
        time=datetime.now(UTC), uptime_s=60.0, loop_jitter_p99_s=0.004, pads=1,
        problems=[Reason(code="place", text="There is no serial port /dev/x.")],
    )  # fmt: skip
    said: dict[str, Message | bytes] = {
        attic.availability: b"online",
        attic.info: ControllerInfo(version="0.1.0", host="pi", pads=["sofa"]),
        attic.health: health_of,
        cellar.availability: b"offline",
        sofa.availability: b"online",
        sofa.info: info("attic", simulated=False).model_copy(update={"name": "Grandmother"}),
        sofa.health: health(),
        sofa.state: state(zones=zones, session=session, faults=[fault], dose={"lumbar": 7.77}),
        bed.availability: b"online",
        bed.info: info("cellar"),
        bed.state: state(zones=zones),
    }
    for topic, message in said.items():
        house.hear(topic, message if isinstance(message, bytes) else message.model_dump_json().encode(), True)
    return house


def values(house: House) -> dict[str, list[tuple[Labels, float]]]:
    """All samples by name."""
    found: dict[str, list[tuple[Labels, float]]] = {}
    for family in text_string_to_metric_families(Metrics(house).text().decode()):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def test_each_figure_of_the_table_is_told(house: House) -> None:
    told = values(house)
    assert {each.name for each in DEFINITIONS} <= told.keys()
    assert any(name.startswith("poultice_panel_process_") for name in told)


def test_what_they_say(house: House) -> None:
    told = values(house)
    sofa, lumbar = {"pad": "sofa"}, {"pad": "sofa", "zone": "lumbar"}
    assert told["poultice_pad_up"] == [({"pad": "bed"}, 0.0), (sofa, 1.0)]
    assert told["poultice_pad_temperature_celsius"] == [(lumbar, 39.5)], "nothing of a pad that is not there"
    assert told["poultice_pad_target_celsius"] == [(lumbar, 40.0)]
    assert told["poultice_pad_heater_watts"] == [(lumbar, 12.5), ({"pad": "sofa", "zone": "upper_back"}, 0.0)]
    assert told["poultice_pad_heated_seconds_total"] == [(sofa, 7200.0)]
    assert told["poultice_pad_faults_total"] == [({"pad": "sofa", "fault": "sensor_open"}, 2.0)]
    assert told["poultice_pad_fault"] == [({"pad": "sofa", "fault": "sensor_open"}, 1.0)]
    assert told["poultice_controller_up"] == [({"controller": "attic"}, 1.0), ({"controller": "cellar"}, 0.0)]
    assert told["poultice_controller_loop_jitter_seconds"] == [({"controller": "attic"}, 0.004)]
    assert told["poultice_controller_problems"] == [({"controller": "attic"}, 1.0)]
    assert told["poultice_panel_messages_total"] == [({}, 11.0)]
    labels = {"controller": "attic", "firmware": "0.1.0", "contract": "0", "simulated": "false"}
    assert ({**sofa, **labels}, 1.0) in told["poultice_pad_info"]


def test_nothing_of_people_is_in_it(house: House) -> None:
    shown = house.pads_json(Viewer("phone", "Phone", "view", "me", ("me",)))
    assert "Grandmother" in shown, "it is there to be told"
    assert "lower-back-ease" in shown
    text = Metrics(house).text().decode()
    assert [secret for secret in SECRETS if secret in text] == []
    labels = {label for each in DEFINITIONS for label in each.labels}
    assert labels == {"pad", "zone", "controller", "firmware", "contract", "simulated", "fault"}


def test_names_keep_to_the_conventions() -> None:
    """Base units in the plural at the end, `_total` for what only grows: https://prometheus.io/docs/practices/naming/"""
    units = ("_seconds", "_celsius", "_watts", "_up", "_info", "_pads", "_pages", "_problems", "_fault")
    names = [each.name for each in DEFINITIONS]
    assert len(set(names)) == len(names)
    for name in names:
        assert name.removesuffix("_total").endswith((*units, "_messages", "_faults", "_errors", "_bad", "_refused")), (
            name
        )
        assert not name.endswith(("_ms", "_milliseconds", "_percent"))
    assert all(each.help.endswith(".") for each in DEFINITIONS)


@pytest.mark.broker
def test_a_scrape_of_a_running_panel(panel: Any) -> None:
    answer = panel.http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert "poultice_panel_broker_up 1.0" in answer.text
    assert panel.http.get("/metrics", headers={"Host": "evil.example"}).status_code == 400
    assert set(panel.http.get("/api/fleet").json()) == {"controllers", "pads"}


def test_the_page_about_them_is_current() -> None:
    assert (DOCS / "metrics.md").read_text(encoding="utf-8") == lister().text()


def lister() -> ModuleType:
    spec = importlib.util.spec_from_file_location("list_metrics", DOCS / "list_metrics.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_fleet(house: House) -> None:
    found = fleet(house.pads)
    bed, sofa = found.pads
    assert (sofa.name, sofa.controller, sofa.online) == ("Grandmother", "attic", True)
    assert (sofa.heated_h, sofa.sessions, sofa.faults_so_far) == (2.0, 4, {"sensor_open": 2})
    assert [(fault.name, bool(fault.action)) for fault in sofa.faults] == [("sensor_open", True)]
    assert all(called == "" for called in sofa.zones.values()), "nobody named them"
    assert sofa.last_seen is not None
    assert (bed.controller, bed.online, bed.heated_h) == ("cellar", False, 0.0)
    attic, cellar = found.controllers
    assert (attic.online, attic.version, attic.pads) == (True, "0.1.0", 1)
    assert [problem.code for problem in attic.problems] == ["place"]
    assert not cellar.online
    text = found.model_dump_json()
    assert [secret for secret in SECRETS[1:] if secret in text] == []
