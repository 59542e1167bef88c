"""Measured figures of the whole system, with their limits: `python -m tests.bench`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # helpers that several test folders share
