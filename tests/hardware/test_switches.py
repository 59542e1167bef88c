"""Losses, gates, inductances, inrush, and the chip in reset."""

from __future__ import annotations

import pytest
from circuits import switches

pytestmark = pytest.mark.slow


def missed(facts) -> set[str]:
    return {check.name for check in switches.run(facts).checks() if not check.good}


def test_every_limit_is_kept(facts) -> None:
    result = switches.run(facts)
    assert [check.name for check in result.checks() if not check.good] == []
    assert all(check.judged for check in result.checks())


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("circuit.mosfets.lower.milliohm", 80.0, "lower switch's junction"),
        ("circuit.mosfets.upper.ambient_k_per_w", 200.0, "upper switch's junction"),
        ("circuit.resistors.upper_gate_series.ohm", 22_000.0, "upper gate, least drive"),
        ("circuit.mosfets.upper.gate_volt", 12.0, "upper gate, most drive"),
        ("circuit.resistors.lower_gate_pull_down.ohm", 2200.0, "lower gate, least drive"),
        ("circuit.resistors.lower_gate_pull_down.ohm", 1_000_000.0, "lower gate in reset"),
        ("circuit.mosfets.lower.volt", 30.0, "lower switch, peak"),
        ("circuit.mosfets.motor.volt", 30.0, "motor switch, peak"),
        ("circuit.supply.ohm", 0.01, "inrush, peak"),
        ("circuit.fuse.melting_a2s", 0.2, "inrush, of what the fuse bears"),
        ("circuit.capacitors.bulk.volt", 25.0, "bulk capacitor"),
    ],
)
def test_a_value_changed_alone_is_noticed_by_name(changed, path: str, value: float, named: str) -> None:
    assert any(name.startswith(named) for name in missed(changed(path, value)))
