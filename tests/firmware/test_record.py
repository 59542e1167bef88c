"""The record in EEPROM: found again whatever a cut or a flipped bit leaves, and written no more often than it must."""

from __future__ import annotations

import binascii
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from keeping import core, interface, new
from poultice.link.contract import Fault

BEGIN, SLOT_SIZE, SLOTS = 32, 32, 31
SIZE = 27
WRITES = SIZE + 1
MARK = 0xA1
FOUND, NEVER_WRITTEN, LOST = 0, 1, 2
MEMORY_BIT = 1 << Fault.RAM_CHANGED - 1


class Eeprom:
    """1 KiB of cells that know how often each was written."""

    def __init__(self, cells: bytes = b"\xff" * 1024) -> None:
        self.cells = bytearray(cells)
        self.wear = [0] * 1024

    def write(self, address: int, value: int) -> None:
        self.cells[address] = value
        self.wear[address] += 1

    def read(self, slot: int) -> Any:
        """What stands in a slot, whatever that is."""
        record, begin = new("struct record *"), core().record_address(slot)
        interface().buffer(record)[:] = bytes(self.cells[begin : begin + SIZE])
        return record

    def find(self) -> tuple[int, Any, int]:
        """The core's answer: what it found, the record and its slot."""
        search, record = (
            new("struct record_search *", newest={"mark": MARK, "latched": 0xEEEEEEEE}),
            new("struct record *"),
        )
        search.any_damaged = True
        core().record_search_begin(search)
        for slot in range(SLOTS):
            core().record_search_meet(search, self.read(slot), slot)
        memory = core().record_search_end(search, self.read(core().record_next(search.slot)))
        record[0] = search.newest
        return memory, record, search.slot

    def save(self, record: Any, slot: int, until: int = WRITES) -> None:
        for step in range(until):
            byte = core().record_write(record, slot, step)
            self.write(byte.address, byte.value)


def sealed(sequence: int, **fields: Any) -> Any:
    record = new("struct record *", **fields)
    core().record_seal(record, sequence)
    return record


def content(record: Any) -> bytes:
    return bytes(interface().buffer(record))


def filled(count: int, first: int = 0) -> Eeprom:
    """A ring into which so many records were written, each with other content."""
    eeprom, chance = Eeprom(), random.Random(count)
    for number in range(count):
        fields = {"latched": chance.getrandbits(29), "heat_time_s": number, "bandgap_sum": chance.getrandbits(16)}
        eeprom.save(sealed((first + number) % 65536, **fields), number % SLOTS)
    return eeprom


def test_the_record_and_the_ring_fit() -> None:
    assert interface().sizeof("struct record") == SIZE <= SLOT_SIZE
    assert BEGIN + SLOTS * SLOT_SIZE == 1024
    assert BEGIN >= 8, "the board's number stands in the first 8 bytes"


def test_an_erased_memory_was_never_written() -> None:
    memory, record, slot = Eeprom().find()
    assert memory == NEVER_WRITTEN
    assert content(record) == bytes(SIZE)
    assert slot == SLOTS - 1, "so that the first one goes into the first slot"
    assert core().record_next(slot) == 0


def test_so_is_one_of_zeros() -> None:
    memory, record, slot = Eeprom(bytes(1024)).find()
    assert (memory, content(record), core().record_next(slot)) == (NEVER_WRITTEN, bytes(SIZE), 0)


@pytest.mark.parametrize(("slot", "following"), [(0, 1), (29, 30), (30, 0), (31, 0), (255, 0)])
def test_the_ring_closes(slot: int, following: int) -> None:
    assert core().record_next(slot) == following


def test_what_was_written_is_found() -> None:
    eeprom = Eeprom()
    record = sealed(
        7, flags=3, latched=0x12345678, lock_left_min=[1440, 1], hang_left_s=[3600, 2], dose_cs=[48_000, 60_000]
    )
    eeprom.save(record, 4)
    memory, found, slot = eeprom.find()
    assert (memory, slot, content(found)) == (FOUND, 4, content(record))
    assert found.mark == MARK
    assert found.sequence == 7


