"""`python -m poultice`."""

from __future__ import annotations

from poultice.cli import main

main()
