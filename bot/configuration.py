"""The settings in force, where each comes from, and what in the environment nobody reads."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from rapidfuzz import fuzz, process

from bot.settings import Settings, SettingsError

_TOKEN = "TELEGRAM_BOT_TOKEN"  # noqa: S105 - the name of the variable
_TOKEN_FILE = "TELEGRAM_BOT_TOKEN_FILE"  # noqa: S105 - as well

_PREFIX = "ARTICLE_BOT_"

_MISSPELT = 85
"""From so much on, of 100, a variable is like that of a setting. TELEGRAM_TOKEN has 88."""

_PASSWORD = re.compile(r"(?<=:/)(/?)[^/\s@]+@")
_BOT_TOKEN = re.compile(r"[0-9]{5,}:[\w-]{20,}")
"""What may have come where no secret belongs. A path has an address with one stroke."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A setting: the value in force as text, empty if there is none, and whether it is from the
    environment, the file of the token, or the default. `problem` is why it can't be used."""

    name: str
    value: str
    origin: str
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A variable of the environment that is no setting, and the setting that may be meant."""

    name: str
    nearest: str


def settings_in_force() -> tuple[InForce, ...]:
    """All settings, in the order of the README, without any secret."""
    unusable, environment = _unusable(), _environment()
    # Values that can't be used are replaced, so that the others can be read.
    usable = Settings(**{name: _fields()[name].default for name in unusable})
    return tuple(
        _token(usable, environment)
        if name == _TOKEN
        else _in_force(name, field, usable, environment, unusable.get(name))
        for name, field in _fields().items()
    )


def unread_variables() -> tuple[Unread, ...]:
    """Variables that look like settings of this program and are none: misspelt ones, above all."""
    known, environment = list(_fields()), _environment()
    found = []
    for name in sorted(environment.keys() - known):
        nearest, likeness, _ = process.extractOne(name, known, scorer=fuzz.ratio)
        # Of another program's variable, it may be like one of ours that is there as well.
        is_misspelt = likeness >= _MISSPELT and nearest not in environment
        if name.startswith(_PREFIX) or is_misspelt:
            found.append(Unread(name, nearest))
    return tuple(found)


def without_secrets(text: str) -> str:
    """A text without what looks like a secret, for such as put one where none belongs."""
    return _BOT_TOKEN.sub("…", _PASSWORD.sub(r"\1…@", text))


def _in_force(
    name: str,
    field: FieldInfo,
    usable: Settings,
    environment: Mapping[str, str],
    problem: str | None,
) -> InForce:
    if value := environment.get(name):
        shown = "set" if _is_secret(field.annotation) else without_secrets(value)
        return InForce(name, shown, "environment", problem and without_secrets(problem))
    default = usable.data_folder if name == "ARTICLE_BOT_DATA_DIR" else field.default
    return InForce(name, str(default or ""), "default")


def _token(usable: Settings, environment: Mapping[str, str]) -> InForce:
    """The token, which may come from its file."""
    if environment.get(_TOKEN, "").strip():
        return InForce(_TOKEN, "set", "environment")
    if usable.telegram_bot_token_file is None:
        return InForce(_TOKEN, "", "default")
    try:
        usable.token()
    except SettingsError as error:
        return InForce(_TOKEN, "", _TOKEN_FILE, without_secrets(str(error)))
    return InForce(_TOKEN, "set", _TOKEN_FILE)


def _unusable() -> dict[str, str]:
    """Why values can't be used, by the names of their variables."""
    try:
        Settings()  # type: ignore[call-arg]  # every field has an alias and a default
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False)
        return {str(each["loc"][0]): f"{each['msg']}." for each in problems}
    return {}


def _fields() -> dict[str, FieldInfo]:
    return {str(field.validation_alias): field for field in Settings.model_fields.values()}


def _environment() -> dict[str, str]:
    """The variables by their names in capitals: a setting is read however it is written."""
    return {name.upper(): value for name, value in os.environ.items()}


def _is_secret(annotation: Any) -> bool:
    """Whether a type is that of a secret, or has it somewhere in it."""
    return annotation is SecretStr or any(map(_is_secret, get_args(annotation)))
