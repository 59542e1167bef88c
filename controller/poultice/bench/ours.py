"""Poultice's own controls, behind the seam."""

from __future__ import annotations

from poultice.description import layout
from poultice.therapy.heat import Contender


def ours() -> Contender:
    """The control that serves the board, with a pad that it has never seen."""
    return Contender(layout())


def plain_pid() -> Contender:
    """The PID that serves where the model is not trusted."""
    return Contender(layout(), plain=True)
