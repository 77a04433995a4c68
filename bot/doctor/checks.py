"""All checks, in the order in which they are told."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from bot.configuration import without_secrets
from bot.doctor import kept, machine, models, program
from bot.doctor.finding import Finding, problem
from bot.doctor.telegram_side import TelegramSide, given_token
from bot.logs import redacted
from bot.settings import Settings, SettingsError, load_settings
from index.errors import first_line

Check = Callable[[], Finding]


@dataclass(frozen=True, slots=True)
class Result:
    """What the check of this name found."""

    name: str
    finding: Finding


def look(*, offline: bool) -> Iterator[Result]:
    """Make the checks, one after the other; `offline`, without those that need the network."""
    yield from _results(_OF_PROGRAM, "")
    try:
        settings = load_settings()
    except SettingsError:  # Told already; all others need them.
        return
    yield from _results(_of_surroundings(settings, offline=offline), _token(settings))


def _results(checks: Mapping[str, Check], token: str) -> Iterator[Result]:
    for name, check in checks.items():
        yield Result(name, _without(token, _made(check)))


_OF_PROGRAM: Mapping[str, Check] = {
    "Python": program.python,
    "Libraries": program.libraries,
    "Settings": program.settings,
}


def _of_surroundings(settings: Settings, *, offline: bool) -> Mapping[str, Check]:
    telegram = TelegramSide(settings)
    here: dict[str, Check] = {
        "Data folder": partial(machine.data_folder, settings),
        "Disk": partial(machine.disk, settings),
        "Store": partial(kept.store, settings),
        "Sandbox": machine.sandbox,
        "Models": partial(models.models, settings),
    }
    if offline:
        return here | {"Token": partial(given_token, settings)}
    return here | {
        "Network": telegram.network,
        "Token": telegram.token,
        "Updates": telegram.updates,
        "Clock": telegram.clock,
    }


def _made(check: Check) -> Finding:
    try:
        return check()
    except Exception as error:  # One that fails must not hide what the others find.
        return problem(
            f"This check itself failed: {type(error).__name__}: {first_line(error)}.",
            "That is a mistake of this program.",
        )


def _token(settings: Settings) -> str:
    try:
        return settings.token()
    except SettingsError:
        return ""


def _without(token: str, finding: Finding) -> Finding:
    """A finding without the token, which a server may have sent back, and without other secrets."""
    found, advice = map(without_secrets, (finding.found, finding.advice))
    if token:
        found, advice = redacted(found, token), redacted(advice, token)
    return Finding(finding.state, found, advice)
