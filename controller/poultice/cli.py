"""The command line. What a command needs is imported when it runs, so that each begins at once."""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from poultice.errors import CableError, PoulticeError, SetupError

if TYPE_CHECKING:
    from poultice.config import Config
    from poultice.mqtt.messages import ProgramOutline

REFUSED = 1
app = typer.Typer(
    name="poultice",
    help="A smart heat-pad and massager controller: safe without the Pi, clever with it, convenient over the network.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
programs_app = typer.Typer(help="The programs that a pad can play.", no_args_is_help=True)
app.add_typer(programs_app, name="programs")
broker_app = typer.Typer()
app.add_typer(broker_app, name="broker")
mqtt_app = typer.Typer(help="What goes over the broker; docs/mqtt.md has all of it.", no_args_is_help=True)
app.add_typer(mqtt_app, name="mqtt")
sessions_app = typer.Typer(help="What sessions were, and what helped.", no_args_is_help=True)
app.add_typer(sessions_app, name="sessions")
board_app = typer.Typer(help="A board that somebody has built.", no_args_is_help=True)
app.add_typer(board_app, name="board")
bench_app = typer.Typer(help="Measures Poultice beside its peers; from a checkout.", no_args_is_help=True)
app.add_typer(bench_app, name="bench")

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="poultice.toml; else $POULTICE_CONFIG, ./ or /etc/poultice/.")
]
PortOption = Annotated[
    str | None, typer.Option("--port", help="Where the pad is: auto, simulated, board, or the path of a serial port.")
]
SpeedOption = Annotated[float | None, typer.Option("--speed", help="How fast a simulated pad's time runs.")]


def _list_faults(given: list[str] | None) -> list[str] | None:
    if given and "help" in given:
        from poultice.simulator.faults import describe  # noqa: PLC0415

        typer.echo(describe())
        raise typer.Exit
    return given


FaultOption = Annotated[
    list[str] | None,
    typer.Option(
        "--fault",
        callback=_list_faults,
        help="A fault of a simulated pad, like open-ntc@60s,zone=lumbar; help lists all.",
    ),
]
PadsOption = Annotated[int | None, typer.Option("--pads", help="How many simulated pads there are.")]
JsonOption = Annotated[bool, typer.Option("--json", help="For scripts.")]


def main() -> NoReturn:
    """Runs the command line: 0 good, 1 refused or failed, 2 wrong usage; never a traceback."""
    try:
        app()
    except PoulticeError as error:
        _complain(str(error))
    except KeyboardInterrupt:
        sys.exit(0)
    except Exception as error:  # noqa: BLE001  (a defect is told in a sentence, too)
        _complain(
            f"Poultice has a defect ({type(error).__name__}: {error}); please report it with {_keep_traceback()}."
        )
    sys.exit(0)


def _complain(sentence: str) -> NoReturn:
    first_word = sentence.partition(" ")[0]
    if first_word.isalpha():  # not a file's name
        sentence = sentence[0].upper() + sentence[1:]
    typer.echo(sentence if sentence.endswith((".", "?", ")")) else f"{sentence}.", err=True)
    sys.exit(REFUSED)


def _keep_traceback() -> str:
    from poultice.config import default_data_directory  # noqa: PLC0415

    file = default_data_directory() / "defect.log"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(traceback.format_exc(), encoding="utf-8")
    except OSError as error:
        return f"the command that you typed ({file} cannot be written: {error.strerror})"
    return str(file)


def _say_version(wanted: bool) -> None:
    if wanted:
        from poultice.link.contract import CONTRACT_HASH  # noqa: PLC0415
        from poultice.link.facts import FACTS_HASH  # noqa: PLC0415

        typer.echo(f"poultice {version('poultice')}, contract {CONTRACT_HASH:08x}, facts {FACTS_HASH:08x}")
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_say_version,
            is_eager=True,
            help="The versions of program, contract and facts, and nothing else.",
        ),
    ] = False,
) -> None:
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)


def _load(
    path: Path | None,
    port: str | None,
    speed: float | None,
    faults: list[str] | None,
    pads: int | None = None,
    *,
    lan: bool = False,
) -> Config:
    from poultice.config import EVERYWHERE, load  # noqa: PLC0415

    controller = {"port": port, "speed": speed, "faults": faults or None, "pads": pads}
    given = {key: value for key, value in controller.items() if value is not None}
    overrides: dict[str, dict[str, Any]] = {"controller": given} if given else {}
    loaded = load(path, overrides or None)
    if lan and not loaded.panel.lan:  # an address of the house that the file names stays
        loaded = load(path, {**overrides, "panel": {"host": EVERYWHERE}})
    if port is not None:
        _require_port(port)
    if loaded.controller.faults:
        _require_faults(loaded.controller.faults)
    return loaded


