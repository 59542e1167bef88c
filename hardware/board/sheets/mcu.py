"""The processor, its clock and its programming header."""

from board.parts import Sheet

SHEET = Sheet(
    "mcu",
    "Processor",
    "A4",
    (
        ("U601", "mcu", 50, 14, 0,
         "+5V +5V +5V AREF RESET_MCU xtal_in xtal_out GND GND GND LUMBAR_LEFT LUMBAR_RIGHT UPPER_BACK_LEFT "
         "UPPER_BACK_RIGHT WITNESS_LUMBAR WITNESS_UPPER_BACK RAIL_SENSE SUPPLY_CURRENT "
         "UART_RX UART_TX BUTTON MOTOR_LOWER_RIGHT LED MOTOR_UPPER_RIGHT MOTOR_UPPER_LEFT ENABLE "
         "BUZZER HEATER_LUMBAR HEATER_UPPER_BACK MOTOR_LOWER_LEFT TRIP_STATUS TRIP_TEST"),
        ("C601", "c100n", 12, 16, 0, "+5V GND"),
        ("C602", "c100n", 16, 16, 0, "+5V GND"),
        ("C603", "c100n", 20, 16, 0, "+5V GND"),
        ("C604", "c100n", 38, 16, 0, "AREF GND"),
        ("R601", "r10k", 30, 16, 0, "+5V RESET_MCU"),
        ("Y601", "crystal", 34, 23, 0, "xtal_in xtal_out"),
        ("C605", "c22p", 29, 22, 270, "xtal_in GND"),
        ("C606", "c22p", 29, 24, 270, "xtal_out GND"),
        ("J601", "isp", 82, 38, 0, "TRIP_STATUS +5V TRIP_TEST MOTOR_LOWER_LEFT RESET_MCU GND"),
        ("TP601", "point", 80, 14, 0, "ENABLE"),
        ("TP602", "point", 80, 18, 0, "HEATER_LUMBAR"),
        ("TP603", "point", 80, 22, 0, "HEATER_UPPER_BACK"),
        ("TP604", "point", 80, 26, 0, "TRIP_STATUS"),
    ),
    (
        (8, 8, "Pins as in hardware/facts.toml. The converter's reference is the 5 V that feeds all thermistors."),
        (74, 34, "Programming; no bootloader and no reset over USB"),
    ),
)  # fmt: skip
