"""The program's settings, read from the environment."""

import re
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, NamedTuple
from urllib.parse import unquote

from platformdirs import user_data_dir
from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from index.backends import Backend
from index.errors import ArticleError
from index.loading.public_addresses import Network
from index.models.embedding import DEFAULT_MODEL
from index.reading.readers import SHIPPED


class SettingsError(ArticleError):
    """A setting is missing or can't be used."""


def _ids(value: object) -> object:
    """The IDs in a text such as `1234, -100567`."""
    if not isinstance(value, str):
        return value
    words = re.findall(r"[^\s,]+", value)
    if wrong := next((word for word in words if not re.fullmatch(r"-?[0-9]{1,18}", word)), None):
        raise PydanticCustomError(
            "ids", "“{wrong}” is no ID. IDs are numbers, with commas between them", {"wrong": wrong}
        )
    return frozenset(map(int, words))


Ids = Annotated[frozenset[int], NoDecode, BeforeValidator(_ids)]
"""IDs of users or chats of Telegram."""


def _networks(value: object) -> object:
    """The networks in a text such as `203.0.113.7, 2001:db8::/32`."""
    if not isinstance(value, str):
        return value
    networks = []
    for word in re.findall(r"[^\s,]+", value):
        try:
            networks.append(ip_network(word))
        except ValueError:
            raise PydanticCustomError(
                "networks", "“{wrong}” is no IP address and no network", {"wrong": word}
            ) from None
    return tuple(networks)


def _ports(value: object) -> object:
    """The ports in a text such as `80, 443, 8000-9000`."""
    if not isinstance(value, str):
        return value
    ports: set[int] = set()
    for word in re.findall(r"[^\s,]+", value):
        parts = re.fullmatch(r"([0-9]{1,5})(?:-([0-9]{1,5}))?", word)
        first, last = (int(parts[1]), int(parts[2] or parts[1])) if parts else (0, 0)
        if not 0 < first <= last < 65536:
            raise PydanticCustomError(
                "ports",
                "“{wrong}” is no port. Write them as in 80, 443, 8000-9000",
                {"wrong": word},
            )
        ports.update(range(first, last + 1))
    return frozenset(ports)


Networks = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks)]
"""IP addresses and networks."""

Ports = Annotated[frozenset[int], NoDecode, BeforeValidator(_ports)]
"""Ports of servers."""


