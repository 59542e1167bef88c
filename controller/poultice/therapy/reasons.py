"""Why, in words: each reason that a pad gives, made in one place. Codes are stable; a page translates by them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from poultice.link.contract import FAULTS
from poultice.therapy.limits import TimeAbove
from poultice.therapy.state import Reason

_FAULT_INFO = {info.name: info for info in FAULTS.values()}


def latches(fault: str) -> bool:
    """Whether a fault of that name locks the pad until a person clears it; an unknown one is taken for such."""
    info = _FAULT_INFO.get(fault)
    return info is None or info.lockout != "A"


def degrees(temperature_c: float) -> str:
    """`40 °C`, `39.5 °C`."""
    return f"{round(temperature_c, 1):g} °C"


def duration(seconds: float) -> str:
    """`45 s`, `3 min`, `1 h 30 min`; rounded up, so that nobody waits longer than told."""
    if seconds <= 50.0:
        return f"{max(1, math.ceil(seconds))} s"
    minutes = math.ceil(seconds / 60.0 - 1e-6)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


# --- Idle, offline, invited ----------------------------------------------------------------------------------------

NEVER_SEEN = Reason("offline", "no pad is connected: plug in its cable")
NO_READING = Reason("waiting", "connected: waiting for the pad's first reading")
READY = Reason("ready", "ready: choose a program")
PAIRING = Reason("pairing", "the pad's button was held: a phone may be paired now, with the code on the console")
CHECKLIST = Reason("checklist", "accept the checklist on the page before the first use")
ARMED = Reason("armed", "the pad's button was pressed: choose a program")
PRESSED = Reason("pressed", "the pad's button was pressed: heat is permitted")
SILENT = "The pad has been silent for more than a second: check its cable"
RESTARTED = "The pad's board has restarted"


def button(press_s: float) -> Reason:
    """A press, whatever it was good for."""
    return Reason("button", f"the pad's button was pressed for {press_s:.1f} s", {"press_s": round(press_s, 2)})


def link_lost(sentence: str, in_session: bool) -> Reason:
    """The board is gone."""
    words = sentence.strip().rstrip(".")
    end = "heat is off; the session has ended" if in_session else "heat is off"
    return Reason("link_lost", f"{words}: {end}", {"sentence": words, "session_ended": str(in_session).lower()})


def link_back(in_session: bool) -> Reason:
    """The board is there again."""
    if in_session:
        return Reason("link_back", "connected again: the session has ended, start it anew if you like")
    return READY


def invited(title: str) -> Reason:
    """A start waits for the button."""
    return Reason("invited", f"press the pad's button to start {title}", {"title": title})


def fault(name: str) -> Reason:
    """A fault of the board, in the contract's words."""
    info = _FAULT_INFO.get(name)
    if info is None:
        return Reason("fault", f"the pad reports the unknown fault {name}: heat is off", {"fault": name})
    return Reason("fault", f"{info.sentence} {info.action}", {"fault": name})


# --- Playing -------------------------------------------------------------------------------------------------------


def warming(target_c: float, seconds: float) -> Reason:
    """On the way up."""
    text = f"warming to {degrees(target_c)}, {duration(seconds)}"
    return Reason("warming", text, {"target_c": round(target_c, 1), "seconds": math.ceil(seconds)})


def holding(target_c: float) -> Reason:
    """There."""
    return Reason("holding", f"holding {degrees(target_c)}", {"target_c": round(target_c, 1)})


def coasting(target_c: float) -> Reason:
    """Above the target; a pad cannot cool itself."""
    return Reason("coasting", f"cooling down to {degrees(target_c)}", {"target_c": round(target_c, 1)})


def massaging(pattern: str, percent: int) -> Reason:
    """Massage without heat."""
    return Reason("massaging", f"massage: {pattern}, {percent} %", {"pattern": pattern, "percent": percent})


def with_massage(heat: Reason, pattern: str, percent: int) -> Reason:
    """Heat and massage together."""
    values: dict[str, float | str] = {**heat.values, "pattern": pattern, "percent": percent}
    return Reason(heat.code, f"{heat.text}; massage: {pattern}, {percent} %", values)


def started(title: str) -> Reason:
    """A program begins."""
    return Reason("started", f"started: {title}", {"title": title})


