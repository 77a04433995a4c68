"""An InlineQueryResult: what a person can choose in inline mode, or what a guest bot says."""

from typing import Any

from bot.telegram_server.entities import utf16_length
from bot.telegram_server.errors import TEXT_EMPTY, ApiError, bad_request, nested
from bot.telegram_server.inline import InlineResult
from bot.telegram_server.limits import MAX_INLINE_RESULTS, MAX_RESULT_ID_BYTES, MAX_TEXT_LENGTH
from bot.telegram_server.parameters.fields import optional_object, optional_text, required_text
from bot.telegram_server.parameters.formatted_text import format_text
from bot.telegram_server.parameters.link_preview import check_link_preview_options
from bot.telegram_server.parameters.reply_markup import check_button_limits, check_reply_markup
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.types import Json

# Telegram knows them; this server does not.
OTHER_TYPES = {
    "audio",
    "contact",
    "document",
    "game",
    "gif",
    "location",
    "mpeg4_gif",
    "photo",
    "sticker",
    "venue",
    "video",
    "voice",
}


def read_inline_result(params: Params) -> InlineResult:
    """The one result of a call. Raises ApiError."""
    if params.get("result") is None:
        raise bad_request("result isn't specified")
    result = _read_form(params.get("result"))
    check_inline_result(result)
    return result


def read_inline_results(params: Params) -> list[InlineResult]:
    """All results of a call, of which only the form was checked. Raises ApiError."""
    given = params.get("results")
    if given is None:
        return []
    if not isinstance(given, list):
        raise bad_request("expected an Array of inline query results")
    if len(given) > MAX_INLINE_RESULTS:
        raise bad_request("too many inline query results specified")
    try:
        return [_read_form(result) for result in given]
    except ApiError as error:
        raise nested("can't parse inline query result", error) from None


def check_inline_result(result: InlineResult) -> None:
    """Telegram checks these last. Raises ApiError."""
    if not result.content.text:
        raise bad_request(TEXT_EMPTY)
    if utf16_length(result.content.text) > MAX_TEXT_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    if not result.id:
        raise bad_request("RESULT_ID_EMPTY")
    if len(result.id.encode()) > MAX_RESULT_ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    if not result.title.strip():
        raise bad_request("ARTICLE_TITLE_EMPTY")
    check_button_limits(result.reply_markup)


def _read_form(result: Any) -> InlineResult:
    if not isinstance(result, dict):
        raise bad_request("Inline query result must be an object")
    kind = required_text(result, "type").lower()
    result_id = required_text(result, "id")
    if kind in OTHER_TYPES:
        raise ApiError(501, f"Not Implemented: inline query results of type {kind}")
    if kind != "article":
        raise bad_request(f'type "{kind}" is unsupported for the inline query result')
    source, message = _message_content(result)
    options = optional_object(message, "link_preview_options")
    mode = optional_text(message, "parse_mode") or None
    return InlineResult(
        id=result_id,
        title=required_text(result, "title"),
        description=optional_text(result, "description"),
        content=format_text(source, mode, message.get("entities")),
        source=source,
        parse_mode=mode,
        reply_markup=check_reply_markup(optional_object(result, "reply_markup")),
        link_preview_options=check_link_preview_options(options) if options else None,
    )


def _message_content(result: Json) -> tuple[str, Json]:
    """The text, and the object that it is in: its own, or, as the Bot API had it once, the
    result."""
    content = optional_object(result, "input_message_content")
    if content is None:
        return required_text(result, "message_text"), result
    source = optional_text(content, "message_text")
    if not source:
        raise bad_request("Input message content is not specified")
    return source, content
