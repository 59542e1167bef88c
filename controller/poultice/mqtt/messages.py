"""The public contract on MQTT: every payload as a strict model, its JSON Schema made from it.

Times of day are ISO 8601 with zone; durations s; temperatures °C; powers W; duty 0 to 1; intensities percent.
Retained: availability, info, state, health. Never retained: request, reply, query, result, event, prompt,
simulated/button.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from math import isfinite
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, field_validator

from poultice.therapy.body import BodyRegion
from poultice.therapy.coach.memory import Item
from poultice.therapy.coach.plan import Hours, Kind, Plan
from poultice.therapy.helped import as_plain as helped_as_plain
from poultice.therapy.helped import matters, what_helped
from poultice.therapy.limits import HostLimits
from poultice.therapy.outcome import Outcome, Pain
from poultice.therapy.program_file import PatternName
from poultice.therapy.state import Phase, Status
from poultice.therapy.switch import LEVELS


class Message(BaseModel):
    """Base of all payloads: frozen; an unknown key is an error; NaN and infinity are not JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, ser_json_inf_nan="null")


Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$")]


ARGS_DEPTH_MAX = 32  # nothing that is asked of a pad is nested so deeply; what is could not be written as JSON again


def _plain(value: Any) -> Any:
    """Refuses NaN and infinity wherever they hide (a number that is none must not reach a comparison), and what is
    nested beyond reason."""
    _look(value, 0)
    return value


def _look(value: Any, deep: int) -> None:
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("NaN and infinity are not JSON")
    if deep > ARGS_DEPTH_MAX:
        raise ValueError(f"nest at most {ARGS_DEPTH_MAX} levels")
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _look(item, deep + 1)


Args = Annotated[dict[str, Any], AfterValidator(_plain)]


class Reason(Message):
    """Why, in words; `code` and `values` for translation."""

    code: str
    text: str
    values: dict[str, float | str] = {}


class ZoneState(Message):
    """A heat zone: asked beside actual. `target` is the temperature that the control follows now (ramped), `asked` the
    one that the step or a person wants; both null without heat. `temperature` null = no trusted sensor. `thermostat` is
    what the built-in program `warmth` would be asked for here."""

    asked: float | None = None
    target: float | None = None
    temperature: float | None = None
    duty: float = 0.0
    watts: float = 0.0
    limited_by: Reason | None = None
    thermostat: float | None = None


class MotorState(Message):
    """A massage motor, percent: `asked` at this moment of the pattern, `strength` as program and person mean it."""

    asked: int = 0
    actual: int = 0
    strength: int = 0


class QuestionState(Message):
    """A question that waits for `answer`, and for how long still; of `pain`: in which of the regions that the program
    treats."""

    question: Literal["comfort", "pain", "note", "awake"]
    remaining_s: float
    region: BodyRegion | None = None


class SessionState(Message):
    """The session that runs or is paused. `step` counts from 0 over the expanded steps; `card` is the id of one of the
    program's or of `info`; `wait` is whom the step waits for, with `step_remaining_s` as the cap. `ends_at` is null
    while nobody can know it, as in a pause; it moves only by more than a quarter of a minute."""

    id: str
    program: str
    title: dict[str, str]
    step: int
    steps: int
    step_id: str
    elapsed_s: float
    remaining_s: float
    step_remaining_s: float = 0.0
    card: str | None = None
    wait: Literal["person", "press"] | None = None
    question: QuestionState | None = None
    pattern: str | None = None
    ends_at: datetime | None = None


class Offer(Message):
    """The rest of a session that was cut off; `start` with `rest` begins it. It never begins by itself."""

    program: str
    title: dict[str, str]
    step: int
    steps: int
    remaining_s: float


class Invitation(Message):
    """A start that waits for the pad's button. It never changes: `content_hash` says exactly what a press starts;
    `heat` is what it would ask for at once, by zone."""

    program: str
    title: dict[str, str]
    role: str
    remaining_s: float
    content_hash: str = ""
    heat: dict[str, float] = {}


