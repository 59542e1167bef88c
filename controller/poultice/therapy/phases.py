"""The phases of a pad, as a table: what may follow what, and nothing else."""

from __future__ import annotations

from enum import StrEnum

from poultice.therapy.state import Phase


class Signal(StrEnum):
    """What moves a pad from phase to phase."""

    HEARD = "heard"  # the first reading of a board that said hello
    LOST = "lost"  # cable, silence, restart of the board
    FAULT = "fault"  # the board latched one
    CLEARED = "cleared"  # and a person cleared it at the pad
    INVITE = "invite"  # a start that needs the pad's button
    START = "start"
    WARMED = "warmed"  # every zone of the step is near its target, or the step has no heat
    WAIT = "wait"  # a step that waits for a person begins
    GO = "go"  # and is over
    PAUSE = "pause"
    RESUME = "resume"
    END = "end"  # of a session or an invitation
    COOLED = "cooled"  # nothing is notably warm any more
    SEEN = "seen"  # the result: somebody does something else, or enough time has passed


_ALWAYS = {Signal.LOST: Phase.OFFLINE, Signal.FAULT: Phase.FAULTED}
_PLAYING = {**_ALWAYS, Signal.PAUSE: Phase.PAUSED, Signal.END: Phase.COOLING}
_STARTS = {**_ALWAYS, Signal.INVITE: Phase.INVITED, Signal.START: Phase.WARMING}

TABLE: dict[Phase, dict[Signal, Phase]] = {
    Phase.OFFLINE: {Signal.HEARD: Phase.IDLE},
    Phase.IDLE: _STARTS,
    Phase.INVITED: {**_ALWAYS, Signal.START: Phase.WARMING, Signal.END: Phase.IDLE},
    Phase.WARMING: {**_PLAYING, Signal.WARMED: Phase.RUNNING, Signal.WAIT: Phase.WAITING},
    Phase.RUNNING: {**_PLAYING, Signal.WAIT: Phase.WAITING},
    Phase.WAITING: {**_PLAYING, Signal.GO: Phase.WARMING},
    Phase.PAUSED: {**_ALWAYS, Signal.RESUME: Phase.WARMING, Signal.END: Phase.COOLING},
    Phase.COOLING: {**_STARTS, Signal.COOLED: Phase.ENDED, Signal.SEEN: Phase.IDLE},
    Phase.ENDED: {**_STARTS, Signal.SEEN: Phase.IDLE},
    Phase.FAULTED: {Signal.LOST: Phase.OFFLINE, Signal.CLEARED: Phase.IDLE},
}

PLAYING = frozenset(
    {Phase.WARMING, Phase.RUNNING, Phase.WAITING}
)  # the only phases in which anything may be asked of the board
IN_SESSION = PLAYING | {Phase.PAUSED}
OVER = frozenset({Phase.COOLING, Phase.ENDED})  # as idle, but for what they show
AT_REST = OVER | {Phase.IDLE}  # nothing plays, nothing is wrong, and anything may be started


def following(phase: Phase, signal: Signal) -> Phase:
    """The phase that follows; a signal that the table does not know there is a defect."""
    try:
        return TABLE[phase][signal]
    except KeyError:
        raise ValueError(f"the phase {phase} knows no signal {signal}") from None
