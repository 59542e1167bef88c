"""The limits that the host holds on its own account, each with its reason.

The board holds its own, whatever is asked here; configuration may only narrow these.
"""

from __future__ import annotations

from dataclasses import dataclass

from poultice.link import contract


@dataclass(frozen=True, slots=True)
class TimeAbove:
    """A zone may be asked for more than `above_c` °C for at most `at_most_s` s in one session."""

    above_c: float
    at_most_s: float


@dataclass(frozen=True, slots=True)
class HostLimits:
    """Temperatures in °C, powers in W, durations in s, ramps in °C/s, dose in CEM43 minutes."""

    target_min_c: float = 30.0  # skin is warmer: asking for less is not heat
    target_max_c: float = contract.TARGET_MAX_C  # the board refuses more
    zone_power_max_w: float = contract.ZONE_POWER_MAX_W  # the board caps there
    times_above: tuple[TimeAbove, ...] = (TimeAbove(41.0, 6 * 60.0), TimeAbove(40.0, 25 * 60.0))  # hottest first
    hot_pause_c: float = 42.8  # 0.2 K before the board cuts: the person reads a reason instead of a fault
    hot_resume_c: float = 42.5
    session_max_s: float = 90 * 60.0  # longer at 40 °C nears the dose and the skin's patience
    session_dose_max: float = 2.0  # the limit proposed for heat that nobody watches
    warm_max_s: float = contract.HEAT_TIME_MAX_S  # of warmth, over several sessions, too; then a rest, as the board's
    rest_factor: float = contract.HEAT_TIME_REST  # a second without heat makes up for so many with it
    day_s: float = 24 * 3600.0  # what is older is forgotten, on a synchronised clock
    day_dose_max: float = 10.0  # of a zone: the wraps of the trials, worn daily, gave 7.5
    day_warm_max_s: float = 6 * 3600.0  # redness from daily heat (erythema ab igne) comes of hours, not of degrees
    reading_age_max_s: float = 1.0  # ten readings missed: what is not known is not heated
    invitation_max_s: float = 600.0  # after that the person who asked has gone
    pause_max_s: float = contract.ARMED_AFTER_HEAT_S  # as long as the board stays armed without heat
    first_heat_within_s: float = contract.ARMED_WITHOUT_HEAT_S - 10.0  # else the board's arming ends before it
    heat_gap_max_s: float = contract.ARMED_AFTER_HEAT_S - 60.0  # the same, once there was heat
    awake_every_s: float = 30 * 60.0  # of heat without a sign of life; then it asks "still awake?"
    awake_answer_s: float = 120.0  # so long it waits for a tap
    asleep_target_max_c: float = 38.0  # for the rest of a session in which nobody tapped: harmless all night
    less_step_k: float = 0.5  # what one "less" takes off each target: as little as a person can feel
    less_step_percent: int = 10  # and off each massage
    less_percent_min: int = 20  # weaker, a motor would not turn
    offer_max_s: float = 30 * 60.0  # later the body has cooled, and the rest would be another session
    cooled_c: float = 38.0  # below it a pad is no warmer than may stay all night (see asleep_target_max_c)
    cooling_max_s: float = 30 * 60.0  # what is warm for longer is warmed by something else: sun, or a body
    ended_shown_s: float = 3 * 60.0  # time to come back and read how it ended
    motor_run_max_s: float = 15 * 60.0  # then the motor needs a rest
    motor_rest_s: float = 5 * 60.0
    ramp_from_c: float = 33.0  # skin: nobody feels a colder pad as heat, so up to here it warms as fast as it can
    ramp_default_c_per_s: float = 3.0 / 60.0  # where a step names none: felt as gradual
    ramp_max_c_per_s: float = 6.0 / 60.0
    nudge_s: float = 2.8  # the motors run out within the three seconds that a nudge may last
    nudge_percent_max: int = 30  # felt, and wakes nobody
    nudges_an_hour: int = 4  # that no person tapped for
    invitations_an_hour: int = 3  # each chirps; and a press that is asked for again and again is given at last
    automation_waits_s: float = 600.0  # after a person lowered something automation raises nothing: it may not know why
    automation_target_max_c: float = 40.0  # nobody may be there: no more than the trials' wraps
    automation_programs: frozenset[str] = frozenset()  # what a person allowed automation to start; nothing by itself
