"""Queries that wait for the bot's answer: pressed buttons, inline queries and those of guests."""

import itertools
from typing import Generic, TypeVar

from bot.telegram_server.errors import QUERY_TOO_OLD, bad_request

Asked = TypeVar("Asked")


class OpenQueries(Generic[Asked]):
    """What was asked, by the ids of the queries; each can be answered once."""

    def __init__(self, first_id: int) -> None:
        self._open: dict[str, Asked] = {}
        self._ids = itertools.count(first_id)

    def open(self, asked: Asked) -> str:
        """The id of a new query."""
        query_id = str(next(self._ids))
        self._open[query_id] = asked
        return query_id

    def find(self, query_id: str) -> Asked:
        """What was asked. Raises ApiError if that query never was, or is no longer open."""
        if query_id not in self._open:
            raise bad_request(QUERY_TOO_OLD)
        return self._open[query_id]

    def close(self, query_id: str) -> None:
        """Note that the query was answered."""
        del self._open[query_id]

    def expire(self) -> None:
        """Note that it took the bot too long to answer any of them."""
        self._open.clear()
