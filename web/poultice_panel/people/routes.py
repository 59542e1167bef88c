"""The HTTP interface of persons, phones and pairing."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, Response
from poultice.mqtt.messages import PersonCeiling, ResultMessage
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.background import BackgroundTask

from poultice_panel.asking import NoAnswerError
from poultice_panel.people.address import house_url
from poultice_panel.people.desk import Desk, Me, PersonView, PhoneView
from poultice_panel.people.door import COOKIE
from poultice_panel.people.rights import RoleName, Viewer
from poultice_panel.people.store import PersonId
from poultice_panel.problems import ProblemError

if TYPE_CHECKING:
    from poultice_panel.history.history import History
    from poultice_panel.house import House

COOKIE_S = 400 * 24 * 3600  # browsers keep none for longer
QR_SCALE = 6
router = APIRouter()

PlainName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ClaimBody(_Body):
    """The code that a person reads, and what their phone shall be called."""

    code: Code
    name: PlainName


class OpenBody(_Body):
    """What the phone that comes in may, and for whom: null for a person of its own."""

    role: RoleName = "use"
    person: PersonId | None = None


class MeBody(_Body):
    """Who has the phone in hand."""

    person: PersonId


class NameBody(_Body):
    """A person's name."""

    name: PlainName


class NotesBody(_Body):
    """Whether notes are kept."""

    kept: bool


class PhoneBody(_Body):
    """What of a phone to change."""

    name: PlainName | None = None
    role: RoleName | None = None
    persons: list[PersonId] = Field([], max_length=64)


class Restored(BaseModel):
    """What was brought back."""

    status: str = "ok"
    parts: list[str]


class PairingView(BaseModel):
    """The pairing window: closed, or its code, the address to open on the phone, and how long it stays open, s. `lan`:
    whether other computers reach this panel at all."""

    open: bool
    lan: bool
    code: str | None = None
    url: str | None = None
    remaining_s: float = 0.0
    tries: int = 0


class Done(BaseModel):
    """It was done."""

    status: str = "ok"


class CeilingKept(BaseModel):
    """It is kept; `waits` are the controllers that are there and have not taken it yet."""

    status: str = "ok"
    waits: list[str]


class Forgotten(BaseModel):
    """What each pad's controller erased."""

    status: str = "ok"
    pads: dict[str, ResultMessage]


def viewer(request: Request) -> Viewer:
    """Who asks; the guard let nobody else through."""
    found: Viewer | None = request.state.viewer
    if found is None:
        raise ProblemError(401, "unpaired", "This phone is not paired.")
    return found


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.house.people
    return desk


TheViewer = Annotated[Viewer, Depends(viewer)]
TheDesk = Annotated[Desk, Depends(_desk)]


# -- Me


@router.get("/api/me")
async def me(request: Request, desk: TheDesk) -> Me | None:
    """Who this phone is; null for a stranger."""
    return desk.me(request.state.viewer)


@router.post("/api/me")
async def become(body: MeBody, asking: TheViewer, desk: TheDesk) -> Done:
    """Another person has this phone in hand."""
    desk.become(asking, body.person)
    return Done()


# -- Pairing


@router.post("/api/pairing/claim")
async def claim(body: ClaimBody, request: Request, response: Response, desk: TheDesk) -> Done:
    """A phone comes in by the code; its token is in a cookie that no script reads."""
    address = request.client.host if request.client else ""
    _, token = desk.claim(body.code, body.name, address)
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, max_age=COOKIE_S, httponly=True, samesite="strict", secure=secure)
    return Done()


@router.get("/api/pairing")
async def pairing(request: Request, desk: TheDesk) -> PairingView:
    """Whether a code is valid, and which."""
    lan = request.app.state.house.access.lan
    found = desk.window()
    if found is None:
        return PairingView(open=False, lan=lan)
    window, remaining_s = found
    return PairingView(
        open=True,
        lan=lan,
        code=window.code,
        url=_phone_url(request, window.code),
        remaining_s=round(remaining_s, 1),
        tries=window.tries,
    )


@router.post("/api/pairing")
async def open_pairing(body: OpenBody, request: Request, desk: TheDesk) -> PairingView:
    """Makes a code, in the place of any before it."""
    desk.open(body.role, body.person)
    return await pairing(request, desk)


@router.post("/api/pairing/close")
async def close_pairing(desk: TheDesk) -> Done:
    """No code is valid any more."""
    desk.close()
    return Done()


@router.get("/api/pairing/code.svg")
async def picture(request: Request, desk: TheDesk) -> Response:
    """The address with the code as a QR code; 404 where none is valid, or no phone could reach it."""
    found = desk.window()
    url = None if found is None else _phone_url(request, found[0].code)
    if url is None:
        raise ProblemError(404, "no_window", "No code is valid now: make one.")
    import segno  # noqa: PLC0415  (nobody waits for it but who pairs)

    drawn = io.BytesIO()
    segno.make(url, error="m", micro=False).save(drawn, kind="svg", scale=QR_SCALE, light="white", border=3)
    return Response(drawn.getvalue(), media_type="image/svg+xml")


