"""What a pad is, said to therapy and to the world: its layout from the facts, its programs, its public info."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from poultice.errors import PoulticeError, SetupError
from poultice.link import contract, facts
from poultice.mqtt.messages import CardInfo, MotorInfo, PadInfo, ProgramOutline, StepOutline, ZoneInfo
from poultice.therapy.cards import Card, parse_cards
from poultice.therapy.fitting import fit
from poultice.therapy.layout import MotorLayout, PadLayout, ThermalModel, ZoneLayout
from poultice.therapy.limits import HostLimits
from poultice.therapy.problems import ProgramError
from poultice.therapy.program_check import check
from poultice.therapy.programs import Program, Step, parse

CARDS = "cards.yaml"

log = logging.getLogger(__name__)


def layout() -> PadLayout:
    """The pad of hardware/facts.toml."""
    return PadLayout(
        zones=tuple(ZoneLayout(zone.name, zone.area_m2, zone.nominal_w) for zone in facts.ZONES),
        motors=tuple(
            MotorLayout(motor.name, motor.x_m, motor.y_m, motor.start_percent, motor.feel_exponent)
            for motor in facts.MOTORS
        ),
        thermal=ThermalModel(),
    )


def own_programs_directory(data: Path) -> Path:
    """Where a person's own program files are looked for."""
    return data / "programs"


@dataclass
class Library:
    """The programs that can be played here, by id, and what speaks against each file that is left out."""

    programs: dict[str, Program] = field(default_factory=dict)
    refused: dict[str, PoulticeError] = field(default_factory=dict)


def load_library(own: Path, limits: HostLimits) -> Library:
    """Presets that keep to `limits`, and the files in `own`. A file that is no good is left out; the others are not
    touched by it."""
    library = Library()
    for name, program in _presets():
        if problems := check(program, layout(), limits):
            log.info("The preset %s is left out: %s", name, problems[0])
        else:
            library.programs[program.id] = program
    for name, file in _own_files(own):
        try:
            program = _own(name, file, limits, library)
        except PoulticeError as error:
            library.refused[name] = error
        else:
            library.programs[program.id] = program
    return library


def load_programs(own: Path, limits: HostLimits) -> dict[str, Program]:
    """The programs that can be played here, by id; what is left out is said in the log."""
    library = load_library(own, limits)
    for name, error in library.refused.items():
        log.error("%s is left out: %s", name, error)
    return library.programs


def built_in_programs() -> dict[str, Program]:
    """What can be started but stands in no list: it serves a command, not a person's back."""
    return {program.id: program for program in _built_in()}


@cache
def shipped_ids() -> frozenset[str]:
    """The ids of all presets, of those that these limits leave out, too, and of what is built in."""
    return frozenset(program.id for program in (*(each for _, each in _presets()), *_built_in()))


@cache
def _built_in() -> tuple[Program, ...]:
    folder = resources.files("poultice.programs") / "built_in"
    return tuple(_read(entry.name, entry) for entry in folder.iterdir() if entry.name.endswith(".yaml"))


def playable_program(name: str, file: Traversable | Path, limits: HostLimits) -> Program:
    """A program as this pad plays it. Raises ProgramError with all that speaks against it."""
    program = _read(name, file)
    if problems := check(program, layout(), limits):
        raise ProgramError(problems)
    return program


def _own(name: str, file: Traversable | Path, limits: HostLimits, library: Library) -> Program:
    program = playable_program(name, file, limits)
    if program.id in library.programs:
        raise SetupError(f"{name}: there is already a program with the id {program.id}; give this one another id.")
    return program


@cache
def cards() -> dict[str, Card]:
    """The shipped cards, by id."""
    file = resources.files("poultice.programs") / CARDS
    return parse_cards(file.read_text(encoding="utf-8"), CARDS)


