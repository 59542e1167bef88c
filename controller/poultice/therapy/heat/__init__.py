"""The heat of one zone: a model that learns, an observer, a reference and the control that follows it."""

from poultice.therapy.heat.pid import Applied, HeatLoop

__all__ = ["Applied", "HeatLoop"]
