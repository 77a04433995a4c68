"""People press buttons, block the bot, and keep it waiting; and updates that are not theirs."""

import itertools
import time

from bot.telegram_server.chats import Chat, Message
from bot.telegram_server.people.acting import Acting
from bot.telegram_server.types import Json


class Pressing(Acting):
    """Buttons, and what else comes to the bot that is no message."""

    def press(
        self,
        chat_id: int,
        message_id: int,
        callback_data: str,
        *,
        user_id: int | None = None,
        force: bool = False,
    ) -> str:
        """A person presses a button; `force` presses one that is not, or no longer, there."""
        with self._state.changed:
            chat = self._chat(chat_id)
            message = chat.messages.get(message_id)
            on_keyboard = _callback_data(message)
            if callback_data not in on_keyboard and not force:
                raise ValueError(f"no button {callback_data!r} on {message_id}, only {on_keyboard}")
            query_id = self._state.callback_queries.open(None)
            query = {
                "id": query_id,
                "from": self._actor(chat, user_id),
                "chat_instance": str(chat_id),
                "data": callback_data,
            }
            self._state.updates.add("callback_query", query | _where(chat, message_id, message))
            return query_id

    def block(self, chat_id: int) -> None:
        """A person blocks the bot."""
        with self._state.changed:
            chat = self._chat(chat_id)
            chat.is_blocked = True
            bot = self._state.user
            update = {
                "chat": chat.as_json(),
                "from": self._actor(chat, None),
                "date": int(time.time()),
                "old_chat_member": {"user": bot, "status": "member"},
                "new_chat_member": {"user": bot, "status": "kicked", "until_date": 0},
            }
            self._state.updates.add("my_chat_member", update)

    def stop_waiting(self) -> None:
        """It took the bot too long: whatever people asked can no longer be answered."""
        with self._state.changed:
            for queries in (
                self._state.callback_queries,
                self._state.inline_queries,
                self._state.guest_queries,
            ):
                queries.expire()

    def send_raw(self, update_type: str, value: Json) -> None:
        """Hand over an update as it is, even of a form that no server of today has."""
        with self._state.changed:
            self._state.updates.add(update_type, value, wanted=True)

    def repeat_update(self, number: int = -1) -> None:
        """Hand over an update once more, though the bot has confirmed it."""
        with self._state.changed:
            self._state.updates.repeat(number)


def _callback_data(message: Message | None) -> list[str]:
    """That of all buttons of the message."""
    buttons = itertools.chain(*message.inline_keyboard) if message else []
    return [button["callback_data"] for button in buttons if "callback_data" in button]


def _where(chat: Chat, message_id: int, message: Message | None) -> Json:
    """The message with the button: as it is, as no more than its id, or by the id that it has
    where the bot does not see it."""
    if message is None:
        return {"message": {"chat": chat.as_json(), "message_id": message_id, "date": 0}}
    if message.inline_message_id:
        return {"inline_message_id": message.inline_message_id}
    return {"message": chat.message_json(message)}