class FaultState(Message):
    """A fault that is present or latched, with what to do."""

    name: str
    lockout: Literal["A", "B", "C"]
    latched: bool
    sentence: str
    action: str


class PadState(Message):
    """`state`: the whole truth of a pad. At least every 1 s, at most 2 Hz, but phase, arming, faults and
    outputs-off at once. `outputs_off` is what the board reported, not what was asked; `selected` the program that a
    `start` of `@selected` means. `checklist_accepted`: somebody may use heat; `accepted_by`: who, as random ids."""

    seq: int
    epoch: str
    time: datetime
    phase: Phase
    armed: bool
    armed_remaining_s: float = 0.0
    outputs_off: bool
    zones: dict[str, ZoneState]
    motors: dict[str, MotorState]
    session: SessionState | None = None
    invitation: Invitation | None = None
    offer: Offer | None = None
    dose: dict[str, float] = {}
    faults: list[FaultState] = []
    checklist_accepted: bool = False
    selected: str | None = None
    accepted_by: list[str] = []
    reason: Reason


class StepOutline(Message):
    """One expanded step of a program, for the timeline and the preview before the start."""

    id: str
    duration_s: float
    heat: dict[str, float] = {}
    massage: dict[str, int] = {}
    pattern: str | None = None
    card: str | None = None
    ask: str | None = None
    wait: str | None = None


class CardInfo(Message):
    """A card: an exercise or a hint, with a drawing at `/cards/<id>.svg` where it is a shipped one, or at
    `/cards/<drawing>.svg` where it borrows one."""

    title: dict[str, str]
    text: dict[str, str]
    caution: dict[str, str]
    kind: str
    hold_s: float | None = None
    repetitions: int | None = None
    sets: int = 1
    sides: int = 1
    drawing: str | None = None


class ProgramOutline(Message):
    """A program as lists show it; `evidence` is how strong it is, `grounds` what it rests on, `cards` its own ones;
    `own`: it is a person's own and can be changed."""

    id: str
    own: bool = False
    title: dict[str, str]
    description: dict[str, str] = {}
    evidence: str
    grounds: dict[str, str] = {}
    total_s: float
    zones: list[str]
    motors: list[str]
    heats: bool
    steps: list[StepOutline]
    cards: dict[str, CardInfo] = {}


class ZoneInfo(Message):
    """What a zone is."""

    name: str
    area_m2: float
    nominal_w: float


class MotorInfo(Message):
    """What a motor is, and where: metres from the pad's centre, y up."""

    name: str
    x_m: float
    y_m: float


class PadInfo(Message):
    """`info`: what the pad is; changes with another board or configuration only."""

    name: str
    controller: str
    simulated: bool
    firmware_version: str
    contract_hash: str
    facts_hash: str
    board_id: str
    zones: list[ZoneInfo]
    motors: list[MotorInfo]
    limits: dict[str, float]
    programs: list[ProgramOutline]
    cards: dict[str, CardInfo] = {}
    zone_names: dict[str, str] = {}
    """What people call its zones, where they named them."""


class Service(Message):
    """What a pad has behind it, as far as its controllers knew: s of heat, sessions, how often each fault came."""

    heated_s: Annotated[float, Field(ge=0)] = 0.0
    sessions: Annotated[int, Field(ge=0)] = 0
    faults: dict[str, Annotated[int, Field(ge=0)]] = {}


class Spent(Message):
    """What a pad's zones had within the last 24 hours: CEM43 minutes by zone, s of warmth; and s of warmth since its
    last rest, with whether a rest is due. Whoever takes the pad over counts it in."""

    dose: dict[str, Annotated[float, Field(ge=0)]] = {}
    warm_day_s: Annotated[float, Field(ge=0)] = 0.0
    warm_s: Annotated[float, Field(ge=0)] = 0.0
    resting: bool = False