def step(step_id: str) -> Reason:
    """A step begins."""
    return Reason("step", f"next: {step_id}", {"step": step_id})


def adjusted(applied: Mapping[str, object]) -> Reason:
    """A person turned it up or down."""
    if "target" in applied:
        target_c = float(str(applied["target"]))
        text = f"set to {degrees(target_c)}"
        return Reason("adjusted", text, {"zone": str(applied["zone"]), "target_c": target_c})
    if "heat" in applied:
        return Reason("adjusted", f"heat of {applied['zone']} is {applied['heat']}", {"zone": str(applied["zone"])})
    if "pattern" in applied:
        return Reason("adjusted", f"massage: {applied['pattern']}", {"pattern": str(applied["pattern"])})
    percent = int(str(applied["intensity"]))
    return Reason("adjusted", f"massage set to {percent} %", {"percent": percent})


def selected(title: str) -> Reason:
    """A program is chosen; nothing moves."""
    return Reason("adjusted", f"selected: {title}", {"title": title})


AWAKE = Reason("still_awake", "still awake? tap the page, or it is lowered in two minutes")
WAITS_FOR_NEXT = Reason("waits_next", "waiting for you: tap next when you are done")
WAITS_FOR_PRESS = Reason("waits_press", "waiting for you: press the pad's button, and it goes on with heat")
ANSWERED = Reason("answered", "thank you: noted")
FINE = Reason("answered", "thank you: it stays as it is")


def relearning(zone: str) -> Reason:
    """What was known does not fit any more."""
    text = f"{zone} warms differently from before (another person, cover or pad): it is learned anew"
    return Reason("relearning", text, {"zone": zone})


NUDGED = Reason("nudge", "a nudge: three seconds of soft massage")
RESUMED = Reason("resumed", "goes on")
RESTING = Reason("resting", "a rest: heat and massage are off")
PAUSED = Reason("paused", "paused: heat and massage are off")


def comfort(steps: int) -> Reason:
    """How much weaker a person wants it, from now on and next time."""
    text = (
        f"{steps} steps weaker than the program, also next time"
        if steps > 1
        else ("a step weaker than the program, also next time" if steps else "as strong as the program says")
    )
    return Reason("comfort", text, {"steps": steps})


def offered(title: str) -> Reason:
    """The rest of what was cut off."""
    return Reason("offered", f"a session was cut off; start the rest of it? {title}", {"title": title})


# --- Limits --------------------------------------------------------------------------------------------------------

REST_PUT_AWAY = Reason("rest_away", "the rest is put away: choose a program")
NEAR_LIMIT = Reason("near_limit", "lowered: the pad is near its limit")
SENSOR_UNKNOWN = Reason("sensor", "off: a thermistor of this zone cannot be believed")
STEPPING = Reason("stepping", "off: a thermistor jumped; waiting until it is steady again")
CONTRADICTING = Reason(
    "contradicting", "off: the thermistors of this zone contradict each other; lie on all of it, or one has come loose"
)
WAITS_FOR_ARMING = Reason("not_armed", "off: waiting for the pad to confirm its button")

_BOARD_LIMITS: Mapping[str, Reason] = {
    "cap": Reason("cap", "lowered: the zone's greatest power"),
    "target": Reason("target", "lowered: a degree above its target"),
    "over_temperature": Reason("over_temperature", "off: the pad reached 43 °C and cools down"),
    "sensor": SENSOR_UNKNOWN,
    "lease": Reason("lease", "off: the pad did not hear from the controller in time"),
    "not_armed": WAITS_FOR_ARMING,
    "latched": Reason("latched", "off: the pad has locked itself"),
    "look_ahead": Reason("look_ahead", "off: the pad would be too warm in a moment"),
    "uneven": Reason("uneven", "lowered: one side is much warmer, so 38 °C at most"),
    "not_warming": Reason("not_warming", "off: the zone does not warm; is the pad on you?"),
    "dose": Reason("board_dose", "off: the skin has had its heat for this day"),
    "supply": Reason("supply", "off: the supply voltage is too low"),
    "check": Reason("check", "off for a moment: the pad checks its switches"),
}


