"""Whatever is wished, whoever lies there and whatever goes wrong: never 43 °C, in told time on a pad of arithmetic."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from poultice.therapy.heat import Applied, HeatLoop
from poultice.therapy.layout import ThermalModel, ZoneLayout
from poultice.therapy.limits import HostLimits

ZONE = ZoneLayout("zone", 0.06, 30.0)
DT_S = 0.1

pads = st.fixed_dictionaries(
    {
        "pad_j_per_k": st.one_of(st.sampled_from([80.0, 177.0, 400.0]), st.floats(80.0, 400.0)),
        "contact": st.one_of(st.sampled_from([0.12, 3.6, 5.4]), st.floats(0.12, 5.4)),
        "lag_s": st.floats(1.0, 10.0),
        "room_c": st.floats(15.0, 30.0),
        "pad_c": st.floats(15.0, 36.0),
    }
)
scenes = st.lists(
    st.tuples(
        st.one_of(st.sampled_from([30.0, 38.0, 42.0]), st.floats(30.0, 42.0)),  # wish
        st.sampled_from([2 / 60, 6 / 60, 1000.0]),  # ramp
        st.sampled_from(["none", "lift-off", "blanket", "sag", "starved", "nan", "jump", "pause"]),
        st.floats(5.0, 90.0),
    ),
    min_size=1,
    max_size=6,
)


class Scene:
    """A loop on a pad, through what may go wrong."""

    def __init__(self, plant: Any, plain: bool) -> None:
        plant.sensor_c = plant.pad_c
        self.plant = plant
        self.contact, self.cover = plant.contact, plant.cover
        self.loop = HeatLoop(ZONE, ThermalModel(), HostLimits(), plain=plain)
        self.applied = Applied()

    def play(self, wish_c: float, ramp: float, trouble: str, seconds: float) -> float:
        self.plant.contact = 0.12 if trouble == "lift-off" else self.contact
        self.plant.cover = self.cover / 4.0 if trouble == "blanket" else self.cover
        hottest_c = self.plant.sensor_c
        for tick in range(round(seconds / DT_S)):
            self._tick(wish_c, ramp, trouble, tick)
            hottest_c = max(hottest_c, self.plant.sensor_c)
        return hottest_c

    def _tick(self, wish_c: float, ramp: float, trouble: str, tick: int) -> None:
        reading_c = round(self.plant.sensor_c, 2)
        if trouble == "pause":
            self.loop.rest()
        elif trouble == "nan" and tick % 7 == 3:
            with pytest.raises(ValueError, match="controlled"):
                self.loop.step(wish_c, ramp, float("nan"), DT_S, self.applied)
        else:
            jumped = trouble == "jump" and tick % 50 == 20
            self.loop.step(wish_c, ramp, reading_c - 5.0 * jumped, DT_S, self.applied)
        share = {"sag": 0.64, "starved": 0.2}.get(trouble, 1.0)
        given_w = min(self.loop.power_w, 30.0 * share)
        self.applied = Applied(self.loop.power_w, given_w, 30.0 * share)
        self.plant.step(given_w, DT_S)


@pytest.mark.slow
@pytest.mark.parametrize("plain", [False, True], ids=["model", "pid"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(odd=pads, story=scenes)
def test_never_as_warm_as_43(
    warm_pad: Any, plain: bool, odd: dict[str, float], story: list[tuple[float, float, str, float]]
) -> None:
    scene = Scene(warm_pad(**odd), plain)
    for wish_c, ramp, trouble, seconds in story:
        assert scene.play(wish_c, ramp, trouble, seconds) < 43.0
        assert 0.0 <= scene.loop.power_w <= 30.0