class PadHealth(Message):
    """`health`: how well the loop and the link do."""

    uptime_s: float
    reading_age_s: float | None
    loop_jitter_p99_s: float
    link_errors: int
    frames_bad: int
    demands_refused: int
    board_uptime_s: float | None
    heat_models: dict[str, str] = {}
    """By zone: nominal, learning, learned, relearning, mistrusted or plain."""
    witnesses: dict[str, float | None] = {}
    """By zone what the thermistor of its independent trip says, °C; null where it is not to be believed."""
    controller: str = ""
    time: datetime | None = None
    service: Service | None = None
    spent: Spent | None = None
    problem: Reason | None = None
    """What speaks against relying on the pad; see the fleet."""


class ControllerInfo(Message):
    """`info` of a controller. `boards`: the pads whose board is there now, with the id in its EEPROM."""

    version: str
    host: str
    pads: list[str]
    boards: dict[str, str] = {}


class ControllerHealth(Message):
    """`health` of a controller: how well its loop does, and what is wrong with its places and pads."""

    time: datetime
    uptime_s: float
    loop_jitter_p99_s: float
    pads: int
    problems: list[Reason] = []


EventKind = Literal[
    "started",
    "step",
    "finished",
    "stopped",
    "fault",
    "refused",
    "invited",
    "button",
    "link_lost",
    "link_up",
    "paused",
    "resumed",
    "adjusted",
    "armed",
    "disarmed",
    "asked",
    "answered",
    "asleep",
    "relearning",
    "nudged",
    "pairing",
]


class PadEvent(Message):
    """`event`: something happened."""

    time: datetime
    kind: EventKind
    reason: Reason
    session: str | None = None


class RequestMessage(Message):
    """`request/<role>/<verb>`: never retained. `automation` may leave out id and epoch."""

    id: Id | None = None
    epoch: str | None = None
    args: Args = {}


ProgramName = Annotated[str, Field(min_length=1, max_length=64)]


class StartArgs(Message):
    """Arguments of `start`: a program, or `@selected`; `rest` begins where the offered session was cut off. The program
    `warmth`, and no other, needs a `zone` and a `target` in °C, 40 at most."""

    program: ProgramName
    zone: str | None = None
    target: Annotated[float, Field(ge=0, le=100)] | None = None
    person: Annotated[str, Field(min_length=1, max_length=64)] = "me"
    rest: bool | None = None


class AdjustArgs(Message):
    """Arguments of `adjust`: a zone with a target in °C, or motors with an intensity in percent; or a `change` by one
    step, of the zone that is named, else of the massage. Or, as thermostats and fans speak: `heat` of a zone on or off;
    `massage` on or off, its `level` (0 to 3, of 20 % each) or its `pattern`, of `motors` or of all."""

    zone: str | None = None
    target: Annotated[float, Field(ge=0, le=100)] | None = None
    motors: list[str] | None = None
    intensity: Annotated[int, Field(ge=0, le=100)] | None = None
    change: Literal["less", "more"] | None = None
    heat: Literal["on", "off"] | None = None
    massage: Literal["on", "off"] | None = None
    level: Annotated[int, Field(strict=True, ge=0, le=LEVELS)] | None = None
    pattern: PatternName | None = None


class AnswerArgs(Message):
    """Arguments of `answer`: `next` (done with the step), `awake`, `rest` ("no": it is not offered again), `comfort`
    (less, fine, more, stop), `pain` (0 to 10, in the `region` that is asked of, or in another) or `note` (a text)."""

    question: Literal["next", "awake", "rest", "comfort", "pain", "note"]
    value: (
        Annotated[int, Field(strict=True, ge=0, le=10)] | Annotated[str, Field(min_length=1, max_length=500)] | None
    ) = None
    region: BodyRegion | None = None


class SelectArgs(Message):
    """Arguments of `select`: the program that a start of `@selected` shall mean. Nothing moves."""

    program: ProgramName


