"""The tables of the database, and the migrations that bring older ones up to date."""

import re
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect

from index.errors import StorageError

_METADATA = sa.MetaData()
_MIGRATING = 0x61727469636C65
"""The lock that a process has while it makes the tables: others start at the same time."""

_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")


def keepable(text: str) -> str:
    """A text as every database takes it. The characters that some refuse become others of the same
    length in UTF-8, so that all places in the text stay where they are."""
    return _UNKEEPABLE.sub(lambda found: "\x1a" if found[0] == "\0" else "\ufffd", text)


class Text(sa.TypeDecorator[str]):
    """The type of all columns of text, which is written as it is `keepable`."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text as it is written."""
        return value and keepable(value)


_SCHEMA = sa.Table("schema", _METADATA, sa.Column("version", sa.Integer, nullable=False))
CHATS = sa.Table(
    "chats",
    _METADATA,
    sa.Column("chat", Text, primary_key=True),
    sa.Column("current", Text),
    sa.Column("last_question", Text),
    sa.Column("used", sa.Float, nullable=False, index=True),
    # The language in which the bot speaks there, if it was chosen.
    sa.Column("language", Text),
    # Whether all members of a group may load, remove and forget, or its admins alone (if null).
    sa.Column("open_to_members", sa.Boolean),
)
ARTICLES = sa.Table(
    "articles",
    _METADATA,
    sa.Column("chat", Text, sa.ForeignKey(CHATS.c.chat, ondelete="CASCADE"), primary_key=True),
    sa.Column("id", Text, primary_key=True),
    sa.Column("title", Text, nullable=False),
    sa.Column("language", Text, nullable=False),
    sa.Column("url", Text),
    sa.Column("site", Text),
    sa.Column("author", Text),
    sa.Column("published", Text),
    sa.Column("sentences", sa.Integer, nullable=False),
    sa.Column("bytes", sa.Integer, nullable=False),
    sa.Column("added", sa.Float, nullable=False),
    # Long columns stand last: to read a column, SQLite reads all those before it.
    sa.Column("text", Text, nullable=False),
    sa.Column("paragraphs", Text, nullable=False),
    sa.Column("pages", Text, nullable=False),
    sa.Column("page_text", Text, nullable=False),
    sa.Column("spans", Text, nullable=False),
)
VECTORS = sa.Table(
    "sentence_vectors",
    _METADATA,
    sa.Column("chat", Text, primary_key=True),
    sa.Column("id", Text, primary_key=True),
    sa.Column("model", Text, nullable=False),
    sa.Column("dimensions", sa.Integer, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.ForeignKeyConstraint(["chat", "id"], [ARTICLES.c.chat, ARTICLES.c.id], ondelete="CASCADE"),
)

# The messages of the chat in which an article was pasted, for quoting them: what each says is
# text[start:end] of the article, and begins there at `offset`.
PASTED = sa.Table(
    "pasted_messages",
    _METADATA,
    sa.Column("chat", Text, primary_key=True),
    sa.Column("id", Text, primary_key=True),
    sa.Column("message_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("offset", sa.Integer, nullable=False),
    sa.Column("entities", Text, nullable=False),
    sa.ForeignKeyConstraint(["chat", "id"], [ARTICLES.c.chat, ARTICLES.c.id], ondelete="CASCADE"),
)
# Articles that other chats may open, by a token that nobody can guess.
SHARES = sa.Table(
    "shares",
    _METADATA,
    sa.Column("token", Text, primary_key=True),
    sa.Column("chat", Text, nullable=False),
    sa.Column("id", Text, nullable=False),
    sa.ForeignKeyConstraint(["chat", "id"], [ARTICLES.c.chat, ARTICLES.c.id], ondelete="CASCADE"),
    sa.UniqueConstraint("chat", "id"),
)
# What a chat said of the answers it was given. The article may be the shipped one, which is not
# among ARTICLES.
FEEDBACK = sa.Table(
    "feedback",
    _METADATA,
    sa.Column(
        "chat", Text, sa.ForeignKey(CHATS.c.chat, ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("article", Text, nullable=False),
    # It may be longer than the key of a table can be.
    sa.Column("question", Text, nullable=False),
    # The place of the sentence in the article's text, which never changes.
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("helpful", sa.Boolean, nullable=False),
    sa.Column("given", sa.Float, nullable=False),
)
# A chat's recent questions: a button, a reply or an edit may come back to one of them.
QUESTIONS = sa.Table(
    "questions",
    _METADATA,
    sa.Column(
        "chat", Text, sa.ForeignKey(CHATS.c.chat, ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("article", Text, nullable=False),
    sa.Column("question", Text, nullable=False),
    sa.Column("asked", sa.Float, nullable=False),
)
# The bot's answer to a person's message, for editing it when the message is edited. A chat without
# articles and questions, which is not among CHATS, has answers too.
ANSWERED = sa.Table(
    "answered_messages",
    _METADATA,
    sa.Column("chat", Text, primary_key=True),
    sa.Column("message_id", sa.BigInteger, primary_key=True, autoincrement=False),
    # A key of what the message said.
    sa.Column("said", Text, nullable=False),
    # Null: the answer has several messages.
    sa.Column("answer_id", sa.BigInteger),
    # The place that the answer quotes natively, if it does.
    sa.Column("quoted", Text),
    sa.Column("sent", sa.Float, nullable=False, index=True),
)

INBOX = sa.Table(
    "inbox",
    _METADATA,
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("chat", Text, nullable=False),
    sa.Column("payload", Text, nullable=False),
    sa.Column("done", sa.Boolean, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("last_message", sa.BigInteger, nullable=False),
    sa.Column("changed", sa.Float, nullable=False),
    sa.Index("inbox_by_state", "done", "changed"),
)
_WAITING = INBOX.c.done.is_(False)
INBOX_BY_CHAT = sa.Index(
    "inbox_by_chat", INBOX.c.chat, sqlite_where=_WAITING, postgresql_where=_WAITING
)
# Which of several processes works for a chat, named by the key of what the inbox has in order.
OWNERS = sa.Table(
    "chat_owners",
    _METADATA,
    sa.Column("chat", Text, primary_key=True),
    sa.Column("owner", sa.BigInteger, nullable=False, index=True),
)

Migration = Callable[[Connection], None]


def _keep_sentence_vectors(connection: Connection) -> None:
    """Keep only the sentence vectors (view 0) of the three views that once had vectors."""
    VECTORS.create(connection)
    columns = "chat, id, model, dimensions, data"
    connection.execute(
        sa.text(
            f"INSERT INTO sentence_vectors ({columns}) "  # noqa: S608 - no word of it from outside
            f"SELECT {columns} FROM vectors WHERE view = 0"
        )
    )
    connection.execute(sa.text("DROP TABLE vectors"))


def _add_inbox(connection: Connection) -> None:
    """Version 3 writes updates down before they are acknowledged."""
    INBOX.create(connection)


def _add_what_chats_say(connection: Connection) -> None:
    """Version 4 keeps a chat's language and rights, what it pasted, shares, asked and judged."""
    for column in ("language TEXT", "open_to_members BOOLEAN"):
        connection.execute(sa.text(f"ALTER TABLE chats ADD COLUMN {column}"))
    for table in (PASTED, SHARES, FEEDBACK, QUESTIONS, ANSWERED):
        table.create(connection)


def _add_owners(connection: Connection) -> None:
    """Version 5 lets several processes share the chats, and finds what waits of one at once."""
    OWNERS.create(connection)
    INBOX_BY_CHAT.create(connection, checkfirst=True)  # Version 3 makes it too, since then.


MIGRATIONS: tuple[Migration, ...] = (
    _keep_sentence_vectors,
    _add_inbox,
    _add_what_chats_say,
    _add_owners,
)
"""The migrations from version 1 of the tables to 2, to 3 and so on.

A new database is made with the tables above, which are those of the newest version.
"""

TABLES = tuple(each for each in _METADATA.sorted_tables if each not in (_SCHEMA, OWNERS))
"""All tables but those that say nothing of people, each after those that its rows belong to."""


def migrate(connection: Connection, migrations: Sequence[Migration], database: str) -> bool:
    """Make the tables, or bring them to the newest version; return whether there were older ones.

    `database` is the database's name for people.

    Raises:
        StorageError: a newer version of the program has written them.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATING)))
    version, newest = version_of(connection), 1 + len(migrations)
    if version > newest:
        raise StorageError(
            f"{database} was written by a newer version of this program. Use that one, or start "
            "with another database: see ARTICLE_BOT_DATABASE and ARTICLE_BOT_DATA_DIR."
        )
    if version == newest:
        return False
    if version == 0:
        _METADATA.create_all(connection)
    for step in migrations[version - 1 :] if version else ():
        step(connection)
    connection.execute(_SCHEMA.delete())
    connection.execute(_SCHEMA.insert().values(version=newest))
    return version > 0


def is_newest(connection: Connection, migrations: Sequence[Migration]) -> bool:
    """Whether the tables are those of the newest version, so that `migrate` has nothing to do."""
    return version_of(connection) == 1 + len(migrations)


def version_of(connection: Connection) -> int:
    """The version of the tables, counted from 1; 0 if the database is new."""
    if not sa.inspect(connection).has_table(_SCHEMA.name):
        return 0
    return int(connection.execute(sa.select(_SCHEMA.c.version)).scalar_one())