def board_limit(name: str) -> Reason | None:
    """Why the board gives a zone less than was asked; None where it does not."""
    if name == "none":
        return None
    return _BOARD_LIMITS.get(name, Reason(name, f"lowered by the pad: {name}"))


def time_used_up(above: TimeAbove, hotter_c: float) -> Reason:
    """A zone was hot long enough."""
    text = f"{duration(above.at_most_s)} above {degrees(above.above_c)} are used up: lowered from {degrees(hotter_c)}"
    return Reason("time_used_up", text, {"above_c": above.above_c, "at_most_s": above.at_most_s})


def asleep(cap_c: float) -> Reason:
    """Nobody tapped."""
    text = f"lowered: nobody answered, so {degrees(cap_c)} at most for the rest of this session"
    return Reason("asleep", text, {"cap_c": cap_c})


def ceiling(target_max_c: float) -> Reason:
    """A person's own ceiling of warmth is below what program and pad would give."""
    text = f"limited by this person's own ceiling: {degrees(target_max_c)}"
    return Reason("ceiling", text, {"ceiling_c": target_max_c})


def ceiling_massage(reason: Reason, percent_max: int) -> Reason:
    """What is done, and that the massage is as strong as this person's own ceiling lets it be."""
    return Reason(
        reason.code,
        f"{reason.text}; limited by this person's own ceiling: {percent_max} %",
        {**reason.values, "ceiling_percent": percent_max},
    )


def ceiling_time(longest_s: float) -> Reason:
    """A person's own ceiling of time is reached."""
    text = f"ended: limited by this person's own ceiling of {duration(longest_s)}"
    return Reason("ceiling_time", text, {"longest_s": longest_s})


def above_ceiling(target_max_c: float) -> Reason:
    """Warmer than this person is ever asked for."""
    text = f"refused: limited by this person's own ceiling: {degrees(target_max_c)}"
    return refused("ceiling", text, ceiling_c=target_max_c)


def stronger_than_ceiling(percent_max: int) -> Reason:
    """A stronger massage than this person ever gets."""
    text = f"refused: limited by this person's own ceiling: {percent_max} % of massage"
    return refused("ceiling", text, ceiling_percent=percent_max)


def dose_ahead(seconds: float) -> Reason:
    """The session's dose, or the day's, will be reached before the session is over."""
    text = f"the skin will have had its heat in {duration(seconds)}: it ends then, or later if you lower it"
    return Reason("dose_ahead", text, {"seconds": math.ceil(seconds)})


# --- Ends ----------------------------------------------------------------------------------------------------------

STOPPED = Reason("stopped", "stopped: heat and massage are off")
STOPPED_AT_PAD = Reason("stopped_at_pad", "stopped at the pad's button: heat and massage are off")
DOSE_REACHED = Reason("dose", "ended: the skin has had its heat for this session")
LONGEST = Reason("longest", "ended: this is as long as the session may last")
PAUSED_TOO_LONG = Reason("paused_too_long", "ended: it was paused for too long")
PRESS_MISSED = Reason("press_missed", "ended: the pad's button was not pressed in time")
INVITATION_EXPIRED = Reason(
    "invitation_expired", "the invitation has expired: the pad's button was not pressed in time"
)


def rest_due(rest_s: float) -> Reason:
    """Warm for as long as it may be at a stretch."""
    text = f"ended: the pad has been warm for as long as it may at a stretch; rest for {duration(rest_s)}"
    return Reason("rest_due", text, {"rest_s": math.ceil(rest_s)})


def day_warm_reached(in_s: float | None) -> Reason:
    """The day's hours are over."""
    text = f"ended: the pad has been warm for as long as it may in a day; {_again(in_s)}"
    return Reason("day_warm", text, _when(in_s))


def day_dose_reached(zone: str, in_s: float | None) -> Reason:
    """The day's dose is used up."""
    text = f"ended: the skin at {zone} has had its heat for this day; {_again(in_s)}"
    return Reason("day_dose", text, {"zone": zone, **_when(in_s)})


def _again(in_s: float | None) -> str:
    """When a budget of the day has room again, and what to do until then."""
    if in_s is None:
        return "once this computer's clock is set by the network and a day has passed, it can have more"
    return f"it can have more in {duration(in_s)}"


