"""`poultice flash`: the board's program, over its ISP header."""