@pytest.mark.parametrize("count", [1, 2, 30, 31, 32, 61, 62, 63, 100])
@pytest.mark.parametrize("first", [0, 32_750, 65_500])
def test_the_newest_is_found_over_every_wrap(count: int, first: int) -> None:
    memory, found, slot = filled(count, first).find()
    assert (memory, found.heat_time_s, slot) == (FOUND, count - 1, (count - 1) % SLOTS)
    assert found.sequence == (first + count - 1) % 65536


@pytest.mark.parametrize(("ahead", "newest"), [(1, 1), (32_767, 1), (32_768, 0), (65_535, 0)])
def test_which_of_two_numbers_is_newer(ahead: int, newest: int) -> None:
    eeprom = Eeprom()
    eeprom.save(sealed(1000), 0)
    eeprom.save(sealed((1000 + ahead) % 65536), 1)
    assert eeprom.find()[2] == newest


def test_it_ends_with_the_checksum_of_the_frames() -> None:
    """CRC-16/XMODEM, beginning with 0, over all that stands before it."""
    for sequence in (0, 1, 0xFFFF):
        record = sealed(sequence, flags=3, latched=0x12345678, dose_cs=[48_000, 60_000], trip_zone=1)
        *before, low, high = content(record)
        assert (record.mark, record.sequence) == (MARK, sequence)
        assert low | high << 8 == binascii.crc_hqx(bytes(before), 0)


@pytest.mark.parametrize("slot", range(SLOTS))
def test_slots_lie_behind_each_other(slot: int) -> None:
    assert core().record_address(slot) == BEGIN + slot * SLOT_SIZE


def test_every_slot_may_hold_the_newest() -> None:
    for slot in range(SLOTS):
        eeprom = Eeprom()
        eeprom.save(sealed(7, heat_time_s=slot + 1), slot)
        memory, found, place = eeprom.find()
        assert (memory, place, found.heat_time_s) == (FOUND, slot, slot + 1)


def test_a_lost_record_adds_to_what_the_one_before_it_had_latched() -> None:
    eeprom = filled(35)
    before = Eeprom(bytes(eeprom.cells))
    before.cells[BEGIN + 34 % SLOTS * SLOT_SIZE] = 0xFF
    latched = before.find()[1].latched
    assert latched & ~MEMORY_BIT
    eeprom.cells[BEGIN + 34 % SLOTS * SLOT_SIZE + 9] ^= 4
    memory, found, _ = eeprom.find()
    assert (memory, found.latched) == (LOST, latched | MEMORY_BIT)


def test_writing_stays_within_its_slot() -> None:
    eeprom = filled(SLOTS)
    assert all(wear == 0 for wear in eeprom.wear[:BEGIN])
    for address in range(BEGIN, 1024):
        assert eeprom.wear[address] == (2 if (address - BEGIN) % SLOT_SIZE == 0 else (address % SLOT_SIZE < SIZE))


def values_a_cut_may_leave(old: int, new_value: int) -> Iterator[int]:
    """Of the cell that was being written: old, new, erased, cleared, and each with one bit otherwise."""
    for value in {old, new_value, 0xFF, 0x00}:
        yield value
        yield from (value ^ 1 << bit for bit in range(8))


@pytest.mark.parametrize("count", [0, 1, 5, 30, 31, 32, 45])
def test_a_cut_at_any_byte_leaves_the_old_or_the_new(count: int) -> None:
    """Every byte of the write, and every value that its cell may be left with."""
    eeprom = filled(count)
    before = content(eeprom.find()[1])
    record = sealed(count, latched=MEMORY_BIT, heat_time_s=4321, dose_cs=[1, 2])
    slot, cases = count % SLOTS, 0
    for step in range(WRITES):
        byte = core().record_write(record, slot, step)
        for value in values_a_cut_may_leave(eeprom.cells[byte.address], byte.value):
            torn = Eeprom(bytes(eeprom.cells))
            torn.write(byte.address, value)
            memory, found, _ = torn.find()
            done = step == WRITES - 1 and value == MARK
            assert content(found) == (content(record) if done else before), (step, value)
            assert memory == (FOUND if count or done else NEVER_WRITTEN), (step, value)
            cases += 1
        eeprom.write(byte.address, byte.value)
    assert content(eeprom.find()[1]) == content(record)
    assert cases > WRITES * 18


