"""Checks of Telegram: the network, the token, how updates come, the clock."""

import re
import time
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from bot.doctor.finding import Finding, State, note, ok, problem
from bot.settings import Settings, SettingsError
from bot.telegram_adapter.reaching import Answered, Unreachable, call, host_of

_TOKEN_FORM = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")

_REFUSED = (401, 404)

_WRONG_SECONDS = 60
"""Seconds by which a clock may be wrong."""

_RECENT_SECONDS = 3600
"""How long a delivery that failed is a problem."""

_UNREACHED = "Not looked at, since Telegram can't be reached."


def given_token(settings: Settings) -> Finding:
    """Whether there is a token that may be one."""
    try:
        token = settings.token()
    except SettingsError as error:
        return problem(str(error), "The terminal needs none.")
    if not _TOKEN_FORM.fullmatch(token):
        return problem(
            "The token does not look like one, such as 123456:ABC-def.",
            "Copy it from @BotFather anew, without quotes and spaces.",
        )
    return ok("set")


class TelegramSide:
    """The checks. Telegram's server is asked, and no other."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._host = host_of(settings.telegram_base_url)

    def network(self) -> Finding:
        """Whether the server can be reached, and is Telegram's."""
        reached = self._reached
        if isinstance(reached, Unreachable):
            return problem(
                str(reached), "Check the network, the firewall, a proxy, and TELEGRAM_BASE_URL."
            )
        if not self._settings.telegram_base_url.endswith("/bot"):
            return problem("TELEGRAM_BASE_URL does not end with /bot.", "Let it end so.")
        if "ok" not in reached.content:
            return problem(
                f"What answers at {self._host} is not Telegram (HTTP {reached.status}).",
                "Check whether a proxy is in between, and TELEGRAM_BASE_URL.",
            )
        return ok(f"{self._host} answers in {reached.seconds:.2f} s")

    def token(self) -> Finding:
        """Whether Telegram knows the bot."""
        given = given_token(self._settings)
        if given.state is State.PROBLEM:
            return given
        answer = self._asked("getMe")
        if answer is None:
            return note(_UNREACHED)
        if answer.status in _REFUSED:
            return problem(
                "Telegram refuses the token.", "Copy it from @BotFather anew: send it /mybots."
            )
        if not answer.content.get("ok"):
            return _unfit(answer)
        return ok(f"it is that of @{answer.content['result']['username']}")

    def updates(self) -> Finding:
        """How updates come, how many wait, and whether they could be delivered."""
        if given_token(self._settings).state is State.PROBLEM:
            return note("Not looked at, since there is no token.")
        answer = self._asked("getWebhookInfo")
        if answer is None:
            return note(_UNREACHED)
        if answer.status in _REFUSED:
            return note("Not looked at, since Telegram refuses the token.")
        return _of_webhook(answer.content["result"]) if answer.content.get("ok") else _unfit(answer)

    def clock(self) -> Finding:
        """Whether the machine knows what time it is."""
        reached = self._reached
        if isinstance(reached, Unreachable) or reached.date is None:
            return note(_UNREACHED)
        fast = reached.received - reached.date
        if abs(fast) > _WRONG_SECONDS:
            return problem(
                f"The clock is {abs(fast):,.0f} seconds {'fast' if fast > 0 else 'slow'}.",
                "Have it set by a time server (NTP).",
            )
        return ok("right")

    @cached_property
    def _reached(self) -> Answered | Unreachable:
        """The answer to a call that needs no token."""
        try:
            return call(self._settings.telegram_base_url, "", "getMe")
        except Unreachable as error:
            return error

    def _asked(self, method: str) -> Answered | None:
        """The answer to a method; None if there is none."""
        if isinstance(self._reached, Unreachable):
            return None
        try:
            return call(self._settings.telegram_base_url, self._settings.token(), method)
        except Unreachable:
            return None


def _unfit(answer: Answered) -> Finding:
    return problem(
        f"Telegram does not answer as it should (HTTP {answer.status}).", "Try again in a while."
    )


def _of_webhook(info: dict[str, Any]) -> Finding:
    """What Telegram says of a webhook."""
    waiting = f"{info['pending_update_count']} wait"
    if not info["url"]:
        return ok(f"the bot asks Telegram for them; {waiting}")
    # The path may be a secret of its owner's.
    found = f"Telegram posts them to {host_of(info['url'])}; {waiting}"
    failed = info.get("last_error_date", 0)
    if time.time() - failed < _RECENT_SECONDS:
        at = datetime.fromtimestamp(failed, UTC)
        return problem(
            f"{found}. At {at:%H:%M} UTC that failed: {info.get('last_error_message')}.",
            "Check that `article-bot telegram --webhook` runs, and the proxy before it.",
        )
    return ok(f"{found}. `telegram` without --webhook would end that")
