"""History over HTTP. Where the database cannot be had the status is 503 and the body a `Problem` with what to do."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from fastapi.responses import Response
from poultice.mqtt.messages import HelpedResult, Id, PersonName, Slug

from poultice_panel.asking import NoAnswerError, NoBrokerError
from poultice_panel.history.history import History
from poultice_panel.history.shapes import (
    AfterSession,
    Day,
    Kept,
    Month,
    NoteBody,
    PainBody,
    Report,
    SessionDetail,
    SessionPage,
    SetAside,
    Summary,
)
from poultice_panel.history.wanted import Wanted, days_of
from poultice_panel.people.desk import NOTES_OFF
from poultice_panel.people.routes import TheViewer
from poultice_panel.problems import ProblemError

if TYPE_CHECKING:
    from poultice_panel.house import House

router = APIRouter(prefix="/api/history", tags=["history"])

PERIOD_MAX = timedelta(days=3660)
ASK_AFTER_S = 15 * 60.0  # so long after a session "how is it now" is about that session
PAGE_MAX = 200
NO_SESSION = HTTPException(404, "There is no such session")
_NOT_REACHED = ProblemError(
    504, "session_not_reached", "The session's pad cannot be asked: switch it on and try again, then it is erased."
)
CSV = "text/csv; charset=utf-8"


def house_of(request: Request) -> House:
    """The panel's one house."""
    house: House = request.app.state.house
    return house


def _history(request: Request) -> History:
    history: History = request.app.state.history
    return history


TheHistory = Annotated[History, Depends(_history)]


def _whose(
    request: Request,
    asking: TheViewer,
    person: Annotated[PersonName | None, Query(description="whose sessions, a random id", examples=["me"])] = None,
) -> str:
    """For whom this phone asks; another's only where it may."""
    return house_of(request).people.person_for(asking, person)


Whose = Annotated[str, Depends(_whose)]
SessionId = Annotated[Id, Path(description="the session's id")]


def _period(since: Day, until: Day) -> tuple[date, date]:
    try:
        first, last = date.fromisoformat(since), date.fromisoformat(until)
    except ValueError:
        raise HTTPException(422, "since and until are days, like 2026-03-01") from None
    if not timedelta(0) <= last - first <= PERIOD_MAX:
        raise HTTPException(422, "since is a day before until, by ten years at most")
    return first, last


Period = Annotated[tuple[date, date], Depends(_period)]


@router.get("/sessions")
async def sessions(  # noqa: PLR0917 - each is one field of the question
    history: TheHistory,
    person: Whose,
    program: Annotated[str | None, Query(max_length=64)] = None,
    month: Annotated[Month | None, Query(examples=["2026-03"])] = None,
    after: Annotated[Id | None, Query(description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
) -> SessionPage:
    """A person's sessions, newest first, page by page."""
    since, until = _days_of(month) if month is not None else (None, None)
    wanted = Wanted(person, program, since, until)
    page = await history.read(lambda books: books.page(wanted, limit, after))
    return page.model_copy(update={"trouble": history.trouble})


def _days_of(month: str) -> tuple[str, str]:
    try:
        return days_of(month)
    except (ValueError, OverflowError):
        raise HTTPException(422, "month is a year and a month, like 2026-03") from None


@router.get("/summary")
async def summary(history: TheHistory, period: Period, person: Whose) -> Summary:
    """A stretch of time at a glance: calendar, trends of pain by region, heat by day against its limit, programs."""
    found = await history.read(lambda books: books.summary(person, *period))
    return found.model_copy(update={"dose_max": history.dose_max(), "trouble": history.trouble})


@router.get("/sessions/{session}")
async def session(session: SessionId, history: TheHistory, person: Whose) -> SessionDetail:
    """One session with its curve, what happened in it, and what was said."""
    found = await history.read(lambda books: books.detail(session, person))
    if found is None:
        raise NO_SESSION
    return found


@router.post("/sessions/{session}/note")
async def note(session: SessionId, body: NoteBody, history: TheHistory, person: Whose, request: Request) -> Kept:
    """Writes, changes or takes away the note after a session."""
    words = body.note.strip()
    if words and not house_of(request).people.notes:
        raise NOTES_OFF
    if not await history.write_note(session, person, words):
        raise NO_SESSION
    return Kept(id=session)


@router.post("/sessions/{session}/pain")
async def pain(session: SessionId, body: PainBody, history: TheHistory, person: Whose) -> Kept:
    """Says how much it hurts after a session whose program did not ask; the controller keeps it in its record."""
    pad = await history.read(lambda books: books.pad_of(session, person))
    if pad is None:
        raise NO_SESSION
    answer = await history.say_pain(pad, session, person, body.region, body.value)
    if answer.status != "ok":
        raise HTTPException(409, answer.reason.text.rstrip("."))
    return Kept(id=session)


@router.post("/sessions/{session}/forget")
async def forget(session: SessionId, history: TheHistory, person: Whose) -> Kept:
    """Erases one session for good: its record, curve, scores and notes, at its pad's controller and here."""
    pad = await history.read(lambda books: books.pad_of(session, person))
    if pad is None:
        raise NO_SESSION
    try:
        answer = await history.forget_session(pad, session, person)
    except (NoAnswerError, NoBrokerError):
        raise _NOT_REACHED from None
    if answer.status != "ok":
        raise HTTPException(409, answer.reason.text.rstrip("."))
    return Kept(id=session)


@router.get("/after/{pad}")
async def after(pad: Annotated[Slug, Path()], history: TheHistory, person: Whose) -> AfterSession:
    """The session that just ended on a pad, and where nobody said how it is now."""
    not_before_s = history.clock.wall().timestamp() - ASK_AFTER_S
    found = await history.read(lambda books: books.last_on(pad, person, not_before_s))
    regions = [each.region for each in found.pain if each.after is None] if found else []
    return AfterSession(session=found, unanswered=regions)


@router.get("/sessions.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def export_sessions(
    history: TheHistory, person: Whose, language: Annotated[str, Query(pattern="^(en|de)$")] = "en"
) -> Response:
    """All sessions as CSV: one line a session and region of the body."""
    text = await history.read(lambda books: books.sessions_csv(Wanted(person), language))
    return _file(text, "poultice-sessions.csv")


@router.get("/sessions/{session}/curve.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def export_curve(session: SessionId, history: TheHistory, person: Whose) -> Response:
    """One session's whole curve as CSV: one line a second."""
    try:
        course = await history.read(lambda books: books.course_csv(session, person))
    except ValueError:
        raise HTTPException(404, "The curve of that session is damaged") from None
    if course is None:
        raise HTTPException(404, "There is no curve of that session")
    return _file(course, f"poultice-{session}.csv")


def _file(text: str, name: str) -> Response:
    return Response(text, media_type=CSV, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.get("/what-helped")
async def what_helped(history: TheHistory, person: Whose) -> HelpedResult:
    """How a person's pain changed, program by program, over all pads and controllers of the house."""
    return await history.read(lambda books: books.helped(person))


@router.get("/report")
async def report_of(history: TheHistory, period: Period, person: Whose, notes: bool = False) -> Report:
    """One page for a physiotherapist; with the notes only where they are asked for."""
    found = await history.read(lambda books: books.report(person, *period, notes))
    return found.model_copy(update={"dose_max": history.dose_max()})


@router.post("/set-aside")
async def set_aside(history: TheHistory) -> SetAside:
    """Puts a damaged database aside and begins a new one; what the pads still have is taken over again."""
    aside = await history.set_aside()
    return SetAside(aside=str(aside) if aside else None)