@pytest.mark.parametrize("until", range(WRITES))
def test_a_write_may_begin_again_in_the_same_slot(until: int) -> None:
    eeprom = filled(40)
    eeprom.save(sealed(40, latched=1, heat_time_s=40), 40 % SLOTS, until)
    assert eeprom.find()[1].heat_time_s == 39
    second = sealed(41, latched=5, heat_time_s=41)
    eeprom.save(second, 40 % SLOTS)
    assert content(eeprom.find()[1]) == content(second)


@pytest.mark.slow
@pytest.mark.parametrize("bit", range(SIZE * 8))
def test_no_flipped_bit_of_the_newest_is_believed(bit: int) -> None:
    """It falls back on the one before; where the damage shows, nobody knows what was lost, and the board locks."""
    eeprom = filled(35)
    place = BEGIN + 34 % SLOTS * SLOT_SIZE
    eeprom.cells[place + bit // 8] ^= 1 << bit % 8
    memory, found, slot = eeprom.find()
    assert (found.heat_time_s, slot) == (33, 33 % SLOTS)
    sequence = 34 ^ (1 << bit >> 16) if 16 <= bit < 32 else 34
    if bit < 8 or not 0 <= (sequence - 33) % 65536 <= 32767:
        assert memory == FOUND, "without its mark, or with an old number, it looks like one cut short or replaced"
    else:
        assert memory == LOST
        assert found.latched & MEMORY_BIT


@pytest.mark.slow
@pytest.mark.parametrize("bit", range(SIZE * 8))
def test_a_flipped_bit_of_an_older_one_costs_nothing(bit: int) -> None:
    eeprom = filled(35)
    right = content(eeprom.find()[1])
    for age in (1, 2, 29):
        place = BEGIN + (34 - age) % SLOTS * SLOT_SIZE
        eeprom.cells[place + bit // 8] ^= 1 << bit % 8
    memory, found, _ = eeprom.find()
    assert (memory, content(found)) == (FOUND, right)


def test_an_old_damaged_one_where_the_next_goes_costs_nothing() -> None:
    eeprom = filled(35)
    eeprom.cells[BEGIN + 35 % SLOTS * SLOT_SIZE + 9] ^= 4
    assert eeprom.find()[0] == FOUND


def test_one_record_that_is_damaged_is_lost_not_new() -> None:
    eeprom = filled(1)
    eeprom.cells[BEGIN + 20] ^= 1
    memory, found, slot = eeprom.find()
    assert (memory, found.latched, found.mark) == (LOST, MEMORY_BIT, 0)
    eeprom.save(sealed(found.sequence + 1), core().record_next(slot))
    assert eeprom.find()[0] == FOUND, "what is written next takes its place"


@pytest.mark.parametrize(("slot", "sequence"), [(0, 40_000), (1, 0), (SLOTS - 1, 0), (17, 65_535)])
def test_with_none_whole_any_damaged_one_is_lost_wherever_it_stands(slot: int, sequence: int) -> None:
    eeprom = Eeprom()
    eeprom.save(sealed(sequence), slot)
    eeprom.cells[BEGIN + slot * SLOT_SIZE + 9] ^= 4
    memory, found, _ = eeprom.find()
    assert (memory, found.latched) == (LOST, MEMORY_BIT)


def test_a_damaged_number_that_equals_the_newest_is_no_old_one() -> None:
    eeprom = filled(36)
    eeprom.cells[BEGIN + 35 % SLOTS * SLOT_SIZE + 2] ^= 1
    memory, found, _ = eeprom.find()
    assert (memory, found.sequence) == (LOST, 34)


def test_the_next_record_takes_the_place_of_the_damaged_newest() -> None:
    eeprom = filled(35)
    eeprom.cells[BEGIN + 34 % SLOTS * SLOT_SIZE + 9] ^= 4
    memory, found, slot = eeprom.find()
    assert memory == LOST
    eeprom.save(sealed(found.sequence + 1, heat_time_s=77), core().record_next(slot))
    memory, found, _ = eeprom.find()
    assert (memory, found.heat_time_s, found.latched) == (FOUND, 77, 0)


def test_another_layout_is_no_record() -> None:
    eeprom = filled(3)
    for slot in range(3):
        eeprom.cells[BEGIN + slot * SLOT_SIZE] = MARK + 1
    assert eeprom.find()[0] == NEVER_WRITTEN


# ---- when -----------------------------------------------------------------------------------------------------------

MINUTES_5 = 300_000


def due(kept: dict[str, Any], now: dict[str, Any], since_ms: int) -> bool:
    return bool(core().record_is_due(new("struct record *", **kept), new("struct record *", **now), since_ms))


@pytest.mark.parametrize(
    ("kept", "now"),
    [
        ({}, {"latched": 1}),
        ({"latched": 1}, {}),
        ({}, {"flags": 1}),
        ({"flags": 1}, {}),
        ({}, {"flags": 2}),
        ({}, {"trip_zone": 1}),
        ({"trip_zone": 1}, {}),
        ({}, {"bandgap_sum": 1}),
        ({"lock_left_min": [9, 9]}, {"lock_left_min": [10, 9]}),
        ({"lock_left_min": [9, 9]}, {"lock_left_min": [9, 10]}),
        ({"hang_left_s": [9, 9]}, {"hang_left_s": [10, 9]}),
        ({"hang_left_s": [9, 9]}, {"hang_left_s": [9, 10]}),
        ({"dose_cs": [100, 0]}, {"dose_cs": [3100, 0]}),
        ({"dose_cs": [0, 57_000]}, {"dose_cs": [0, 60_000]}),
    ],
)
def test_due_at_once(kept: dict[str, Any], now: dict[str, Any]) -> None:
    assert due(kept, now, 0)
    assert not due(now, now, 2**32 - 1)


@pytest.mark.parametrize(
    ("kept", "now"),
    [
        ({"lock_left_min": [9, 9]}, {"lock_left_min": [8, 9]}),
        ({"lock_left_min": [9, 9]}, {"lock_left_min": [9, 8]}),
        ({"hang_left_s": [9, 9]}, {"hang_left_s": [8, 9]}),
        ({"hang_left_s": [9, 9]}, {"hang_left_s": [9, 8]}),
        ({"dose_cs": [100, 0]}, {"dose_cs": [3099, 0]}),
        ({"dose_cs": [0, 62_536]}, {"dose_cs": [0, 65_535]}),
        ({"dose_cs": [100, 60_000]}, {"dose_cs": [100, 0]}),
        ({}, {"heat_time_s": 5400}),
        ({"heat_time_s": 5400}, {}),
    ],
)
def test_due_after_five_minutes(kept: dict[str, Any], now: dict[str, Any]) -> None:
    assert not due(kept, now, 0)
    assert not due(kept, now, MINUTES_5 - 1)
    assert due(kept, now, MINUTES_5)
    assert due(kept, now, 2**32 - 1)


@pytest.mark.parametrize("now", [{}, {"mark": 1}, {"sequence": 1}, {"crc": 1}])
def test_never_due_where_nothing_changed(now: dict[str, Any]) -> None:
    assert not due({}, now, 2**32 - 1)


def writes_in(hours: int, change: Callable[[int, Any], None]) -> int:
    """How many records a board writes that looks every second."""
    kept, now, since_ms, writes = new("struct record *"), new("struct record *"), 0, 0
    for second in range(hours * 3600):
        change(second, now)
        since_ms += 1000
        if core().record_is_due(kept, now, since_ms):
            kept[0] = now[0]
            since_ms, writes = 0, writes + 1
    return writes


def test_the_memory_outlives_the_pad() -> None:
    """100,000 writes a cell, the mark twice a record: 14 years at the worst that drifts, day and night."""
    lifetime = SLOTS * 100_000 // 2

    def drifts(second: int, now: Any) -> None:
        now.heat_time_s = second % 5400
        now.lock_left_min[0] = 1440 - second // 60

    an_hour = writes_in(4, drifts) / 4
    assert an_hour == 12
    assert lifetime / an_hour / 24 / 365 > 14


def test_a_session_of_ninety_minutes_is_a_few_dozen_records() -> None:
    def session(second: int, now: Any) -> None:
        now.flags = second < 5400
        now.heat_time_s = min(second, 5400)
        now.dose_cs = [second * 3, second * 3]

    assert 18 <= writes_in(2, session) <= 30
