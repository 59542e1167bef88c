"""ngspice ends with 0 whatever happened: what went wrong is told in a sentence all the same."""

from __future__ import annotations

import pytest
from circuits.ngspice import CircuitError, deck, simulate

pytestmark = pytest.mark.slow

DIVIDER = "a divider\nV1 a 0 {volt}\nR1 a b 1k\nR2 b 0 3k\n.dc V1 0 4 1\n.end\n"


def test_it_computes() -> None:
    curves = simulate(DIVIDER.format(volt=1), ["v(b)"])
    assert curves["x"] == pytest.approx([0, 1, 2, 3, 4])
    assert curves["v(b)"] == pytest.approx([0, 0.75, 1.5, 2.25, 3])


@pytest.mark.parametrize(
    ("netlist", "wanted"),
    [("nothing\nR1 a\n.dc V1 0 4 1\n.end\n", "v(a)"), (DIVIDER.format(volt=1), "v(nowhere)"), ("x\n.end\n", "v(a)")],
)
def test_what_cannot_be_computed_is_said(netlist: str, wanted: str) -> None:
    with pytest.raises(CircuitError, match=r"correct the \.cir file"):
        simulate(netlist, [wanted])


def test_without_ngspice_it_says_where_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CircuitError, match="make hardware"):
        simulate(DIVIDER.format(volt=1), ["v(b)"])


def test_a_place_without_a_value_is_said() -> None:
    with pytest.raises(CircuitError, match=r"divider\.cir names 'ntc_0'.*add it there"):
        deck("divider", {})
