"""Four massage motors: a switch to ground and a flyback diode each, one resettable fuse before all."""

from board.parts import Row, Sheet


def _motor(first: int, x: int, y: int, name: str) -> tuple[Row, ...]:
    return (
        (f"R{first}", "r:motor_gate_series", x, y, 90, f"MOTOR_{name} gate_{name.lower()}"),
        (f"R{first + 1}", "r:motor_gate_pull_down", x + 4, y + 3, 0, f"gate_{name.lower()} GND"),
        (f"Q{first}", "motor", x + 12, y, 0, f"gate_{name.lower()} GND LOW_{name}"),
        (f"D{first}", "schottky", x + 13, y - 6, 180, f"LOW_{name} MOTOR"),
    )


SHEET = Sheet(
    "motors",
    "Massage motors",
    "A4",
    (
        ("F301", "motor_fuse", 84, 14, 90, "SUPPLY MOTOR"),
        ("C301", "c4u7", 89, 17, 0, "MOTOR GND"),
        *_motor(311, 18, 20, "UPPER_LEFT"),
        *_motor(321, 52, 20, "UPPER_RIGHT"),
        *_motor(331, 18, 42, "LOWER_LEFT"),
        *_motor(341, 52, 42, "LOWER_RIGHT"),
        ("J301", "motors", 86, 44, 180,
         "MOTOR LOW_UPPER_LEFT MOTOR LOW_UPPER_RIGHT MOTOR LOW_LOWER_LEFT MOTOR LOW_LOWER_RIGHT"),
    ),
    ((8, 8, "120 mA each; the shunt sees their current, the latch does not end it: F301 and the firmware do."),),
    ("MOTOR",),
)  # fmt: skip
