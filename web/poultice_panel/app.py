"""The panel's HTTP interface. Everything it does goes over MQTT; nothing it shows is guessed.

Answers to requests are what the controller replied (`ReplyMessage`), refusals included, with status 200. Where no
answer can be had the status is 4xx or 5xx and the body is `Problem`: `{status: "error", reason: {code, text, values}}`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Path, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from poultice.mqtt.connection import BrokerAddress
from poultice.mqtt.messages import (
    AdjustArgs,
    AnswerArgs,
    Args,
    ButtonMessage,
    CoachItem,
    CoachPlan,
    Id,
    NudgeArgs,
    PadSettings,
    PersonName,
    PromptAnswer,
    Reason,
    ReplyMessage,
    ResultMessage,
    SelectArgs,
    Slug,
    StartArgs,
)
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.exceptions import HTTPException

from poultice_panel.asking import NoAnswerError, NoBrokerError
from poultice_panel.broker import Broker
from poultice_panel.clock import Clock
from poultice_panel.fleet import Fleet, fleet
from poultice_panel.foretelling import Foretelling
from poultice_panel.guard import Guard
from poultice_panel.history.database import IN_MEMORY, Database
from poultice_panel.history.history import History
from poultice_panel.history.routes import TheHistory
from poultice_panel.history.routes import router as history_router
from poultice_panel.history.trouble import HistoryError
from poultice_panel.house import House, SaveAll
from poultice_panel.live import EventStream
from poultice_panel.metrics import TYPE, Metrics
from poultice_panel.page import STATIC, Page
from poultice_panel.people.desk import NOTES_OFF
from poultice_panel.people.door import Access
from poultice_panel.people.rights import Viewer
from poultice_panel.people.routes import TheViewer
from poultice_panel.people.routes import router as people_router
from poultice_panel.problems import Problem, ProblemError

BEAT_S = 1.0
Alive = Callable[[float], None]
ARGS: dict[str, type[BaseModel]] = {
    "start": StartArgs,
    "adjust": AdjustArgs,
    "answer": AnswerArgs,
    "nudge": NudgeArgs,
    "select": SelectArgs,
}

PadId = Annotated[Slug, Path(description="the pad's id")]
AskedVerb = Literal["start", "pause", "resume", "adjust", "skip", "back", "answer", "nudge", "select"]


class Body(BaseModel):
    """Base of all bodies: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class RequestBody(Body):
    """Arguments of a request."""

    args: Args = {}


class ChecklistBody(Body):
    """Whether a person has read and accepted who must not use heat; without a person, whoever has the phone in hand."""

    accepted: bool
    person: PersonName | None = None


class PreviewBody(Body):
    """Which program, and how warm the room is, °C, where that is known."""

    program: Slug
    room_c: float | None = None


class PersonBody(Body):
    """Of whom; without it, of whoever has the phone in hand."""

    person: PersonName | None = None


class CoachBody(Body):
    """What a person asks the coach for, from now on."""

    person: PersonName | None = None
    plan: CoachPlan


class PromptBody(Body):
    """What a person does with a prompt."""

    person: PersonName | None = None
    id: Id
    answer: PromptAnswer


class CheckBody(Body):
    """Whether one item of the ergonomic checklist fits a person."""

    person: PersonName | None = None
    item: CoachItem
    fits: bool


class StopAnswer(BaseModel):
    """What became of a STOP. Only `confirmed_off` means that the board reported all outputs off after it."""

    status: Literal["accepted", "unconfirmed"]
    confirmed_off: bool
    reason: Reason


class Sent(BaseModel):
    """Something was sent that is not answered."""

    status: Literal["sent"] = "sent"


class Health(BaseModel):
    """Whether the panel lives (it answers) and what it knows."""

    status: Literal["ok"] = "ok"
    broker_connected: bool
    pads: int


NO_BROKER = ProblemError(503, "no_broker", "The panel has no connection to the broker: nothing was sent.")
NO_ANSWER = ProblemError(504, "no_answer", "The controller did not answer within 2 s.")
FIRST_STATE_S = 1.0  # a controller that is there says its state at once after the broker is back
NOT_CONFIRMED = "NOT confirmed: use the pad's button."


