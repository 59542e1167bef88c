"""What can be read on the way to the broker, and for how long its certificate is good."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

from poultice.broker import address, in_the_clear
from poultice.clock import Clock
from poultice.config import BrokerSection
from poultice.doctor.finding import Finding, bad, good, warning
from poultice.errors import SetupError
from poultice.mqtt import tls

DAY_S = 86_400
WARN_DAYS = 30
WITHIN_S = 3.0


def look(section: BrokerSection, clock: Clock) -> Iterator[Finding]:
    """Nothing where no secret leaves this computer. Why a broker does not let us in is said elsewhere."""
    if warned := in_the_clear(section):
        yield warning("certificate", warned)
    if section.tls:
        try:
            until_s = _good_until_s(section)
        except SetupError as error:
            yield bad("certificate", str(error))
            return
        if until_s is not None:
            yield days(until_s, clock.calendar()[0])


def days(until_s: float, now_s: float) -> Finding:
    """For how long it is good; instants in s since 1970."""
    left = int((until_s - now_s) // DAY_S)
    if left < WARN_DAYS:
        return warning(
            "certificate", f"The broker's is good for {left} more days: make a new one (broker setup --tls)."
        )
    return good("certificate", f"The broker's is good for {left} more days.")


def _good_until_s(section: BrokerSection) -> float | None:
    where = address(section)
    try:
        with (
            socket.create_connection((where.host, where.port), WITHIN_S) as plain,
            tls.context(where.ca).wrap_socket(plain, server_hostname=where.host) as ours,
        ):
            certificate = ours.getpeercert() or {}
    except OSError:
        return None
    return float(ssl.cert_time_to_seconds(str(certificate["notAfter"])))
