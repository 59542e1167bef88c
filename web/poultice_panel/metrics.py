"""Figures of the house as Prometheus asks for them: the panel's own, and what controllers and pads say by MQTT.

The panel tells those of the controllers, too: one address to ask for a house, and no open port at what heats. Nothing
of people is in it: no name, session, program, person or dose. docs/metrics.md is made of the table here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from poultice.mqtt.messages import PadHealth, PadState
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from poultice_panel.house import House
from poultice_panel.pads import Controller, Pad

TYPE = CONTENT_TYPE_LATEST
Samples = Iterator[tuple[tuple[str, ...], float]]


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure: its name with unit, what it is, its labels, and how it is had. A counter's name ends in `_total`."""

    name: str
    help: str
    labels: tuple[str, ...]
    of: Callable[[House], Samples]

    @property
    def counter(self) -> bool:
        """Whether it only grows, until what counts it begins anew."""
        return self.name.endswith("_total")

    def family(self, house: House) -> Metric:
        """It, with all its values now."""
        kind = CounterMetricFamily if self.counter else GaugeMetricFamily
        made: CounterMetricFamily | GaugeMetricFamily = kind(self.name, self.help, labels=self.labels)
        for labels, value in self.of(house):
            made.add_metric(labels, value)
        return made


def _of_house(value: Callable[[House], float]) -> Callable[[House], Samples]:
    return lambda house: iter([((), value(house))])


def _of_controllers(value: Callable[[Controller], float | None]) -> Callable[[House], Samples]:
    def samples(house: House) -> Samples:
        for name, controller in sorted(house.pads.controllers.items()):
            if (figure := value(controller)) is not None:
                yield (name,), float(figure)

    return samples


def _of_pads(values: Callable[[House, Pad], Iterable[tuple[tuple[str, ...], float]]]) -> Callable[[House], Samples]:
    def samples(house: House) -> Samples:
        for pad in house.pads:
            for labels, value in values(house, pad):
                yield (pad.id, *labels), float(value)

    return samples


def _of_health(value: Callable[[PadHealth], float]) -> Callable[[House], Samples]:
    return _of_pads(lambda _, pad: [((), value(pad.health))] if pad.health else [])


def _of_zones(value: Callable[[PadState, str], float | None]) -> Callable[[House], Samples]:
    """Only of a pad that is there: an old value looks like a new one."""

    def values(house: House, pad: Pad) -> Iterator[tuple[tuple[str, ...], float]]:
        if pad.state is not None and pad.online and house.pads.controller_online(pad):
            for zone in pad.state.zones:
                if (figure := value(pad.state, zone)) is not None:
                    yield (zone,), figure

    return _of_pads(values)


def _info(_: House, pad: Pad) -> Iterator[tuple[tuple[str, ...], float]]:
    if (info := pad.info) is not None:
        yield (info.controller, info.firmware_version, info.contract_hash, str(info.simulated).lower()), 1.0


def _faults(_: House, pad: Pad) -> Iterator[tuple[tuple[str, ...], float]]:
    for fault in pad.state.faults if pad.state else ():
        yield (fault.name,), 1.0


def _faults_so_far(_: House, pad: Pad) -> Iterator[tuple[tuple[str, ...], float]]:
    if pad.health is not None and pad.health.service is not None:
        yield from (((name,), float(count)) for name, count in pad.health.service.faults.items())