def _phone_url(request: Request, code: str) -> str | None:
    """Behind the #, the code reaches no server and no log."""
    house = house_url(
        request.headers.get("host", ""), request.scope.get("server") or ("", 0), lan=request.app.state.house.access.lan
    )
    return None if house is None else f"{house}/#/pair/{code}"


# -- Phones


@router.get("/api/phones")
async def phones(desk: TheDesk) -> list[PhoneView]:
    """All paired phones."""
    return desk.phones()


@router.post("/api/phones/{phone}")
async def change_phone(phone: PersonId, body: PhoneBody, desk: TheDesk) -> Done:
    """Renames a phone, changes what it may or for whom it may ask."""
    desk.change_phone(phone, name=body.name, role=body.role, persons=tuple(body.persons))
    return Done()


@router.post("/api/phones/{phone}/revoke")
async def revoke(phone: PersonId, desk: TheDesk) -> Done:
    """A phone comes in no more, from this moment."""
    desk.revoke(phone)
    return Done()


# -- Persons


@router.get("/api/persons")
async def persons(desk: TheDesk) -> list[PersonView]:
    """All persons."""
    return [PersonView.of(each) for each in desk.people.persons]


@router.post("/api/persons")
async def add_person(body: NameBody, desk: TheDesk) -> PersonView:
    """A new person."""
    return PersonView.of(desk.add_person(body.name))


@router.post("/api/persons/{person}")
async def rename_person(person: PersonId, body: NameBody, desk: TheDesk) -> Done:
    """A person's name."""
    desk.rename_person(person, body.name)
    return Done()


@router.post("/api/persons/{person}/ceiling")
async def set_ceiling(person: PersonId, body: PersonCeiling, request: Request, desk: TheDesk) -> CeilingKept:
    """What a person is never asked for more of, at every pad: told to each controller now, or when it comes."""
    desk.set_ceiling(person, body)
    return CeilingKept(waits=await request.app.state.house.ceilings.changed())


@router.post("/api/persons/{person}/forget")
async def forget_person(person: PersonId, request: Request, desk: TheDesk) -> Forgotten:
    """Erases a person everywhere: at every pad's controller, in the history, then here. Where a pad cannot be asked
    nothing is erased here yet, so that it can be tried again."""
    house: House = request.app.state.house
    history: History = request.app.state.history
    pads = {pad.id: await _forget_at(house, pad.id, person) for pad in house.pads}
    await history.forget(person, next(iter(pads), ""))
    desk.drop_person(person)
    return Forgotten(pads=pads)


async def _forget_at(house: House, pad: str, person: str) -> ResultMessage:
    try:
        result = await house.asking.query(pad, "persons", {"op": "forget", "person": person})
        await house.asking.query(pad, "settings", {"op": "set", "ceilings": {person: None}})
    except NoAnswerError:
        raise ProblemError(
            504, "not_reached", f"The pad {pad} cannot be asked: switch it on and try again, then all is forgotten."
        ) from None
    if result.status != "ok":
        raise ProblemError(409, result.reason.code, result.reason.text)
    return result


@router.post("/api/notes")
async def keep_notes(body: NotesBody, desk: TheDesk) -> Done:
    """Whether what people write about their sessions is kept from now on, in the whole house."""
    desk.keep_notes(body.kept)
    return Done()


# -- Backup


@router.get("/api/backup")
async def back_up(request: Request) -> Response:
    """Everything that people entered, as one file."""
    house: House = request.app.state.house
    made = house.wall()
    name = f"poultice-{made:%Y-%m-%d}.json"
    return Response(
        house.backup.text(made),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/api/backup/all")
async def back_up_all(request: Request) -> FileResponse:
    """Everything on this computer as the file of `poultice backup`, which `poultice restore` brings back."""
    house: House = request.app.state.house
    if house.save_all is None:
        raise ProblemError(409, "no_backup", "This panel does not know where everything is: use `poultice backup`.")
    try:
        file = await asyncio.to_thread(house.save_all)
    except ValueError as error:
        raise ProblemError(507, "backup", str(error)) from None
    remove = BackgroundTask(file.unlink, missing_ok=True)
    return FileResponse(file, filename=f"poultice-{house.wall():%Y-%m-%d}.poultice", background=remove)


@router.post("/api/backup")
async def restore(request: Request) -> Restored:
    """Brings a file back: what is in it replaces what has the same id, what came since stays."""
    house: House = request.app.state.house
    return Restored(parts=house.backup.restore(await request.body()))