class Address(NamedTuple):
    """Where something listens on this machine."""

    host: str
    port: int

    def __str__(self) -> str:
        """The address as it is written in a setting."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _address(value: object) -> object:
    """The address in a text such as `0.0.0.0:9464`; of a port alone, that of this machine alone."""
    if not isinstance(value, str):
        return value
    parts = re.fullmatch(r"(?:(?:\[([0-9a-fA-F:.]+)\]|([^\s:/@]+)):)?([0-9]{1,5})", value.strip())
    if parts is None or int(parts[3]) > 65535:
        raise PydanticCustomError(
            "address",
            "“{wrong}” is no port such as 9464, and no address such as 0.0.0.0:9464",
            {"wrong": value},
        )
    return Address(parts[1] or parts[2] or "127.0.0.1", int(parts[3]))


class LogFormat(StrEnum):
    """How an event of the log is written."""

    CONSOLE = "console"
    JSON = "json"


def _database(value: object) -> object:
    """The address of a database. What is wrong with it is told without it: it has a password."""
    if not isinstance(value, str):
        return value
    if not re.match(r"postgresql://\S+$", value):
        raise PydanticCustomError(
            "database", "that is no address such as postgresql://user:password@host/name"
        )
    if value.partition("?")[0].count("@") > 1:
        raise PydanticCustomError("database", "an @ in a password is written as %40")
    return value


Database = Annotated[SecretStr, BeforeValidator(_database)]
"""The address of a PostgreSQL database."""


class Settings(BaseSettings):
    """All settings, as the environment has them. Their descriptions stand in the README's table."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True)

    embedding_model: str = Field(
        DEFAULT_MODEL,
        validation_alias="ARTICLE_BOT_EMBEDDING_MODEL",
        description="Any sentence-transformers model: hub name or folder.",
    )
    reader: str = Field(
        SHIPPED,
        validation_alias="ARTICLE_BOT_READER",
        description="What reads question and sentences together: `shipped`, `none`, a folder that "
        "`model train-reader` wrote, or any sentence-transformers CrossEncoder: hub name or "
        "folder.",
    )
    backend: Backend = Field(
        Backend.AUTO,
        validation_alias="ARTICLE_BOT_BACKEND",
        description="What runs the models: `onnx` (ONNX Runtime), `torch`, or `auto`: ONNX "
        "Runtime, and torch for what can't be exported.",
    )
    data_dir: Path | None = Field(
        None,
        validation_alias="ARTICLE_BOT_DATA_DIR",
        description="Where articles are kept: the platform's folder for data, if left out.",
    )
    database: Database | None = Field(
        None,
        validation_alias="ARTICLE_BOT_DATABASE",
        description="A PostgreSQL database in which articles are kept, such as "
        "`postgresql://user:password@host/name`: an SQLite file in the data folder, if left out.",
    )
    retention_days: int | None = Field(
        None,
        ge=1,
        validation_alias="ARTICLE_BOT_RETENTION_DAYS",
        description="What nobody used for so many days is deleted; nothing is, if left out.",
    )
    max_articles: int = Field(
        50,
        ge=1,
        validation_alias="ARTICLE_BOT_MAX_ARTICLES",
        description="Articles of a chat.",
    )
    max_bytes: int = Field(
        20_000_000,
        ge=1,
        validation_alias="ARTICLE_BOT_MAX_BYTES",
        description="Bytes of text of a chat's articles together.",
    )
    allowed: Ids = Field(
        frozenset(),
        validation_alias="ARTICLE_BOT_ALLOWED",
        description="IDs of the users and chats that the bot works for, with commas between them; "
        "it works for everybody, if left out.",
    )
    operators: Ids = Field(
        frozenset(),
        validation_alias="ARTICLE_BOT_OPERATORS",
        description="IDs of the users who run the bot: they may ask for `/stats`, and have no "
        "limits.",
    )
    questions_per_minute: int = Field(
        120,
        ge=1,
        validation_alias="ARTICLE_BOT_QUESTIONS_PER_MINUTE",
        description="Questions that one user may ask in a minute.",
    )
    loads_per_minute: int = Field(
        20,
        ge=1,
        validation_alias="ARTICLE_BOT_LOADS_PER_MINUTE",
        description="Articles that one user may send in a minute.",
    )
    denied_networks: Networks = Field(
        (),
        validation_alias="ARTICLE_BOT_DENIED_NETWORKS",
        description="IP addresses and networks of which no page is fetched, with commas between "
        "them. Those that are not public are denied anyway: name the public ones of your own "
        "machines.",
    )
    web_ports: Ports = Field(
        frozenset(),
        validation_alias="ARTICLE_BOT_WEB_PORTS",
        description="Ports of which pages are fetched, such as `80, 443, 8000-9000`: 80, 443 and "
        "all from 1024 on, if left out.",
    )
    heartbeat_file: Path | None = Field(
        None,
        validation_alias="ARTICLE_BOT_HEARTBEAT_FILE",
        description="Touched whenever Telegram has answered; `article-bot health` looks at it.",
    )
    side_port: Annotated[Address | None, NoDecode, BeforeValidator(_address)] = Field(
        None,
        validation_alias="ARTICLE_BOT_SIDE_PORT",
        description="Where `telegram` answers `/healthz`, `/readyz` and `/metrics`: a port, for "
        "this machine alone, or an address such as `0.0.0.0:9464`; nowhere, if left out.",
    )
    log_format: LogFormat = Field(
        LogFormat.CONSOLE,
        validation_alias="ARTICLE_BOT_LOG_FORMAT",
        description="How `telegram` logs: `console`, a line for people, or `json`, an object a "
        "line.",
    )
    log_text: bool = Field(
        False,
        validation_alias="ARTICLE_BOT_LOG_TEXT",
        description="Whether the log also has what people ask, the numbers of the sentences that "
        "answered, and what unexpected errors say: to find a fault, for a while.",
    )
    telegram_bot_token: SecretStr | None = Field(
        None,
        validation_alias="TELEGRAM_BOT_TOKEN",
        description="The bot's token, from @BotFather.",
    )
    telegram_bot_token_file: Path | None = Field(
        None,
        validation_alias="TELEGRAM_BOT_TOKEN_FILE",
        description="A file that holds the token, for secrets mounted into a container.",
    )
    telegram_base_url: str = Field(
        "https://api.telegram.org/bot",
        validation_alias="TELEGRAM_BASE_URL",
        description="The Bot API server, up to and with `/bot`.",
    )
    telegram_base_file_url: str = Field(
        "https://api.telegram.org/file/bot",
        validation_alias="TELEGRAM_BASE_FILE_URL",
        description="Where that server serves files, up to and with `/bot`.",
    )

    @property
    def data_folder(self) -> Path:
        """The folder in which articles are kept."""
        return self.data_dir or Path(user_data_dir("article-bot", appauthor=False))

    @property
    def database_password(self) -> str:
        """The password in the address of the database; empty, if there is none."""
        address = self.database.get_secret_value() if self.database else ""
        user, _, _ = address.partition("://")[2].rpartition("@")
        return unquote(user.partition(":")[2])

    def token(self) -> str:
        """The bot's token.

        Raises:
            SettingsError: there is none, or its file can't be read.
        """
        token = self.telegram_bot_token.get_secret_value() if self.telegram_bot_token else ""
        token = token.strip() or self._token_of_file()
        if not token:
            raise SettingsError(
                "No Telegram token. Get one from @BotFather and set TELEGRAM_BOT_TOKEN "
                "(or TELEGRAM_BOT_TOKEN_FILE)."
            )
        return token

    def _token_of_file(self) -> str:
        if self.telegram_bot_token_file is None:
            return ""
        try:
            return self.telegram_bot_token_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsError(
                f"The token file {self.telegram_bot_token_file} can't be read."
            ) from None


def load_settings() -> Settings:
    """Read the environment.

    Raises:
        SettingsError: a variable has a value that can't be used.
    """
    try:
        return Settings()  # type: ignore[call-arg]  # every field has an alias and a default
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise SettingsError(f"{first['loc'][0]}: {first['msg']}.") from None