def create_app(
    broker: BrokerAddress,
    static: FilePath = STATIC,
    clock: Clock | None = None,
    *,
    access: Access | None = None,
    database_url: str = IN_MEMORY,
    alive: Alive = lambda _now_s: None,
    save_all: SaveAll | None = None,
) -> FastAPI:
    """The panel for one broker; `static` is the built page, `access` how it may be reached, `database_url` says where
    people's history is kept, `alive` is told the instant (s) about once a second, `save_all` makes a backup."""
    clock = clock or Clock()
    house = House(clock, access, save_all)
    history = History(Database(database_url), house.pads, house.asking.query, clock)
    house.watch = history.look
    foretelling = Foretelling(house.asking)

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        link = Broker(broker, house.hear, house.broker_changed)
        house.publish = link.publish
        house.foretell = foretelling.begin
        beating = asyncio.create_task(_beat(house, lambda: alive(clock.now_s())))
        telling = asyncio.create_task(house.ceilings.run())
        history.begin()
        yield
        beating.cancel()
        telling.cancel()
        foretelling.close()
        house.live.close()
        await history.close()
        await link.close()

    app = FastAPI(
        title="Poultice panel",
        description=__doc__,
        docs_url=None,  # its scripts would come from outside of the house
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        responses={"4XX": {"model": Problem}, "5XX": {"model": Problem}},
    )
    app.state.house = house
    app.state.metrics = Metrics(house)
    app.state.history = history
    app.add_middleware(Guard, door=house.door)
    _say_problems(app)
    _add_routes(app)
    app.include_router(history_router)
    app.include_router(people_router)
    _add_rooms(app)
    app.mount("/", Page(static))
    return app


async def _beat(house: House, alive: Callable[[], None]) -> None:
    while True:
        alive()
        await asyncio.sleep(BEAT_S)
        house.live.beat()


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


TheHouse = Annotated[House, Depends(_house)]


def _add_routes(app: FastAPI) -> None:
    app.get("/healthz")(healthz)
    app.get("/metrics", response_class=Response)(metrics)
    app.get("/api/fleet")(the_fleet)
    app.get("/api/pads", response_class=Response)(pads)
    app.get("/api/live", response_class=Response)(live)
    app.post("/api/pads/{pad}/requests/stop", responses={503: {"model": StopAnswer}, 504: {"model": StopAnswer}})(stop)
    app.post("/api/pads/{pad}/requests/{verb}")(request_of_pad)
    app.post("/api/pads/{pad}/simulated/button", status_code=202)(press)
    app.get("/api/pads/{pad}/settings")(settings)
    app.post("/api/pads/{pad}/settings")(change_settings)
    app.post("/api/pads/{pad}/checklist")(accept_checklist)
    app.get("/api/pads/{pad}/calibration")(calibration)
    app.get("/api/pads/{pad}/logs")(logs)
    app.post("/api/pads/{pad}/preview")(preview)
    app.get("/api/pads/{pad}/curve", response_class=Response)(curve)
    app.get("/api/pads/{pad}/course", response_class=Response)(course)
    app.get("/api/pads/{pad}/what-helped")(what_helped)
    app.post("/api/pads/{pad}/forget")(forget)
    app.get("/api/pads/{pad}/coach")(coach)
    app.post("/api/pads/{pad}/coach")(change_coach)
    app.post("/api/pads/{pad}/coach/answer")(answer_prompt)
    app.post("/api/pads/{pad}/coach/check")(check_item)


def _add_rooms(app: FastAPI) -> None:
    """Routes that have files of their own; these take from here what every route needs."""
    from poultice_panel import programs  # noqa: PLC0415

    app.include_router(programs.routes)


async def healthz(house: TheHouse) -> Health:
    """That the panel lives."""
    return Health(broker_connected=house.broker_connected, pads=len(house.pads))


async def metrics(request: Request) -> Response:
    """Figures for Prometheus; see docs/metrics.md. Nothing of people is in them."""
    figures: Metrics = request.app.state.metrics
    return Response(figures.text(), media_type=TYPE)


async def the_fleet(house: TheHouse) -> Fleet:
    """All controllers and pads: what they run, what they have behind them, what a person must set right."""
    return fleet(house.pads)


async def pads(request: Request, house: TheHouse) -> Response:
    """All pads: a list of entries `{id, controller_online, online, info, state, state_age_s, health, prompts}`; a
    stranger is told their ids."""
    return Response(house.pads_json(request.state.viewer), media_type="application/json")


async def live(request: Request, house: TheHouse) -> Response:
    """Server-sent events: `snapshot` first, then `pad` as they change and a `heartbeat` a second."""
    asking: Viewer | None = request.state.viewer
    if house.live.full(asking):
        raise ProblemError(503, "too_many", "Too many pages are open: close one.")
    return EventStream(house.live.stream(asking))


