"""The switches: losses, gates, what inductances do to them, and the chip in reset."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from generator.circuit_model import Mosfet
from generator.facts_model import Facts

from circuits.check import Check
from circuits.ngspice import Curves, Table, deck, simulate
from circuits.values import nominal, saturation_a

ZONE_W = 30.0
RATED_SHARE = 0.8  # of a voltage rating that may be used
MILLER_SHARE = 0.1  # of the input capacitance, as such transistors have it
OFF_WITHIN_MS = 10.0
RESET_S, STORY_S = 320e-6, 2e-3
OPENS_S = 120e-6
PWM_HZ = 976.5625  # 16 MHz / 64 / 256
PWM_PERIODS = 6
MICRO = 1e-6
FLYBACK_OHM = 0.05  # of the diode's own


@dataclass(frozen=True, slots=True)
class Result:
    """All that is to be told of the switches."""

    facts: Facts
    losses: Curves
    gate: Curves
    motor: Curves
    inrush: Curves

    def checks(self) -> list[Check]:
        """Beside their limits."""
        return [*self._losses(), *self._gate(), *self._motor(), *self._inrush()]

    def _losses(self) -> list[Check]:
        circuit = self.facts.circuit
        upper = circuit.mosfets["upper"]
        gate_v = self.losses["x"] - self.losses["v(g)"]
        warmest = f"junction at {ZONE_W:g} W a zone, {circuit.ambient_max_c:g} °C around it"
        return [
            Check(
                f"lower switch's {warmest}, 12 to 26.4 V",
                _most(self.losses["v(tl)"]),
                "°C",
                most=circuit.junction_max_c,
            ),
            Check(
                f"upper switch's {warmest}, 12 to 26.4 V",
                _most(self.losses["v(tu)"]),
                "°C",
                most=circuit.junction_max_c,
            ),
            Check("upper gate, least drive", float(gate_v.min()), "V", least=upper.at_gate_v),
            Check("upper gate, most drive", _most(gate_v), "V", most=RATED_SHARE * upper.gate_volt),
        ]

    def _gate(self) -> list[Check]:
        lower, gate = self.facts.circuit.mosfets["lower"], self.gate
        on = (gate["x"] > OPENS_S - 5 * MICRO) & (gate["x"] < OPENS_S)
        flows = gate["x"][gate["i(vsense)"] > 0.05]
        held_v = float(gate["v(g)"][-1])
        return [
            Check("lower gate, least drive", float(gate["v(g)"][on].min()), "V", least=lower.at_gate_v),
            Check(
                "lower switch, peak as the element's current ends",
                _most(gate["v(dd)"]),
                "V",
                most=RATED_SHARE * lower.volt,
            ),
            Check(
                "element off after the chip resets, by the pull-down",
                1000 * float(flows[-1] - RESET_S),
                "ms",
                most=OFF_WITHIN_MS,
            ),
            Check("lower gate in reset, with the pin's leakage", held_v, "V", most=0.5 * lower.threshold_min_v),
        ]

    def _motor(self) -> list[Check]:
        motor = self.facts.circuit.mosfets["motor"]
        peak_v = _most(self.motor["v(d)"])
        return [
            Check("motor switch, peak as a stalled motor's current ends", peak_v, "V", most=RATED_SHARE * motor.volt)
        ]

    def _inrush(self) -> list[Check]:
        circuit = self.facts.circuit
        time_s, amps = self.inrush["x"], self.inrush["i(vsense)"]
        a2s = float(np.trapezoid(amps**2, time_s))
        bulk_v, most_v = _most(self.inrush["v(bulk)"]), RATED_SHARE * circuit.capacitors["bulk"].volt
        return [
            Check("inrush, peak", _most(amps), "A", most=circuit.supply.source_max_a),
            Check("inrush, of what the fuse bears", 100 * a2s / circuit.fuse.melting_a2s, "%", most=50.0),
            Check("bulk capacitor, peak as the plug goes in", bulk_v, "V", most=most_v),
        ]


def _most(curve: Table) -> float:
    return float(curve.max())


def run(facts: Facts) -> Result:
    """Computes it. Raises CircuitError."""
    return Result(facts, _losses(facts), _gate(facts), _motor(facts), _inrush(facts))


def _losses(facts: Facts) -> Curves:
    board, circuit = facts.board, facts.circuit
    upper, lower = circuit.mosfets["upper"], circuit.mosfets["lower"]
    values = nominal(facts) | {
        "ambient_c": circuit.ambient_max_c, "zone_w": ZONE_W, "limit_a": limit_a(facts),
        "lower_ohm": lower.milliohm / 1000, "lower_hot": lower.hot_factor, "lower_k_per_w": lower.ambient_k_per_w,
        "upper_ohm": upper.milliohm / 1000, "upper_hot": upper.hot_factor, "upper_k_per_w": upper.ambient_k_per_w,
        "zener_v": circuit.gate_zener.volt * (1 + circuit.gate_zener.tolerance_percent / 100),
        "rail_min_v": 12.0, "rail_max_v": board.rail_max_mv / 1000,
    }  # fmt: skip
    return simulate(deck("losses", values), ["v(tl)", "v(tu)", "v(g)"])


def limit_a(facts: Facts) -> float:
    """Where the board's own current limit lies nominally."""
    resistors = facts.circuit.resistors
    top, bottom = resistors["limit_top"].ohm, resistors["limit_bottom"].ohm
    return facts.board.logic_mv / 1000 * bottom / (top + bottom) / (facts.shunt.gain * resistors["shunt"].ohm)


