"""Hazard 24: the program's memory changes. Its CRC is compared at boot and piece by piece while the board runs; a
difference locks for good. How fast the chip itself finds one is measured on the emulator.
"""

from __future__ import annotations

from poultice.link import contract

REACTION_S = 0.1


def test_heat_ends_for_good(new_host) -> None:
    host = new_host(warm_c=36.0)
    host.heat(target_c=40.0)
    host.board.inject("failed-self-test", test="flash")
    reaction = host.react(REACTION_S)
    host.judge(24, "CRC of a piece differs", reaction, REACTION_S, contract.Fault.FLASH_CHANGED)
    host.board.clear_fault("failed-self-test")
    host.board.reset(contract.ResetCause.POWER_ON)
    host.run(1.0)
    assert contract.Fault.FLASH_CHANGED in host.latched, "a power cut clears nothing"
    assert host.stays_off()


def test_found_at_boot_nothing_arms(new_host) -> None:
    host = new_host(warm_c=36.0)
    host.board.inject("failed-self-test", test="flash")
    host.board.reset(contract.ResetCause.POWER_ON)
    host.run(1.0)
    host.board.press(0.5)
    host.ask((30.0, 30.0), 40.0)
    assert host.run(5.0).used_j == (0.0, 0.0)
    assert not host.board.observe().armed