class NoArgs(Message):
    """Arguments of `resume`, `skip` and `back`: none. (`stop` and `pause` are obeyed whatever is said with them.)"""


class NudgeArgs(Message):
    """Arguments of `nudge`: none; how strong and how long is fixed."""


class ReplyMessage(Message):
    """`reply/<role>/<verb>`."""

    id: str
    status: Status
    reason: Reason
    applied: dict[str, Any] = {}


class QueryMessage(Message):
    """`query/<role>/<what>`."""

    id: Id
    args: Args = {}


class ResultMessage(Message):
    """`result/<role>/<what>`; at most 256 KiB."""

    id: str
    status: Literal["ok", "refused"]
    reason: Reason
    result: dict[str, Any] = {}


pain_matters = matters
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\S(.*\S)?$")]


WIDEST = HostLimits()


class NarrowerLimits(Message):
    """What people set below the pad's own limits, °C and minutes; null leaves those. The controller refuses what is
    wider, and takes the lower of the two whatever stands here."""

    target_max_c: Annotated[float, Field(ge=0, le=100)] | None = None
    session_max_min: Annotated[float, Field(ge=1, le=24 * 60)] | None = None


class PersonCeiling(Message):
    """What a person is never asked for more of, on any pad of this controller: °C, minutes a session, percent of
    massage (0: none); null leaves what holds anyway."""

    target_max_c: Annotated[float, Field(ge=WIDEST.target_min_c, le=WIDEST.target_max_c)] | None = None
    session_max_min: Annotated[float, Field(ge=1, le=WIDEST.session_max_s / 60)] | None = None
    massage_max_percent: Annotated[int, Field(strict=True, ge=0, le=100)] | None = None

    @field_validator("massage_max_percent")
    @classmethod
    def _turns(cls, percent: int | None) -> int | None:
        if percent is not None and 0 < percent < WIDEST.less_percent_min:
            least = WIDEST.less_percent_min
            raise ValueError(f"choose 0 for no massage, or {least} to 100: weaker, a motor would not turn")
        return percent


class PadSettings(Message):
    """What people set for a pad: its name and those of its zones (null, left out: as before any), narrower limits,
    hours in which it makes no sound by itself and does not nudge, and the programs that home automation may start."""

    name: Name | None = None
    zones: Annotated[dict[Slug, Name], Field(max_length=16)] = {}
    limits: NarrowerLimits = NarrowerLimits()
    quiet: Hours | None = None
    automation: Annotated[list[Slug], Field(max_length=64)] = []


CoachPlan = Plan
CoachItem = Item
PainScore = Annotated[int, Field(strict=True, ge=0, le=10)]
PersonName = Annotated[str, Field(min_length=1, max_length=64)]
PromptAnswer = Literal["done", "snooze", "skip"]


class PromptMessage(Message):
    """`prompt`: what the coach says to a person, who may answer until `until`. Said again with `over` once it is:
    answered, put off or missed. `card` shows it, `program` may be started for it."""

    id: Id
    person: str
    kind: Kind
    text: dict[str, str]
    until: datetime
    card: str | None = None
    program: str | None = None
    may_snooze: bool = True
    over: bool = False


class CoachTally(Message):
    """What came of the prompts of one kind."""

    done: int = 0
    snoozed: int = 0
    skipped: int = 0


class CoachCheck(Message):
    """What a person said of one item of the ergonomic checklist, and on which day."""

    fits: bool
    on: date


class CoachReport(Message):
    """Result of the query `coach`: what was set, whether it would prompt now or why not, the prompt that waits, the
    sums of the last seven days by kind, and the checklist."""

    plan: CoachPlan
    standing: Literal["off", "clock", "session", "quiet", "closed", "on"]
    prompt: PromptMessage | None
    week: dict[Kind, CoachTally]
    checks: dict[CoachItem, CoachCheck]


