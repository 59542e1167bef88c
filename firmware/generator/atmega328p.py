"""What the ATmega328P itself fixes: which pins it has, which timer outputs, prescalers and ADC channels."""

from __future__ import annotations

PINS = tuple(f"B{bit}" for bit in range(6)) + tuple(f"D{bit}" for bit in range(8))
"""Free digital pins: B6 and B7 carry the crystal, C0 to C5 the ADC, C6 is reset."""

TIMER_PINS = {"OC0A": "D6", "OC0B": "D5", "OC1A": "B1", "OC1B": "B2", "OC2A": "B3", "OC2B": "D3"}
UART_PINS = {"uart_rx": "D0", "uart_tx": "D1"}

CLOCK_SELECT = {
    "T0": {1: 1, 8: 2, 64: 3, 256: 4, 1024: 5},
    "T1": {1: 1, 8: 2, 64: 3, 256: 4, 1024: 5},
    "T2": {1: 1, 8: 2, 32: 3, 64: 4, 128: 5, 256: 6, 1024: 7},
}
"""The CS bits of a timer's TCCRnB by prescaler."""

ADC_PIN_CHANNELS = range(8)
ADC_BANDGAP = 14
ADC_GROUND = 15
ADC_CLOCKS_PER_CONVERSION = 13
ADC_PRESCALERS = {2: 1, 4: 2, 8: 3, 16: 4, 32: 5, 64: 6, 128: 7}
"""The ADPS bits by prescaler."""
ADC_CLOCK_MAX_HZ = 200_000  # above it the tenth bit is lost
