"""What was learned of a pad, as far as a prediction of minutes may believe it.

The fit takes each bin of its record for a witness of its own. What a model of five lumps leaves out — blood that opens
skin, the room of that day, the neighbouring zone — pushes all of them the same way, so what they say is worth less, and
where they say little, what is thought of any pad counts more.
"""

from __future__ import annotations

import numpy as np

from poultice.therapy.heat.identify import MODEL_SIGMA_K
from poultice.therapy.heat.parameters import Matrix, Parameters, from_coordinates, to_coordinates

# What the model gets wrong of a temperature for minutes, K, one standard deviation. On pads of the simulated board that
# were learned and then played with another program, room and body, 0.3 K foretells best (a third nearer than what was
# learned, taken at its word) and makes a band of 90 % hold as much.
STRUCTURE_SIGMA_K = 0.3
WORTH = (MODEL_SIGMA_K / STRUCTURE_SIGMA_K) ** 2


def believable(learned: Parameters, nominal: Parameters) -> Parameters:
    """The pad between what was learned of it and what any pad is, as it may be on another day: the product of two
    Gaussians, what the learned one knows beyond the nominal one taken at its worth."""
    before = np.asarray(np.linalg.inv(nominal.covariance), dtype=np.float64)
    heard = WORTH * _positive(np.linalg.inv(learned.covariance) - before)
    covariance = np.asarray(np.linalg.inv(before + heard), dtype=np.float64)
    pull = before @ to_coordinates(nominal.mean) + heard @ to_coordinates(learned.mean)
    return Parameters(from_coordinates(covariance @ pull), covariance).another_day()


def _positive(information: Matrix) -> Matrix:
    """Without the directions in which another day's doubt has made it know less than nothing."""
    values, vectors = np.linalg.eigh(0.5 * (information + information.T))
    return np.asarray((vectors * np.maximum(values, 0.0)) @ vectors.T)
