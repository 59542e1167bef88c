"""Button, light and buzzer; the service jumper on the light's line."""

from board.parts import Sheet

SHEET = Sheet(
    "person",
    "Button, light, buzzer",
    "A4",
    (
        ("SW801", "button", 14, 24, 0, "contact GND"),
        ("J801", "button_plug", 22, 27, 0, "contact GND"),
        ("R801", "r:button_series", 34, 20, 90, "contact BUTTON_LINE"),
        ("R802", "r:button_pull_up", 39, 16, 0, "+5V BUTTON_LINE"),
        ("C801", "c:button", 39, 24, 0, "BUTTON_LINE GND"),
        ("R803", "r:button_to_chip", 46, 20, 90, "BUTTON_LINE BUTTON"),
        ("D801", "esd", 28, 24, 0, "contact GND"),
        ("TP801", "point", 43, 17, 0, "BUTTON_LINE"),
        ("R811", "r100k", 26, 50, 0, "LED GND"),
        ("Q811", "small", 34, 46, 0, "LED GND light"),
        ("D811", "led", 35, 40, 0, "light_top light"),
        ("R812", "r680", 35, 36, 0, "+5V light_top"),
        ("R813", "r10k", 18, 42, 0, "jumper LED"),
        ("J811", "jumper", 12, 37, 0, "+5V jumper"),
        ("R821", "r100k", 64, 50, 0, "BUZZER GND"),
        ("Q821", "small", 72, 46, 0, "BUZZER GND sound"),
        ("BZ821", "buzzer", 73, 40, 0, "+5V sound"),
        ("D821", "signal", 79, 40, 180, "sound +5V"),
    ),
    (
        (8, 8, "The chip hangs on the button by 100 kΩ: it cannot play a release."),
        (8, 32, "Service jumper, read at reset only"),
        (62, 34, "A buzzer with its own tone"),
    ),
)  # fmt: skip
