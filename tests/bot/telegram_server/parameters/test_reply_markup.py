"""Keyboards that are refused, and those that just fit."""

from collections.abc import Callable

import pytest

from bot.telegram_server.types import Json
from tests.bot.telegram_server.calling import text_message


def keyboard_message(*rows: list[Json]) -> Json:
    return text_message(reply_markup={"inline_keyboard": list(rows)})


REFUSED = [
    (keyboard_message([{"text": "x", "callback_data": "x" * 65}]), "BUTTON_DATA_INVALID"),
    (keyboard_message([{"text": "x", "callback_data": "é" * 33}]), "BUTTON_DATA_INVALID"),
    (keyboard_message([{"text": "x", "callback_data": ""}]), "BUTTON_DATA_INVALID"),
    (
        keyboard_message([{"text": "x"}]),
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        keyboard_message([{"callback_data": "x"}]),
        "can't parse inline keyboard button: Can't find field \"text\"",
    ),
    (
        keyboard_message(*[[{"text": "x", "callback_data": "x"}] for _ in range(101)]),
        "reply markup is too long",
    ),
    (text_message(reply_markup=[1]), "object expected as reply markup"),
    (text_message(reply_markup="{"), "can't parse reply keyboard markup JSON object"),
]


@pytest.mark.parametrize(("params", "description"), REFUSED)
def test_refuses_as_telegram_does(
    assert_refused: Callable[[str, Json, str], None], params: Json, description: str
) -> None:
    assert_refused("sendMessage", params, description)


ACCEPTED = [
    keyboard_message([{"text": "x", "callback_data": "x" * 64}]),
    keyboard_message(*[[{"text": "x", "callback_data": "x"}] for _ in range(100)]),
]


@pytest.mark.parametrize("params", ACCEPTED)
def test_takes_what_just_fits(assert_accepted: Callable[[str, Json], None], params: Json) -> None:
    assert_accepted("sendMessage", params)
