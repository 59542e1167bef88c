"""What a thermostat and a fan say while nothing runs: heat on is a start, massage on a nudge, a temperature is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from poultice.therapy import claims, reasons
from poultice.therapy.answers import Answer, accepted, refused
from poultice.therapy.claims import Act
from poultice.therapy.stage import Stage
from poultice.therapy.state import Request, Role
from poultice.therapy.switch import Wish
from poultice.therapy.tailored import PROGRAM, target_refusal

Ask = Callable[[Request, float, bool], Answer]


class AtRest:
    """Answers what is wished of a pad without a session; `start` and `nudge` answer those verbs."""

    def __init__(self, stage: Stage, *, start: Ask, nudge: Ask) -> None:
        self._stage = stage
        self._start = start
        self._nudge = nudge

    def switch(self, wish: Wish, request: Request, now_s: float, fresh: bool) -> Answer:
        """Heat on is a start of `warmth`, massage on a nudge; off is off, and withdraws what is invited there."""
        match wish:
            case Wish("heat", "on", (zone,)):
                args = {"program": PROGRAM, "zone": zone, "target": self._stage.thermostats[zone]}
                return self._start(replace(request, args=args), now_s, fresh)
            case Wish("heat", "off", (zone,)):
                return self._heat_off(zone, now_s)
            case Wish("massage", "on"):
                return self._nudge(request, now_s, fresh)
            case Wish(off=True):
                self._stage.nudges.end()
                return accepted(reasons.adjusted({"intensity": 0}), motors=list(wish.names), intensity=0)
        return refused(reasons.NO_SESSION)

    def _heat_off(self, zone: str, now_s: float) -> Answer:
        invitation = self._stage.invitation
        if invitation is not None and zone in invitation.program.zones:
            self._stage.end("stopped", reasons.STOPPED, now_s)
        return accepted(reasons.adjusted({"zone": zone, "heat": "off"}), zone=zone, heat="off")

    def keep(self, request: Request, fresh: bool) -> Answer:
        """A temperature alone starts nothing: it is what `warmth` is asked for next."""
        args = {key: value for key, value in request.args.items() if value is not None}
        if request.role is not Role.AUTOMATION or set(args) != {"zone", "target"}:
            return refused(reasons.NO_SESSION)  # a page shows the temperatures of what runs
        stage, zone, target_c = self._stage, args["zone"], args["target"]
        why = target_refusal(zone, target_c, stage.layout, stage.limits)
        if why := claims.refusal(request.role, Act.SELECT, fresh) or why:
            return refused(why)
        if not self._may_be_invited(zone, target_c):
            return refused(reasons.INVITED_ALREADY)
        stage.thermostats[zone] = float(target_c)
        return accepted(reasons.adjusted(args), zone=zone, target=float(target_c))

    def _may_be_invited(self, zone: str, target_c: float) -> bool:
        """What is invited never changes, but it may be asked to begin less warm."""
        invitation = self._stage.invitation
        if invitation is None or invitation.program.tailored is None or zone not in invitation.heat:
            return True
        if target_c > invitation.heat[zone]:
            return False
        self._stage.invitation = replace(invitation, at_most_c={zone: float(target_c)})
        return True
