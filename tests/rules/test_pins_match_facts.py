"""The firmware's pins are those of hardware/facts.toml: named by pins.h alone, each used, every output low at first."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

RAW = re.compile(
    r"\b(?:PORT[BCD][0-7]?|PIN[BCD][0-7]?|DDR[BCD]|DD[BCD][0-7]|P[BCD][0-7]|OCR[02][AB]|COM[02][AB][01])\b"
)
START = re.compile(r"^\s*(PORT|DDR)([BD]) = PINS_START_\1\2;\s*$")
"""The one place where whole ports are written: as facts.toml says, once."""

BY_THE_UART = {"uart_rx", "uart_tx"}

# What the data sheet says, once more: timer output -> pin, compare register, control register, connecting bit.
DATA_SHEET = {
    "OC0A": ("D6", "OCR0A", "TCCR0A", "COM0A1"),
    "OC0B": ("D5", "OCR0B", "TCCR0A", "COM0B1"),
    "OC2A": ("B3", "OCR2A", "TCCR2A", "COM2A1"),
    "OC2B": ("D3", "OCR2B", "TCCR2A", "COM2B1"),
}


def bare(text: str) -> str:
    """C without comments and texts."""
    return re.sub(
        r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', lambda m: re.sub(r"[^\n]", " ", m[0]), text, flags=re.DOTALL
    )


def raw_names(file: str, text: str) -> list[str]:
    """One entry for each register of a pin that is named without pins.h."""
    return [
        f"{file}:{number} names {match[0]}"
        for number, line in enumerate(bare(text).splitlines(), 1)
        for match in RAW.finditer(line)
        if not START.match(line)
    ]


def unused_pins(facts: dict[str, Any], text: str) -> set[str]:
    """Pins that no source mentions. `PINS_EACH_…` mentions all of its kind."""
    used = {name for name in facts["pins"] if re.search(rf"\bPIN_{name.upper()}(?:_[A-Z]+)?\b", text)}
    if "PINS_EACH_MOTOR" in text:
        used |= {motor["pin"] for motor in facts["motors"]}
    if "PINS_EACH_HEATER" in text:
        used |= {zone["heater"] for zone in facts["zones"]}
    if re.search(r"\bUDR0\b", text) and "RXEN0" in text and "TXEN0" in text:
        used |= BY_THE_UART
    return set(facts["pins"]) - used


@pytest.fixture(scope="module")
def facts(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "hardware/facts.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def sources(root: Path) -> dict[str, str]:
    """The AVR sources but for the generated header."""
    files = sorted((root / "firmware/avr").glob("*.[ch]"))
    found = {f.name: f.read_text(encoding="utf-8") for f in files if f.name != "pins.h"}
    assert "main.c" in found
    return found


@pytest.fixture(scope="module")
def defines(root: Path) -> dict[str, str]:
    """The macros of pins.h."""
    text = bare((root / "firmware/avr/pins.h").read_text(encoding="utf-8"))
    return {m[1]: m[2].strip() for m in re.finditer(r"^#define (\w+)(?:\(X\))? (.*)$", text, re.MULTILINE)}


def test_no_pin_is_named_but_by_pins_h(sources: dict[str, str]) -> None:
    assert [v for name, text in sources.items() for v in raw_names(name, text)] == []


def test_every_pin_is_used(facts: dict[str, Any], sources: dict[str, str]) -> None:
    assert unused_pins(facts, "\n".join(map(bare, sources.values()))) == set()


def test_every_pin_of_pins_h_is_that_of_the_facts(facts: dict[str, Any], defines: dict[str, str]) -> None:
    assert len({pin["port"] for pin in facts["pins"].values()}) == 14
    for name, pin in facts["pins"].items():
        letter, bit = pin["port"]
        prefix = f"PIN_{name.upper()}"
        told = [defines[f"{prefix}_{part}"] for part in ("PORT", "DDR", "PIN", "BIT")]
        assert told == [f"PORT{letter}", f"DDR{letter}", f"PIN{letter}", f"{bit}u"]


def test_the_motors_compare_registers_are_those_of_their_pins(facts: dict[str, Any], defines: dict[str, str]) -> None:
    expected = " ".join(f"X({i}, PIN_{motor['pin'].upper()})" for i, motor in enumerate(facts["motors"]))
    assert defines["PINS_EACH_MOTOR"] == expected
    for motor in facts["motors"]:
        pin = facts["pins"][motor["pin"]]
        prefix = f"PIN_{motor['pin'].upper()}"
        told = (pin["port"], *(defines[f"{prefix}_{part}"] for part in ("OCR", "TCCR", "COM")))
        assert told == DATA_SHEET[pin["timer"]]


def test_the_heaters_are_those_of_the_zones(facts: dict[str, Any], defines: dict[str, str]) -> None:
    expected = " ".join(f"X({i}, PIN_{zone['heater'].upper()})" for i, zone in enumerate(facts["zones"]))
    assert defines["PINS_EACH_HEATER"] == expected


# A chip of four registers. Every access first looks whether an output is high.
FAKE_CHIP = """
#include <stdint.h>
#define _BV(bit) (1u << (bit))
extern uint8_t chip[6];
uint8_t *chip_at(unsigned index);
#define PORTB (*chip_at(0))
#define DDRB (*chip_at(1))
#define PINB (*chip_at(2))
#define PORTD (*chip_at(3))
#define DDRD (*chip_at(4))
#define PIND (*chip_at(5))
extern uint8_t TCCR0A, TCCR2A;
#define _delay_us(us)
"""
PROGRAM = """
#include <stdio.h>
#include "lines.h"
#include <avr/io.h>
uint8_t TCCR0A, TCCR2A;
uint8_t chip[6] = {0xff, 0, 0, 0xff, 0, 0};
static unsigned blinked;
uint8_t *chip_at(unsigned index) {
    blinked |= (unsigned)(chip[0] & chip[1]) | (unsigned)(chip[3] & chip[4]) << 8;
    return &chip[index];
}
int main(void) {
    lines_start();
    (void)PORTB;
    printf("%u %u %u %u %u\\n", chip[0], chip[1], chip[3], chip[4], blinked);
}
"""


def start_of(lines_c: Path, root: Path, work: Path) -> list[int]:
    """PORTB, DDRB, PORTD, DDRD after lines_start() of a chip whose ports were all ones, and which outputs were high."""
    (work / "avr").mkdir()
    (work / "avr/io.h").write_text(FAKE_CHIP)
    (work / "util").mkdir()
    (work / "util/delay.h").write_text("")
    (work / "program.c").write_text(PROGRAM)
    includes = [f"-I{path}" for path in (work, root / "firmware/avr", root / "firmware/core")]
    command = ["cc", "-std=gnu11", *includes, str(work / "program.c"), str(lines_c), "-o", str(work / "program")]
    subprocess.run(command, check=True, timeout=60)
    done = subprocess.run([str(work / "program")], capture_output=True, text=True, check=True, timeout=10)
    return [int(number) for number in done.stdout.split()]


def test_every_output_starts_low(root: Path, facts: dict[str, Any], tmp_path: Path) -> None:
    port_b, ddr_b, port_d, ddr_d, blinked = start_of(root / "firmware/avr/lines.c", root, tmp_path)
    assert blinked == 0, "an output was high on the way"
    for name, pin in facts["pins"].items():
        port, ddr = (port_b, ddr_b) if pin["port"][0] == "B" else (port_d, ddr_d)
        bit = 1 << int(pin["port"][1])
        assert bool(ddr & bit) == (pin["direction"] == "out"), f"{name} has the wrong direction"
        assert bool(port & bit) == (pin.get("pull") == "up"), f"{name} starts high, or without its pull-up"


# --- The rules can fail ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "PORTB |= _BV(1);",
        "x = PIND;",
        "DDRD = 0xff;",
        "OCR0A = 3;",
        "f(PB1);",
        "y = 1 << PORTD6;",
        "TCCR2A |= _BV(COM2A1);",
        "PORTB = PINS_START_DDRB;",
        "PORTB = PINS_START_PORTB | 1;",
    ],
)
def test_a_raw_name_is_noticed(line: str) -> None:
    assert len(raw_names("x.c", line)) == 1


@pytest.mark.parametrize(
    "line",
    ["/* PORTB */", "PIN_LED_PORT |= 1;", "    PORTB = PINS_START_PORTB;", "OCR1A = TIMER1_TOP;", 'puts("PORTB");'],
)
def test_names_of_pins_h_pass(line: str) -> None:
    assert raw_names("x.c", line) == []


def test_a_forgotten_pin_is_noticed(facts: dict[str, Any], sources: dict[str, str]) -> None:
    text = "\n".join(map(bare, sources.values()))
    assert "buzzer" in unused_pins(facts, text.replace("PIN_BUZZER", "PIN_WHISTLE"))
    assert "heater_lumbar" in unused_pins(facts, re.sub("PINS_EACH_HEATER|PIN_HEATER_LUMBAR", "x", text))
    assert unused_pins(facts, text.replace("UDR0", "x")) >= BY_THE_UART


LEVEL, DIRECTION = "PORTB = PINS_START_PORTB;", "DDRB = PINS_START_DDRB;"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"{LEVEL}\n    {DIRECTION}\n", f"{DIRECTION}\n    {LEVEL}\n"),
        ("PORTD = PINS_START_PORTD", "PORTD = 0xff"),
    ],
)
def test_an_output_that_starts_high_is_noticed(root: Path, tmp_path: Path, old: str, new: str) -> None:
    text = (root / "firmware/avr/lines.c").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "lines.c").write_text(text.replace(old, new))
    assert start_of(tmp_path / "lines.c", root, tmp_path)[4] != 0
