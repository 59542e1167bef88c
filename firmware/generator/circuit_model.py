"""The model of `[circuit]` in hardware/facts.toml: the parts that hardware/circuits computes with."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from generator.contract_model import Name
from generator.source import Strict

Percent = Annotated[float, Field(gt=0, le=20)]
Part = Annotated[str, Field(min_length=3)]


class Resistor(Strict):
    """`[circuit.resistors]`."""

    ohm: Annotated[float, Field(gt=0, le=10_000_000)]
    tolerance_percent: Percent
    ppm_per_k: Annotated[float, Field(ge=0, le=500)]
    part: Part


class Capacitor(Strict):
    """`[circuit.capacitors]`; `ohm` is the series resistance, `temperature_percent` what is lost at most."""

    nf: Annotated[float, Field(gt=0, le=10_000_000)]
    tolerance_percent: Percent
    volt: Annotated[float, Field(ge=6, le=100)]
    ohm: Annotated[float, Field(ge=0.001, le=10)]
    temperature_percent: Annotated[float, Field(ge=0, le=50)]
    part: Part


class Mosfet(Strict):
    """`[circuit.mosfets]`: limits at 25 °C; `hot_factor` multiplies the resistance at 125 °C."""

    volt: Annotated[float, Field(ge=20, le=200)]
    gate_volt: Annotated[float, Field(ge=8, le=30)]
    milliohm: Annotated[float, Field(gt=0, le=20_000)]
    at_gate_v: Annotated[float, Field(ge=2, le=10)]
    threshold_min_v: Annotated[float, Field(ge=0.4, le=4)]
    threshold_max_v: Annotated[float, Field(ge=0.4, le=4)]
    hot_factor: Annotated[float, Field(ge=1, le=3)]
    ambient_k_per_w: Annotated[float, Field(ge=10, le=500)]
    input_pf: Annotated[float, Field(ge=1, le=10_000)]
    part: Part


class Diode(Strict):
    """`[circuit.diodes]`."""

    forward_v: Annotated[float, Field(ge=0.1, le=1.5)]
    at_ma: Annotated[float, Field(gt=0, le=5000)]
    volt: Annotated[float, Field(ge=10, le=200)]
    part: Part


class Zener(Strict):
    """`[circuit.gate_zener]`."""

    volt: Annotated[float, Field(ge=3, le=30)]
    tolerance_percent: Percent
    part: Part


class Thermistor(Strict):
    """`[circuit.thermistor]`: the real part's curve, which `[ntc]`'s beta equation comes near, and its own warmth."""

    steinhart_a: Annotated[float, Field(gt=0, lt=0.01)]
    steinhart_b: Annotated[float, Field(gt=0, lt=0.001)]
    steinhart_c: Annotated[float, Field(gt=0, lt=0.00001)]
    dissipation_min_mw_per_k: Annotated[float, Field(ge=0.5, le=50)]
    dissipation_max_mw_per_k: Annotated[float, Field(ge=0.5, le=50)]
    part: Part


class Mcu(Strict):
    """`[circuit.mcu]`."""

    adc_error_lsb: Annotated[float, Field(ge=0, le=10)]
    leakage_na: Annotated[float, Field(ge=0, le=10_000)]
    pin_ohm: Annotated[float, Field(gt=0, le=500)]
    part: Part


class Comparator(Strict):
    """`[circuit.comparator]`: open collector, inputs from rail to rail."""

    offset_mv: Annotated[float, Field(gt=0, le=20)]
    bias_na: Annotated[float, Field(ge=0, le=1000)]
    leakage_na: Annotated[float, Field(ge=0, le=10_000)]
    part: Part


class CurrentAmplifier(Strict):
    """`[circuit.current_amplifier]`."""

    gain_percent: Percent
    offset_uv: Annotated[float, Field(ge=0, le=5000)]
    part: Part


class Buffer(Strict):
    """`[circuit.witness_buffer]`."""

    bias_na: Annotated[float, Field(ge=0, le=1000)]
    part: Part


class Latch(Strict):
    """`[circuit.latch]`: input levels, % of the supply."""

    low_below_percent: Annotated[float, Field(ge=10, le=50)]
    high_above_percent: Annotated[float, Field(ge=50, le=90)]
    part: Part


class Supply(Strict):
    """`[circuit.supply]`: what is plugged in."""

    ohm: Annotated[float, Field(ge=0, le=5)]
    cable_uh: Annotated[float, Field(ge=0, le=100)]
    source_max_a: Annotated[float, Field(gt=0, le=500)]
    part: Part


class Fuse(Strict):
    """`[circuit.fuse]`."""

    rated_a: Annotated[float, Field(gt=0, le=20)]
    melting_a2s: Annotated[float, Field(gt=0, le=1000)]
    blows_at_factor: Annotated[float, Field(ge=1, le=5)]
    part: Part


class MotorPart(Strict):
    """`[circuit.motor]`."""

    stall_factor: Annotated[float, Field(ge=1, le=10)]
    inductance_mh: Annotated[float, Field(gt=0, le=1000)]
    cable_uh: Annotated[float, Field(ge=0, le=100)]
    part: Part


class Element(Strict):
    """`[circuit.element]`."""

    cable_uh: Annotated[float, Field(ge=0, le=100)]
    part: Part


class Bimetal(Strict):
    """`[circuit.bimetal]`: the pad's, held open by a resistor across it; `[trip]` says where it opens."""

    lag_s: Annotated[float, Field(gt=0, le=60)]
    closes_max_c: Annotated[float, Field(ge=20, le=44)]
    hold_ohm: Annotated[float, Field(ge=1000, le=100_000)]
    to_pad_min_mw_per_k: Annotated[float, Field(gt=0, le=1000)]
    to_pad_max_mw_per_k: Annotated[float, Field(gt=0, le=1000)]
    contact_milliohm: Annotated[float, Field(gt=0, le=200)]
    part: Part


class Bipolar(Strict):
    """`[circuit.pump_transistor]`."""

    gain_min: Annotated[float, Field(ge=10, le=1000)]
    base_v: Annotated[float, Field(ge=0.4, le=0.9)]
    part: Part


class Circuit(Strict):
    """`[circuit]`."""

    logic_tolerance_percent: Percent
    logic_min_mv: Annotated[int, Field(ge=3000, le=5000)]
    logic_max_mv: Annotated[int, Field(ge=5000, le=6000)]
    ambient_min_c: Annotated[float, Field(ge=-40, le=20)]
    ambient_max_c: Annotated[float, Field(ge=30, le=85)]
    slowest_toggle_ms: Annotated[float, Field(ge=1, le=50)]
    junction_max_c: Annotated[float, Field(ge=80, le=150)]
    thermistor: Thermistor
    mcu: Mcu
    comparator: Comparator
    current_amplifier: CurrentAmplifier
    witness_buffer: Buffer
    latch: Latch
    supply: Supply
    fuse: Fuse
    motor: MotorPart
    element: Element
    bimetal: Bimetal
    gate_zener: Zener
    pump_transistor: Bipolar
    resistors: dict[Name, Resistor]
    capacitors: dict[Name, Capacitor]
    mosfets: dict[Name, Mosfet]
    diodes: dict[Name, Diode]
