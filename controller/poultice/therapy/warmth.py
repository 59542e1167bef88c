"""All heat zones together: what their thermistors say, what their loops ask for, and the dose of each."""

from __future__ import annotations

from collections.abc import Mapping

from poultice.therapy import reasons
from poultice.therapy.allowance import AHEAD_S, dose_ends_in_s
from poultice.therapy.budget import Budget
from poultice.therapy.dose import Dose
from poultice.therapy.heat import Applied, HeatLoop, Knowledge
from poultice.therapy.heat.parameters import Parameters
from poultice.therapy.layout import PadLayout
from poultice.therapy.limits import HostLimits
from poultice.therapy.pair import Pair
from poultice.therapy.session import Session, Wish
from poultice.therapy.state import Reading, Reason, ZoneDemand, ZoneReading

NEAR_K = 0.5  # as near to a target as a person can feel
NO_HEAT = ZoneDemand()


class Warmth:
    """Readings in, wishes for power out. Temperatures in °C, None where nothing trusted is known."""

    def __init__(self, layout: PadLayout, limits: HostLimits, budget: Budget | None = None) -> None:
        self._limits = limits
        self._layout = layout
        self.budget = budget or Budget(limits)
        self._names = layout.zone_names
        self._told_anew: set[str] = set()
        self._kept: dict[str, Parameters] = {}
        self.prepare({}, plain=False)
        self.doses = {name: Dose() for name in self._names}
        self.temperatures: dict[str, float | None] = dict.fromkeys(self._names)
        self._board_limits: dict[str, str] = {}
        self._hot = dict.fromkeys(self._names, False)
        self._pairs = {name: Pair() for name in self._names}
        self._last_s: float | None = None
        self._foreseen_for: tuple[object, ...] = ()
        self._foreseen: Reason | None = None

    def prepare(self, known: Mapping[str, Parameters], *, plain: bool) -> None:
        """What is known of the zones from before; `plain` lets the PID control them. At rest only."""
        self._kept = dict(known)
        self.loops = {
            zone.name: HeatLoop(zone, self._layout.thermal, self._limits, known=known.get(zone.name), plain=plain)
            for zone in self._layout.zones
        }

    def take_learned(self) -> dict[str, Parameters]:
        """What was learned since the last call, by zone."""
        new = {
            name: loop.learned
            for name, loop in self.loops.items()
            if loop.learned is not None and loop.learned is not self._kept.get(name)
        }
        self._kept.update(new)
        return new

    def take_relearned(self) -> list[str]:
        """The zones that turned out to differ from what was known of them; each is told once a time."""
        anew = {name for name, loop in self.loops.items() if loop.knowledge is Knowledge.RELEARNING}
        new, self._told_anew = anew - self._told_anew, anew
        return sorted(new)

    @property
    def knowledge(self) -> dict[str, Knowledge]:
        """What each zone is controlled by."""
        return {name: loop.knowledge for name, loop in self.loops.items()}

    @property
    def models(self) -> dict[str, Parameters]:
        """What was learned of each zone of which anything was."""
        return {name: loop.learned for name, loop in self.loops.items() if loop.learned is not None}

    def begin(self) -> None:
        """A new session: its dose begins at zero, its loops at rest."""
        for name in self._names:
            self.doses[name].reset()
        self.rest()

    def rest(self) -> None:
        """No heat at all."""
        for loop in self.loops.values():
            loop.rest()

    def forget(self) -> None:
        """Nothing is known any more: the board is gone."""
        self.rest()
        self.temperatures = dict.fromkeys(self._names)
        self._pairs = {name: Pair() for name in self._names}
        self._board_limits = {}
        self._last_s = None

    def read(self, reading: Reading, session: Session | None) -> None:
        """Takes a reading; controls by it where a session that may heat is given."""
        dt_s = 0.0 if self._last_s is None else reading.at_s - self._last_s
        self._last_s = reading.at_s
        for name, zone in zip(self._names, reading.zones, strict=True):
            temperature_c = zone.temperature_c
            self.temperatures[name] = temperature_c
            self._pairs[name].look(zone, dt_s)
            self._board_limits[name] = zone.limited_by
            self._watch_heat(name, temperature_c)
            self.budget.add_dose(name, self.doses[name].add(temperature_c, reading.at_s))
            self._control(name, zone, temperature_c, session, dt_s)

    def _watch_heat(self, name: str, temperature_c: float | None) -> None:
        """The host's own pause, a moment before the board's cut; it ends by itself, whatever controls the zone."""
        if temperature_c is not None:
            above_c = self._limits.hot_resume_c if self._hot[name] else self._limits.hot_pause_c
            self._hot[name] = temperature_c >= above_c

    def _control(
        self, name: str, zone: ZoneReading, temperature_c: float | None, session: Session | None, dt_s: float
    ) -> None:
        loop = self.loops[name]
        wish_c = None if session is None else session.wish_c(name)
        if session is None or wish_c is None or temperature_c is None or self._pairs[name].contradicts:
            loop.rest()
        elif dt_s > 0.0:
            ramp = session.step.heat[name].ramp_c_per_s or self._limits.ramp_default_c_per_s
            loop.step(wish_c, ramp, temperature_c, dt_s, Applied(zone.asked_w, zone.applied_w, zone.full_power_w))

    def demands(self, session: Session) -> tuple[ZoneDemand, ...]:
        """What to ask of each zone now. The session may have moved on since the reading: its word counts."""
        return tuple([self._demand(name, session.wish_c(name)) for name in self._names])

    def _demand(self, name: str, wish_c: float | None) -> ZoneDemand:
        loop = self.loops[name]
        if wish_c is None or loop.reference_c is None or self.temperatures[name] is None:
            return NO_HEAT
        power_w = 0.0 if self._hot[name] else min(loop.power_w, self._limits.zone_power_max_w)
        return ZoneDemand(power_w, min(wish_c, loop.reference_c))

    def near(self, session: Session) -> bool:
        """Whether every zone that the step heats has come near its target."""
        return all(
            (temperature_c := self.temperatures[zone]) is not None and temperature_c >= wish.wish_c - NEAR_K
            for zone, wish in session.wishes.items()
        )

    @property
    def dose_reached(self) -> bool:
        """Whether any zone has had its dose for this session, or will have once it has cooled."""
        return any(dose.minutes + dose.of_cooling >= self._limits.session_dose_max for dose in self.doses.values())

    def ends_by_dose(self, session: Session) -> Reason | None:
        """The words that go before an end by the dose; None where none is near. Reckoned anew each second: it takes
        longer than the rest of a reading."""
        key = (session.id, session.revision, session.index, int(self._last_s or 0.0))
        if key != self._foreseen_for:
            self._foreseen_for, self._foreseen = key, self._foresee_end(session)
        return self._foreseen

    def _foresee_end(self, session: Session) -> Reason | None:
        had = {name: dose.minutes for name, dose in self.doses.items()}
        in_s = dose_ends_in_s(session, had, self.budget, self._limits)
        return None if in_s is None or in_s > AHEAD_S else reasons.dose_ahead(in_s)

    def limited_by(self, name: str, wish: Wish, armed: bool) -> Reason | None:
        """Why a heated zone gets less than is asked for it; None where it does not."""
        if why := self._unbelievable(name):
            return why
        if not armed:
            return reasons.WAITS_FOR_ARMING
        if self._hot[name]:
            return reasons.NEAR_LIMIT
        if wish.lowered_by is not None:
            return wish.lowered_by
        heats = self.loops[name].power_w > 0.0
        return reasons.board_limit(self._board_limits.get(name, "none")) if heats else None

    def _unbelievable(self, name: str) -> Reason | None:
        """What is wrong with a zone's thermistors; None where nothing is. Hot is said before jumping: it may get there
        by a jump, and stay."""
        if self.temperatures[name] is None:
            return reasons.SENSOR_UNKNOWN
        if self._pairs[name].contradicts:
            return reasons.CONTRADICTING
        return reasons.STEPPING if self.loops[name].stepping and not self._hot[name] else None
