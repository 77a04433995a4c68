"""What is in force is told with where it comes from, and no secret with it."""

from pathlib import Path

import pytest

from bot.configuration import InForce, settings_in_force, unread_variables
from bot.settings import Settings
from tests.bot.telegram_adapter.running import TOKEN

SECRET = TOKEN.partition(":")[2]


def in_force(name: str) -> InForce:
    [found] = [each for each in settings_in_force() if each.name == name]
    return found


def test_every_setting_is_told_in_the_order_of_the_readme() -> None:
    names = [field.validation_alias for field in Settings.model_fields.values()]
    assert [each.name for each in settings_in_force()] == names


def test_a_default_and_a_value_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "ARTICLE_BOT_MAX_ARTICLES"
    assert in_force(name) == InForce(name, "50", "default")
    monkeypatch.setenv(name, "7")
    assert in_force(name) == InForce(name, "7", "environment")
    monkeypatch.setenv(name, "")
    assert in_force(name) == InForce(name, "50", "default")


def test_the_data_folder_is_told_though_no_setting_names_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("ARTICLE_BOT_DATA_DIR")
    assert in_force("ARTICLE_BOT_DATA_DIR").value.endswith("article-bot")


def test_a_variable_in_small_letters_is_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("article_bot_web_ports", "443")
    assert in_force("ARTICLE_BOT_WEB_PORTS").value == "443"
    assert unread_variables() == ()


def test_what_can_not_be_used_is_told_beside_what_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_BOT_MAX_ARTICLES", "many")
    monkeypatch.setenv("ARTICLE_BOT_ALLOWED", "12, bob")
    monkeypatch.setenv("ARTICLE_BOT_RETENTION_DAYS", "30")
    assert "integer" in (in_force("ARTICLE_BOT_MAX_ARTICLES").problem or "")
    assert "“bob” is no ID" in (in_force("ARTICLE_BOT_ALLOWED").problem or "")
    assert in_force("ARTICLE_BOT_RETENTION_DAYS").problem is None


def test_the_token_is_set_by_its_variable_or_by_its_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert in_force("TELEGRAM_BOT_TOKEN").value == ""
    file = tmp_path / "token"
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(file))
    assert "can't be read" in (in_force("TELEGRAM_BOT_TOKEN").problem or "")
    file.write_text("")
    assert "No Telegram token" in (in_force("TELEGRAM_BOT_TOKEN").problem or "")
    file.write_text(TOKEN)
    assert in_force("TELEGRAM_BOT_TOKEN") == InForce(
        "TELEGRAM_BOT_TOKEN", "set", "TELEGRAM_BOT_TOKEN_FILE"
    )
    assert in_force("TELEGRAM_BOT_TOKEN_FILE").value == str(file)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    assert in_force("TELEGRAM_BOT_TOKEN").origin == "environment"


@pytest.mark.parametrize("name", [str(f.validation_alias) for f in Settings.model_fields.values()])
def test_no_secret_is_told_wherever_it_was_put(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for value in (TOKEN, f"https://api.telegram.org/bot{TOKEN}", "http://ann:open-sesame@host/bot"):
        monkeypatch.setenv(name, value)
        told = repr(settings_in_force())
        assert SECRET not in told
        assert "open-sesame" not in told


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("ARTICLE_BOT_WEBPORTS", "ARTICLE_BOT_WEB_PORTS"),
        ("ARTICLE_BOT_DATADIR", "ARTICLE_BOT_DATA_DIR"),
        ("ARTICLE_BOT_OPERATOR", "ARTICLE_BOT_OPERATORS"),
        ("ARTICLEBOT_DATA_DIR", "ARTICLE_BOT_DATA_DIR"),
        ("TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN"),
        ("TELEGRAM_BOT_TOKENFILE", "TELEGRAM_BOT_TOKEN_FILE"),
    ],
)
def test_a_misspelt_variable_is_pointed_out(
    name: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ARTICLE_BOT_DATA_DIR")
    monkeypatch.setenv(name, "secret-of-somebody")
    [unread] = unread_variables()
    assert (unread.name, unread.nearest) == (name, meant)
    assert "somebody" not in repr(unread)


@pytest.mark.parametrize("name", ["TELEGRAM_CHAT_ID", "TELEGRAM_BOT_NAME", "PATH", "BOT"])
def test_a_variable_of_other_programs_is_not(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1")
    assert unread_variables() == ()


def test_what_is_like_a_setting_that_is_there_is_another_programs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", "1")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    assert unread_variables() == ()
