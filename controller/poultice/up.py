"""`poultice up`: checks what can be checked, starts the children with a progress bar, shows what runs where."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from poultice import pairing
from poultice.broker import address, in_the_clear, require_free, why_not_let_in, why_port_busy, with_remedy
from poultice.config import Config
from poultice.errors import SetupError
from poultice.supervise import ChildSpec, Household, answers

PROBE_S = 3.0


def require_panel_port(config: Config) -> None:
    """Raises SetupError where the page could not be served."""
    host, port = config.panel.host, config.panel.port
    if why := why_port_busy(host, port):
        if answers(f"{config.panel.here}/healthz"):
            raise SetupError(
                f"Another Poultice serves its page at {config.panel.here} already: open that, or end it first; "
                "a second one takes another panel.port."
            )
        raise SetupError(f"panel.port: {host}:{port} {why}; set another panel.port, or end that program.")


def require_external_broker(config: Config) -> None:
    """Raises SetupError where the broker that broker.url names does not let us in."""
    if why := why_not_let_in(address(config.broker), PROBE_S):
        raise SetupError(with_remedy(why, "correct broker.url, or start that broker"))


def step_aside(config: Config, environment: Mapping[str, str]) -> tuple[Config, Mapping[str, str]]:
    """Where nobody chose the broker's port and it is taken, say by a broker that the system started at boot: another
    free port, and the environment that tells the children."""
    section = config.broker
    if section.external or "port" in section.model_fields_set or why_port_busy(section.host, section.port) is None:
        return config, environment
    with socket.socket() as probe:
        probe.bind((section.host, 0))
        port = probe.getsockname()[1]
    elsewhere = config.model_copy(update={"broker": section.model_copy(update={"port": port})})
    return elsewhere, {**environment, "POULTICE_BROKER__PORT": str(port)}


def run(config: Config, arguments: Sequence[str], environment: Mapping[str, str], as_json: bool) -> None:
    """Runs everything until Ctrl-C or SIGTERM."""
    console = Console(stderr=as_json, highlight=False, soft_wrap=True)
    wished = config.broker.address
    config, environment = step_aside(config, environment)
    if config.broker.address != wished:
        console.print(f"Another program uses port {wished[1]}: our broker takes {config.broker.port} instead.")
    if warning := in_the_clear(config.broker):
        console.print(warning, style="yellow")
    if config.broker.external:
        require_external_broker(config)
    else:
        require_free(config.broker)
    require_panel_port(config)
    household = Household(
        _specs(config, arguments), environment, lambda words: console.print(escape(words), style="dim")
    )
    try:
        _start(household, console)
        if not household.ending.is_set():
            _pin_pad(household, config)
            _show(config, household, console, as_json)
            household.watch()
    finally:
        household.end()
    console.print("Poultice has ended.")


def _specs(config: Config, arguments: Sequence[str]) -> list[ChildSpec]:
    page = f"{config.panel.here}/healthz"
    children = [
        ChildSpec("controller", ["controller", *arguments], bool),
        ChildSpec("panel", ["panel", *arguments], lambda _: answers(page)),
    ]
    if not config.broker.external:
        where = address(config.broker)
        children.insert(
            0,
            ChildSpec(
                "broker", ["broker", *arguments], lambda facts: bool(facts) and why_not_let_in(where, 0.5) is None
            ),
        )
    return children


def _start(household: Household, console: Console) -> None:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("starting", total=len(household.children))
        for number, name in enumerate(household.children):
            if household.ending.is_set():
                return
            progress.update(task, description=f"starting the {name}", completed=number)
            household.start(name)


def _pin_pad(household: Household, config: Config) -> None:
    """A controller that is started again takes the same kind of pad: a real one never turns into a simulated one. With
    `[[pads]]` each says itself what it is."""
    if config.pads:
        return
    controller = household.children["controller"]
    controller.set_environment(POULTICE_CONTROLLER__PORT=controller.facts["port"])


def _show(config: Config, household: Household, console: Console, as_json: bool) -> None:
    facts = _facts(config, household)
    offer = pairing.offer(config) if config.panel.lan else None
    if as_json:
        facts["pairing"] = None if offer is None else {"code": offer.code, "url": offer.url}
        Console(highlight=False, soft_wrap=True).print_json(json.dumps(facts), indent=None)
        return
    table = Table(title=f"Poultice {version('poultice')}", show_header=False, title_justify="left")
    whom = "paired phones; here without pairing" if config.panel.lan else "this computer only"
    table.add_row("page", f"[bold]{facts['panel']['url']}[/bold]  ({whom})")
    for number, pad in enumerate(facts["pads"]):
        table.add_row("" if number else "pad", escape(_pad_words(config, pad)))
    table.add_row("broker", escape(f"{facts['broker']['kind']} at {facts['broker']['address']}"))
    table.add_row("data", escape(facts["data"]))
    console.print(table)
    if offer is not None:
        pairing.show(offer, console)
    console.print("Ctrl-C ends everything, heat first.")


def _pad_words(config: Config, pad: Mapping[str, Any]) -> str:
    words = [str(pad["text"])]
    if config.controller.speed != 1:
        words.append(f"{config.controller.speed:g} times as fast as real")
    words += [f"fault {spec}" for spec in config.controller.faults]
    return f"{', '.join(words)} ({'id ' + pad['id'] if pad['id'] else 'named by its board'})"


def _facts(config: Config, household: Household) -> dict[str, Any]:
    children = household.children
    controller = children["controller"]
    broker_kind = "existing broker" if config.broker.external else children["broker"].facts["kind"]
    return {
        "panel": {"url": config.panel.here, "pid": children["panel"].pid, "lan": config.panel.lan},
        "controller": {"id": config.controller.id, "pid": controller.pid},
        "pads": controller.facts["pads"],
        "pad": {
            "id": config.places[0].id,
            "simulated": controller.facts["simulated"],
            "port": controller.facts["port"],
            "text": controller.facts["text"],
        },
        "broker": {
            "kind": broker_kind,
            "address": str(address(config.broker)),
            "pid": None if config.broker.external else children["broker"].pid,
        },
        "data": str(config.data.directory),
    }
