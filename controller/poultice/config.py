"""poultice.toml: its models, where it is found, and a sentence for whatever is wrong with it.

The environment overrides it as POULTICE_SECTION__KEY. Limits may only narrow what the contract says.
"""

from __future__ import annotations

import difflib
import os
import re
import socket
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from poultice.errors import SetupError
from poultice.link.contract import TARGET_MAX_C, ZONE_POWER_MAX_W
from poultice.mqtt.topics import SLUG, slug
from poultice.therapy.limits import HostLimits

ENVIRONMENT_PREFIX = "POULTICE_"
EVERYWHERE = "0.0.0.0"  # noqa: S104  (only where a person asks for the house)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
BROKER_ON_LAN = (
    "our own broker serves this computer only: keep broker.host at 127.0.0.1, or let `poultice broker setup` make one "
    "for the house and name it by broker.url"
)

BESIDE_PADS = (
    "[[pads]] says of each pad what [pad], controller.port and controller.pads say of a single one; leave those out"
)

HOST = HostLimits()
SIMULATED = "simulated"
MOST_PADS = 32  # of one controller: a Pi's processor and its USB ports are at their end before
ID_MEANING = "a name of lower-case letters, digits and hyphens; this computer's name by default"

Slug = Annotated[str, StringConstraints(pattern=SLUG.pattern)]
HostName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$")]
TcpPort = Annotated[int, Field(ge=1, le=65535, description="a TCP port from 1 to 65535")]


class Section(BaseModel):
    """Base of all sections: frozen; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _true_is_no_number(cls, value: Any, field: ValidationInfo) -> Any:
        if isinstance(value, bool) and cls.model_fields[str(field.field_name)].annotation is not bool:
            raise PydanticCustomError("bool", "this is neither true nor false")
        return value


def host_slug() -> str:
    """An id made of this computer's name, so that two computers at one broker do not answer to the same."""
    return slug(socket.gethostname())


def _loopback(host: str) -> str:
    if host not in LOOPBACK:
        raise PydanticCustomError("lan", BROKER_ON_LAN)
    return host


class ControllerSection(Section):
    """`[controller]`: which controller this is and where its board hangs."""

    id: Slug = Field(default_factory=host_slug, description=ID_MEANING)
    port: str = Field("auto", min_length=1, description='"auto", "simulated", "board" or a serial port')
    speed: float = Field(1.0, ge=0.1, le=100, description="how fast the simulated pad's time runs, 0.1 to 100")
    faults: tuple[str, ...] = Field((), description='faults of the simulated pad, like "open-ntc@60s,zone=lumbar"')
    pads: int = Field(1, ge=1, le=MOST_PADS, description=f"how many simulated pads there are, 1 to {MOST_PADS}")


class PadSection(Section):
    """`[pad]`: what the pad on this controller is called."""

    id: Slug = Field(default_factory=host_slug, description=ID_MEANING)
    name: str = Field("Pad", min_length=1, max_length=64, description="a name for people, 1 to 64 characters")


class PadPlace(Section):
    """One of `[[pads]]`: a place where a pad hangs. Without an `id` the pad is named by the id in its board's EEPROM,
    and keeps its name and history wherever it is plugged in."""

    id: Slug | None = Field(None, description="a name of lower-case letters, digits and hyphens; else the board's own")
    name: str | None = Field(None, min_length=1, max_length=64, description="a name for people, 1 to 64 characters")
    port: str = Field(min_length=1, description='"simulated" or a serial port, best one of /dev/serial/by-id')

    @property
    def simulated(self) -> bool:
        """Whether the pad is one of arithmetic."""
        return self.port == SIMULATED