def _when(in_s: float | None) -> dict[str, float | str]:
    return {"why": "no_clock"} if in_s is None else {"in_s": math.ceil(in_s)}


def finished(title: str, ran_s: float) -> Reason:
    """The program is over, and how long it took: to the minute, which waits round up."""
    took_s = round(ran_s) if ran_s <= 50.0 else round(ran_s / 60.0) * 60
    return Reason("finished", f"finished: {title}, {duration(took_s)}", {"title": title, "ran_s": took_s})


def cooling(why: Reason, temperature_c: float) -> Reason:
    """Why it ended, and how warm the pad is still."""
    values = {**why.values, "cooling_c": round(temperature_c, 1)}
    return Reason(why.code, f"{why.text}; cooling, {degrees(temperature_c)}", values)


def stalled(seconds: float) -> Reason:
    """The controller itself stood still."""
    text = f"ended: the controller stood still for {seconds:.1f} s"
    return Reason("stalled", text, {"seconds": round(seconds, 1)})


DISARMED = Reason("disarmed", "ended: the pad's permission to heat has ended", {"why": "unknown"})
_DISARMED = {
    "button": STOPPED_AT_PAD,
    "stop": STOPPED,
    "link_lost": Reason("disarmed", "ended: the pad did not hear from the controller in time", {"why": "link_lost"}),
    "expired": Reason(
        "disarmed", "ended: no heat was needed for a while, so the pad's permission to heat expired", {"why": "expired"}
    ),
    "fault": Reason("disarmed", "ended: the pad found a fault", {"why": "fault"}),
    "rest_due": Reason(
        "disarmed", "ended: the pad has been warm for 90 minutes and rests for half an hour", {"why": "rest_due"}
    ),
}


def disarmed(why: str | None) -> Reason:
    """The board took the permission to heat back."""
    return _DISARMED.get(why or "", DISARMED)


_PRESS_REFUSED = {
    "latched": "the pad is locked; once it is cool, hold its button for 2 to 5 s",
    "sensor_untrusted": "a thermistor cannot be believed; check the pad's plug and cable",
    "too_warm_to_clear": "the pad is still too warm; let it cool below 38 °C",
    "button_stuck": "the button was held too long; let go of it for a second",
    "rest_due": "the pad rests; leave it plugged in for half an hour",
    "self_test_failed": "the board did not pass a test of itself; look at its faults",
    "trip_test_failed": "the pad's own protection did not answer its test; press once more",
    "boot_window": "a thermistor began below 3 °C or above 43 °C; plug it in again at room temperature",
}


def press_refused(why: str | None) -> Reason | None:
    """The board did not obey its button; None where it refused something that was no press."""
    text = _PRESS_REFUSED.get(why or "")
    return None if text is None else Reason("press_refused", f"the press was refused: {text}", {"why": why or ""})


# --- Answers -------------------------------------------------------------------------------------------------------


def refused(code: str, text: str, **values: float | str) -> Reason:
    """A refusal: what speaks against it and what to do instead."""
    return Reason(code, text, values)


def unknown_program(program_id: str) -> Reason:
    """Nobody has heard of it."""
    return Reason("unknown_program", f'refused: there is no program "{program_id[:40]}"', {"program": program_id[:40]})


def unplayable(title: str, problem: str) -> Reason:
    """A program that does not fit this pad or these limits."""
    return Reason("unplayable", f"refused: {title} cannot be played here: {problem}", {"title": title})


def too_hot_for_automation(target_c: float, limit_c: float) -> Reason:
    """Nobody may be there."""
    text = f"refused: automation may ask for at most {degrees(limit_c)}, not {degrees(target_c)}"
    return Reason("automation_limit", text, {"limit_c": limit_c, "target_c": target_c})


def person_lowered(in_s: float) -> Reason:
    """Who is on the pad knows better."""
    text = f"refused: a person wanted less a moment ago; automation may raise it again in {duration(in_s)}"
    return Reason("person_lowered", text, {"in_s": math.ceil(in_s)})


def invited_enough(most: int, in_s: float) -> Reason:
    """Nobody answered, or it was asked often enough."""
    text = f"refused: {most} invitations within an hour are enough; press the pad's button first, then start"
    return Reason("invited_enough", text, {"most": most, "in_s": math.ceil(in_s)})


