"""One file for each sheet of the schematic, in the order in which the root sheet shows them."""

from __future__ import annotations

from board.parts import Sheet
from board.sheets import current, heaters, host, mcu, motors, person, supply, thermistors, trip

ALL: tuple[Sheet, ...] = (
    supply.SHEET, current.SHEET, heaters.SHEET, motors.SHEET, thermistors.SHEET, trip.SHEET, mcu.SHEET, host.SHEET,
    person.SHEET,
)  # fmt: skip
