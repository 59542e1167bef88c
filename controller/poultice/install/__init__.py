"""`poultice install`, `update` and `uninstall`: Poultice as services of this computer."""
