"""Who acts in a conversation, and where."""

from dataclasses import dataclass

from bot.terminal.turns import Turn

USERNAME = "article_bot"
MENTION = f"@{USERNAME}"
"""How the bot is called."""

YOU = "you"
"""The person who acts as long as no other is named."""

ELSEWHERE = "elsewhere"
"""The group in which a guest asks as long as no other is named."""

_PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Scene:
    """A person, in a group or in their private chat with the bot."""

    person: str = YOU
    group: str | None = None

    def after(self, turn: Turn) -> "Scene":
        """The scene once a turn has said who acts, and where."""
        group = self.group if turn.group is None else turn.group
        return Scene(turn.person or self.person, None if group == _PRIVATE else group)

    def of(self, turn: Turn) -> "Scene":
        """The scene of one turn: a guest asks in a group, wherever the others are."""
        return self if turn.guest is None or self.group else Scene(self.person, ELSEWHERE)

    @property
    def chat(self) -> str:
        """The name of the chat. It is empty for one's own, which keeps the articles."""
        if self.group is not None:
            return f"in:{self.group}"
        return "" if self.person == YOU else f"as:{self.person}"

    @property
    def place(self) -> str:
        """Where it is, for people."""
        if self.group is not None:
            return self.group
        return "Private chat" if self.person == YOU else f"Private chat of {self.person}"
