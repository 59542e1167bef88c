"""Whatever is wished, whoever lies there and whatever goes wrong: a session gives no more than its dose, cooling and
all, and is never 43 °C warm; the whole host in told time, on a pad of arithmetic."""

from __future__ import annotations

from typing import Any

import pytest
from hazard_figures import cem43_min
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st
from poultice.therapy.limits import HostLimits
from poultice.therapy.pad import Pad
from poultice.therapy.state import Phase, Verb

DT_S = 0.1
FULL_W = 29.4
LIMITS = HostLimits(session_dose_max=0.1)  # 24 s at 42 °C: reached within what a test may last
LOW = "  - {id: low, duration: 20 min, heat: {lumbar: {target: 38 °C, ramp: 6 °C/min}}}"
COOLS_S = 240.0
BARE = 0.12  # W/K of contact: nobody lies there, and a pad cools more slowly than the host counts in

pads = st.fixed_dictionaries(
    {
        "pad_j_per_k": st.sampled_from([80.0, 177.0, 400.0]),
        "contact": st.one_of(st.just(BARE), st.floats(1.8, 5.4)),
        "lag_s": st.floats(1.0, 10.0),
        "room_c": st.floats(15.0, 30.0),
        "pad_c": st.floats(36.0, 40.0),
    }
)
scenes = st.lists(
    st.tuples(
        st.one_of(st.sampled_from([40.0, 42.0]), st.floats(40.0, 42.0)),  # wish
        st.sampled_from(["none", "lift-off", "blanket", "sag", "unknown", "less", "pause"]),
        st.floats(10.0, 40.0),
    ),
    min_size=2,
    max_size=5,
)


class Lying:
    """A pad, its host, and what the skin under its thermistor really has."""

    def __init__(self, rig: Any, plant: Any) -> None:
        plant.sensor_c = plant.skin_c = plant.pad_c
        self.rig, self.plant = rig, plant
        self.contact, self.cover = plant.contact, plant.cover
        self.dose, self.hottest_c = 0.0, 0.0
        rig.temperature_c = (round(plant.sensor_c, 2), 30.0)
        rig.connect()
        rig.start("low")
        assert rig.view.session is not None

    def pass_time(self, seconds: float, trouble: str = "none") -> None:
        self.plant.contact = BARE if trouble == "lift-off" else self.contact
        self.plant.cover = self.cover / 4.0 if trouble == "blanket" else self.cover
        full_w = FULL_W * (0.64 if trouble == "sag" else 1.0)
        for tick in range(round(seconds / DT_S)):
            unknown = trouble == "unknown" and tick % 50 < 4
            self.rig.temperature_c = (None if unknown else round(self.plant.sensor_c, 2), 30.0)
            asked_w = self.rig.run(DT_S).zones[0].power_w
            given_w = min(asked_w, full_w)
            self.rig.extras = {"asked_w": asked_w, "applied_w": given_w}
            self._flow(given_w)

    def stop(self) -> None:
        """Ends it and lets it cool; without a session no heat is asked for."""
        self.rig.ask(Verb.STOP)
        assert not any(zone.power_w for zone in self.rig.run(1.0).zones)
        for _ in range(round(COOLS_S / DT_S)):
            self._flow(0.0)

    def _flow(self, given_w: float) -> None:
        self.plant.step(given_w, DT_S)
        if self.plant.contact > BARE:
            self.dose += cem43_min(self.plant.sensor_c, DT_S)
        self.hottest_c = max(self.hottest_c, self.plant.sensor_c)


@pytest.fixture
def lie(rig_of: Any, warm_pad: Any, program: Any, layout: Any) -> Any:
    """Makes somebody lie on a pad, whose program is raised as far as it goes."""
    return lambda **odd: Lying(rig_of(Pad(layout, {"low": program(LOW, "low")}, LIMITS)), warm_pad(**odd))


def test_a_session_that_is_raised_ends_by_its_dose(lie: Any) -> None:
    lying = lie(pad_c=37.0)
    lying.rig.ask(Verb.ADJUST, zone="lumbar", target=42.0)
    lying.pass_time(150.0)
    assert (lying.rig.view.phase, lying.rig.view.reason.code) == (Phase.ENDED, "dose")
    lying.stop()
    assert 0.2 * LIMITS.session_dose_max < lying.dose <= LIMITS.session_dose_max


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(odd=pads, story=scenes)
@example(
    odd={"pad_j_per_k": 400.0, "contact": BARE, "lag_s": 2.0, "room_c": 30.0, "pad_c": 40.0},
    story=[(40.0, "none", 10.0), (42.0, "none", 20.0)],
)
def test_no_session_gives_more_than_its_dose(
    lie: Any, odd: dict[str, float], story: list[tuple[float, str, float]]
) -> None:
    lying = lie(**odd)
    for wish_c, trouble, seconds in story:
        lying.rig.ask(Verb.PAUSE if trouble == "pause" else Verb.RESUME)
        lying.rig.ask(Verb.ADJUST, zone="lumbar", target=38.0 if trouble == "less" else round(wish_c, 1))
        lying.pass_time(seconds, trouble)
    event(lying.rig.view.reason.code)
    lying.stop()
    assert lying.dose <= LIMITS.session_dose_max
    assert lying.hottest_c < 43.0
