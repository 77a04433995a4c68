"""The folder of a model that was exported: graph, tokenizer, manifest.

It is written whole or not at all, so that two programs that export the same model at the
same time do each other no harm. The manifest has the SHA-256 of the other files.
"""

import json
import shutil
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import ModelError, first_line
from index.file_digests import sha256
from index.onnx_session import open_session

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

FORMAT = 1
MANIFEST = "manifest.json"
GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"


def write(folder: Path, graph: bytes, tokenizer: str, facts: Mapping[str, Any]) -> None:
    """Put an export in the place of one that may be there.

    `graph`: serialized; `tokenizer`: its JSON; `facts`: for the manifest.

    Raises:
        OSError: it can't be written.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    try:
        (new / GRAPH).write_bytes(graph)
        (new / TOKENIZER).write_text(tokenizer, encoding="utf-8")
        digests = {name: sha256(new / name) for name in (GRAPH, TOKENIZER)}
        manifest = {"format": FORMAT, **facts, "sha256": digests}
        (new / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        new.chmod(0o755)
        old = new.with_name(new.name.replace("new", "old"))
        # A folder can't be replaced in one step. Who looks in between finds none, and makes one.
        with suppress(FileNotFoundError):
            folder.rename(old)
        try:
            new.rename(folder)
        except OSError:
            if read(folder) is None:  # Else another program was first: as good as this one.
                raise
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def read(folder: Path) -> dict[str, Any] | None:
    """The manifest of an export of this format; None if there is none."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return manifest if manifest["format"] == FORMAT else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def load(folder: Path) -> "tuple[InferenceSession, dict[str, Any]]":
    """The graph, ready to run, and the manifest, which all files were compared with.

    Raises:
        ModelError: there is no whole export.
    """
    manifest = read(folder)
    try:
        if manifest is None:
            raise OSError("no manifest of this version")
        # Both take a while, and both leave the interpreter alone.
        with ThreadPoolExecutor(1) as pool:
            opening = pool.submit(open_session, folder / GRAPH)
            digests = {name: sha256(folder / name) for name in manifest["sha256"]}
            session = opening.result()
        if digests != manifest["sha256"]:
            raise OSError("a file was changed")
    except Exception as error:  # whatever a damaged file makes the library raise
        raise ModelError(
            f"The exported model in {folder} can't be used: {first_line(error)}. Remove that "
            "folder, and it is made anew."
        ) from error
    return session, manifest
