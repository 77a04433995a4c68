"""A file to send (the Bot API's InputFile): uploaded with the call, or known by its `file_id`."""

from bot.telegram_server.errors import bad_request, request_entity_too_large
from bot.telegram_server.limits import MAX_UPLOAD_BYTES
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json


def find_document(state: BotState, params: Params) -> Json:
    """An upload under the parameter's own name or another (attach://name), or a known id."""
    value = params.text("document")
    upload = params.uploads.get(value.removeprefix("attach://") or "document")
    if upload is None and (known := state.files.get(value)):
        return known.document
    if upload is None:
        raise bad_request("there is no document in the request")
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > MAX_UPLOAD_BYTES:
        raise request_entity_too_large()
    return state.files.add(upload).document
