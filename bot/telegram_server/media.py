"""What people send instead of a text: the objects that a bot gets of it."""

from typing import Literal, get_args

from bot.telegram_server.types import Json

MediaKind = Literal[
    "photo", "voice", "audio", "video", "video_note", "animation", "sticker", "location", "contact"
]
MEDIA_KINDS: tuple[MediaKind, ...] = get_args(MediaKind)
WITHOUT_CAPTION = ("video_note", "sticker", "location", "contact")

_PICTURE = {"width": 1280, "height": 960}
_CONTENTS: dict[str, Json] = {
    "voice": {"duration": 7, "mime_type": "audio/ogg"},
    "audio": {"duration": 180, "mime_type": "audio/mpeg", "title": "A song"},
    "video": _PICTURE | {"duration": 7, "mime_type": "video/mp4"},
    "video_note": {"length": 240, "duration": 7},
    "animation": _PICTURE | {"duration": 7, "mime_type": "video/mp4"},
    "sticker": {
        "width": 512,
        "height": 512,
        "type": "regular",
        "is_animated": False,
        "is_video": False,
        "emoji": "👍",
    },
}


def media_fields(kind: MediaKind, file: Json) -> Json:
    """The fields of a Message with that in it; `file` has the ids and the size of its file."""
    if kind == "location":
        return {"location": {"latitude": 52.52, "longitude": 13.405}}
    if kind == "contact":
        return {"contact": {"phone_number": "+491234567", "first_name": "Someone"}}
    if kind == "photo":
        small = file | {"width": 90, "height": 67}
        return {"photo": [small, file | _PICTURE]}
    fields: Json = {kind: file | _CONTENTS[kind]}
    # An animation comes as a document as well.
    return fields | ({"document": fields[kind]} if kind == "animation" else {})
