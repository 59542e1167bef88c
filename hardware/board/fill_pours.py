"""Run by the system's Python, which has KiCad's own module: fills the pours of a board file.

`python3 fill_pours.py BOARD FILLED`
"""

import sys

import pcbnew  # type: ignore[import-not-found]

board = pcbnew.LoadBoard(sys.argv[1])
pcbnew.ZONE_FILLER(board).Fill(board.Zones())
pcbnew.SaveBoard(sys.argv[2], board)
