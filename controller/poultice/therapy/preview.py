"""What a program will do before it is started: temperature with a band, power and dose by zone, and whether a limit
would end it.

The band holds what is not known of the pad, the person and the room; 90 of 100 measured points shall lie in it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from poultice.therapy import dose
from poultice.therapy.heat.belief import believable
from poultice.therapy.heat.model import Body
from poultice.therapy.heat.parameters import Parameters
from poultice.therapy.heat.predict import ROOM_SIGMA_K, Hold, Prediction, Start, predict_holds
from poultice.therapy.layout import PadLayout, ThermalModel, ZoneLayout
from poultice.therapy.limits import HostLimits
from poultice.therapy.programs import Program

INSTANTS_MAX = 600  # keeps it below a tenth of a second: the one loop of the controller answers queries, too
STEP_MIN_S = 2.0
OVER_K = 0.3  # the control leaves no set-point further below than that, however fast an unknown pad may warm
TIMING_S = 8.0  # by which moves come early or late: what control and tissue do beyond a small model
ROOM_SURE_K = 0.5  # of a room that somebody measured
ROOM_WARM_C = 30.0  # warmer than that is a pad, not a room
SKIN_SIGMA_K = 1.3  # of a learned pad: its own 1 K today, and as much on the day when the fit took skin for the facts'
SUPPLY_SURE = 0.02  # of full power, as the idle rail says it: under load the adapter's cable takes a little


@dataclass(frozen=True, slots=True)
class ZonePreview:
    """One zone: °C and W at each instant, CEM43 minutes so far at each instant, expected and at the band's upper edge.
    `ends_s` is when the dose of a session would be reached, None where it would not."""

    temperature_c: tuple[float, ...]
    low_c: tuple[float, ...]
    high_c: tuple[float, ...]
    power_w: tuple[float, ...]
    dose: tuple[float, ...]
    dose_high: tuple[float, ...]
    ends_s: float | None


@dataclass(frozen=True, slots=True)
class Preview:
    """A program on a pad: instants in s from its start, and the zones that it heats."""

    program: str
    t_s: tuple[float, ...]
    zones: Mapping[str, ZonePreview]

    @property
    def ends(self) -> tuple[float, str] | None:
        """When, s, and by which zone the dose limit would end it; None where it is played to its end."""
        return min(((z.ends_s, name) for name, z in self.zones.items() if z.ends_s is not None), default=None)


def preview(
    program: Program,
    layout: PadLayout,
    limits: HostLimits,
    *,
    models: Mapping[str, Parameters] | None = None,
    pad_c: Mapping[str, float] | None = None,
    full_w: Mapping[str, float] | None = None,
    room_c: float | None = None,
) -> Preview:
    """Plays a program on paper. By zone, where they are known: `models` as learned, `pad_c`, and `full_w`, what full
    duty would give now; else a pad by the facts, as warm as the room, with the power of the facts, doubted. A room of
    None is one that goes with the pad's temperature, or the facts' own, and doubted."""
    step_s = max(STEP_MIN_S, math.ceil(program.total_s / INSTANTS_MAX))
    zones = [zone for zone in layout.zones if any(zone.name in step.heat for step in program.steps)]
    played = {
        zone.name: _play(
            program,
            layout,
            limits,
            zone,
            step_s,
            model=(models or {}).get(zone.name),
            pad_c=(pad_c or {}).get(zone.name),
            full_w=(full_w or {}).get(zone.name),
            room_c=room_c,
        )
        for zone in zones
    }
    t_s = next((tuple(map(float, each.t_s)) for each in played.values()), ())
    zones_played = {name: _zone(each, _hottest_c(program, name), limits) for name, each in played.items()}
    return Preview(program.id, t_s, zones_played)


def _hottest_c(program: Program, zone: str) -> float:
    return max(step.heat[zone].target_c for step in program.steps if zone in step.heat)


def _play(
    program: Program,
    layout: PadLayout,
    limits: HostLimits,
    zone: ZoneLayout,
    step_s: float,
    *,
    model: Parameters | None,
    pad_c: float | None,
    full_w: float | None,
    room_c: float | None,
) -> Prediction:
    nominal = Parameters.nominal(zone, layout.thermal)
    return predict_holds(
        nominal if model is None else believable(model, nominal),
        Body.nominal(zone, layout.thermal),
        _start(layout.thermal, pad_c, room_c, learned=model is not None, metered=full_w is not None),
        list(_holds(program, zone.name, limits)),
        cap_w=min(limits.zone_power_max_w, zone.nominal_w, full_w or math.inf),
        ramp_from_c=limits.ramp_from_c,
        step_s=step_s,
    )


def _start(thermal: ThermalModel, pad_c: float | None, room_c: float | None, *, learned: bool, metered: bool) -> Start:
    room, room_sigma_k = (room_c, ROOM_SURE_K) if room_c is not None else _room(thermal.room_c, pad_c)
    sigmas = {"room_sigma_k": room_sigma_k}
    if learned:
        sigmas["skin_sigma_k"] = SKIN_SIGMA_K
    if metered:
        sigmas["supply_sigma"] = SUPPLY_SURE
    return Start(pad_c=room if pad_c is None else pad_c, room_c=room, skin_c=thermal.skin_c, **sigmas)


def _room(by_facts_c: float, pad_c: float | None) -> tuple[float, float]:
    """A room that nobody measured, °C and its standard deviation: a pad is never colder than where it lies, and one
    that is warmer was warmed by the room or by a session, nobody knows which."""
    if pad_c is None or pad_c <= by_facts_c:
        return by_facts_c if pad_c is None else pad_c, ROOM_SIGMA_K
    reach_k = 0.5 * (min(pad_c, ROOM_WARM_C) - by_facts_c)
    return by_facts_c + reach_k, math.hypot(ROOM_SIGMA_K, reach_k)


def _holds(program: Program, zone: str, limits: HostLimits) -> Iterator[Hold]:
    for step in program.steps:
        heat = step.heat.get(zone)
        if heat is None:
            yield Hold(step.duration_s, None)
        else:
            yield Hold(step.duration_s, heat.target_c, heat.ramp_c_per_s or limits.ramp_default_c_per_s)


def _zone(played: Prediction, hottest_c: float, limits: HostLimits) -> ZonePreview:
    t_s = [float(each) for each in played.t_s]
    temperatures = [float(each) for each in played.temperature_c]
    late_k = _late_k(t_s, temperatures)
    low = [at - math.hypot(at - float(each), k) for each, at, k in zip(played.low_c, temperatures, late_k, strict=True)]
    wide = [
        at + math.hypot(float(each) - at, k) for each, at, k in zip(played.high_c, temperatures, late_k, strict=True)
    ]
    high = [min(each, max(hottest_c, at) + OVER_K) for each, at in zip(wide, temperatures, strict=True)]
    expected = _doses(t_s, temperatures)
    return ZonePreview(
        temperature_c=tuple(temperatures),
        low_c=tuple(low),
        high_c=tuple(high),
        power_w=tuple(map(float, played.power_w)),
        dose=expected,
        dose_high=_doses(t_s, high),
        ends_s=_reached_s(t_s, temperatures, expected, limits.session_dose_max),
    )


def _late_k(t_s: list[float], temperatures: list[float]) -> list[float]:
    """What a move that comes `TIMING_S` early or late makes of each instant, K: the fastest within that time rules."""
    step_s = t_s[1] - t_s[0]
    reach = max(1, round(TIMING_S / step_s))
    slopes = [abs(later - sooner) / step_s for sooner, later in itertools.pairwise(temperatures)]
    return [TIMING_S * max(slopes[max(0, i - reach) : i + reach]) for i in range(len(temperatures))]


def _doses(t_s: list[float], temperatures: list[float]) -> tuple[float, ...]:
    total, doses = 0.0, [0.0]
    for (from_s, before_c), (to_s, after_c) in itertools.pairwise(zip(t_s, temperatures, strict=True)):
        total += dose.rate(max(before_c, after_c)) * (to_s - from_s) / 60.0
        doses.append(total)
    return tuple(doses)


def _reached_s(t_s: list[float], temperatures: list[float], doses: tuple[float, ...], most: float) -> float | None:
    for at_s, temperature_c, had in zip(t_s, temperatures, doses, strict=True):
        if had + dose.of_cooling(temperature_c) >= most:
            return at_s
    return None
