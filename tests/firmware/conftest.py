"""The core, for the tests of its parts: each test runs on this computer and once more on the chip."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import cffi
import machines
import native
import pytest
from hypothesis import settings
from native import Device

NO_MACHINE = {
    "test_generate",  # of the generator,
    "test_generated_python",  # and of the Python that it writes
    "test_chip",  # compares the machines
}

# On the chip everything takes up to a hundred times as long, so only pytest's timeout ends what hangs.
CHIP_TIMEOUT_S = 600
CHIP_EXAMPLES = 25  # of the hundreds that hypothesis makes up here


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Nothing is left out: what the core does here, it has to do there."""
    if metafunc.module.__name__.rpartition(".")[2] not in NO_MACHINE:
        there = pytest.param(machines.CHIP, marks=[pytest.mark.chip, pytest.mark.timeout(CHIP_TIMEOUT_S)])
        metafunc.parametrize("machine", [machines.NATIVE, there], indirect=True, scope="module")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """The same properties on the chip, with fewer examples; those that a test names are all tried."""
    test = getattr(item, "obj", None)
    usual = getattr(test, "_hypothesis_internal_use_settings", None)
    if usual is None or item.get_closest_marker("chip") is None:
        return (yield)
    test._hypothesis_internal_use_settings = settings(usual, max_examples=min(usual.max_examples, CHIP_EXAMPLES))
    try:
        return (yield)
    finally:
        test._hypothesis_internal_use_settings = usual


@pytest.fixture(scope="module", autouse=True)
def machine(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the core runs. It is built before any test counts its time."""
    with machines.on(getattr(request, "param", machines.NATIVE)):
        native.core()
        yield machines.chosen()


@pytest.fixture(scope="module")
def core(machine: str) -> Any:
    """The core there."""
    return native.core()


@pytest.fixture(scope="module")
def ffi(machine: str) -> cffi.FFI:
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
