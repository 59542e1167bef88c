"""Hazard 13: the thermistors are not those of the table. Where they read what no pad at rest can have, nothing arms; a
single wrong one is betrayed by its neighbours.
"""

from __future__ import annotations

import math

import pytest
from poultice.link import contract, facts

BOOT_S = 0.5  # readings and a STATUS of a board just started
KELVIN = 273.15
R25_OHM = facts.NTC.resistance_25c_ohm
BETA_K = facts.NTC.beta_k


def reads_c(true_c: float, r25_ohm: float, beta_k: float) -> float:
    """What another thermistor at this temperature looks like to a board that knows only its own."""
    ohm = r25_ohm * math.exp(beta_k * (1 / (true_c + KELVIN) - 1 / (25 + KELVIN)))
    return 1 / (1 / (25 + KELVIN) + math.log(ohm / R25_OHM) / BETA_K) - KELVIN


def refuses(host) -> list[int]:
    host.ask((30.0, 30.0), 40.0)
    host.board.press(0.5)
    seen = host.run(5.0)
    assert not seen.armed
    assert seen.used_j == (0.0, 0.0)
    return host.events(contract.EventKind.REFUSED)


@pytest.mark.parametrize(("r25_ohm", "beta_k"), [(47_000, 3950), (33_000, 3950), (3_300, 3950), (2_200, 3435)])
def test_another_value_arms_nothing(new_host, r25_ohm: float, beta_k: float) -> None:
    off_k = reads_c(22.0, r25_ohm, beta_k) - 22.0
    assert not 3.0 < 22.0 + off_k < 43.0, "else the boot window could not know"
    host = new_host(warm_c=22.0, parameters={"sensor_offset_k": off_k, "witness_offset_k": off_k})
    assert contract.Refusal.BOOT_WINDOW in refuses(host) or host.latched
    assert contract.Fault.BOOT_WINDOW in host.told


@pytest.mark.parametrize(("r25_ohm", "beta_k"), [(47_000, 3950), (3_300, 3950)])
def test_it_is_told_as_soon_as_the_board_has_read_them(new_host, r25_ohm: float, beta_k: float) -> None:
    off_k = reads_c(22.0, r25_ohm, beta_k) - 22.0
    host = new_host(warm_c=22.0, parameters={"sensor_offset_k": off_k, "witness_offset_k": off_k})
    host.restart()
    window = contract.Fault.BOOT_WINDOW
    took_s = host.seconds_until(lambda host: window in host.told, 2 * BOOT_S)
    host.board.press(0.5)
    host.ask((30.0, 30.0), 40.0)
    reaction = host.react(0.0).after(took_s)
    host.judge(13, f"{r25_ohm / 1000:g} kOhm instead of 10", reaction, BOOT_S, window)
    assert host.board.observe().used_j == (0.0, 0.0)


@pytest.mark.parametrize("at_c", [2.0, 43.5])
def test_the_edges_of_the_window(new_host, at_c: float) -> None:
    host = new_host(warm_c=at_c)
    assert contract.Refusal.BOOT_WINDOW in refuses(host)
    host.warm(25.0)
    assert contract.Refusal.BOOT_WINDOW in refuses(host), "until the next start"
    host.board.reset(contract.ResetCause.POWER_ON)
    host.run(1.0)
    host.arm()


@pytest.mark.parametrize("at_c", [4.0, 42.0])
def test_inside_it_arms(new_host, at_c: float) -> None:
    new_host(warm_c=at_c).arm()


def test_one_of_another_kind_is_betrayed_by_its_neighbours(new_host) -> None:
    """5 kOhm beside 10 kOhm reads 15 K too warm: its zone is limited as uneven, and the witness locks."""
    off_k = reads_c(36.0, 5_000, 3950) - 36.0
    host = new_host(warm_c=25.0, parameters={"sensor_offset_k": [off_k, 0.0, 0.0, 0.0]})
    host.arm()
    host.ask((30.0, 30.0), 40.0)
    host.seconds_until(lambda host: contract.Fault.WITNESS_DISAGREES in host.latched, 60.0, 0.1)
    assert host.stays_off()
