"""Learning while heating: one record, one fit, and whether what was known before still explains this pad."""

from __future__ import annotations

from collections.abc import Sequence

from poultice.therapy.heat.identify import Fit, Identification, StartDoubt
from poultice.therapy.heat.model import Body
from poultice.therapy.heat.parameters import Parameters, Vector
from poultice.therapy.heat.record import Record

FIT_EVERY = 20  # ticks; and while a fit still moves, or just after the cut,
HURRY_EVERY = 5
CUT_HURRY = 150  # ticks
AFTER_CUT = 450  # ticks, in which the coast tells of lags and the hold of the element's reserve
ENOUGH_BINS = 40
STRANGENESS_MAX = 40.0  # of the pad that was known; a chi-squared of 12 is above it once in 14,000 times
MISFIT_POOR = 0.8  # a fit that crawls along a valley
STRANGENESS_KEPT = 60.0  # of any pad: pads of all kinds end below 30, a fit lost in a valley beyond 100
MISFIT_KEPT = 1.3
MISFIT_MAX = 2.0  # standard deviations, root mean square; pads of all kinds fit within 1


class Learning:
    """From the beginning of a warm-up until a while after its cut. `known` is what a pad that was seen before is
    thought to be, `nominal` what any pad is."""

    def __init__(  # noqa: PLR0917 - the setting that every fit needs
        self,
        known: Parameters | None,
        nominal: Parameters,
        body: Body,
        room_c: float,
        start: Vector,
        doubt: StartDoubt,
        cap_w: float,
        before_w: Sequence[float],
    ) -> None:
        self._nominal = nominal
        self._setting = (body, room_c, start, doubt, cap_w)
        self._record = Record(before_w)
        self._identification = Identification(known or nominal, *self._setting)
        self._from_known = known is not None
        self._due = FIT_EVERY
        self._after_cut = 0
        self._misfit = self._strangeness = 0.0
        self.forgot = False  # the pad is not the one that was known
        self.explains = True  # the model explains this pad at all

    @property
    def done(self) -> bool:
        """Whether nothing more is to be learned from this record."""
        return self._after_cut >= AFTER_CUT or self._record.full

    @property
    def good(self) -> bool:
        """Whether what was found explains the readings and is like a pad, so that it may control and be kept."""
        return self.explains and self._misfit <= MISFIT_KEPT and self._strangeness <= STRANGENESS_KEPT

    def add(self, power_w: float, reading_c: float, noise_k: float, on_the_way: bool) -> Fit | None:
        """A tick's power and the reading after it; a fit where one was due."""
        self._due -= 1
        self._after_cut = 0 if on_the_way else self._after_cut + 1
        if not self._record.add(power_w, reading_c) or self._due > 0:
            return None
        fit = self._identification.improve(self._record, noise_k)
        self._misfit, self._strangeness = fit.misfit, fit.strangeness
        hurry = not fit.settled or fit.misfit > MISFIT_POOR or 0 < self._after_cut < CUT_HURRY
        self._due = HURRY_EVERY if hurry else FIT_EVERY
        self._judge(fit)
        return fit

    def _judge(self, fit: Fit) -> None:
        if not fit.settled or self._record.bins < ENOUGH_BINS:
            return
        if self._from_known and (fit.misfit > MISFIT_MAX or fit.strangeness > STRANGENESS_MAX):
            self._from_known, self.forgot = False, True
            self._identification = Identification(self._nominal, *self._setting)
        else:
            self.explains = fit.misfit <= MISFIT_MAX
