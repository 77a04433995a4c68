"""The environment, and where the token comes from."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import SettingsError, load_settings
from index.models.embedding import DEFAULT_MODEL

TOKEN = "123456:ABC-def_ghi"
VARIABLES = [
    "ARTICLE_BOT_EMBEDDING_MODEL",
    "ARTICLE_BOT_READER",
    "ARTICLE_BOT_DATABASE",
    "ARTICLE_BOT_ALLOWED",
    "ARTICLE_BOT_OPERATORS",
    "ARTICLE_BOT_QUESTIONS_PER_MINUTE",
    "ARTICLE_BOT_LOADS_PER_MINUTE",
    "ARTICLE_BOT_DENIED_NETWORKS",
    "ARTICLE_BOT_WEB_PORTS",
    "ARTICLE_BOT_HEARTBEAT_FILE",
    "ARTICLE_BOT_SIDE_PORT",
    "ARTICLE_BOT_LOG_FORMAT",
    "ARTICLE_BOT_LOG_TEXT",
    "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_BOT_TOKEN_FILE",
    "TELEGRAM_BASE_URL",
    "TELEGRAM_BASE_FILE_URL",
]


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_without_variables_there_are_defaults() -> None:
    settings = load_settings()
    assert settings.embedding_model == DEFAULT_MODEL
    assert settings.reader == "shipped"
    assert settings.heartbeat_file is None
    assert settings.telegram_base_url == "https://api.telegram.org/bot"
    assert settings.telegram_base_file_url == "https://api.telegram.org/file/bot"


@pytest.mark.parametrize(
    ("variable", "field", "value"),
    [
        ("ARTICLE_BOT_EMBEDDING_MODEL", "embedding_model", "some/model"),
        ("ARTICLE_BOT_READER", "reader", "none"),
        ("ARTICLE_BOT_READER", "reader", "some/cross-encoder"),
        ("ARTICLE_BOT_HEARTBEAT_FILE", "heartbeat_file", Path("beat")),
        ("ARTICLE_BOT_QUESTIONS_PER_MINUTE", "questions_per_minute", 5),
        ("ARTICLE_BOT_LOADS_PER_MINUTE", "loads_per_minute", 2),
        ("TELEGRAM_BOT_TOKEN_FILE", "telegram_bot_token_file", Path("token")),
        ("TELEGRAM_BASE_URL", "telegram_base_url", "http://localhost:8081/bot"),
        ("TELEGRAM_BASE_FILE_URL", "telegram_base_file_url", "http://localhost:8081/file/bot"),
    ],
)
def test_a_variable_sets_its_field(
    monkeypatch: pytest.MonkeyPatch, variable: str, field: str, value: str | Path | int
) -> None:
    monkeypatch.setenv(variable, str(value))
    assert getattr(load_settings(), field) == value


@pytest.mark.parametrize("field", ["allowed", "operators"])
@pytest.mark.parametrize("value", ["1234,-100567", " 1234 , -100567, ", "-100567 1234"])
def test_ids_stand_in_a_list(monkeypatch: pytest.MonkeyPatch, field: str, value: str) -> None:
    monkeypatch.setenv(f"ARTICLE_BOT_{field.upper()}", value)
    assert getattr(load_settings(), field) == {1234, -100567}


def test_networks_and_ports_stand_in_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_BOT_DENIED_NETWORKS", "203.0.113.7, 2001:db8::/32")
    monkeypatch.setenv("ARTICLE_BOT_WEB_PORTS", "80, 443 8000-8002")
    settings = load_settings()
    assert list(map(str, settings.denied_networks)) == ["203.0.113.7/32", "2001:db8::/32"]
    assert settings.web_ports == {80, 443, 8000, 8001, 8002}


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("9464", "127.0.0.1:9464"),
        ("0.0.0.0:9464", "0.0.0.0:9464"),
        (" localhost:80 ", "localhost:80"),
        ("[::1]:9464", "[::1]:9464"),
    ],
)
def test_the_side_port_is_of_this_machine_alone_unless_told(
    monkeypatch: pytest.MonkeyPatch, value: str, address: str
) -> None:
    monkeypatch.setenv("ARTICLE_BOT_SIDE_PORT", value)
    assert str(load_settings().side_port) == address


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("ARTICLE_BOT_ALLOWED", "1234, @ann", "“@ann” is no ID. IDs are numbers, with commas"),
        ("ARTICLE_BOT_OPERATORS", "12 ٣", "“٣” is no ID"),
        ("ARTICLE_BOT_OPERATORS", "9" * 30, "is no ID"),
        ("ARTICLE_BOT_DENIED_NETWORKS", "1.2.3.4, lund", "“lund” is no IP address and no network"),
        ("ARTICLE_BOT_DENIED_NETWORKS", "1.2.3.4/8", "is no IP address and no network"),
        ("ARTICLE_BOT_WEB_PORTS", "80 x", "“x” is no port. Write them as in 80, 443, 8000-9000"),
        ("ARTICLE_BOT_WEB_PORTS", "0-9", "is no port"),
        ("ARTICLE_BOT_WEB_PORTS", "9-5", "is no port"),
        ("ARTICLE_BOT_WEB_PORTS", "70000", "is no port"),
        ("ARTICLE_BOT_LOADS_PER_MINUTE", "0", "greater than or equal to 1"),
        ("ARTICLE_BOT_SIDE_PORT", "https://bot.example", "is no port such as 9464, and no address"),
        ("ARTICLE_BOT_SIDE_PORT", "::1:9464", "is no port such as 9464"),
        ("ARTICLE_BOT_SIDE_PORT", "70000", "is no port such as 9464"),
        ("ARTICLE_BOT_LOG_FORMAT", "xml", "'console' or 'json'"),
    ],
)
def test_a_value_that_can_not_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=said) as refusal:
        load_settings()
    assert str(refusal.value).startswith(f"{variable}: ")


@pytest.mark.parametrize("variable", VARIABLES)
def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    before = load_settings()
    monkeypatch.setenv(variable, "")
    assert load_settings() == before


@pytest.mark.parametrize("variable", ["embedding_model", "HEARTBEAT_FILE", "EMBEDDING_MODEL"])
def test_other_variables_are_nothing_to_us(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    before = load_settings()
    monkeypatch.setenv(variable, "other")
    assert load_settings() == before


def test_settings_stay_as_they_are() -> None:
    with pytest.raises(ValidationError):
        load_settings().embedding_model = "other"


@pytest.mark.parametrize("value", [TOKEN, f"{TOKEN}\n", f"  {TOKEN} "])
def test_the_token_of_a_variable(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", value)
    assert load_settings().token() == TOKEN


@pytest.mark.parametrize("content", [TOKEN, f"{TOKEN}\n", f"{TOKEN}\r\n", f"\n {TOKEN}\n\n"])
def test_the_token_of_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str) -> None:
    file = tmp_path / "token"
    file.write_bytes(content.encode())
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(file))
    assert load_settings().token() == TOKEN


def test_the_variable_goes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(tmp_path / "none"))
    assert load_settings().token() == TOKEN


def test_without_a_token_we_say_where_to_get_one() -> None:
    with pytest.raises(SettingsError, match=r"@BotFather and set TELEGRAM_BOT_TOKEN"):
        load_settings().token()


@pytest.mark.parametrize("value", [" ", "\n", "\t \n"])
def test_a_blank_variable_holds_no_token(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", value)
    with pytest.raises(SettingsError):
        load_settings().token()


@pytest.mark.parametrize("content", ["", "\n", " \t\n"])
def test_a_blank_file_holds_no_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "token"
    file.write_text(content, encoding="utf-8")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(file))
    with pytest.raises(SettingsError):
        load_settings().token()


@pytest.mark.parametrize("name", ["none", ".", "binary"])
def test_a_token_file_that_can_not_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\xfa")
    file = tmp_path / name
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(file))
    with pytest.raises(SettingsError) as refusal:
        load_settings().token()
    assert str(refusal.value) == f"The token file {file} can't be read."


def test_the_token_is_in_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    settings = load_settings()
    for shown in (repr(settings), str(settings), settings.model_dump_json(), f"{settings!r}"):
        assert TOKEN not in shown


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("mysql://bot:s3cret@host/name", "no address such as postgresql://user:password@host/name"),
        ("bot:s3cret@host/name", "no address such as postgresql://"),
        ("postgresql://bot:s3cret word@host/name", "no address such as postgresql://"),
        ("postgresql://bot:s3cret@word@host/name", "an @ in a password is written as %40"),
    ],
)
def test_what_is_no_address_of_a_database_is_told_without_it(
    monkeypatch: pytest.MonkeyPatch, value: str, said: str
) -> None:
    monkeypatch.setenv("ARTICLE_BOT_DATABASE", value)
    with pytest.raises(SettingsError, match=said) as refusal:
        load_settings()
    assert "s3cret" not in str(refusal.value)


def test_the_password_of_the_database_is_in_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_BOT_DATABASE", "postgresql://bot:s3cret@host/name")
    settings = load_settings()
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert "s3cret" not in shown


@pytest.mark.parametrize(
    ("address", "password"),
    [
        ("postgresql://bot:s3cret@host/name", "s3cret"),
        ("postgresql://bot:s%3A3%40cret@[::1]:5432/name", "s:3@cret"),
        ("postgresql://bot@host/name", ""),
        ("postgresql:///name?host=/run/postgresql", ""),
    ],
)
def test_the_password_of_the_database_is_known(
    monkeypatch: pytest.MonkeyPatch, address: str, password: str
) -> None:
    monkeypatch.setenv("ARTICLE_BOT_DATABASE", address)
    assert load_settings().database_password == password
