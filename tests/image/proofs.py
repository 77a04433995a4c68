"""Proofs of the image that `prove.sh` has built.

Every container runs as strictly as it should in production: nothing can be written but a tmpfs
/tmp, no capabilities, no network unless Telegram is played.
"""

import json
import os
import shlex
import subprocess
import time
from collections.abc import Iterator

import pytest

from bot.telegram_server import BadGateway, BotApiServer

IMAGE = os.environ.get("IMAGE", "localhost/article-bot")
PODMAN_RUN = [
    "podman",
    "run",
    "--read-only",
    "--read-only-tmpfs=false",
    "--tmpfs=/tmp",
    "--image-volume=ignore",
    "--cap-drop=all",
    "--security-opt=no-new-privileges",
    *shlex.split(os.environ.get("RUN_FLAGS", "")),
]
USER_ID = "10001"
QUESTION = "Who is North Korea's Defense Minister?"
ANSWER = "Kang Sun Nam"
CHAT = 42


def execute(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def run(*arguments: str, flags: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    return execute(*PODMAN_RUN, "--rm", "--network=none", *flags, IMAGE, *arguments)


def run_shell(script: str) -> str:
    shell = run("-c", script, flags=("--entrypoint=sh",))
    assert shell.returncode == 0, shell.stderr
    return shell.stdout


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def test_help() -> None:
    shown = run("--help")
    assert shown.returncode == 0
    assert "telegram" in shown.stdout


def test_answers_about_the_shipped_article() -> None:
    asked = run("ask", QUESTION)
    assert asked.returncode == 0, asked.stderr
    assert ANSWER in asked.stdout


def test_answers_as_an_unknown_user() -> None:
    """Some platforms give each container a user id of their own."""
    asked = run("ask", QUESTION, flags=("--user=123456:0",))
    assert asked.returncode == 0, asked.stderr
    assert ANSWER in asked.stdout


def test_runs_as_a_user_without_rights() -> None:
    assert run_shell("id -u").strip() == USER_ID
    assert run_shell("touch /tmp/x; ! touch /data/x /opt/article-bot/x 2>/dev/null") == ""


def test_data_folder_as_a_volume_can_be_written() -> None:
    touched = run("-c", "touch /data/x", flags=("--volume=/data", "--entrypoint=sh"))
    assert touched.returncode == 0, touched.stderr


def test_torch_is_for_cpu_only() -> None:
    assert run_shell("python -c 'import torch; print(torch.version.cuda)'").strip() == "None"
    assert run_shell("find /opt -iname '*nvidia*' -o -iname '*libcuda*'") == ""


def test_nothing_is_compiled_at_the_start() -> None:
    imports = run_shell("python -v -c 'import bot.cli, sentence_transformers' 2>&1")
    origins = [line for line in lines(imports) if line.startswith("# code object from")]
    assert len(origins) > 1000
    assert [line for line in origins if ".pyc" not in line] == []


def test_settings_of_the_image() -> None:
    (image,) = json.loads(execute("podman", "image", "inspect", IMAGE).stdout)
    config = image["Config"]
    assert config["User"].split(":")[0] == USER_ID
    assert config["StopSignal"] in ("SIGTERM", "15")
    assert config["Volumes"] == {"/data": {}}
    assert image["Healthcheck"]["Test"] == ["CMD", "article-bot", "health"]
    assert config["Labels"]["org.opencontainers.image.licenses"] == "Apache-2.0"


def test_telegram_needs_a_token() -> None:
    refused = run()
    assert refused.returncode not in (0, 125, 126, 127)
    assert len(lines(refused.stderr)) == 1
    assert "TELEGRAM_BOT_TOKEN" in refused.stderr


def test_health_is_light_and_bad_before_the_first_poll() -> None:
    assert run("health").returncode == 1
    script = 'python -X importtime "$(command -v article-bot)" health 2>&1 || true'
    imported = run_shell(script)
    assert "bot.cli" in imported
    for heavy in ("torch", "transformers", "sentence_transformers", "faiss", "sklearn"):
        assert f" {heavy}\n" not in imported


@pytest.fixture
def telegram() -> Iterator[BotApiServer]:
    with BotApiServer() as server:
        yield server


@pytest.fixture
def bot(telegram: BotApiServer) -> Iterator[str]:
    settings = {
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_BASE_URL": telegram.base_url,
        "TELEGRAM_BASE_FILE_URL": telegram.base_file_url,
    }
    env = [f"--env={name}={value}" for name, value in settings.items()]
    telegram.fail_next("getUpdates", BadGateway(), times=3)
    started = execute(*PODMAN_RUN, "--detach", "--network=host", *env, IMAGE)
    assert started.returncode == 0, started.stderr
    container = started.stdout.strip()
    yield container
    print(execute("podman", "logs", container).stderr)
    execute("podman", "rm", "--force", "--time=0", container)


def health(container: str) -> int:
    return execute("podman", "exec", container, "article-bot", "health").returncode


def test_a_life_on_telegram(telegram: BotApiServer, bot: str) -> None:
    telegram.wait_for_calls("getUpdates", 1, timeout=60)
    assert health(bot) == 1, "healthy though no poll has succeeded"

    telegram.wait_for_calls("getUpdates", 5, timeout=60)
    assert health(bot) == 0

    telegram.say(CHAT, QUESTION)
    telegram.wait_for_messages(CHAT, 1, timeout=60)
    assert ANSWER in telegram.sent_messages(CHAT)[-1].text

    before = time.monotonic()
    execute("podman", "stop", "--time=60", bot)
    assert time.monotonic() - before < 10
    state = json.loads(execute("podman", "inspect", bot).stdout)[0]["State"]
    assert state["ExitCode"] == 0


@pytest.mark.parametrize("after", [2, 6])
def test_a_stop_while_it_starts_is_obeyed(bot: str, after: int) -> None:
    time.sleep(after)
    execute("podman", "stop", "--time=60", bot)
    state = json.loads(execute("podman", "inspect", bot).stdout)[0]["State"]
    assert state["ExitCode"] == 0