def sensor_refused(zone: str) -> Reason:
    """Nobody knows how warm it is."""
    text = f"refused: a thermistor of {zone} cannot be believed; check the pad's plug and cable"
    return Reason("sensor", text, {"zone": zone})


def rest_first(warm_s: float, rest_s: float) -> Reason:
    """It was warm for too long to be warm for so long again."""
    text = (
        f"refused: the pad has been warm for {duration(warm_s)}; let it rest for {duration(rest_s)}, then start again"
    )
    return refused("rest", text, warm_s=math.ceil(warm_s), rest_s=math.ceil(rest_s))


def day_warm_refused(warm_s: float, in_s: float | None) -> Reason:
    """The day has no room for so much time."""
    text = f"refused: the pad was warm for {duration(warm_s)} within a day, too long for this program; {_again(in_s)}"
    return refused("day_warm", text, warm_s=math.ceil(warm_s), **_when(in_s))


def day_dose_refused(zone: str, had: float, needs: float, in_s: float | None) -> Reason:
    """The day has no room for so much heat."""
    text = (
        f"refused: the skin at {zone} has had a heat dose of {had:.1f} within a day, and this program needs "
        f"{needs:.1f}: choose a cooler or shorter one; {_again(in_s)}"
    )
    return refused("day_dose", text, zone=zone, had=round(had, 1), needs=round(needs, 1), **_when(in_s))


def not_heated(zone: str) -> Reason:
    """The step has no heat there."""
    return refused("not_heated", f"refused: this step does not heat {zone}", zone=zone)


def not_massaged(motors: str) -> Reason:
    """The step has no massage there."""
    return refused("not_massaged", f"refused: this step does not run {motors}", motors=motors)


STALE = Reason("stale", "refused: the page was out of date; look again and repeat it")
NOT_FOR_AUTOMATION = Reason("role", "refused: only a person may ask for this")
CHECKLIST_FIRST = Reason("checklist", "refused: accept the checklist on the page first")
PRESS_FIRST = Reason("not_armed", "refused: press the pad's button first")
OFFLINE_NOW = Reason("offline", "refused: the pad is not connected")
IN_SESSION_ALREADY = Reason("busy", "refused: a session is running; stop it first")
INVITED_ALREADY = Reason("busy", "refused: another start already waits for the pad's button")
NOT_LISTED = Reason("not_listed", "refused: nobody allowed automation to start this program")
BAD_ARGUMENTS = Reason("arguments", "refused: name a zone and its target, or an intensity (and motors)")
BAD_ANSWER = Reason(
    "bad_answer", "refused: answer next, awake, comfort (less, fine, more, stop), pain (0 to 10) or note (a text)"
)
NOT_ASKED = Reason("not_asked", "refused: nobody asked for that now")
LEAST_ALREADY = Reason("least_already", "refused: it is as weak as it gets; stop it, or choose another program")
NO_MORE = Reason("no_more", "refused: it is as strong as the program says; warmer is on the page")
NO_REST = Reason("no_rest", "refused: there is no rest of this program to start")
NO_NUDGE_NOW = Reason("no_nudge", "refused: nobody allowed home automation to nudge at this hour")
NUDGED_ENOUGH = Reason("nudged_enough", "refused: four nudges within an hour are enough")
NUDGED_ALREADY = Reason("nudged_already", "refused: a nudge is running")
NUDGE_ABOVE_CEILING = Reason(
    "ceiling",
    "refused: limited by the own ceiling of a person of this pad, who gets no massage",
    {"ceiling_percent": 0},
)
ARMED_ALREADY = Reason("armed_already", "refused: somebody has pressed the pad's button and is about to start")
NO_SESSION = Reason("no_session", "refused: nothing is running")
NOT_PAUSED = Reason("not_paused", "refused: nothing is paused")
ENDED_NOW = Reason(
    "ended_now", "refused: somebody stopped or paused it at the same moment; ask again if you still want it"
)
LESS_ASKED_NOW = Reason("less_asked", "refused: somebody asked for less at the same moment, and that holds")
QUIET = Reason("quiet", "refused: these are quiet hours; a person may start it on the page")
PAUSED_ALREADY = Reason("paused", "paused already: heat and massage are off")