class BrokerSection(Section):
    """`[broker]`: the MQTT broker: our own child at host and port, or an existing one by `url`."""

    url: str | None = Field(
        None, description='an existing broker, like "mqtt://user:password@host:1883", or "mqtts://…:8883" with TLS'
    )
    ca: Path | None = Field(None, description="the certificate (PEM) of who signed that of an mqtts:// broker")
    host: str = Field("127.0.0.1", description="where our own broker listens: 127.0.0.1")
    port: TcpPort = 1883
    mode: Literal["auto", "mosquitto", "embedded"] = Field(
        "auto", description='"auto" (mosquitto where it is installed, else embedded), "mosquitto" or "embedded"'
    )

    _on_loopback = field_validator("host")(_loopback)

    @field_validator("ca")
    @classmethod
    def _ca_expanded(cls, ca: Path | None) -> Path | None:
        return None if ca is None else ca.expanduser().absolute()

    @field_validator("url")
    @classmethod
    def _is_mqtt(cls, url: str | None) -> str | None:
        if url is not None and not _is_mqtt_url(url):
            raise PydanticCustomError("url", "is not the address of a broker")
        return url

    @property
    def external(self) -> bool:
        """True where the broker is somebody else's, named by `url`."""
        return self.url is not None

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to connect to."""
        if self.url is None:
            return self.host, self.port
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or (8883 if self.tls else 1883)

    @property
    def tls(self) -> bool:
        """Whether nobody on the way can read along."""
        return urlsplit(self.url or "").scheme == "mqtts"

    @property
    def in_the_clear(self) -> bool:
        """Whether a password leaves this computer so that everybody on the way can read it."""
        return not self.tls and self.credentials[1] is not None and self.address[0] not in LOOPBACK

    @property
    def credentials(self) -> tuple[str | None, str | None]:
        """User and password in `url`, or None."""
        parts = urlsplit(self.url or "")
        return _unquoted(parts.username), _unquoted(parts.password)


def _unquoted(part: str | None) -> str | None:
    return None if part is None else unquote(part)


def _is_mqtt_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("mqtt", "mqtts") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:  # a port that is no number
        return False


class PanelSection(Section):
    """`[panel]`: where the page is served. Beyond this computer every phone is paired; `names` are what the house calls
    this computer besides its own name; without `trust_loopback` a browser at this computer has to be paired, too."""

    host: str = Field("127.0.0.1", description="127.0.0.1 (this computer only), 0.0.0.0 (the house) or an address")
    port: TcpPort = 8080
    names: tuple[HostName, ...] = Field((), description='names of this computer, like ["sofa.home"]')
    trust_loopback: bool = Field(True, description="true or false")

    @field_validator("host")
    @classmethod
    def _is_address(cls, host: str) -> str:
        try:
            if host not in LOOPBACK and ip_address(host).is_loopback:
                raise ValueError
        except ValueError:
            raise PydanticCustomError("host", "is not an address") from None
        return host

    @property
    def lan(self) -> bool:
        """Whether more than this computer reaches the page."""
        return self.host not in LOOPBACK

    @property
    def here(self) -> str:
        """The page's address from this computer."""
        host = {EVERYWHERE: "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def default_data_directory() -> Path:
    """`$XDG_DATA_HOME/poultice`."""
    home = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(home).expanduser() / "poultice"


class DataSection(Section):
    """`[data]`: where journal and settings are kept."""

    directory: Path = Field(default_factory=default_data_directory, description="a directory that can be written")
    journal_mb: int = Field(
        80, ge=6, le=100_000, description="what each pad's journal takes at most, MB; an hour of a session is about 2"
    )

    @field_validator("directory")
    @classmethod
    def _expanded(cls, directory: Path) -> Path:
        return directory.expanduser().absolute()


class DatabaseSection(Section):
    """`[database]`: where the panel keeps people's history; by default in the data directory."""

    url: str | None = Field(
        None,
        description='where people\'s history is kept: "sqlite:////path/to/file", or "postgresql://user:password@host/name"',
    )

    @field_validator("url")
    @classmethod
    def _is_database(cls, url: str | None) -> str | None:
        if url is not None and not re.match(r"(sqlite:///.|postgresql(\+psycopg)?://.)", url):
            raise PydanticCustomError("url", "is not the address of a database")
        return url


def _narrowing(widest: float, least: float, meaning: str) -> Any:
    return Field(widest, ge=least, le=widest, description=f"{meaning}: {least:g} to {widest:g}")


class HeatSection(Section):
    """`[heat]`: what controls the zones' heat."""

    control: Literal["model", "pid"] = Field(
        "model", description='"model" (it learns the pad) or "pid" (the plain loop, which learns nothing)'
    )


class AutomationSection(Section):
    """`[automation]`: what home automation may start; an invitation, until somebody presses the pad's button."""

    programs: tuple[Slug, ...] = Field(
        ("warmth", "gentle-first-use", "evening-wind-down"),
        description='programs that home automation may start, like ["warmth"]; none of them above 40 °C',
    )


class HomeAssistantSection(Section):
    """`[home_assistant]`: how Home Assistant is told of the pad."""

    enabled: bool = Field(True, description="true or false: whether the pad is announced at all")
    form: Literal["device", "component"] = Field(
        "device", description='"device" or, for releases before 2024.11, "component"'
    )
    prefix: str = Field(
        "homeassistant",
        pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$",
        max_length=64,
        description='the discovery prefix that is set in Home Assistant, by default "homeassistant"',
    )
    language: Literal["en", "de"] = Field("en", description='"en" or "de": the language of the entities\' names')


class LimitsSection(Section):
    """`[limits]`: narrower than the board's and the controller's own; a wider value is an error."""

    target_max_c: float = _narrowing(min(TARGET_MAX_C, HOST.target_max_c), HOST.target_min_c, "the hottest target, °C")
    zone_power_max_w: float = _narrowing(min(ZONE_POWER_MAX_W, HOST.zone_power_max_w), 1, "the most heat of a zone, W")
    session_max_min: float = _narrowing(HOST.session_max_s / 60, 1, "the longest session, minutes")
    session_dose_max: float = _narrowing(HOST.session_dose_max, 0, "the largest heat dose of a session, CEM43 minutes")

    def host_limits(self) -> HostLimits:
        """The limits of therapy, narrowed."""
        return replace(
            HOST,
            target_max_c=self.target_max_c,
            zone_power_max_w=self.zone_power_max_w,
            session_max_s=self.session_max_min * 60,
            session_dose_max=self.session_dose_max,
        )


class Config(BaseSettings):
    """Everything that can be set, read once. `source` is the file it came from."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=ENVIRONMENT_PREFIX, env_nested_delimiter="__", allow_inf_nan=False
    )

    controller: ControllerSection = Field(default_factory=ControllerSection)
    pad: PadSection = Field(default_factory=PadSection)
    broker: BrokerSection = Field(default_factory=BrokerSection)
    panel: PanelSection = Field(default_factory=PanelSection)
    data: DataSection = Field(default_factory=DataSection)
    database: DatabaseSection = Field(default_factory=DatabaseSection)
    heat: HeatSection = Field(default_factory=HeatSection)
    limits: LimitsSection = Field(default_factory=LimitsSection)
    automation: AutomationSection = Field(default_factory=AutomationSection)
    home_assistant: HomeAssistantSection = Field(default_factory=HomeAssistantSection)
    pads: tuple[PadPlace, ...] = Field((), max_length=MOST_PADS)

    def host_limits(self) -> HostLimits:
        """The limits of therapy: narrowed, and with what automation may start."""
        return replace(self.limits.host_limits(), automation_programs=frozenset(self.automation.programs))

    @property
    def places(self) -> tuple[PadPlace, ...]:
        """Places: `[[pads]]`, or the one of `[pad]` and `controller.port`, as often as `controller.pads` says."""
        if self.pads:
            return self.pads
        first = PadPlace(id=self.pad.id, name=self.pad.name, port=self.controller.port)
        more = (
            PadPlace(id=_numbered(self.pad.id, number), name=f"{self.pad.name} {number}", port=SIMULATED)
            for number in range(2, self.controller.pads + 1)
        )
        return first, *more

    @model_validator(mode="after")
    def _places_differ(self) -> Config:
        if self.pads and (self.pad.model_fields_set or {"port", "pads"} & self.controller.model_fields_set):
            raise PydanticCustomError("pads", BESIDE_PADS)
        for field in ("id", "port"):
            given = [value for place in self.pads if (value := getattr(place, field)) not in (None, SIMULATED)]
            if twice := next((value for value in given if given.count(value) > 1), None):
                raise PydanticCustomError("pads", f"two of [[pads]] have the {field} {twice}; give each its own")
        if any(place.simulated and place.id is None for place in self.pads):
            raise PydanticCustomError("pads", "a simulated pad of [[pads]] has no board to be named by; give it an id")
        if self.controller.pads > 1 and self.controller.port not in ("auto", SIMULATED):
            raise PydanticCustomError(
                "pads", 'controller.pads are simulated ones; set port = "simulated", or use [[pads]]'
            )
        return self

    @property
    def database_url(self) -> str:
        """Where the panel keeps people's history."""
        return self.database.url or f"sqlite:///{self.data.directory / 'history.sqlite'}"

    @model_validator(mode="after")
    def _speed_needs_simulation(self) -> Config:
        real = any(not place.simulated and place.port != "auto" for place in self.places)
        if real and (self.controller.speed != 1 or self.controller.faults):
            raise PydanticCustomError(
                "speed", "controller.speed and controller.faults are for a simulated pad; leave them out or set port"
            )
        return self


SECTIONS = tuple(Config.model_fields)


def _numbered(name: str, number: int) -> str:
    return f"{name[:29].rstrip('-')}-{number}"


def find(explicit: Path | None) -> Path | None:
    """The configuration file: the one asked for, else the first that exists of the known places, else None."""
    named = explicit or (Path(os.environ["POULTICE_CONFIG"]) if os.environ.get("POULTICE_CONFIG") else None)
    if named is not None:
        if not named.is_file():
            raise SetupError(f"There is no configuration file {named}: write one, or leave out --config.")
        return named
    places = (Path("poultice.toml"), Path("/etc/poultice/poultice.toml"))
    return next((path for path in places if path.is_file()), None)


def load(explicit: Path | None = None, overrides: Mapping[str, Mapping[str, Any]] | None = None) -> Config:
    """The configuration: `overrides` (of the command line) before the environment before the file before defaults."""
    path = find(explicit)
    text = _read(path) if path else ""
    where = _Where(path, text, overrides or {})
    from_file = _parse(text, path)
    _refuse_unknown_environment()

    class Located(Config):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            del dotenv_settings, file_secret_settings  # offered by the library; Poultice reads neither
            return init_settings, env_settings, InitSettingsSource(settings_cls, from_file)

    try:
        return Located.model_validate(overrides or {})
    except ValidationError as error:
        raise SetupError(where.sentence(error.errors())) from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"{path} cannot be read ({error}): make it a readable text file in UTF-8.") from None


