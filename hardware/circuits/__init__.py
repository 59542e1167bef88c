"""The board's circuits, computed by ngspice from hardware/facts.toml: `make hardware`, or `python -m circuits`."""
