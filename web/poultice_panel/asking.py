"""Asks a pad and waits for the answer that belongs to it: requests, queries, and STOP until it is confirmed.

Nothing is queued: without a broker nothing is sent, now or later.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from poultice.mqtt.messages import (
    ButtonMessage,
    Message,
    PadState,
    QueryMessage,
    ReplyMessage,
    RequestMessage,
    ResultMessage,
)
from poultice.mqtt.topics import PadTopics
from pydantic import ValidationError

ANSWER_S = 2.0
STOP_S = 2.0
STOP_AGAIN_S = 0.4
SURE_S = 1.0  # a state that came so long after the first STOP was made after it, even if the reply was lost
MOST_WAITING = 200
ROLE = "phone"

Publish = Callable[[str, bytes], bool]
Answer = ReplyMessage | ResultMessage


class NoBrokerError(Exception):
    """There is no connection to the broker: nothing was sent."""


class NoAnswerError(Exception):
    """Nobody answered in time."""


class StopWatch:
    """Whether one STOP is known to have worked. Only a state that came after the controller's reply counts, for one
    that was under way may be of before; without a reply, one that came a second after the STOP."""

    def __init__(self, sent_s: float) -> None:
        self._sent_s = sent_s

    def confirmed_by(self, state: PadState, replied: bool, now_s: float) -> bool:
        """Whether a state that was just heard confirms the STOP."""
        return state.outputs_off and (replied or now_s - self._sent_s >= SURE_S)


@dataclass(frozen=True, slots=True)
class _Stop:
    """One STOP under way."""

    pad: str
    watch: StopWatch
    reply: asyncio.Future[Answer]
    done: asyncio.Event


class Asking:
    """All questions under way."""

    def __init__(self, publish: Publish, now_s: Callable[[], float]) -> None:
        self._publish = publish
        self._now_s = now_s
        self._waiting: dict[str, asyncio.Future[Answer]] = {}
        self._stopping: dict[str, _Stop] = {}

    async def request(self, pad_id: str, verb: str, epoch: str, args: dict[str, Any]) -> ReplyMessage:
        """Asks a pad to do something."""
        message = RequestMessage(id=_new_id(), epoch=epoch, args=args)
        answer = await self._ask(PadTopics(pad_id).request(ROLE, verb), message.id or "", message)
        return ReplyMessage.model_validate(answer.model_dump())

    async def query(self, pad_id: str, what: str, args: dict[str, Any], within_s: float = ANSWER_S) -> ResultMessage:
        """Asks a pad's controller for something that moves no output."""
        message = QueryMessage(id=_new_id(), args=args)
        answer = await self._ask(PadTopics(pad_id).query(ROLE, what), message.id, message, within_s)
        return ResultMessage.model_validate(answer.model_dump())

    def press(self, pad_id: str, press_s: float) -> None:
        """Presses the pin of a simulated pad's button."""
        self._send(PadTopics(pad_id).simulated_button, ButtonMessage(press_s=press_s))

    async def stop(self, pad_id: str) -> bool:
        """Sends STOP at once and again until the pad reports all outputs off; False where it did not in time."""
        message_id = _new_id()
        reply: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        stop = _Stop(pad_id, StopWatch(self._now_s()), reply, asyncio.Event())
        self._stopping[message_id] = stop
        self._waiting[message_id] = reply
        try:
            return await self._insist(pad_id, RequestMessage(id=message_id), stop)
        finally:
            del self._stopping[message_id], self._waiting[message_id]

    async def _insist(self, pad_id: str, message: RequestMessage, stop: _Stop) -> bool:
        end_s = self._now_s() + STOP_S
        while (left_s := end_s - self._now_s()) > 0:
            self._send(PadTopics(pad_id).request(ROLE, "stop"), message)
            try:
                async with asyncio.timeout(min(left_s, STOP_AGAIN_S)):
                    await stop.done.wait()
                return True
            except TimeoutError:
                continue
        return False

    def heard_answer(self, kind: str, payload: bytes) -> None:
        """Takes in what came on a `reply` or `result` topic."""
        try:
            model = ReplyMessage if kind == "reply" else ResultMessage
            answer: Answer = model.model_validate_json(payload)
        except ValidationError:
            return
        waiting = self._waiting.get(answer.id)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    def heard_state(self, pad_id: str, state: PadState) -> None:
        """Takes in a state that was just published."""
        for stop in self._stopping.values():
            if stop.pad == pad_id and stop.watch.confirmed_by(state, stop.reply.done(), self._now_s()):
                stop.done.set()

    async def _ask(self, topic: str, message_id: str, message: Message, within_s: float = ANSWER_S) -> Answer:
        if len(self._waiting) >= MOST_WAITING:
            raise NoAnswerError
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[message_id] = answer
        try:
            self._send(topic, message)
            async with asyncio.timeout(within_s):
                return await answer
        except TimeoutError:
            raise NoAnswerError from None
        finally:
            del self._waiting[message_id]

    def _send(self, topic: str, message: Message) -> None:
        if not self._publish(topic, message.model_dump_json().encode()):
            raise NoBrokerError


def _new_id() -> str:
    return secrets.token_hex(8)
