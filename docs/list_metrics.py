"""Writes docs/metrics.md from the table in poultice_panel/metrics.py: `python docs/list_metrics.py`."""

from __future__ import annotations

from pathlib import Path

from poultice_panel.metrics import DEFINITIONS

TARGET = Path(__file__).with_name("metrics.md")
HEAD = """# Metrics

The panel answers `/metrics` in Prometheus' text format: its own figures, and those of all controllers and pads at its
broker, as they say them by MQTT (states at most a second old, counts five). So there is one address to ask for a whole
house, and no open port at the process that heats.

    scrape_configs:
      - job_name: poultice
        static_configs: [{targets: ["127.0.0.1:8080"]}]

It is read without a secret, as far as the panel itself is reached: on this computer. Nothing of people is in it: no
name of a pad, no session, program, person, pain, note or dose. Temperature, power and heated time do show *when* a
pad is used, as they must for an alarm to be of use; whom that does not concern should not reach the panel.

Counters begin anew with what counts them: the board's with its power, the link's with the controller, the panel's with
the panel; faults and heated seconds are kept with the pad. Of a pad that is not there no temperature and no power is
told.

| name | kind | labels | what it is |
|---|---|---|---|
"""
FOOT = """
Beside these stand `poultice_panel_process_…`: processor time, memory and open files of the panel itself.

## Alarms worth having

    poultice_pad_up == 0                                  # for 5 m: a pad is gone
    poultice_pad_fault                                    # a fault is there
    poultice_pad_temperature_celsius > 42.5               # the board cuts at 43 by itself
    poultice_controller_loop_jitter_seconds > 0.05        # something else keeps the computer busy
    increase(poultice_pad_link_errors_total[1h]) > 100    # a bad cable
    poultice_controller_problems > 0                      # /api/fleet says which
"""


def text() -> str:
    """The whole file."""
    rows = (
        f"| `{each.name}` | {'counter' if each.counter else 'gauge'} | {', '.join(each.labels)} | {each.help} |"
        for each in DEFINITIONS
    )
    return HEAD + "\n".join(rows) + "\n" + FOOT


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