def _parse(text: str, path: Path | None) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SetupError(f"{path} is not TOML: {error}; correct that line.") from None


def _refuse_unknown_environment() -> None:
    for name in os.environ:
        if name.startswith(ENVIRONMENT_PREFIX) and "__" in name:
            section = name.removeprefix(ENVIRONMENT_PREFIX).split("__")[0].lower()
            if section not in SECTIONS:
                raise SetupError(f"Environment variable {name}: there is no section {section}; {_known(SECTIONS)}.")


def _known(names: tuple[str, ...]) -> str:
    return f"known are {', '.join(names)}"


class _Where:
    """Says where a wrong value stands: command line, environment, or file and line."""

    def __init__(self, path: Path | None, text: str, overrides: Mapping[str, Mapping[str, Any]]) -> None:
        self._path = path
        self._text = text
        self._overrides = overrides

    def sentence(self, errors: list[ErrorDetails]) -> str:
        """One sentence for the first of `errors`."""
        error = errors[0]
        keys = tuple(str(part) for part in error["loc"])
        if error["type"] == "value_error" and not keys:  # raised while the environment is read
            return 'Environment: a POULTICE_ variable is not the JSON that its list needs, like ["open-ntc@60s"].'
        more = f" ({len(errors) - 1} more after this one.)" if len(errors) > 1 else ""
        complaint = _complaint(keys, error)
        return f"{self._place(keys)}: {complaint}{'' if complaint.endswith('?') else '.'}{more}"

    def _place(self, keys: tuple[str, ...]) -> str:
        variable = (ENVIRONMENT_PREFIX + "__".join(keys[:2])).upper()
        if len(keys) >= 2 and keys[1] in self._overrides.get(keys[0], {}):
            return "Command line"
        if variable in os.environ:
            return f"Environment variable {variable}"
        if self._path is None:
            return "Configuration"
        line = line_of(self._text, keys)
        return f"{self._path}, line {line}" if line else str(self._path)


