"""Between the wire's integers and the units of therapy: STATUS to Reading, Demand to its message."""

from __future__ import annotations

from functools import lru_cache

from poultice.link import contract, facts
from poultice.therapy.state import Demand, Reading, SensorReading, ZoneReading

_SENSOR_INDEX = {name: index for index, name in enumerate(name for zone in facts.ZONES for name in zone.sensors)}
_ZONES = tuple((i, zone.name, tuple(_SENSOR_INDEX[s] for s in zone.sensors)) for i, zone in enumerate(facts.ZONES))
_TRUSTED = contract.SensorTrust.TRUSTED
_TRUST = {trust: trust.name.lower() for trust in contract.SensorTrust}
_STATE = {state: state.name.lower() for state in contract.DeviceState}
_LIMITED_BY = {limit: limit.name.lower() for limit in contract.LimitedBy}
_CUES = {cue.name.lower(): cue for cue in contract.Cue}
_FAULTS = tuple((1 << (fault - 1), fault.name.lower()) for fault in contract.Fault)


def to_reading(status: contract.Status, at_s: float, raw: bytes = b"") -> Reading:
    """The STATUS that arrived at `at_s`, in units; `raw` is the payload that it was made of."""
    return Reading(
        at_s=at_s,
        zones=tuple([_zone(status, index, name, sensors) for index, name, sensors in _ZONES]),
        motors_percent=tuple(status.motor_applied_percent),
        device_state=_STATE[status.state],
        armed_remaining_s=status.armed_remaining_ms / 1000,
        lease_remaining_s=status.lease_remaining_ms / 1000,
        rail_v=status.rail_mv / 1000,
        supply_current_a=status.supply_current_ma / 1000,
        faults=_fault_names(status.faults),
        latched_faults=_fault_names(status.latched_faults),
        uptime_s=status.uptime_ms / 1000,
        raw=raw,
    )


def _zone(status: contract.Status, index: int, name: str, sensors: tuple[int, ...]) -> ZoneReading:
    target = status.zone_target_centi_c[index]
    return ZoneReading(
        name=name,
        sensors=tuple([_sensor(status.sensor_temperature_centi_c[s], status.sensor_trust[s]) for s in sensors]),
        witness=_sensor(status.witness_temperature_centi_c[index], status.witness_trust[index]),
        asked_w=status.zone_asked_deci_w[index] / 10,
        target_c=target / 100 if target else None,
        applied_w=status.zone_applied_deci_w[index] / 10,
        duty=status.zone_duty_permille[index] / 1000,
        full_power_w=status.zone_full_power_deci_w[index] / 10,
        limited_by=_LIMITED_BY[status.zone_limited_by[index]],
    )


@lru_cache(maxsize=4096)  # a session shows a few hundred different ones, six at a time
def _sensor(centi_c: int, trust: contract.SensorTrust) -> SensorReading:
    return SensorReading(centi_c / 100 if trust == _TRUSTED else None, _TRUST[trust])


def _fault_names(bits: int) -> tuple[str, ...]:
    return tuple(name for bit, name in _FAULTS if bits & bit) if bits else ()


def to_wire(demand: Demand, counter: int) -> contract.Demand:
    """The DEMAND message of a wish. Power and target are rounded down: never more than was meant."""
    return contract.Demand(
        counter=counter,
        zone_power_deci_w=tuple([_floor(zone.power_w, 10) for zone in demand.zones]),
        zone_target_centi_c=tuple([0 if z.target_c is None else _floor(z.target_c, 100) for z in demand.zones]),
        motor_intensity_percent=tuple(demand.motors_percent),
        cue=_CUES[demand.cue],
    )


def _floor(value: float, per_unit: int) -> int:
    return int(value * per_unit + 1e-6)  # 40.1 * 100 is 4009.9999… in binary and means 4010
