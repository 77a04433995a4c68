"""Which message was answered with which: an edited question has its answer changed."""

from telegram import Message

from bot.actions import key_of
from bot.replies.reply import Reply
from bot.telegram_adapter.dialogue_pool import chat_of
from bot.telegram_adapter.quoting import quoted_place, quoting
from bot.telegram_adapter.receiving import Receiver
from bot.telegram_adapter.sending import Sender, Sent, delete
from index.keeping.inbox import Answered


class Answers:
    """The answers of the last days, kept by `receiver` and changed by `sender`."""

    def __init__(self, receiver: Receiver, sender: Sender) -> None:
        self._receiver = receiver
        self._sender = sender

    def note(self, message: Message, text: str, sent: Sent | None) -> None:
        """Note what a message, which said `text`, was answered with."""
        if sent is None:
            return
        chat, answer_id = chat_of(message), sent.message_id
        self._receiver.answered(
            Answered(chat, message.message_id, key_of(text), answer_id, sent.quoted)
        )

    async def former(self, message: Message, text: str) -> Answered | None:
        """The answer to a message that was edited; None if it had none, or says the same `text`."""
        former = await self._receiver.answer_to(chat_of(message), message.message_id)
        return former if former and former.said != key_of(text) else None

    async def send(self, message: Message, reply: Reply, former: Answered | None) -> Sent | None:
        """Answer a message, by a change of its `former` answer where that can be done."""
        if former is None:
            return await self._sender.send(message, reply)
        quoted = quoted_place(quoting(reply.place)) if reply.place else None
        # What a message quotes natively can't be changed.
        may_stay = former.quoted in (None, quoted)
        old = former.answer_id
        if old and may_stay and await self._sender.change(message, old, reply):
            return Sent(old, former.quoted)
        sent = await self._sender.send(message, reply, as_reply=True)
        if old:
            await delete(message.get_bot(), message.chat_id, old)
        return sent
