"""How the bot gets the path from which it can download a file."""

from bot.telegram_server.errors import bad_request
from bot.telegram_server.limits import MAX_DOWNLOAD_BYTES
from bot.telegram_server.methods.table import MethodTable
from bot.telegram_server.parameters.request import Params
from bot.telegram_server.state import BotState
from bot.telegram_server.types import Json

methods = MethodTable()


@methods.register("getFile")
def get_file(state: BotState, params: Params) -> Json:
    """The path by which a file can be downloaded, unless it is too big for that."""
    file_id = params.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    file = state.files.get(file_id)
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if file.ids["file_size"] > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return file.ids | {"file_path": file.file_path}
