"""Files that the bot gets and sends."""

from collections.abc import Callable

import httpx
import pytest
from telegram import Bot

from bot.telegram_server import BotApiServer
from bot.telegram_server.types import Json
from tests.bot.telegram_server.calling import CHAT, call

REFUSED = [
    ("sendDocument", {"chat_id": CHAT}, "there is no document in the request"),
    ("getFile", {}, "file_id not specified"),
    ("getFile", {"file_id": "x"}, "wrong file_id or the file is temporarily unavailable"),
]


@pytest.mark.parametrize(("method", "params", "description"), REFUSED)
def test_refuses_as_telegram_does(
    assert_refused: Callable[[str, Json, str], None], method: str, params: Json, description: str
) -> None:
    assert_refused(method, params, description)


async def test_files_go_both_ways(server: BotApiServer, bot: Bot) -> None:
    server.send_document(CHAT, "notes.txt", b"Grass is green.", caption="read this")
    message = (await bot.get_updates())[0].message
    assert message is not None
    assert message.document is not None
    assert (message.caption, message.document.mime_type) == ("read this", "text/plain")

    file = await message.document.get_file()
    assert file.file_path is not None
    assert file.file_path.endswith("/documents/file_0.txt")
    assert await file.download_as_bytearray() == b"Grass is green."

    sent = await bot.send_document(
        CHAT, b"a,b", filename="table.csv", caption="<b>t</b>", parse_mode="HTML"
    )
    assert sent.document is not None
    assert await (await sent.document.get_file()).download_as_bytearray() == b"a,b"
    await bot.send_document(CHAT, sent.document.file_id)
    assert [m.document for m in server.sent_messages(CHAT)] == ["table.csv", "table.csv"]
    assert server.sent_messages(CHAT)[0].text == "t"


def test_files_too_big_or_unknown(server: BotApiServer, http: httpx.Client) -> None:
    server.send_document(CHAT, "big.pdf", b"%PDF", file_size=20 * 1024 * 1024 + 1)
    updates = call(http, server, "getUpdates", {})["result"]
    file_id = updates[0]["message"]["document"]["file_id"]

    refusal = call(http, server, "getFile", {"file_id": file_id})

    assert refusal["description"] == "Bad Request: file is too big"
    assert http.get(f"{server.base_file_url}{server.token}/documents/file_9.txt").status_code == 404
    assert http.get(f"{server.base_file_url}9:wrong/documents/file_0.pdf").status_code == 401
