"""poultice.toml: where it is found, what overrides what, and the sentence for whatever is wrong with it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from poultice import config
from poultice.errors import SetupError
from poultice.link import contract
from poultice.therapy.limits import HostLimits
from pydantic import ValidationError


@pytest.fixture(autouse=True)
def _bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration of this computer comes in."""
    for name in list(config.os.environ):
        if name.startswith("POULTICE_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def write(text: str, name: str = "poultice.toml") -> Path:
    path = Path.cwd() / name
    path.write_text(text, encoding="utf-8")
    return path


def complaint(text: str = "", **load: Any) -> str:
    """The sentence for a configuration that is wrong; the file is poultice.toml in the current folder."""
    write(text)
    with pytest.raises(SetupError) as error:
        config.load(**load)
    sentence = str(error.value)
    assert "\n" not in sentence
    assert sentence.endswith((".", "?", ".)"))
    return sentence


class TestDefaults:
    def test_without_a_file(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
        loaded = config.load()
        assert loaded.panel.host == "127.0.0.1"
        assert loaded.panel.port == 8080
        assert loaded.broker.address == ("127.0.0.1", 1883)
        assert loaded.broker.mode == "auto"
        assert loaded.controller.port == "auto"
        assert loaded.data.directory == tmp_path / "share" / "poultice"
        assert loaded.limits.host_limits() == HostLimits()

    def test_ids_are_made_of_the_host_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(config.socket, "gethostname", lambda: "Sofa_Pi.local")
        loaded = config.load()
        assert loaded.controller.id == loaded.pad.id == "sofa-pi-local"

    def test_it_is_frozen(self) -> None:
        loaded = config.load()
        with pytest.raises(ValidationError):
            loaded.limits = config.LimitsSection()
        with pytest.raises(ValidationError):
            loaded.limits.target_max_c = 50.0  # type: ignore[misc]


class TestDatabase:
    def test_history_is_in_the_data_directory_unless_it_is_said_where(self) -> None:
        write('[data]\ndirectory = "/var/lib/poultice"')
        assert config.load().database_url == "sqlite:////var/lib/poultice/history.sqlite"
        write('[database]\nurl = "postgresql://me:hunter2@127.0.0.1/practice"')
        assert config.load().database_url == "postgresql://me:hunter2@127.0.0.1/practice"

    @pytest.mark.parametrize("url", ["history.sqlite", "sqlite:", "sqlite://", "mysql://me:hunter2@there/x", ""])
    def test_what_is_no_database_is_refused_without_its_password(self, url: str) -> None:
        said = complaint(f'[database]\nurl = "{url}"')
        assert "database.url is not the address of a database; write where people's history is kept" in said
        assert "hunter2" not in said


class TestSearch:
    def test_the_current_folder(self) -> None:
        write("[panel]\nport = 1")
        assert config.load().panel.port == 1

    def test_the_variable_before_the_current_folder(self, monkeypatch: pytest.MonkeyPatch) -> None:
        write("[panel]\nport = 1")
        monkeypatch.setenv("POULTICE_CONFIG", str(write("[panel]\nport = 2", "other.toml")))
        assert config.load().panel.port == 2

    def test_the_option_before_the_variable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("POULTICE_CONFIG", str(write("[panel]\nport = 2", "other.toml")))
        assert config.load(write("[panel]\nport = 3", "third.toml")).panel.port == 3

    def test_a_named_file_that_is_not_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert "nowhere.toml" in complaint(explicit=Path("nowhere.toml"))
        monkeypatch.setenv("POULTICE_CONFIG", "gone.toml")
        assert "gone.toml" in complaint()


class TestOverrides:
    def test_environment_before_file_and_command_line_before_both(self, monkeypatch: pytest.MonkeyPatch) -> None:
        write('[controller]\nport = "board"\nid = "sofa"')
        monkeypatch.setenv("POULTICE_CONTROLLER__PORT", "auto")
        assert config.load().controller.port == "auto"
        loaded = config.load(overrides={"controller": {"port": "simulated"}})
        assert loaded.controller.port == "simulated"
        assert loaded.controller.id == "sofa", "what is not overridden stays"

    def test_lists_in_the_environment_are_json(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("POULTICE_CONTROLLER__FAULTS", '["open-ntc@60s"]')
        assert config.load().controller.faults == ("open-ntc@60s",)

    @pytest.mark.parametrize(
        ("name", "value", "expected"),
        [
            ("POULTICE_PANEL__PORT", "often", "POULTICE_PANEL__PORT: panel.port = 'often'"),
            ("POULTICE_PANEL__PROT", "80", "POULTICE_PANEL__PROT: unknown key panel.prot; did you mean port?"),
            ("POULTICE_PANLE__PORT", "80", "POULTICE_PANLE__PORT: there is no section panle"),
            ("POULTICE_LIMITS__TARGET_MAX_C", "45", "POULTICE_LIMITS__TARGET_MAX_C: limits.target_max_c = 45 is wider"),
            ("POULTICE_CONTROLLER__FAULTS", "[", "Environment: a POULTICE_ variable is not the JSON"),
        ],
    )
    def test_a_wrong_variable_is_named(
        self, monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
    ) -> None:
        monkeypatch.setenv(name, value)
        assert expected in complaint("[panel]\nport = 80")

    def test_a_wrong_option_is_named(self) -> None:
        assert complaint(overrides={"controller": {"speed": 0.0}}).startswith("Command line: controller.speed = 0.0")


class TestSentences:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("[panel]\nprot = 80", "poultice.toml, line 2: unknown key panel.prot; did you mean port?"),
            (
                "[panel]\nzebra = 80",
                "poultice.toml, line 2: unknown key panel.zebra; known are host, port, names, trust_loopback.",
            ),
            ("\n[panle]\nport = 80", "poultice.toml, line 2: unknown key panle; did you mean panel?"),
            ("panel.port = 0", "poultice.toml, line 1: panel.port = 0 is not usable; write a TCP port"),
            ("[panel]\nport = 65536", "line 2: panel.port = 65536 is not usable"),
            ("[panel]\nport = true", "line 2"),
            ("panel = 3", "line 1: panel is a section; write [panel]"),
            ("[panel]\nport = ", "is not TOML"),
            ('[controller]\nid = "Sofa Pi"', "line 2: controller.id = 'Sofa Pi' is not usable; write a name of lower"),
            ('[controller]\nport = "/dev/ttyUSB0"\nspeed = 30', "simulated pad"),
            ('[broker]\nmode = "fast"', "line 2: broker.mode = 'fast' is not usable; write \"auto\""),
            ("[data]\ndirectory = 7", "line 2: data.directory = 7"),
            ('[panel]\nhost = "sofa"', "panel.host = 'sofa' is not usable; write 127.0.0.1"),
            ('[panel]\nhost = "127.0.0.2"', "panel.host = '127.0.0.2' is not usable"),
            ("[panel]\nhost = true", "line 2"),
            ("[panel]\ntrust_loopback = 3", "panel.trust_loopback"),
            ('[panel]\nnames = ["a b"]', "panel.names"),
            ('[broker]\nhost = "192.168.1.5"', "this computer only"),
        ],
    )
    def test_one_sentence_with_file_line_and_key(self, text: str, expected: str) -> None:
        assert expected in complaint(text)

    @pytest.mark.parametrize(
        ("host", "lan", "here"),
        [
            ("127.0.0.1", False, "http://127.0.0.1:8080"),
            ("localhost", False, "http://localhost:8080"),
            ("::1", False, "http://[::1]:8080"),
            ("0.0.0.0", True, "http://127.0.0.1:8080"),  # noqa: S104
            ("::", True, "http://[::1]:8080"),
            ("192.168.1.5", True, "http://192.168.1.5:8080"),
        ],
    )
    def test_where_the_page_is_served(self, host: str, lan: bool, here: str) -> None:
        write(f'[panel]\nhost = "{host}"\ntrust_loopback = false\nnames = ["sofa.home"]')
        panel = config.load().panel
        assert (panel.lan, panel.here, panel.trust_loopback, panel.names) == (lan, here, False, ("sofa.home",))

    def test_more_than_one_error_is_said(self) -> None:
        assert "2 more" in complaint("[panel]\na = 1\nb = 2\nc = 3")

    def test_bytes_that_are_no_text(self) -> None:
        Path("poultice.toml").write_bytes(b"[panel]\n\xff\xfe")
        with pytest.raises(SetupError, match="UTF-8"):
            config.load()

    @pytest.mark.parametrize(
        "url", ["", "http://host", "mqtt://", "mqtt://u:secret@host:99999", "mqtt://u:secret@host:x", "//host"]
    )
    def test_a_broker_url_that_is_none_shows_no_password(self, url: str) -> None:
        sentence = complaint(f'[broker]\nurl = "{url}"')
        assert "line 2: broker.url is not the address of a broker" in sentence
        assert "secret" not in sentence


class TestBroker:
    @pytest.mark.parametrize(
        ("url", "address", "credentials"),
        [
            ("mqtt://house", ("house", 1883), (None, None)),
            ("mqtt://house:2000", ("house", 2000), (None, None)),
            ("mqtt://me:pass%20word@127.0.0.1:2000", ("127.0.0.1", 2000), ("me", "pass word")),
        ],
    )
    def test_url(self, url: str, address: tuple[str, int], credentials: tuple[str, str]) -> None:
        write(f'[broker]\nurl = "{url}"')
        broker = config.load().broker
        assert broker.external
        assert broker.address == address
        assert broker.credentials == credentials


class TestLimitsOnlyNarrow:
    """Hazard 39: safety edited away. The configuration has no way to a wider limit."""

    BOUNDS = {  # noqa: RUF012
        "target_max_c": min(contract.TARGET_MAX_C, HostLimits().target_max_c),
        "zone_power_max_w": min(contract.ZONE_POWER_MAX_W, HostLimits().zone_power_max_w),
        "session_max_min": HostLimits().session_max_s / 60,
        "session_dose_max": HostLimits().session_dose_max,
    }

    def test_every_limit_is_tried_here(self) -> None:
        assert set(self.BOUNDS) == set(config.LimitsSection.model_fields)

    @pytest.mark.parametrize("key", BOUNDS)
    def test_the_widest_is_the_default(self, key: str) -> None:
        write(f"[limits]\n{key} = {self.BOUNDS[key]}")
        assert config.load().limits == config.LimitsSection()

    @pytest.mark.parametrize("key", BOUNDS)
    def test_a_hair_wider_is_refused(self, key: str) -> None:
        sentence = complaint(f"[limits]\n{key} = {math.nextafter(self.BOUNDS[key], math.inf)!r}")
        assert f"limits.{key}" in sentence
        assert "wider" in sentence

    @pytest.mark.parametrize("key", BOUNDS)
    @pytest.mark.parametrize("value", ["inf", "nan", "-inf", "-1", "true", '"42"x', "[42]", "{}"])
    def test_what_is_no_limit_is_refused(self, key: str, value: str) -> None:
        complaint(f"[limits]\n{key} = {value}")

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
    @given(st.dictionaries(st.sampled_from(sorted(BOUNDS)), st.floats() | st.integers()))
    @example({"target_max_c": 42.00000001})
    @example({"target_max_c": 10**400})
    def test_nothing_written_there_widens_anything(self, limits: dict[str, float]) -> None:
        write("[limits]\n" + "\n".join(f"{key} = {value}" for key, value in limits.items()))
        try:
            host = config.load().limits.host_limits()
        except SetupError:
            return
        assert host.target_max_c <= 42.0
        assert host.zone_power_max_w <= 30.0
        assert host.session_max_s <= 90 * 60
        assert host.session_dose_max <= 2.0
        assert all(math.isfinite(v) for v in (host.target_max_c, host.zone_power_max_w, host.session_max_s))

    def test_a_narrower_limit_reaches_therapy(self) -> None:
        write("[limits]\ntarget_max_c = 39.5\nsession_max_min = 20\nzone_power_max_w = 15\nsession_dose_max = 0.5")
        host = config.load().limits.host_limits()
        assert (host.target_max_c, host.session_max_s) == (39.5, 1200)
        assert (host.zone_power_max_w, host.session_dose_max) == (15, 0.5)


class TestPads:
    def places(self, tmp_path: Path, text: str) -> list[tuple[str | None, str | None, str]]:
        file = tmp_path / "poultice.toml"
        file.write_text(text)
        return [(place.id, place.name, place.port) for place in config.load(file).places]

    def test_without_a_word_there_is_one(self, tmp_path: Path) -> None:
        host = config.host_slug()
        assert self.places(tmp_path, "") == [(host, "Pad", "auto")]

    def test_several_simulated_ones(self, tmp_path: Path) -> None:
        text = f'[controller]\npads = 3\n[pad]\nid = "{"a" * 32}"\nname = "Sofa"\n'
        assert self.places(tmp_path, text) == [
            ("a" * 32, "Sofa", "auto"),
            ("a" * 29 + "-2", "Sofa 2", "simulated"),
            ("a" * 29 + "-3", "Sofa 3", "simulated"),
        ]

    def test_each_says_itself_where_it_is(self, tmp_path: Path) -> None:
        text = '[[pads]]\nid = "sofa"\nport = "/dev/a"\n[[pads]]\nport = "/dev/b"\nname = "Bed"\n'
        assert self.places(tmp_path, text) == [("sofa", None, "/dev/a"), (None, "Bed", "/dev/b")]

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ('[[pads]]\nid = "a"\nport = "/x"\n[[pads]]\nid = "a"\nport = "/y"', "have the id a; give each its own"),
            ('[[pads]]\nport = "/x"\n[[pads]]\nport = "/x"', "have the port /x; give each its own"),
            ('[[pads]]\nport = "simulated"', "no board to be named by; give it an id"),
            ('[pad]\nid = "a"\n[[pads]]\nport = "/x"', "leave those out"),
            ('[controller]\nport = "/x"\n[[pads]]\nport = "/y"', "leave those out"),
            ('[controller]\nport = "/x"\npads = 2', "use [[pads]]"),
            ("[controller]\npads = 0", "how many simulated pads"),
            ('[controller]\nspeed = 2\n[[pads]]\nport = "/y"', "are for a simulated pad"),
            ('[[pads]]\nid = "a"', "port of [[pads]] number 1 is missing; write"),
            ('[[pads]]\nport = "/x"\nnmae = "N"', "did you mean name?"),
            ("pads = 3", "pads is a section; write [[pads]] and its keys below"),
        ],
    )
    def test_one_sentence(self, tmp_path: Path, text: str, why: str) -> None:
        with pytest.raises(SetupError) as error:
            self.places(tmp_path, text)
        assert why in str(error.value)
        assert "\n" not in str(error.value)