def _complaint(keys: tuple[str, ...], error: ErrorDetails) -> str:  # noqa: PLR0911  (one for each kind)
    key = _key(keys)
    match error["type"]:
        case "extra_forbidden":
            return f"unknown key {key}; {_suggestion(keys)}"
        case "lan" | "speed" | "pads":
            return error["msg"]
        case "less_than_equal" if keys[0] == "limits":
            widest = error["ctx"]["le"]
            given = error["input"]
            return f"{key} = {given} is wider than the built-in limit; it may only be narrowed: {widest:g} or less"
        case "url":  # not shown: it may hold a password
            return f"{key} {error['msg']}; write {_description(keys)}"
        case "missing":
            return f"{key} is missing; write {_description(keys)}"
        case "model_type" | "tuple_type":
            return _is_a_section(key)
        case _:
            meant = _description(keys)
            return f"{key} = {error['input']!r} is not usable" + (f"; write {meant}" if meant else f": {error['msg']}")


def _is_a_section(key: str) -> str:
    header = f"[[{key}]]" if key == "pads" else f"[{key}]"
    return f"{key} is a section; write {header} and its keys below"


def _key(keys: tuple[str, ...]) -> str:
    if keys[:1] == ("pads",) and len(keys) > 2:
        return f"{'.'.join(keys[2:])} of [[pads]] number {int(keys[1]) + 1}"
    return ".".join(keys)


def _section(keys: tuple[str, ...]) -> type[BaseModel] | None:
    if keys[:1] == ("pads",):
        return PadPlace
    field = Config.model_fields.get(keys[0]) if keys else None
    kind = field.annotation if field else None
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _suggestion(keys: tuple[str, ...]) -> str:
    section = _section(keys)
    names = tuple(section.model_fields) if section else SECTIONS
    close = difflib.get_close_matches(keys[-1], names, n=1)
    return f"did you mean {close[0]}?" if close else _known(names)


def _description(keys: tuple[str, ...]) -> str | None:
    section = _section(keys)
    field = section.model_fields.get(keys[-1]) if section and len(keys) > 1 else None
    return field.description if field else None


def line_of(text: str, keys: tuple[str, ...]) -> int | None:
    """The line (from 1) where `keys` is set in the TOML `text`, as far as a look at the lines can tell."""
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line):
            section = header[1]
            if len(keys) == 1 and section == keys[0]:
                return number
        elif assignment := re.match(r"\s*([\w.\"' -]+?)\s*=", line):
            path = f"{section}.{assignment[1]}" if section else assignment[1]
            if re.sub(r"[\"' ]", "", path) == ".".join(keys[:2]):
                return number
    return None
