"""The HTTP requests that fetch updates from Telegram."""

import logging
from pathlib import Path
from typing import Any

from telegram.request import HTTPXRequest

from bot.health import beat

_log = logging.getLogger(__name__)


class HeartbeatRequest(HTTPXRequest):
    """A request of the poll, which touches the heartbeat file after each success."""

    def __init__(self, heartbeat: Path) -> None:
        super().__init__()
        self._heartbeat = heartbeat

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Send the request as the base class does, and touch the file if it succeeds."""
        status, payload = await super().do_request(*args, **kwargs)
        if status == 200:
            try:
                beat(self._heartbeat)
            except OSError as error:
                _log.warning("%s can't be touched: %s", self._heartbeat, error.strerror)
        return status, payload
