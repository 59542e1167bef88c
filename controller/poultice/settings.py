"""Settings made on the page, in settings.json of the data directory: written atomically, one home, few words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from poultice.errors import SetupError
from poultice.files import replace_file
from poultice.mqtt.messages import PadSettings, PersonCeiling
from poultice.therapy.coach.plan import Plan
from poultice.therapy.invitation import DEFAULT_PERSON

NAME = "settings.json"
OLD_FLAG = "checklist_accepted"  # of a pad, before there were persons


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    pads: dict[str, PadSettings] = {}
    checklists: dict[str, list[str]] = {}  # by pad: the persons who have read and accepted who must not use heat
    comfort: dict[str, dict[str, Annotated[int, Field(ge=0, le=10)]]] = {}  # by person, by program: steps of "less"
    coach: dict[str, dict[str, Plan]] = {}  # by pad, by person
    ceilings: dict[str, PersonCeiling] = {}  # by person

    @model_validator(mode="before")
    @classmethod
    def _of_before(cls, data: Any) -> Any:
        """Before there were persons a pad had one flag: it was the default person's."""
        pads = data.get("pads") if isinstance(data, dict) else None
        if not isinstance(pads, dict) or not any(isinstance(pad, dict) and OLD_FLAG in pad for pad in pads.values()):
            return data
        checklists = dict(data.get("checklists") or {})
        for name, pad in pads.items():
            accepted = pad.get(OLD_FLAG, False) if isinstance(pad, dict) else False
            if not isinstance(accepted, bool):
                raise ValueError(f"{name}: {OLD_FLAG} is neither true nor false")
            if accepted:
                checklists[name] = [*checklists.get(name, []), DEFAULT_PERSON]
        kept = {
            name: {k: v for k, v in pad.items() if k != OLD_FLAG} if isinstance(pad, dict) else pad
            for name, pad in pads.items()
        }
        return {**data, "pads": kept, "checklists": checklists}


class SettingsStore:
    """The settings of all pads of this controller."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / NAME
        self._file = self._read()

    def of(self, pad: str) -> PadSettings:
        """The settings of a pad; the careful defaults where nothing was set."""
        return self._file.pads.get(pad, PadSettings())

    def accepted(self, pad: str) -> frozenset[str]:
        """The persons who have accepted the checklist of this pad: nobody, until somebody does."""
        return frozenset(self._file.checklists.get(pad, ()))

    def accept(self, pad: str, person: str, accepted: bool) -> None:
        """Keeps whether a person has accepted. Raises SetupError where the disk refuses; nothing has changed then."""
        others = self.accepted(pad) - {person}
        self._keep_checklists({**self._file.checklists, pad: sorted(others | {person} if accepted else others)})

    def forget_checklists(self, person: str) -> int:
        """Forgets what a person accepted; of how many pads. Raises SetupError where the disk refuses."""
        pads = [pad for pad in self._file.checklists if person in self.accepted(pad)]
        if pads:
            self._keep_checklists(
                {pad: [each for each in all_of if each != person] for pad, all_of in self._file.checklists.items()}
            )
        return len(pads)

    def _keep_checklists(self, checklists: dict[str, list[str]]) -> None:
        self._keep(self._file.model_copy(update={"checklists": checklists}))

    def set(self, pad: str, settings: PadSettings) -> None:
        """Keeps the settings of a pad. Raises SetupError where the disk refuses; nothing has changed then."""
        self._keep(self._file.model_copy(update={"pads": {**self._file.pads, pad: settings}}))

    def comfort(self) -> dict[tuple[str, str], int]:
        """How many steps weaker people want programs, by person and program."""
        return {(who, what): steps for who, each in self._file.comfort.items() for what, steps in each.items()}

    def set_comfort(self, changes: Mapping[tuple[str, str], int]) -> None:
        """Keeps what people said. Raises SetupError where the disk refuses; nothing has changed then."""
        comfort = {who: dict(each) for who, each in self._file.comfort.items()}
        for (who, what), steps in changes.items():
            comfort.setdefault(who, {})[what] = steps
        self._keep(self._file.model_copy(update={"comfort": comfort}))

    def forget(self, person: str) -> int:
        """Erases what a person said of programs; of how many. Raises SetupError where the disk refuses; nothing has
        changed then."""
        said = self._file.comfort.get(person)
        if said is not None:
            others = {who: each for who, each in self._file.comfort.items() if who != person}
            self._keep(self._file.model_copy(update={"comfort": others}))
        return len(said or ())

    def ceilings(self) -> Mapping[str, PersonCeiling]:
        """What people are never asked for more of, by person; who has no bound is not in it."""
        return self._file.ceilings

    def set_ceilings(self, told: Mapping[str, PersonCeiling | None]) -> None:
        """Keeps them; None takes a person's away, others stay. Raises SetupError where the disk refuses; nothing has
        changed then."""
        kept = {person: each for person, each in {**self._file.ceilings, **told}.items() if each is not None}
        if kept != self._file.ceilings:
            self._keep(self._file.model_copy(update={"ceilings": kept}))

    def coach(self, pad: str) -> Mapping[str, Plan]:
        """What people asked the coach for, by person; who asked for nothing is not in it."""
        return self._file.coach.get(pad, {})

    def set_coach(self, pad: str, person: str, plan: Plan) -> None:
        """Keeps what a person asked for. Raises SetupError where the disk refuses; nothing has changed then."""
        plans = {**self.coach(pad), person: plan}
        self._keep(self._file.model_copy(update={"coach": {**self._file.coach, pad: plans}}))

    def forget_coach(self, person: str) -> bool:
        """Forgets what a person asked for, on all pads; whether there was anything. Raises SetupError where the disk
        refuses."""
        coach = {
            pad: {who: plan for who, plan in plans.items() if who != person} for pad, plans in self._file.coach.items()
        }
        asked = coach != self._file.coach
        if asked:
            self._keep(self._file.model_copy(update={"coach": coach}))
        return asked

    def _keep(self, changed: _File) -> None:
        try:
            replace_file(self._path, changed.model_dump_json(indent=2))
        except OSError as error:
            raise SetupError(
                f"{self._path} cannot be written ({error.strerror}): free some space or correct its rights."
            ) from None
        self._file = changed

    def _read(self) -> _File:
        try:
            return _File.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return _File()
        except OSError as error:
            raise SetupError(f"{self._path} cannot be read ({error.strerror}): correct its rights.") from None
        except (ValidationError, json.JSONDecodeError) as error:
            raise SetupError(
                f"{self._path} is damaged ({_first(error)}): correct it, or delete it to start anew."
            ) from None


def _first(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        problem = error.errors(include_url=False)[0]
        return f"{'.'.join(str(part) for part in problem['loc']) or 'file'}: {problem['msg']}"
    return str(error)
