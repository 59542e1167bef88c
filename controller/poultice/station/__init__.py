"""One pad's place in the controller: what it stands between, what it says, and the station that joins them."""

from poultice.station.ports import Broker, Cable, Identity
from poultice.station.station import Station

__all__ = ["Broker", "Cable", "Identity", "Station"]
