"""The heat of one zone: a model that learns, an observer, a reference and the control that follows it."""

from poultice.therapy.heat.contender import Contender
from poultice.therapy.heat.loop import Applied, HeatLoop, Knowledge

__all__ = ["Applied", "Contender", "HeatLoop", "Knowledge"]