def _require_port(port: str) -> None:
    """A path on the command line was typed just now: where it does not exist, it is a mistake."""
    if port in ("auto", "simulated", "board") or Path(port).exists():
        return
    from poultice.link.serial_port import known_ports  # noqa: PLC0415

    there = ", ".join(known_ports()) or "none"
    raise CableError(
        f"There is no serial port {port} (there are: {there}): plug the pad's cable in, or use --port simulated."
    )


def _require_faults(faults: tuple[str, ...]) -> None:
    from poultice.simulator.faults import parse_spec  # noqa: PLC0415

    for spec in faults:
        parse_spec(spec)


# -- Running ---------------------------------------------------------------------------------------------------------


@app.command()
def up(  # noqa: PLR0917  (one parameter an option)
    config: ConfigOption = None,
    port: PortOption = None,
    speed: SpeedOption = None,
    fault: FaultOption = None,
    pads: PadsOption = None,
    lan: Annotated[bool, typer.Option("--lan", help="Serve the page to the whole house: phones are paired.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Everything on this computer: broker, controller and panel."""
    from poultice.up import run  # noqa: PLC0415

    loaded = _load(config, port, speed, fault, pads, lan=lan)
    environment = _environment(port, speed, fault, pads, loaded.panel.host if lan else None)
    run(loaded, _arguments(config), environment, as_json)


@app.command()
def pair(
    config: ConfigOption = None,
    role: Annotated[str, typer.Option(help="What the phone may: view, use or admin.")] = "use",
) -> None:
    """A code for another phone, from the panel that runs on this computer with --lan."""
    from rich.console import Console  # noqa: PLC0415

    from poultice.pairing import ROLES, offer, show  # noqa: PLC0415

    if role not in ROLES:
        raise typer.BadParameter(f"write one of {', '.join(ROLES)}", param_hint="--role")
    _as_the_service("panel", config)
    show(offer(_load(config, None, None, None), role), Console(highlight=False, soft_wrap=True))


def _as_the_service(part: str, config: Path | None) -> None:
    """An admin's command on an installed computer asks as one of its services does."""
    if config is None:
        from poultice.install.login import as_the_service  # noqa: PLC0415

        as_the_service(part)


def _arguments(config: Path | None) -> list[str]:
    """What children are given: the same file, wherever they look from."""
    return [] if config is None else ["--config", str(config.absolute())]


def _environment(
    port: str | None, speed: float | None, faults: list[str] | None, pads: int | None, panel_host: str | None
) -> dict[str, str]:
    """What the command line overrides, for children."""
    listed = json.dumps(faults) if faults else None
    given: dict[str, Any] = {"PORT": port, "SPEED": speed, "FAULTS": listed, "PADS": pads}
    overrides = {f"POULTICE_CONTROLLER__{key}": str(value) for key, value in given.items() if value is not None}
    served = {} if panel_host is None else {"POULTICE_PANEL__HOST": panel_host}
    return {**os.environ, **overrides, **served}


@app.command()
def controller(
    config: ConfigOption = None, port: PortOption = None, speed: SpeedOption = None, fault: FaultOption = None
) -> None:
    """The controller of the pads on this computer."""
    from poultice.supervise import end_with_parent, is_child, say_ready  # noqa: PLC0415

    end_with_parent()
    settings = _load(config, port, speed, fault)
    from poultice.backup.command import begin  # noqa: PLC0415

    begin(settings.data.directory, settings.database_url)
    from poultice.app import App, Choice  # noqa: PLC0415

    def ready(choices: Sequence[Choice]) -> None:
        pads = [
            {"id": place.id, "text": choice.text, "simulated": choice.simulated}
            for place, choice in zip(settings.places, choices, strict=True)
        ]
        first = choices[0]
        say_ready(port=first.port, text=first.text, simulated=first.simulated, pads=pads)
        if not is_child():
            _warn(settings)
            host, broker_port = settings.broker.address
            texts = ", ".join(choice.text for choice in choices)
            typer.echo(f"Controller {settings.controller.id}: {texts}, broker at {host}:{broker_port}. Ctrl-C ends it.")

    App(settings).run(ready)


@app.command()
def panel(config: ConfigOption = None) -> None:
    """The page for phones."""
    from poultice.supervise import end_with_parent, is_child  # noqa: PLC0415

    end_with_parent()
    settings = _load(config, None, None, None)
    from poultice.broker import address  # noqa: PLC0415
    from poultice.notify import Notifier  # noqa: PLC0415
    from poultice.up import require_panel_port  # noqa: PLC0415

    require_panel_port(settings)
    from poultice.backup.command import begin, save_for_page  # noqa: PLC0415
    from poultice.clock import RealClock  # noqa: PLC0415

    begin(settings.data.directory, settings.database_url)
    from poultice_panel.people.door import Access  # noqa: PLC0415
    from poultice_panel.server import serve  # noqa: PLC0415

    if not is_child():
        _warn(settings)
        typer.echo(f"The page is at {settings.panel.here}. Ctrl-C ends it.")
    serve(
        settings.panel.host,
        settings.panel.port,
        address(settings.broker),
        database_url=settings.database_url,
        access=Access(
            directory=settings.data.directory,
            names=settings.panel.names,
            lan=settings.panel.lan,
            trust_loopback=settings.panel.trust_loopback,
        ),
        alive=Notifier().alive,
        save_all=lambda: save_for_page(settings.data.directory, settings.database_url, RealClock().wall()),
    )


def _warn(settings: Config) -> None:
    """Of a password that can be read on its way."""
    from poultice.broker import in_the_clear  # noqa: PLC0415

    if warning := in_the_clear(settings.broker):
        typer.echo(warning, err=True)


@broker_app.callback(invoke_without_command=True)
def broker(context: typer.Context, config: ConfigOption = None) -> None:
    """An MQTT broker: mosquitto where it is installed, else an embedded one."""
    if context.invoked_subcommand is not None:
        return
    from poultice.supervise import end_with_parent, is_child, say_ready  # noqa: PLC0415

    end_with_parent()
    settings = _load(config, None, None, None)
    from poultice.broker import run  # noqa: PLC0415

    def ready(kind: str) -> None:
        say_ready(kind=kind)
        if not is_child():
            typer.echo(f"MQTT broker ({kind}) at {settings.broker.host}:{settings.broker.port}. Ctrl-C ends it.")

    run(settings, ready)


@broker_app.command("setup")
def broker_setup(  # noqa: PLR0917  (one parameter an option)
    config: ConfigOption = None,
    directory: Annotated[Path | None, typer.Option(help="Where to write; else `broker` in the data directory.")] = None,
    host: Annotated[str, typer.Option(help="The address to listen at; 0.0.0.0 is the whole house.")] = "0.0.0.0",  # noqa: S104
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Else 1883, with TLS 8883.")] = None,
    tls: Annotated[bool, typer.Option("--tls", help="With certificates, so that nobody can read along.")] = False,
    name: Annotated[list[str] | None, typer.Option(help="A name or address of the broker; may be repeated.")] = None,
    renew: Annotated[list[str] | None, typer.Option(help="A user that gets a new password; may be repeated.")] = None,
) -> None:
    """Writes what a mosquitto for the whole house needs: configuration, rights by role, a password for each."""
    from poultice.broker_certificates import own_names  # noqa: PLC0415
    from poultice.broker_setup import Listener, set_up  # noqa: PLC0415

    where = directory or _load(config, None, None, None).data.directory / "broker"
    names = tuple(name) if name else own_names(host)
    listener = Listener(host, port or (8883 if tls else 1883), names if tls else ())
    for line in set_up(where.absolute(), listener, renew or ()):
        typer.echo(line)


@mqtt_app.command("watch")
def mqtt_watch(
    config: ConfigOption = None,
    pad: Annotated[str | None, typer.Option(help="Only this pad.")] = None,
    as_json: JsonOption = False,
) -> None:
    """States, events, requests and answers as they come, until Ctrl-C; a broker that was gone is found again."""
    from poultice.watch.command import run  # noqa: PLC0415

    _as_the_service("panel", config)
    run(_load(config, None, None, None), pad, as_json)


@app.command()
def doctor(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Looks at everything that a session needs, and says what to do where something is amiss."""
    from rich.console import Console  # noqa: PLC0415

    from poultice.doctor.command import run  # noqa: PLC0415

    _as_the_service("controller", config)
    if not run(config, as_json, Console()):
        raise typer.Exit(REFUSED)


@app.command()
def calibrate(
    pad: Annotated[str, typer.Argument(help="The pad's name, as `poultice up` says it.")],
    config: ConfigOption = None,
    plot: Annotated[Path | None, typer.Option(help="Writes a picture (PNG): measured beside the model.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Five measured minutes of warmth: what your pad is like, and whether something is wrong with it."""
    from poultice.calibrate import run as measure  # noqa: PLC0415

    _as_the_service("panel", config)
    for line in measure(pad, _load(config, None, None, None), plot, as_json):
        typer.echo(line)


# -- On this computer for good ---------------------------------------------------------------------------------------

SourceOption = Annotated[
    str | None, typer.Option("--from", help="A wheel, a folder or a requirement for pip; else what runs now.")
]
DryOption = Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")]


@app.command()
def install(  # noqa: PLR0917  (one parameter an option)
    source: SourceOption = None,
    broker_url: Annotated[
        str | None, typer.Option(help="An MQTT broker that runs already; else one of our own.")
    ] = None,
    broker_port: Annotated[int, typer.Option(min=1, max=65535, help="Where our own broker listens.")] = 1883,
    lan: Annotated[
        bool | None,
        typer.Option("--lan/--no-lan", help="Serve the page to the whole house, phones paired; so it is by itself."),
    ] = None,
    panel_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Where the page is served; by itself 80, or 8080.")
    ] = None,
    dry_run: DryOption = False,
) -> None:
    """Poultice as services of this computer, there after every boot. May be run again; undoes itself where it fails."""
    from rich.console import Console  # noqa: PLC0415

    from poultice.install.command import Installer, wish_of  # noqa: PLC0415

    wish = wish_of(source, broker_url, broker_port, lan, panel_port)
    Installer(Console(highlight=False, soft_wrap=True, emoji=False)).install(wish, dry_run)


@app.command()
def update(
    source: Annotated[str, typer.Option("--from", help="A wheel, a folder or a requirement for pip.")] = "poultice",
    dry_run: DryOption = False,
) -> None:
    """Another version of what `install` installed; back to the old one where the new one does not serve."""
    from rich.console import Console  # noqa: PLC0415

    from poultice.install.command import Installer  # noqa: PLC0415

    Installer(Console(highlight=False, soft_wrap=True, emoji=False)).update(source, dry_run)


@app.command()
def uninstall(
    purge: Annotated[bool, typer.Option("--purge", help="Remove history and configuration, too.")] = False,
    dry_run: DryOption = False,
) -> None:
    """Takes away what `install` brought; keeps your history and configuration unless told."""
    from rich.console import Console  # noqa: PLC0415

    from poultice.install.command import Installer  # noqa: PLC0415

    Installer(Console(highlight=False, soft_wrap=True, emoji=False)).uninstall(purge, dry_run)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; one that is there is replaced.")],
    config: ConfigOption = None,
) -> None:
    """Settings, persons and phones, history, own programs and what was learned of pads, as one file; while all runs."""
    from poultice.backup.command import backup as save  # noqa: PLC0415
    from poultice.backup.command import places_of  # noqa: PLC0415
    from poultice.clock import RealClock  # noqa: PLC0415

    settings = _load(config, None, None, None)
    save(places_of(settings.data.directory, settings.database_url), file, RealClock().wall(), typer.echo)


@app.command()
def restore(
    file: Annotated[Path | None, typer.Argument(help="What `poultice backup` wrote.")] = None,
    config: ConfigOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: DryOption = False,
    undo: Annotated[bool, typer.Option("--undo", help="Bring back what the last restore replaced.")] = False,
) -> None:
    """Brings a backup back: judged as a whole and shown before anything changes; what was here is kept."""
    if (file is None) == (not undo):
        raise typer.BadParameter("name the backup's file, or --undo")
    from poultice.backup import command  # noqa: PLC0415
    from poultice.clock import RealClock  # noqa: PLC0415

    settings = _load(config, None, None, None)
    places, now = command.places_of(settings.data.directory, settings.database_url), RealClock().wall()
    if file is None:
        command.undo(places, now, typer.echo)
        return
    from poultice_panel.keeping import judge_history, judge_people  # noqa: PLC0415

    judges = {"history.sqlite": judge_history, "people.json": judge_people}
    agreed = lambda: not dry_run and (yes or typer.confirm("Bring it back?"))  # noqa: E731
    if not command.restore(places, file, now, judges, say=typer.echo, agreed=agreed):
        typer.echo("Nothing has changed.")


@app.command()
def flash(
    programmer: Annotated[str, typer.Option(help="usbasp, or linuxspi for the Raspberry Pi's own SPI.")] = "usbasp",
    port: Annotated[str | None, typer.Option(help="The board's serial port; else it is found.")] = None,
    new_chip: Annotated[
        bool, typer.Option("--new-chip", help="Burn the fuses, too: for a chip never flashed.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print avrdude's commands, and write nothing.")] = False,
) -> None:
    """Writes the board's program over its ISP header, reads it back, and asks the board who it is."""
    from rich.console import Console  # noqa: PLC0415

    from poultice.flash.command import run  # noqa: PLC0415
    from poultice.flash.programmer import PROGRAMMERS  # noqa: PLC0415

    if programmer not in PROGRAMMERS:
        raise typer.BadParameter(f"--programmer is {' or '.join(PROGRAMMERS)}")
    run(programmer, port, new_chip, dry_run, Console(highlight=False, soft_wrap=True, emoji=False))


@board_app.command("test")
def walk_along_board(  # noqa: PLR0917  (one parameter an option)
    port: Annotated[
        str | None, typer.Option(help="The board's serial port, or `simulated` to rehearse; else it is found.")
    ] = None,
    resistors: Annotated[
        bool, typer.Option("--resistors", help="10 kΩ resistors stand in place of the thermistors.")
    ] = False,
    element_ohm: Annotated[
        float | None, typer.Option("--element-ohm", min=1.0, help="What stands in place of each element, Ω.")
    ] = None,
    keep_plugged: Annotated[bool, typer.Option("--keep-plugged", help="Leave the thermistors' plug in.")] = False,
    no_questions: Annotated[
        bool, typer.Option("--no-questions", help="Ask for no eyes and ears, only for hands.")
    ] = False,
    fault: FaultOption = None,
    table: Annotated[bool, typer.Option("--table", help="A table to print and to keep with the board.")] = False,
    as_json: JsonOption = False,
) -> None:
    """End-of-line test: walks along a board's self-tests, thermistors, trip, heaters, motors; exit 1 where one is bad.

    It arms as everybody does, by a press on the board's button, and warms each zone for 4 seconds: nobody lies on it.
    """
    from poultice.board_test.command import SIMULATED, Options, run  # noqa: PLC0415
    from poultice.board_test.expected import Wanted  # noqa: PLC0415

    if fault and port != SIMULATED:
        raise typer.BadParameter("--fault is for --port simulated")
    wanted = Wanted(resistors) if element_ohm is None else Wanted(resistors, element_ohm)
    options = Options(port, tuple(fault or ()), wanted, not keep_plugged, not no_questions, table, as_json)
    if not run(options):
        raise typer.Exit(REFUSED)


# -- Programs --------------------------------------------------------------------------------------------------------


@programs_app.command("preview")
def preview_program(
    file: Annotated[Path, typer.Argument(help="A program file, or the id of a preset.")],
    config: ConfigOption = None,
    room: Annotated[
        float | None, typer.Option(help="The room's temperature, °C; else a usual one, with doubt.")
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="Writes a picture (PNG).")] = None,
    as_json: JsonOption = False,
) -> None:
    """What a program will do on your pad: temperature, power and dose by zone, before anybody lies on it."""
    from poultice.foresight import show  # noqa: PLC0415

    for line in show(str(file), _load(config, None, None, None), room, plot, as_json):
        typer.echo(line)


@programs_app.command("list")
def list_programs(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """The presets, and your own in the data directory's folder `programs`."""
    from poultice.description import load_library, outline, own_programs_directory  # noqa: PLC0415

    settings = _load(config, None, None, None)
    library = load_library(own_programs_directory(settings.data.directory), settings.limits.host_limits())
    outlines = [outline(program) for program in library.programs.values()]
    if as_json:
        typer.echo(json.dumps([entry.model_dump() for entry in outlines], ensure_ascii=False, indent=2))
    else:
        _print_outlines(outlines)
    if library.refused:
        raise SetupError("\n".join(map(str, library.refused.values())))


def _print_outlines(outlines: list[ProgramOutline]) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Column, Table  # noqa: PLC0415

    table = Table(Column("id", no_wrap=True), "title", "minutes", "heat", "evidence")
    table.columns[0].min_width = max((len(entry.id) for entry in outlines), default=0)  # it is there to be copied
    for entry in outlines:
        hottest = max((target for step in entry.steps for target in step.heat.values()), default=None)
        heat = f"{', '.join(entry.zones)} up to {hottest:g} °C" if hottest else "–"
        table.add_row(entry.id, entry.title["en"], f"{round(entry.total_s / 60, 1):g}", heat, entry.evidence)
    Console().print(table)


@programs_app.command("check")
def check_programs(files: list[Path], config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Whether this pad can play the programs of these files; every problem, as a compiler says it."""
    from poultice.description import playable_program  # noqa: PLC0415
    from poultice.therapy.problems import ProgramError  # noqa: PLC0415

    limits = _load(config, None, None, None).limits.host_limits()
    found: list[dict[str, Any]] = []
    for file in files:
        try:
            program = playable_program(str(file), file, limits)
        except ProgramError as error:
            found += [{**asdict(problem), "text": str(problem)} for problem in error.problems]
        else:
            if not as_json:
                typer.echo(f"{file}: {program.title['en']}, {round(program.total_s / 60, 1):g} min, can be played")
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    elif found:
        typer.echo("\n".join(str(problem["text"]) for problem in found), err=True)
    if found:
        raise typer.Exit(REFUSED)


# -- Sessions --------------------------------------------------------------------------------------------------------


@sessions_app.command("list")
def list_sessions(
    config: ConfigOption = None,
    person: Annotated[str | None, typer.Option(help="Only this person's.")] = None,
    as_json: JsonOption = False,
) -> None:
    """The sessions whose records are kept here: how they ended, pain before and after."""
    from poultice.sessions.words import sessions  # noqa: PLC0415

    for line in sessions(_load(config, None, None, None).data.directory, person, as_json):
        typer.echo(line)


@sessions_app.command("what-helped")
def what_helped(
    config: ConfigOption = None,
    person: Annotated[str, typer.Option(help="Whose sessions.")] = "me",
    as_json: JsonOption = False,
) -> None:
    """How pain changed from before each program to after it; said with caution while there are few sessions."""
    from poultice.sessions.words import helped  # noqa: PLC0415

    for line in helped(_load(config, None, None, None).data.directory, person, as_json):
        typer.echo(line)


# -- The journal -----------------------------------------------------------------------------------------------------


@app.command("replay")
def replay_journal(
    journal: Annotated[Path, typer.Argument(help="A journal.jsonl.gz, an older one, or the data directory for all.")],
    plot: Annotated[Path | None, typer.Option(help="Writes a picture (PNG) of a session.")] = None,
    session: Annotated[int | None, typer.Option(help="Which session to draw; else the last.", min=1)] = None,
    as_json: JsonOption = False,
) -> None:
    """Runs the controller's core once more on what a journal recorded, and tells whatever comes out differently."""
    from poultice.replay.command import run  # noqa: PLC0415

    words, same = run(journal, plot, session, as_json)
    typer.echo("\n".join(words))
    if not same:
        raise typer.Exit(REFUSED)


# -- Benches ---------------------------------------------------------------------------------------------------------


@bench_app.command("heat")
def bench_heat(  # noqa: PLR0917  (one parameter an option)
    plants: Annotated[int, typer.Option("--plants", min=1, help="How many varied pads.")] = 50,
    seed: Annotated[int, typer.Option("--seed", help="The first pad's; the others follow it.")] = 1,
    only: Annotated[list[str] | None, typer.Option("--only", help="A contender; may be given again.")] = None,
    families: Annotated[bool, typer.Option(help="Pads outside of what was prepared for, too.")] = True,
    firmware: Annotated[
        bool, typer.Option("--through-firmware", help="Ours as whole sessions through the real firmware core, too.")
    ] = False,
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw it into this PNG.")] = None,
    as_json: JsonOption = False,
) -> None:
    """How soon, how exactly and how steadily a pad is warmed: ours and its peers on the same pads."""
    from poultice.bench.command import run  # noqa: PLC0415

    run(plants, seed, only, families, firmware, plot, as_json)
