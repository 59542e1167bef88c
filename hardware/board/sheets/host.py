"""USB to UART, behind a digital isolator: the host shares no wire with the pad."""

from board.parts import Sheet

SHEET = Sheet(
    "host",
    "Host: USB and isolation",
    "A4",
    (
        ("J701", "usb", 10, 16, 0, "VBUS usb_dm usb_dp GND_USB GND_USB"),
        ("D701", "usb_esd", 22, 26, 0, "usb_dm GND_USB usb_dp usb_dm VBUS usb_dp"),
        ("R701", "r27", 24, 19, 90, "usb_dp USB_DP"),
        ("R702", "r27", 24, 16, 90, "usb_dm USB_DM"),
        ("C701", "c4u7", 16, 36, 0, "VBUS GND_USB"),
        ("C702", "c100n", 21, 36, 0, "VBUS GND_USB"),
        ("C703", "c100n", 27, 36, 0, "+3V3_USB GND_USB"),
        ("C704", "c100n", 32, 36, 0, "+3V3_USB GND_USB"),
        ("U701", "uart", 44, 14, 0,
         "VBUS +3V3_USB +3V3_USB +3V3_USB USB_DP USB_DM GND_USB GND_USB UART_DOWN UART_UP - GND_USB - - - -"),
        ("U702", "isolator", 72, 16, 0, "+3V3_USB UART_UP UART_DOWN GND_USB +5V UART_TX UART_RX GND"),
        ("C705", "c100n", 84, 16, 0, "+5V GND"),
    ),
    (
        (8, 8, "Powered by the host on this side; a serial number of its own names the pad."),
        (54, 30, "No line of this chip but the data reaches the processor:\nneither DTR nor RTS can reset it."),
        (62, 12, "isolation: 3 mm on the board"),
    ),
    ("VBUS", "GND_USB"),
)  # fmt: skip
