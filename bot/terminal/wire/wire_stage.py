"""A stage on which people act at the server, and what the bot has there is what comes of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Unpack

from bot.dialogue import Dialogue
from bot.replies.reply import Button
from bot.settings import Settings
from bot.telegram_server import BotApiServer
from bot.telegram_server.people.writing import How
from bot.terminal.scene import MENTION, USERNAME, YOU, Scene
from bot.terminal.stage import (
    NO_MESSAGE_TO_EDIT,
    NO_MESSAGE_TO_REPLY_TO,
    POST_IN_PRIVATE,
    THE_BOT_IS_THERE,
    CannotAct,
    Outcome,
    no_such_button,
    nothing,
    opened,
)
from bot.terminal.turns import Turn, sendable
from bot.terminal.wire import outcomes
from bot.terminal.wire.cast import Cast
from bot.terminal.wire.played_bot import PlayedBot
from index.loading import read_file

_SOMEBODY = "somebody"
"""Who has written what is asked about."""

_SPINS = 10.0
"""Seconds for which a button that was pressed may wait for its answer."""


@contextmanager
def on_the_wire(
    settings: Settings, new_dialogue: Callable[[str], Dialogue]
) -> Iterator["WireStage"]:
    """The stage, with the bot at it, which works for everybody and is run by whoever types.

    `new_dialogue` makes the dialogue of a person or a group by the name of its chat.
    """
    cast = Cast()
    settings = settings.model_copy(
        update={"allowed": frozenset(), "operators": frozenset({cast.person(YOU)})}
    )
    with (
        BotApiServer(username=USERNAME) as server,
        PlayedBot(server, settings, lambda key: new_dialogue(cast.chat_of(key))) as bot,
    ):
        yield WireStage(server, bot, cast)


class WireStage:
    """Plays turns at a server where a bot is at work."""

    def __init__(self, server: BotApiServer, bot: PlayedBot, cast: Cast) -> None:
        self.scene = Scene()
        self._server = server
        self._bot = bot
        self._cast = cast
        self._has_bot: dict[int, bool] = {}
        """The groups, and whether the bot is a member."""
        self._latest: dict[tuple[int, int], int] = {}
        """The last message of each person in each chat."""

    def act(self, turn: Turn) -> Outcome:
        """See `Stage`."""
        self.scene = self.scene.after(turn)
        match turn:
            case Turn(action=None):
                return nothing(f"{self.scene.person}: {self.scene.place}")
            case Turn(press=str(label)):
                return self.press(self._button(label))
            case Turn(inline=str(text)):
                return self._ask_inline(text)
        chat = self._chat(self.scene.of(turn), with_bot=turn.guest is None)
        return self._outcome_of(chat, lambda: self._write(chat, turn))

    def press(self, button: Button) -> Outcome:
        """See `Stage`."""
        if button.url:
            return opened(button.url)
        chat = self._chat(self.scene)
        for message in reversed(self._server.sent_messages(chat)):
            if any(button.action == action for row in message.buttons for _, action in row):
                return self._press(chat, message.message_id, button.action)
        raise no_such_button(button.label)

    @property
    def _person(self) -> int:
        return self._cast.person(self.scene.person)

    def _chat(self, scene: Scene, *, with_bot: bool = True) -> int:
        """The chat of a scene. A new group has the bot in it or not."""
        chat = self._cast.chat(scene)
        if scene.group is not None and chat not in self._has_bot:
            self._has_bot[chat] = with_bot
            self._server.create_group(chat, "supergroup", creator=self._person, with_bot=with_bot)
        return chat

    def _button(self, label: str) -> Button:
        """The newest button of the chat with that label."""
        for message in reversed(self._server.sent_messages(self._chat(self.scene))):
            for button in (button for row in outcomes.rows_of(message) for button in row):
                if button.label == label:
                    return button
        raise no_such_button(label)

    def _outcome_of(self, chat: int, act: Callable[[], None]) -> Outcome:
        """Do something in a chat, and tell what the bot has changed there and called."""
        before = {each.message_id: each for each in self._server.sent_messages(chat)}
        calls = len(self._server.calls)
        try:
            act()
        except ValueError as error:  # The server says so where people can't do that.
            raise CannotAct(str(error)) from None
        self._bot.settle()
        after = self._server.sent_messages(chat)
        changed = [each for each in after if before.get(each.message_id) != each]
        texts = {
            each.reply_to: self._server.text_of(chat, each.reply_to)
            for each in changed
            if each.reply_to
        }
        outcome = outcomes.of_messages(changed, texts, self._server.calls[calls:])
        return replace(outcome, deleted=tuple(before.keys() - {each.message_id for each in after}))

    def _press(self, chat: int, message: int, action: str) -> Outcome:
        def press() -> None:
            query = self._server.press(chat, message, action, user_id=self._person)
            self._server.wait_until_answered(query, _SPINS)

        return self._outcome_of(chat, press)

    def _ask_inline(self, text: str) -> Outcome:
        calls = len(self._server.calls)
        try:
            query = self._server.ask_inline(self._person, text)
        except ValueError as error:
            raise CannotAct(str(error)) from None
        self._bot.settle()
        return outcomes.of_offers(self._server.inline_answer(query), self._server.calls[calls:])

    def _write(self, chat: int, turn: Turn) -> None:
        """Write, change or send what a turn says."""
        match turn:
            case Turn(edit=str(text)):
                self._edit(chat, text, turn)
            case Turn(send=Path() as path):
                name, content = sendable(path.name), read_file(path)
                number = self._server.send_document(
                    chat, name, content, caption=turn.caption, user_id=self._person
                )
                self._latest[chat, self._person] = number
            case Turn(forward=str(text)):
                self._say(chat, text, turn, forwarded=True)
            case Turn(guest=str()) if self._has_bot[chat]:
                raise CannotAct(THE_BOT_IS_THERE)
            case Turn(guest=str(text)):
                self._ask_as_guest(chat, text, self._post(chat, turn))
            case Turn(reply=str(text)) if not self._has_bot.get(chat, True):
                self._ask_as_guest(chat, text, self._last_of_bot(chat))
            case Turn(reply=str(text)):
                self._say(chat, text, turn, reply_to=self._last_of_bot(chat))
            case Turn(say=str(text)):
                self._say(chat, text, turn, reply_to=self._post(chat, turn))

    def _say(self, chat: int, text: str, turn: Turn, **how: Unpack[How]) -> None:
        if not text.strip():
            raise CannotAct("Telegram sends no message without words")
        how |= {"user_id": self._person, "links": turn.links}
        for number in self._server.paste(chat, text, **how):
            self._latest[chat, self._person] = number

    def _edit(self, chat: int, text: str, turn: Turn) -> None:
        number = self._latest.get((chat, self._person))
        if number is None:
            raise CannotAct(NO_MESSAGE_TO_EDIT)
        self._server.edit(chat, number, text, turn.links)

    def _ask_as_guest(self, chat: int, text: str, reply_to: int | None) -> None:
        text = text if MENTION in text else f"{MENTION} {text}"
        self._server.ask_as_guest(chat, text, user_id=self._person, reply_to=reply_to)

    def _post(self, chat: int, turn: Turn) -> int | None:
        """Somebody's post in the group, to which the turn is a reply."""
        if not turn.about:
            return None
        if self.scene.of(turn).group is None:
            raise CannotAct(POST_IN_PRIVATE)
        author = self._cast.person(_SOMEBODY)
        return self._server.say(chat, turn.about, user_id=author)

    def _last_of_bot(self, chat: int) -> int:
        messages = self._server.sent_messages(chat)
        if not messages:
            raise CannotAct(NO_MESSAGE_TO_REPLY_TO)
        return messages[-1].message_id
