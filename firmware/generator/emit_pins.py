"""firmware/avr/pins.h: the chip's registers and bits by what hangs on them."""

from __future__ import annotations

from collections.abc import Iterable

from generator import atmega328p as chip
from generator.emit_c import banner
from generator.facts_model import Facts


def pins_h(facts: Facts) -> str:
    """firmware/avr/pins.h."""
    parts = [
        banner("hardware/facts.toml"),
        "#ifndef POULTICE_PINS_H\n#define POULTICE_PINS_H\n",
        "#include <avr/io.h>\n",
        *_pins(facts),
        "",
        *_start(facts),
        "\n/* X(index, pin) for every motor and heater, in the order of every message: pin##_OCR and so on. */",
        _each("MOTOR", [m.pin for m in facts.motors]),
        _each("HEATER", [z.heater for z in facts.zones]),
        "",
        *_timers(facts),
        "",
        *_adc(facts),
        "",
        f"#define UART_UBRR {round(facts.uart_divisor)}u /* {facts.board.baud} baud exactly, with U2X0 */",
        "\n#endif\n",
    ]
    return "\n".join(parts)


def _pins(facts: Facts) -> Iterable[str]:
    for name, pin in facts.pins.items():
        letter, bit = pin.port
        prefix = f"#define PIN_{name.upper()}"
        yield f"{prefix}_PORT PORT{letter}"
        yield f"{prefix}_DDR DDR{letter}"
        yield f"{prefix}_PIN PIN{letter}"
        yield f"{prefix}_BIT {bit}u"
        if pin.active is not None:
            yield f"{prefix}_ACTIVE_HIGH {int(pin.active == 'high')}u"
        if pin.timer is not None:
            number, half = pin.timer[2:]
            yield f"{prefix}_OCR OCR{number}{half}"
            yield f"{prefix}_TCCR TCCR{number}A"
            yield f"{prefix}_COM COM{number}{half}1 /* set = PWM on the pin, clear = the port's own low */"


def _start(facts: Facts) -> Iterable[str]:
    """All outputs low; pulled-up inputs get the chip's own pull-up too: a broken resistor presses no button."""
    yield "/* Written once after reset: outputs low, three-state pins floating, pulled-up inputs pulled up. */"
    for letter in "BD":
        of_port = [pin for pin in facts.pins.values() if pin.port[0] == letter]
        ddr = sum(1 << int(pin.port[1]) for pin in of_port if pin.direction == "out")
        port = sum(1 << int(pin.port[1]) for pin in of_port if pin.direction == "in" and pin.pull == "up")
        yield f"#define PINS_START_DDR{letter} 0x{ddr:02x}u"
        yield f"#define PINS_START_PORT{letter} 0x{port:02x}u"


def _each(word: str, pins: list[str]) -> str:
    return f"#define PINS_EACH_{word}(X) " + " ".join(f"X({i}, PIN_{pin.upper()})" for i, pin in enumerate(pins))


def _timers(facts: Facts) -> Iterable[str]:
    for name in ("T0", "T1", "T2"):
        prescaler = getattr(facts.timers, name).prescaler
        bits = chip.CLOCK_SELECT[name][prescaler]
        yield f"#define TIMER{name[1]}_CLOCK_SELECT {bits}u /* clock / {prescaler} */"
    yield f"#define TIMER1_TOP {round(facts.tick_top)}u /* {facts.board.tick_us} us */"


def _adc(facts: Facts) -> Iterable[str]:
    channels = facts.adc.channels
    yield from (f"#define ADC_CHANNEL_{name.upper()} {number}u" for name, number in channels.items())
    yield f"#define ADC_CHANNELS {len(channels)}u"
    yield f"#define ADC_SENSOR_CHANNELS {_list(channels[name] for name in facts.sensors)}"
    yield f"#define ADC_WITNESS_CHANNELS {_list(channels[zone.witness] for zone in facts.zones)}"
    prescaler = round(facts.adc_prescaler)
    yield f"#define ADC_PRESCALER_SELECT {chip.ADC_PRESCALERS[prescaler]}u /* clock / {prescaler} */"


def _list(numbers: Iterable[int]) -> str:
    return "{ " + ", ".join(f"{n}u" for n in numbers) + " }"
