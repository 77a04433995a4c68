"""People and groups -> the IDs that they have in Telegram."""

import itertools

from bot.terminal.scene import Scene

_FIRST_PERSON = 1001
_FIRST_GROUP = -1_002_000_000_001


class Cast:
    """All who take part, known by their names. Whoever is new gets the next ID."""

    def __init__(self) -> None:
        self._people: dict[str, int] = {}
        self._groups: dict[str, int] = {}
        self._person_ids = itertools.count(_FIRST_PERSON)
        self._group_ids = itertools.count(_FIRST_GROUP, -1)

    def person(self, name: str) -> int:
        """The ID of a person, and of their private chat with the bot."""
        if name not in self._people:
            self._people[name] = next(self._person_ids)
        return self._people[name]

    def group(self, name: str) -> int:
        """The ID of a group."""
        if name not in self._groups:
            self._groups[name] = next(self._group_ids)
        return self._groups[name]

    def chat(self, scene: Scene) -> int:
        """The ID of the chat in which a scene plays."""
        return self.person(scene.person) if scene.group is None else self.group(scene.group)

    def chat_of(self, key: str) -> str:
        """The name of the chat that the bot keeps under a key such as `telegram:1001`."""
        scenes = (
            *(Scene(name) for name in self._people),
            *(Scene(group=name) for name in self._groups),
        )
        names = {f"telegram:{self.chat(scene)}": scene.chat for scene in scenes}
        return names.get(key, key)
