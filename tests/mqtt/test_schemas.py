"""The shipped schemas are those of the models, and a second opinion agrees with what they accept."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import jsonschema
import pytest
from poultice.mqtt.messages import PadState, Reason, ZoneState
from poultice.mqtt.schemas import DIRECTORY, schemas
from poultice.therapy.state import Phase


def test_the_files_are_current():
    on_disk = {path.name: path.read_text(encoding="utf-8") for path in DIRECTORY.glob("*.json")}
    assert on_disk == schemas(), "run python -m poultice.mqtt.schemas"


@pytest.mark.parametrize("name", sorted(schemas()))
def test_each_is_a_schema_that_refuses_unknown_keys(name):
    schema = json.loads(schemas()[name])
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    with pytest.raises(jsonschema.ValidationError):
        validator(schema).validate({"no such key": 1})


def test_a_real_state_passes_and_a_spoilt_one_does_not():
    state = PadState(
        seq=1,
        epoch="e",
        time=datetime(2026, 1, 1, tzinfo=UTC),
        phase=Phase.RUNNING,
        armed=True,
        outputs_off=False,
        zones={"lumbar": ZoneState(temperature=38.5)},
        motors={},
        reason=Reason(code="x", text="X."),
    )
    schema = json.loads(schemas()["pad-state.json"])
    body = json.loads(state.model_dump_json())
    jsonschema.validate(body, schema)
    body["zones"]["lumbar"]["temperature"] = "warm"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(body, schema)
