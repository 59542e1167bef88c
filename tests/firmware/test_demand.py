"""What a demand asks for, field by field."""

from __future__ import annotations

from typing import Any

import machines
import native
import pytest
from native import NOTHING, Wish
from poultice.link.contract import Refusal

DECLARATIONS = """
uint8_t demand_out_of_range(const struct contract_demand *demand);
bool demand_asks_for_heat(const struct contract_demand *demand);
bool demand_asks_for_massage(const struct contract_demand *demand);
bool demand_asks_for_nothing(const struct contract_demand *demand);
void demand_clear(struct contract_demand *demand);
"""
PART = machines.Part("", DECLARATIONS, size="probe_size", laid_out=(), base=native.PART)

ONE_MOTOR = [Wish(motors_percent=tuple(int(motor == one) for motor in range(4))) for one in range(4)]  # type: ignore[arg-type]
ONE_TARGET = [Wish(target_centi_c=(1, 0)), Wish(target_centi_c=(0, 1))]
ONE_POWER = [Wish(power_deci_w=(1, 0)), Wish(power_deci_w=(0, 1))]


def asks(what: str, wish: Wish) -> bool:
    return bool(getattr(PART.core(), f"demand_asks_for_{what}")(demand(wish.payload(7))))


def demand(payload: bytes) -> Any:
    made = PART.interface().new("struct contract_demand *")
    PART.interface().buffer(made)[:] = payload
    return made


@pytest.mark.parametrize("wish", ONE_TARGET)
def test_any_target_asks_for_heat(wish: Wish) -> None:
    assert asks("heat", wish)


@pytest.mark.parametrize("wish", [NOTHING, *ONE_POWER, *ONE_MOTOR, Wish(cue=1)])
def test_nothing_but_a_target_asks_for_heat(wish: Wish) -> None:
    assert not asks("heat", wish)


@pytest.mark.parametrize("wish", ONE_MOTOR)
def test_any_motor_asks_for_massage(wish: Wish) -> None:
    assert asks("massage", wish)


@pytest.mark.parametrize("wish", [NOTHING, *ONE_POWER, *ONE_TARGET, Wish(cue=1)])
def test_nothing_but_a_motor_asks_for_massage(wish: Wish) -> None:
    assert not asks("massage", wish)


@pytest.mark.parametrize("wish", [NOTHING, Wish(cue=1)])
def test_light_and_sound_are_nothing(wish: Wish) -> None:
    assert asks("nothing", wish)


@pytest.mark.parametrize("wish", [*ONE_POWER, *ONE_TARGET, *ONE_MOTOR])
def test_any_field_is_not_nothing(wish: Wish) -> None:
    assert not asks("nothing", wish)


def test_cleared_it_asks_for_nothing_and_knows_no_counter() -> None:
    made = demand(b"\xff" * 15)
    PART.core().demand_clear(made)
    assert bytes(PART.interface().buffer(made)) == bytes(15)


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (Wish((300, 300), (4200, 4200), (100,) * 4, 3), 0),
        (NOTHING, 0),
        *(
            (Wish(target_centi_c=pair), Refusal.TARGET_OUT_OF_RANGE)
            for pair in ((4201, 0), (0, 4201), (-1, 0), (0, -1))
        ),
        *((Wish(power_deci_w=pair), Refusal.POWER_OUT_OF_RANGE) for pair in ((301, 0), (0, 301))),
        (Wish(motors_percent=(101, 0, 0, 0)), Refusal.INTENSITY_OUT_OF_RANGE),
        (Wish(motors_percent=(0, 0, 0, 101)), Refusal.INTENSITY_OUT_OF_RANGE),
        (Wish(cue=4), Refusal.UNKNOWN_CUE),
    ],
)
def test_each_edge_of_its_range(wish: Wish, refusal: int) -> None:
    assert PART.core().demand_out_of_range(demand(wish.payload(0))) == refusal