async def stop(pad: PadId, house: TheHouse) -> JSONResponse:
    """STOP: sent at once and again until the board reports all outputs off, at most 2 s. Any body will do."""
    try:
        confirmed = await house.asking.stop(pad)
        why = "" if confirmed else "The pad did not report within 2 s that it is off. "
        status = 200 if confirmed else 504
    except NoBrokerError:
        confirmed, status, why = False, 503, f"{NO_BROKER} "
    if confirmed:
        answer = StopAnswer(status="accepted", confirmed_off=True, reason=Reason(code="off", text="Confirmed off."))
    else:
        reason = Reason(code="not_confirmed", text=why + NOT_CONFIRMED)
        answer = StopAnswer(status="unconfirmed", confirmed_off=False, reason=reason)
    return JSONResponse(answer.model_dump(), status)


async def request_of_pad(
    pad: PadId, verb: AskedVerb, body: RequestBody, house: TheHouse, asking: TheViewer
) -> ReplyMessage:
    """Asks the pad for something; the answer is the controller's, a refusal too."""
    _check_args(verb, body.args)
    args = dict(body.args)
    if verb == "answer" and args.get("question") == "note" and not house.people.notes:
        raise NOTES_OFF
    if verb == "start":
        args["person"] = house.people.person_for(asking, args.get("person"))
    return await house.asking.request(pad, verb, await _epoch(house, pad), args)


async def press(pad: PadId, body: ButtonMessage, house: TheHouse) -> Sent:
    """Presses the button of a simulated pad; there is no such way to a real one's."""
    known = house.pads.get(pad)
    if known is None or known.info is None:
        raise ProblemError(404, "unknown_pad", f"There is no pad {pad}.")
    if not known.info.simulated:
        raise ProblemError(403, "not_simulated", "This pad is real: press the button on the pad itself.")
    house.asking.press(pad, body.press_s)
    return Sent()


async def settings(pad: PadId, house: TheHouse, asking: TheViewer) -> ResultMessage:
    """The pad's settings, as its controller has them, and whether one has accepted the checklist."""
    return await _query(house, pad, "settings", {"op": "get", "person": asking.person})


async def change_settings(pad: PadId, body: PadSettings, house: TheHouse) -> ResultMessage:
    """Changes settings of the pad; what is left out stays."""
    return await _query(house, pad, "settings", {"op": "set", "pad": body.model_dump(mode="json", exclude_unset=True)})


async def accept_checklist(pad: PadId, body: ChecklistBody, house: TheHouse, asking: TheViewer) -> ResultMessage:
    """Whoever has this phone in hand says that nothing excludes them, or takes it back."""
    person = house.people.person_for(asking, body.person)
    return await _query(house, pad, "settings", {"op": "set", "person": person, "checklist_accepted": body.accepted})


async def calibration(pad: PadId, house: TheHouse) -> ResultMessage:
    """What the last calibration measured: by zone temperature and power, each `step_s`."""
    return await _query(house, pad, "calibration", {})


async def logs(pad: PadId, house: TheHouse) -> ResultMessage:
    """The last lines of the controller's log, without anything of anybody's health."""
    return await _query(house, pad, "logs", {})


async def preview(pad: PadId, body: PreviewBody, house: TheHouse) -> ResultMessage:
    """What a program would do on this pad now: instants, and by zone the temperature with its band, power and dose."""
    return await _query(house, pad, "programs", {"op": "preview", **body.model_dump(exclude_none=True)})


async def curve(pad: PadId, house: TheHouse) -> Response:
    """The last hour, one sample a second: `{t: [s before now], zones: {name: {temperature, target}}}`."""
    return Response(house.curve_json(pad), media_type="application/json")


async def course(pad: PadId, house: TheHouse) -> Response:
    """The session until now beside what was expected of it when it began: `{session, program, t: [s before now], at:
    [s on the program's timeline, or null], zones: {name: {temperature, target}}, expected}`."""
    return Response(house.course_json(pad), media_type="application/json")


async def what_helped(
    pad: PadId, house: TheHouse, asking: TheViewer, person: PersonName | None = None
) -> ResultMessage:
    """How a person's pain changed from before each program to after it, with the number of sessions."""
    whose = house.people.person_for(asking, person)
    return await _query(house, pad, "sessions", {"op": "what_helped", "person": whose})


