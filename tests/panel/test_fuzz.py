"""Every field of every address, by chance but always the same chance: whatever is sent, the panel never breaks.

Against a real broker and a controller's end that answers. The stream of events is left out, for it never ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from brokers import BrokerProcess
from hypothesis import HealthCheck, Phase, seed, settings
from poultice.mqtt.connection import BrokerAddress
from poultice_panel.app import create_app
from schemathesis import Case
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tests.panel.conftest import Peer, RunningPanel

pytestmark = [pytest.mark.broker, pytest.mark.slow]
PAD = "fuzzed"


def described() -> OpenApiSchema:
    """The schema that the panel publishes."""
    app = create_app(BrokerAddress("127.0.0.1", 1), Path("nowhere"))
    return schemathesis.openapi.from_dict(app.openapi()).exclude(path="/api/live")


schema = described()


@pytest.fixture(scope="module")
def there(broker: BrokerProcess, panel: RunningPanel) -> Iterator[RunningPanel]:
    """The panel, with a pad that answers."""
    peer = Peer(broker.address, PAD)
    panel.until_there(PAD)
    yield panel
    peer.close()


@schema.parametrize()
@seed(1)
@settings(
    max_examples=12, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)
def test_no_request_breaks_the_panel(case: Case, there: RunningPanel) -> None:
    if "pad" in case.path_parameters:
        case.path_parameters["pad"] = PAD
    answer = case.call(base_url=there.url, timeout=5)
    assert answer.status_code < 500, answer.text
    assert there.http.get("/healthz").status_code == 200


def test_all_addresses_are_fuzzed() -> None:
    paths = {operation.ok().path for operation in schema.get_all_operations()}
    assert len(paths) > 15
    assert "/api/pads/{pad}/requests/{verb}" in paths
