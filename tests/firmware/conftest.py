"""The core on this computer, for the tests of its parts."""

from __future__ import annotations

from typing import Any

import cffi
import native
import pytest
from native import Device


@pytest.fixture(scope="session", autouse=True)
def core() -> Any:
    """The compiled core; compiled before any test counts its time."""
    return native.core()


@pytest.fixture(scope="session")
def ffi() -> cffi.FFI:
    """What cffi knows of it."""
    return native.interface()


@pytest.fixture
def device() -> Device:
    """A board that has just been switched on."""
    return Device()


@pytest.fixture
def armed() -> Device:
    """A board at 25 °C whose button has been pressed."""
    device = Device()
    device.arm()
    device.messages.clear()
    return device
