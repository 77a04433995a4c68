"""The check of what is kept."""

from bot import composition
from bot.doctor.finding import Finding, note, ok, problem
from bot.settings import Settings
from bot.terminal.console import progress
from index.errors import StorageError
from index.keeping.examining import Contents

_RESTORE = "Move it away, and restore a backup: article-bot restore FILE"


def store(settings: Settings) -> Finding:
    """Whether the database can be opened, is of this version, and is whole. It is not changed."""
    try:
        with progress("Reading what is kept") as on_progress:
            found = composition.open_store(settings).examine(on_progress)
    except StorageError as error:
        return problem(str(error))
    if not found.sound:
        return problem("The database is damaged.", _RESTORE)
    if found.is_newer:
        return problem(
            "The database was written by a newer version of this program.", "Update this one."
        )
    if found.version == 0:
        return ok("nothing is kept yet")
    if found.contents is None:
        return note(
            f"The database is of version {found.version}, and is brought up to date at the next "
            "start.",
            "Back it up before, with the version that wrote it.",
        )
    return _of_contents(found.contents)


def _of_contents(contents: Contents) -> Finding:
    kept = f"chats: {contents.chats}, articles: {contents.articles}"
    if contents.damaged:
        return problem(
            f"{kept}, of which {contents.damaged} can't be read any more: they are damaged.",
            "Their chats are told so, and can send them anew. If there are many, check the disk "
            "and restore a backup.",
        )
    if contents.mendable:
        return ok(f"{kept}; the vectors of {contents.mendable} are made anew when they are asked")
    return ok(kept)
