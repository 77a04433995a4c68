"""The files that people and the bot have sent, which a bot downloads by their `file_path`."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.telegram_server.errors import not_found
from bot.telegram_server.types import Json


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came with a call."""

    file_name: str
    content: bytes
    mime_type: str


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file with its ids and the path to download it by."""

    ids: Json
    file_path: str
    upload: Upload

    @property
    def document(self) -> Json:
        """The Document object."""
        return self.ids | {
            "file_name": self.upload.file_name,
            "mime_type": self.upload.mime_type,
        }


class FileStore:
    """All files by their ids."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}

    def add(self, upload: Upload, claimed_size: int | None = None) -> StoredFile:
        """Store a file, with its own size or one that it only claims to have."""
        number = len(self._files)
        ids: Json = {
            "file_id": f"BQACAgIAAxk{number:06}",
            "file_unique_id": f"AgAD{number:06}",
            "file_size": len(upload.content) if claimed_size is None else claimed_size,
        }
        file_path = f"documents/file_{number}{PurePosixPath(upload.file_name).suffix}"
        file = self._files[ids["file_id"]] = StoredFile(ids, file_path, upload)
        return file

    def get(self, file_id: str) -> StoredFile | None:
        """The file with that id, if there is one."""
        return self._files.get(file_id)

    def content(self, file_path: str) -> bytes:
        """The bytes to download from a path. Raises ApiError (404) for an unknown one."""
        for file in self._files.values():
            if file.file_path == file_path:
                return file.upload.content
        raise not_found()