PAD, ZONE, CONTROLLER = ("pad",), ("pad", "zone"), ("controller",)
DEFINITIONS = (
    Definition(
        "poultice_panel_broker_up",
        "1 while the broker has let the panel in.",
        (),
        _of_house(lambda house: house.broker_connected),
    ),
    Definition("poultice_panel_pads", "Pads that were heard of.", (), _of_house(lambda house: len(house.pads))),
    Definition("poultice_panel_pages", "Pages that are open.", (), _of_house(lambda house: house.live.pages)),
    Definition(
        "poultice_panel_messages_total",
        "MQTT messages that the panel has heard.",
        (),
        _of_house(lambda house: house.heard),
    ),
    Definition(
        "poultice_controller_up",
        "1 while the controller says that it is there.",
        CONTROLLER,
        _of_controllers(lambda controller: controller.online),
    ),
    Definition(
        "poultice_controller_uptime_seconds",
        "Since the controller began.",
        CONTROLLER,
        _of_controllers(lambda controller: controller.health.uptime_s if controller.health else None),
    ),
    Definition(
        "poultice_controller_loop_jitter_seconds",
        "By how much its 20 Hz loop is late, 99 of 100 turns of the last minute.",
        CONTROLLER,
        _of_controllers(lambda controller: controller.health.loop_jitter_p99_s if controller.health else None),
    ),
    Definition(
        "poultice_controller_problems",
        "Places and pads that a person must set right; /api/fleet has the sentences.",
        CONTROLLER,
        _of_controllers(lambda controller: len(controller.health.problems) if controller.health else None),
    ),
    Definition(
        "poultice_pad_up",
        "1 while the pad's board and its controller are there.",
        PAD,
        _of_pads(lambda house, pad: [((), float(pad.online and house.pads.controller_online(pad)))]),
    ),
    Definition(
        "poultice_pad_info",
        "Always 1: what the pad runs, and where.",
        (*PAD, "controller", "firmware", "contract", "simulated"),
        _of_pads(_info),
    ),
    Definition(
        "poultice_pad_reading_age_seconds",
        "How old the newest reading of its board was when its controller last said.",
        PAD,
        _of_pads(lambda _, pad: [((), age)] if pad.health and (age := pad.health.reading_age_s) is not None else []),
    ),
    Definition(
        "poultice_pad_temperature_celsius",
        "Of the zone's hottest thermistor; none while it is not trusted.",
        ZONE,
        _of_zones(lambda state, zone: state.zones[zone].temperature),
    ),
    Definition(
        "poultice_pad_target_celsius",
        "What is asked of the zone; none while nothing is.",
        ZONE,
        _of_zones(lambda state, zone: state.zones[zone].target),
    ),
    Definition(
        "poultice_pad_heater_watts",
        "Applied by the board.",
        ZONE,
        _of_zones(lambda state, zone: state.zones[zone].watts),
    ),
    Definition(
        "poultice_pad_fault",
        "1 for each fault that is there now.",
        (*PAD, "fault"),
        _of_pads(_faults),
    ),
    Definition(
        "poultice_pad_faults_total",
        "How often each fault came.",
        (*PAD, "fault"),
        _of_pads(_faults_so_far),
    ),
    Definition(
        "poultice_pad_heated_seconds_total",
        "For how long any of its heaters was on.",
        PAD,
        _of_pads(lambda _, pad: [((), pad.health.service.heated_s)] if pad.health and pad.health.service else []),
    ),
    Definition(
        "poultice_pad_link_errors_total",
        "Frames that came damaged from the board, or not at all.",
        PAD,
        _of_health(lambda health: health.link_errors),
    ),
    Definition(
        "poultice_pad_board_frames_bad_total",
        "Frames that came damaged to the board.",
        PAD,
        _of_health(lambda health: health.frames_bad),
    ),
    Definition(
        "poultice_pad_demands_refused_total",
        "Demands that the board refused.",
        PAD,
        _of_health(lambda health: health.demands_refused),
    ),
)


class _House(Collector):
    """All of the table, whenever somebody asks."""

    def __init__(self, house: House) -> None:
        self._house = house

    def collect(self) -> Iterator[Metric]:
        return (definition.family(self._house) for definition in DEFINITIONS)


class Metrics:
    """What `/metrics` answers."""

    def __init__(self, house: House) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(_House(house))
        ProcessCollector(namespace="poultice_panel", registry=self._registry)

    def text(self) -> bytes:
        """Prometheus' text format, 0.0.4."""
        return generate_latest(self._registry)
