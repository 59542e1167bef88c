"""Whether Home Assistant can find the pad: what stands below its prefix on the broker. Whether it is there itself,
nobody can ask a broker: it says so only when it begins."""

from __future__ import annotations

from collections.abc import Mapping

from poultice.config import Config
from poultice.doctor.finding import Finding, good, warning

SUBJECT = "home assistant"


def topic(config: Config) -> str:
    """Where a pad that is announced leaves a payload, whatever it has."""
    prefix, device = config.home_assistant.prefix, f"poultice-pad-{config.pad.id}"
    if config.home_assistant.form == "device":
        return f"{prefix}/device/{device}/config"
    return f"{prefix}/button/{device}/stop/config"


def finding(config: Config, heard: Mapping[str, bytes]) -> Finding:
    """Of what was heard by topic."""
    where = topic(config)
    if not config.home_assistant.enabled:
        return good(SUBJECT, "The pad is not announced, for home_assistant.enabled is false.")
    if not heard.get(where):
        return warning(
            SUBJECT,
            f"The pad is not announced on {where}: restart the controller, and give its user of the broker the right "
            f"to read and write {config.home_assistant.prefix}/#.",
        )
    form = config.home_assistant.form
    return good(SUBJECT, f"The pad is announced ({form} form): a Home Assistant on this broker shows it.")
