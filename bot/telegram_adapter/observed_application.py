"""The application, with an eye on each update that it handles."""

from collections.abc import Sequence
from typing import Any

from telegram import Update
from telegram.ext import Application

from bot.observing.statistics import Statistics


class ObservedApplication(Application[Any, Any, Any, Any, Any, Any]):
    """Has each update of some kinds measured and logged, from when its turn has come."""

    def __init__(self, *, statistics: Statistics, kinds: Sequence[str], **arguments: Any) -> None:
        super().__init__(**arguments)
        self._statistics = statistics
        self._kinds = kinds

    async def process_update(self, update: object) -> None:
        """Handle an update as the base class does."""
        kind = next((kind for kind in self._kinds if getattr(update, kind, None)), None)
        if isinstance(update, Update) and kind:
            with self._statistics.handling(update.update_id, kind):
                await super().process_update(update)
        else:  # It only acknowledges what was there before.
            await super().process_update(update)