async def forget(
    pad: PadId, body: PersonBody, house: TheHouse, asking: TheViewer, history: TheHistory
) -> ResultMessage:
    """Erases a person's records at the pad's controller and in the panel's history, has every other controller do so,
    at the latest when it comes back, and says what was erased."""
    whose = house.people.person_for(asking, body.person)
    result = await _query(house, pad, "persons", {"op": "forget", "person": whose})
    if result.status != "ok":
        return result
    erased = {**result.result.get("erased", {}), "history": await history.forget(whose, pad)}
    return result.model_copy(update={"result": {**result.result, "erased": erased}})


async def coach(pad: PadId, house: TheHouse, asking: TheViewer, person: PersonName | None = None) -> ResultMessage:
    """A person's coach: what was set, the prompt that waits, the sums of seven days, the ergonomic checklist."""
    whose = house.people.person_for(asking, person)
    return await _query(house, pad, "coach", {"op": "get", "person": whose})


async def change_coach(pad: PadId, body: CoachBody, house: TheHouse, asking: TheViewer) -> ResultMessage:
    """Sets what the coach does for a person."""
    whose = house.people.person_for(asking, body.person)
    args = {"op": "set", "person": whose, "coach": body.plan.model_dump(mode="json")}
    return await _query(house, pad, "settings", args)


async def answer_prompt(pad: PadId, body: PromptBody, house: TheHouse, asking: TheViewer) -> ResultMessage:
    """Answers a prompt: done, put off once, or skipped."""
    whose = house.people.person_for(asking, body.person)
    return await _query(house, pad, "coach", {"op": "answer", **body.model_dump(), "person": whose})


async def check_item(pad: PadId, body: CheckBody, house: TheHouse, asking: TheViewer) -> ResultMessage:
    """Answers one item of the ergonomic checklist."""
    whose = house.people.person_for(asking, body.person)
    return await _query(house, pad, "coach", {"op": "check", **body.model_dump(), "person": whose})


async def _query(house: House, pad: str, what: str, args: dict[str, Any]) -> ResultMessage:
    await _epoch(house, pad)
    return await house.asking.query(pad, what, args)


async def know(house: House, pad_id: str) -> None:
    """Sees to it that a pad is known here and its controller has spoken. Raises ProblemError."""
    await _epoch(house, pad_id)


async def _epoch(house: House, pad_id: str) -> str:
    """The newest epoch of a pad: proof that its state is known here."""
    if not house.broker_connected:
        raise NO_BROKER
    if house.pads.get(pad_id) is None:
        raise ProblemError(404, "unknown_pad", f"There is no pad {pad_id}.")
    epoch = await house.epoch(pad_id, FIRST_STATE_S)
    if epoch is None:
        raise ProblemError(503, "no_state", "The pad has not said yet what it does; try again in a moment.")
    return epoch


def _check_args(verb: str, args: dict[str, Any]) -> None:
    model = ARGS.get(verb)
    if model is not None:
        try:
            model.model_validate(args)
        except ValidationError as error:
            raise RequestValidationError(
                [{**problem, "loc": ("args", *problem["loc"])} for problem in error.errors(include_url=False)]
            ) from None


def _say_problems(app: FastAPI) -> None:
    """Every error is one sentence in the same shape."""

    @app.exception_handler(ProblemError)
    async def problem(_request: Request, error: ProblemError) -> JSONResponse:
        return _problem(error.status, error.code, str(error))

    @app.exception_handler(NoBrokerError)
    async def no_broker(_request: Request, _error: NoBrokerError) -> JSONResponse:
        return _problem(NO_BROKER.status, NO_BROKER.code, str(NO_BROKER))

    @app.exception_handler(HistoryError)
    async def no_history(_request: Request, error: HistoryError) -> JSONResponse:
        return JSONResponse(Problem(reason=error.reason).model_dump(), 503)

    @app.exception_handler(NoAnswerError)
    async def no_answer(_request: Request, _error: NoAnswerError) -> JSONResponse:
        return _problem(NO_ANSWER.status, NO_ANSWER.code, str(NO_ANSWER))

    @app.exception_handler(HTTPException)
    async def http(_request: Request, error: HTTPException) -> JSONResponse:
        return _problem(error.status_code, "http", f"{error.detail}.")

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part)[:40] for part in first["loc"] if part != "body")
        text = f"{where or 'body'}: {str(first['msg'])[:200]}."
        return _problem(422, "invalid", text)


def _problem(status: int, code: str, text: str) -> JSONResponse:
    return JSONResponse(Problem(reason=Reason(code=code, text=text)).model_dump(), status)