def _switch(part: Mosfet) -> dict[str, float | str]:
    """The quickest one of its kind: it opens the most abruptly."""
    return {
        "vto": part.threshold_max_v, "kp": 1000 / (part.milliohm * (part.at_gate_v - part.threshold_max_v)),
        "gate_f": part.input_pf * (1 - MILLER_SHARE) * 1e-12, "miller_f": part.input_pf * MILLER_SHARE * 1e-12,
    }  # fmt: skip


def _gate(facts: Facts) -> Curves:
    board, circuit = facts.board, facts.circuit
    spread = 1 - circuit.logic_tolerance_percent / 100
    values = nominal(facts) | _switch(circuit.mosfets["lower"]) | {
        "logic_v": board.logic_mv / 1000 * spread, "rail_v": board.rail_max_mv / 1000,
        "cable_h": circuit.element.cable_uh * MICRO, "leak_a": circuit.mcu.leakage_na * 1e-9, "end_s": STORY_S,
    }  # fmt: skip
    return simulate(deck("gate", values), ["v(g)", "v(dd)", "i(vsense)"])


def _motor(facts: Facts) -> Curves:
    board, circuit = facts.board, facts.circuit
    stall_a = max(each.current_ma for each in facts.motors) / 1000 * circuit.motor.stall_factor
    values = nominal(facts) | _switch(circuit.mosfets["motor"]) | {
        "diode_is": saturation_a(circuit.diodes["motor"], FLYBACK_OHM),
        "rail_v": board.rail_max_mv / 1000, "motor_ohm": board.rail_nominal_mv / 1000 / stall_a,
        "motor_h": circuit.motor.inductance_mh / 1000, "half_cable_h": circuit.motor.cable_uh * MICRO / 2,
        "period_s": 1 / PWM_HZ, "on_s": 0.5 / PWM_HZ, "end_s": PWM_PERIODS / PWM_HZ,
    }  # fmt: skip
    return simulate(deck("motor", values), ["v(d)", "i(lmotor)"])


def _inrush(facts: Facts) -> Curves:
    circuit = facts.circuit
    values = nominal(facts) | {
        "rail_v": facts.board.rail_max_mv / 1000, "source_ohm": circuit.supply.ohm,
        "cable_h": circuit.supply.cable_uh * MICRO, "switch_ohm": circuit.mosfets["upper"].milliohm / 1000,
    }  # fmt: skip
    return simulate(deck("inrush", values), ["i(vsense)", "v(bulk)"])
