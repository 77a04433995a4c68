"""The address of a webhook, for the world and on this machine."""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult, urlsplit

from bot.settings import SettingsError

_PATH = re.compile(r"[\w/.~-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """The `url` that Telegram knows, and where its requests arrive on this machine."""

    url: str
    host: str
    port: int

    @classmethod
    def parse(cls, url: str, listen: str) -> Self:
        """The address of an URL and a text such as `127.0.0.1:8443`.

        Raises:
            SettingsError: one of them is no such thing.
        """
        parts, local = _split(url), _split(f"//{listen}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingsError(f"“{url}” is no address such as https://bot.example/telegram.")
        if not _PATH.fullmatch(parts.path):
            raise SettingsError("The webhook's path may have letters, digits and / . _ ~ - in it.")
        if not local.hostname or not local.port or local.path:
            raise SettingsError(f"“{listen}” is no host and port such as 127.0.0.1:8443.")
        return cls(url, local.hostname, local.port)

    @property
    def path(self) -> str:
        """The only path at which updates are taken."""
        return urlsplit(self.url).path or "/"


def _split(url: str) -> SplitResult:
    """The parts of an URL; none, if it is not one."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts
