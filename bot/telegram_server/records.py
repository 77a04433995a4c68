"""What a test reads, or waits for: the messages that the bot has in a chat, and its calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.telegram_server.chats import Message
from bot.telegram_server.entities import Entity
from bot.telegram_server.faults import Fault
from bot.telegram_server.inline import InlineAnswer
from bot.telegram_server.parameters.command_scope import DEFAULT_SCOPE
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json


@dataclass(frozen=True, slots=True)
class SentMessage:
    """What the bot has in a chat. `html` is the text as the bot gave it, tags and all.

    `inline_message_id` is that of a guest's answer, or of a message that a person sent by way of
    inline mode.
    """

    message_id: int
    text: str
    html: str
    parse_mode: str | None
    entities: list[Entity]
    keyboard: list[list[Json]]
    reply_to: int | None
    quote: str | None
    thread_id: int | None
    document: str | None
    link_preview_options: Json | None
    inline_message_id: str | None

    @property
    def buttons(self) -> list[list[tuple[str, str | None]]]:
        """The labels of the buttons, and the data that they send; None if they send nothing."""
        return [
            [(each["text"], each.get("callback_data")) for each in row] for row in self.keyboard
        ]

    @classmethod
    def from_message(cls, message: Message) -> "SentMessage":
        """What a test reads of a message."""
        return cls(
            message_id=message.message_id,
            text=message.content.text,
            html=message.source,
            parse_mode=message.parse_mode,
            entities=[dict(entity) for entity in message.content.entities],
            keyboard=[[dict(button) for button in row] for row in message.inline_keyboard],
            reply_to=message.reply_to,
            quote=message.quote["text"] if message.quote else None,
            thread_id=message.thread_id,
            document=message.fields.get("document", {}).get("file_name"),
            link_preview_options=message.link_preview_options,
            inline_message_id=message.inline_message_id,
        )


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the bot; `response` is empty when there was none. A download is `downloadFile`.

    `params` has the parameters as they came, those that hold JSON decoded.
    """

    method: str
    params: Json
    response: Json
    time: float
    fault: Fault | None


class Records:
    """Everything that the bot has sent and called."""

    def __init__(self, state: BotState) -> None:
        self._state = state
        self.calls: list[Call] = []

    @property
    def commands(self) -> list[Json]:
        """The bot's commands for all chats and languages."""
        return self._state.profile.commands.get((DEFAULT_SCOPE, ""), [])

    @property
    def refusals(self) -> list[Call]:
        """Calls that were answered with ok:false, other than for a fault."""
        with self._state.changed:
            return [
                call for call in self.calls if call.fault is None and call.response["ok"] is False
            ]

    def sent_messages(self, chat_id: int) -> list[SentMessage]:
        """All messages that the bot has in the chat, in their order."""
        with self._state.changed:
            chat = self._state.chats.get(chat_id)
            messages = chat.messages.values() if chat else []
            return [SentMessage.from_message(m) for m in messages if m.is_by(self._state.user)]

    def text_of(self, chat_id: int, message_id: int) -> str:
        """What a message of the chat says, whoever has written it; "" if it is gone."""
        with self._state.changed:
            chat = self._state.chats.get(chat_id)
            message = chat.messages.get(message_id) if chat else None
            return message.content.text if message else ""

    def wait_for_messages(self, chat_id: int, count: int, timeout: float = 60) -> list[SentMessage]:
        """Wait until the bot has at least `count` messages in the chat; AssertionError if not."""
        label = f"{count} messages in chat {chat_id}"
        return self._wait_for(count, lambda: self.sent_messages(chat_id), label, timeout)

    def wait_for_inline_answer(self, query_id: str, timeout: float = 60) -> InlineAnswer:
        """Wait until the bot has answered an inline query."""

        def answers() -> list[InlineAnswer]:
            answered = self._state.inline_answers.get(query_id)
            return [answered[1]] if answered else []

        self._wait_for(1, answers, f"an answer to query {query_id}", timeout)
        return answers()[0]

    def inline_answer(self, query_id: str) -> InlineAnswer | None:
        """The bot's answer to an inline query, if it has given one."""
        with self._state.changed:
            answered = self._state.inline_answers.get(query_id)
            return answered[1] if answered else None

    def wait_until_taken(self, timeout: float = 60) -> bool:
        """Wait until the bot has confirmed every update; False if it has not in time."""
        with self._state.changed:
            return self._state.changed.wait_for(lambda: not self._state.updates.pending, timeout)

    def wait_until_answered(self, query_id: str, timeout: float = 60) -> bool:
        """Wait until the bot has answered the press of a button; False if it has not in time."""

        def is_answered() -> bool:
            return any(
                call.params.get("callback_query_id") == query_id and call.response["ok"]
                for call in self.calls
            )

        with self._state.changed:
            return self._state.changed.wait_for(is_answered, timeout)

    def wait_for_calls(self, method: str, count: int = 1, timeout: float = 60) -> list[Call]:
        """Wait until the bot has called `method` at least `count` times."""

        def calls() -> list[Call]:
            return [call for call in self.calls if call.method.lower() == method.lower()]

        return self._wait_for(count, calls, f"{count} calls of {method}", timeout)

    def _wait_for(
        self, count: int, find: Callable[[], list[Any]], label: str, timeout: float
    ) -> list[Any]:
        with self._state.changed:
            if not self._state.changed.wait_for(lambda: len(find()) >= count, timeout):
                raise AssertionError(self._timeout_report(label, timeout, find()))
        return find()

    def _timeout_report(self, label: str, timeout: float, found: list[Any]) -> str:
        refusals = [(c.method, c.response["description"], c.params) for c in self.refusals]
        faults = [(c.method, c.fault) for c in self.calls if c.fault]
        methods = [c.method for c in self.calls]
        return (
            f"waited {timeout} s for {label}\nfound: {found}\nrefused calls: {refusals}\n"
            f"faults: {faults}\nall calls: {methods}"
        )

    def _record(self, call: Call) -> None:
        with self._state.changed:
            self.calls.append(call)
            self._state.changed.notify_all()
