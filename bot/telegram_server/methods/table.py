"""Methods by their names, to which a function is added by a decorator with its name."""

from collections.abc import Callable
from typing import Any, TypeVar

from bot.telegram_server.errors import ApiError
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState

# Returns the result, or a coroutine that does.
Method = Callable[[BotState, Params], Any]
AnyMethod = TypeVar("AnyMethod", bound=Method)


class MethodTable:
    """Upper and lower case in names are the same, as for Telegram."""

    def __init__(self, *groups: "MethodTable") -> None:
        self._methods: dict[str, Method] = {}
        for group in groups:
            self._methods |= group._methods

    def register(self, name: str) -> Callable[[AnyMethod], AnyMethod]:
        """A plain function runs with `state.changed` locked; a coroutine, which may wait, has to
        lock it for itself."""

        def add(method: AnyMethod) -> AnyMethod:
            self._methods[name.lower()] = method
            return method

        return add

    def find(self, name: str) -> Method:
        """The method of that name. Raises ApiError (404) for an unknown one."""
        method = self._methods.get(name.lower())
        if method is None:
            raise ApiError(404, "Not Found: method not found")
        return method