@cache
def _presets() -> tuple[tuple[str, Program], ...]:
    """Name and program of each shipped file; they do not change while a process runs."""
    folder = resources.files("poultice.programs")
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".yaml")), key=lambda entry: entry.name)
    return tuple((entry.name, _read(entry.name, entry)) for entry in files if entry.name != CARDS)


def _own_files(directory: Path) -> Iterator[tuple[str, Traversable | Path]]:
    if directory.is_dir():
        for path in sorted(directory.glob("*.yaml")):
            yield str(path), path


def _read(name: str, file: Traversable | Path) -> Program:
    """With the shipped cards, fitted to this pad."""
    return fit(parse(_text(name, file), name), layout(), cards())


def _text(name: str, file: Traversable | Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"{name} cannot be read ({error}): make it a readable text file in UTF-8.") from None


def read_program(file: Path) -> Program:
    """A program of a file. Raises SetupError where it cannot be read, ProgramError with all that is wrong."""
    return _read(str(file), file)


def outline(program: Program, *, own: bool = False) -> ProgramOutline:
    """A program as lists show it; `own`: it can be changed."""
    return ProgramOutline(
        own=own,
        id=program.id,
        title=dict(program.title),
        description=dict(program.description),
        evidence=program.evidence,
        total_s=program.total_s,
        zones=list(program.zones),
        motors=list(program.motors),
        heats=program.heats,
        grounds=dict(program.grounds),
        steps=[_step_outline(step) for step in program.steps],
        cards={name: card_info(card) for name, card in program.cards.items() if cards().get(name) != card},
    )


def _step_outline(step: Step) -> StepOutline:
    massage = step.massage
    return StepOutline(
        id=step.id,
        duration_s=step.duration_s,
        heat={zone: heat.target_c for zone, heat in step.heat.items()},
        massage=dict.fromkeys(massage.motors, massage.intensity_percent) if massage else {},
        pattern=massage.pattern if massage else None,
        card=step.card,
        ask=step.ask,
        wait=step.wait,
    )


def card_info(card: Card) -> CardInfo:
    """A card as the page shows it."""
    return CardInfo(
        title=dict(card.title),
        text=dict(card.text),
        caution=dict(card.caution),
        kind=card.kind,
        hold_s=card.hold_s,
        repetitions=card.repetitions,
        sets=card.sets,
        sides=card.sides,
        drawing=card.drawing,
    )


def pad_info(
    *,
    name: str,
    controller: str,
    simulated: bool,
    hello: contract.Hello | None,
    limits: HostLimits,
    programs: Iterable[Program],
    zone_names: Mapping[str, str] | None = None,
    is_own: Callable[[str], bool] = lambda _: False,
) -> PadInfo:
    """The public info of a pad; before the first HELLO what only the board knows is empty."""
    return PadInfo(
        name=name,
        controller=controller,
        simulated=simulated,
        firmware_version=".".join(map(str, hello.firmware_version)) if hello else "",
        contract_hash=f"{contract.CONTRACT_HASH:08x}",
        facts_hash=f"{facts.FACTS_HASH:08x}",
        board_id=bytes(hello.board_id).hex() if hello else "",
        zones=[ZoneInfo(name=zone.name, area_m2=zone.area_m2, nominal_w=zone.nominal_w) for zone in facts.ZONES],
        motors=[MotorInfo(name=motor.name, x_m=motor.x_m, y_m=motor.y_m) for motor in facts.MOTORS],
        limits={
            "target_min_c": limits.target_min_c,
            "target_max_c": limits.target_max_c,
            "zone_power_max_w": limits.zone_power_max_w,
            "session_max_s": limits.session_max_s,
            "session_dose_max": limits.session_dose_max,
            "day_dose_max": limits.day_dose_max,
        },
        programs=[outline(program, own=is_own(program.id)) for program in programs],
        cards={name: card_info(card) for name, card in cards().items()},
        zone_names=dict(zone_names or {}),
        automation=sorted(limits.automation_programs),
    )