class PainScores(Message):
    """Scores of one region of the body, 0 to 10; null where that was not answered."""

    before: PainScore | None = None
    after: PainScore | None = None
    during: list[PainScore] = []


class SaidInSession(Message):
    """What was said besides, at its place on the program's timeline, s."""

    elapsed_s: float
    value: str


class SessionOutcome(Message):
    """What became of one session, as the query `sessions` lists it. `ending` is `finished`, `stopped`, `fault`,
    `link_lost`, `running` or `cut_off`; `until` is the newest time in its record, of which there are `lines`; doses
    are CEM43 minutes by zone."""

    session: Id
    person: Annotated[str, Field(max_length=64)] = ""
    pad: Annotated[str, Field(max_length=64)] = ""
    simulated: bool = False
    program: Annotated[str, Field(max_length=64)] = ""
    title: dict[str, str] = {}
    content_hash: Annotated[str, Field(max_length=300)] = ""
    at_step: int = 0
    began: datetime | None = None
    until: datetime | None = None
    ending: Annotated[str, Field(max_length=20)] = "cut_off"
    reason: Annotated[str, Field(max_length=300)] = ""
    text: Annotated[str, Field(max_length=300)] = ""
    ran_s: float | None = None
    dose: dict[str, float] = {}
    pain: dict[str, PainScores] = {}
    comfort: list[SaidInSession] = []
    notes: list[SaidInSession] = []
    left_out: int = 0
    skipped_lines: int = 0
    lines: int = 0


class SessionsResult(Message):
    """Result of the query `sessions` with `op: list`."""

    sessions: list[dict[str, Any]]
    more: bool
    from_oldest: bool


class CourseResult(Message):
    """Result of the query `sessions` with `op: course`: rows `[t_s, at_s, phase, [°C, asked °C, W, CEM43 minutes], …]`,
    of the zones named in `columns`; `next` is the row to go on with, null at the end."""

    columns: list[str]
    rows: list[list[Any]]
    next: int | None


class HelpedRow(Message):
    """One program and region; `median_change` is after less before: negative is relief."""

    program: str
    title: dict[str, str]
    region: str
    sessions: int
    median_before: float
    median_change: float
    eased: int
    worsened: int
    few: bool
    versions: int


class HelpedResult(Message):
    """`sessions` with `what_helped`: of one person. Below `few_below` sessions a row is an anecdote."""

    person: str
    sessions: int
    answered: int
    unanswered: int
    simulated: int
    rows: list[HelpedRow]
    few_below: int
    matters_points: int
    matters_share: float


def helped_of(outcomes: Iterable[SessionOutcome], person: str) -> HelpedResult:
    """What helped a person by these sessions, wherever they were played: the same sums as a controller's."""
    known = [
        Outcome(
            session=each.session,
            person=each.person,
            simulated=each.simulated,
            program=each.program,
            title=each.title,
            content_hash=each.content_hash,
            began=each.began,
            ending=each.ending,
            pain={region: Pain(scores.before, scores.after) for region, scores in each.pain.items()},
        )
        for each in outcomes
    ]
    return HelpedResult.model_validate(helped_as_plain(what_helped(known, person)))


class ButtonMessage(Message):
    """`simulated/button`: a press on a simulated pad's pin."""

    press_s: Annotated[float, Field(ge=0.02, le=20)]


Availability = RootModel[Literal["online", "offline"]]
"""`availability` of a controller or a pad: the bare word, no JSON."""

PAYLOADS: dict[str, type[Message]] = {
    "pad/info": PadInfo,
    "pad/state": PadState,
    "pad/health": PadHealth,
    "pad/event": PadEvent,
    "pad/prompt": PromptMessage,
    "pad/request": RequestMessage,
    "pad/reply": ReplyMessage,
    "pad/query": QueryMessage,
    "pad/result": ResultMessage,
    "pad/simulated/button": ButtonMessage,
    "controller/info": ControllerInfo,
    "controller/health": ControllerHealth,
}
