"""What a bot shows of itself: its names, descriptions and commands, in each language."""

from dataclasses import dataclass, field

from bot.telegram_server.types import Json


@dataclass(slots=True)
class Profile:
    """Texts by what they are and by language; "" is the language of all who have no other."""

    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    """By scope, written as JSON, and by language."""
    menu_buttons: dict[int, Json] = field(default_factory=dict)
    """By private chat; 0 is for all."""

    def text(self, name: str, language_code: str) -> str:
        """A text as it is shown to people of a language."""
        return self.texts.get((name, language_code)) or self.texts.get((name, ""), "")

    def menu_button(self, chat_id: int) -> Json:
        """What stands beside the line in which a person of that chat writes."""
        default = self.menu_buttons.get(0, {"type": "commands"})
        button = self.menu_buttons.get(chat_id, default)
        return default if button["type"] == "default" else button
