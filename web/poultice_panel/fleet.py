"""What keeps a house of many pads in order: which are there, what they run, what they have behind them. Pure.

Nothing of people is in it: no session, no program, no person.
"""

from __future__ import annotations

from datetime import datetime

from poultice.mqtt.messages import FaultState, Reason
from pydantic import BaseModel

from poultice_panel.pads import Controller, Pad, Pads


class FleetController(BaseModel):
    """A controller; `problems` are what a person must set right at its places."""

    id: str
    online: bool
    version: str | None
    host: str | None
    pads: int
    uptime_s: float | None
    loop_jitter_p99_s: float | None
    problems: list[Reason]


class FleetPad(BaseModel):
    """A pad. `zones` by name what people call them, empty where nobody named them; `faults` are there now, with what to
    do, `faults_so_far` by name how often each came; `last_seen` is its last word."""

    id: str
    name: str
    controller: str | None
    online: bool
    simulated: bool
    firmware_version: str
    contract_hash: str
    board_id: str
    zones: dict[str, str]
    heated_h: float
    sessions: int
    faults: list[FaultState]
    faults_so_far: dict[str, int]
    link_errors: int
    last_seen: datetime | None
    problem: Reason | None


class Fleet(BaseModel):
    """All that was heard of."""

    controllers: list[FleetController]
    pads: list[FleetPad]


def fleet(pads: Pads) -> Fleet:
    """Of what the panel knows."""
    return Fleet(
        controllers=[_controller(name, each) for name, each in sorted(pads.controllers.items())],
        pads=[_pad(pad, pads.controller_online(pad)) for pad in pads],
    )


def _controller(name: str, controller: Controller) -> FleetController:
    info, health = controller.info, controller.health
    return FleetController(
        id=name,
        online=controller.online,
        version=info.version if info else None,
        host=info.host if info else None,
        pads=len(controller.pads or ()),
        uptime_s=health.uptime_s if health and controller.online else None,
        loop_jitter_p99_s=health.loop_jitter_p99_s if health and controller.online else None,
        problems=health.problems if health and controller.online else [],
    )


def _pad(pad: Pad, controller_online: bool) -> FleetPad:
    info, state, health = pad.info, pad.state, pad.health
    service = health.service if health else None
    return FleetPad(
        id=pad.id,
        name=info.name if info else pad.id,
        controller=info.controller if info else None,
        online=pad.online and controller_online,
        simulated=info.simulated if info else False,
        firmware_version=info.firmware_version if info else "",
        contract_hash=info.contract_hash if info else "",
        board_id=info.board_id if info else "",
        zones={zone.name: info.zone_names.get(zone.name, "") for zone in info.zones} if info else {},
        heated_h=round(service.heated_s / 3600, 2) if service else 0.0,
        sessions=service.sessions if service else 0,
        faults=state.faults if state else [],
        faults_so_far=service.faults if service else {},
        link_errors=health.link_errors if health else 0,
        last_seen=state.time if state else None,
        problem=health.problem if health else None,
    )
