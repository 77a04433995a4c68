"""Proofs of the images that `prove.sh` has built.

Every container runs as strictly as it should in production: nothing can be written but a tmpfs
/tmp, no capabilities, 512 MB of memory, no network unless Telegram is played.
"""

import json
import os
import shlex
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fpdf import FPDF

from bot.telegram_server import BadGateway, BotApiServer

IMAGE = os.environ.get("IMAGE", "localhost/article-bot")
TORCH_IMAGE = os.environ.get("TORCH_IMAGE", f"{IMAGE}:torch")
SCRIPTS = Path(__file__).parent.parent / "scripts"
PODMAN_RUN = [
    "podman",
    "run",
    "--read-only",
    "--read-only-tmpfs=false",
    "--tmpfs=/tmp",
    "--image-volume=ignore",
    "--cap-drop=all",
    "--security-opt=no-new-privileges",
    "--memory=512m",
    "--memory-swap=512m",
    *shlex.split(os.environ.get("RUN_FLAGS", "")),
]
USER_ID = "10001"
QUESTION = "Who is North Korea's Defense Minister?"
ANSWER = "Kang Sun Nam"
CHAT = 42


def execute(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def run(
    *arguments: str, flags: tuple[str, ...] = (), image: str = IMAGE
) -> subprocess.CompletedProcess[str]:
    return execute(*PODMAN_RUN, "--rm", "--network=none", *flags, image, *arguments)


def run_python(
    *arguments: str, flags: tuple[str, ...] = (), image: str = IMAGE
) -> subprocess.CompletedProcess[str]:
    done = run(*arguments, flags=("--entrypoint=python", *flags), image=image)
    assert done.returncode == 0, done.stderr
    return done


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


@pytest.mark.parametrize("script", sorted(SCRIPTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_talks(script: Path) -> None:
    played = run("chat", "--script", "/script.yaml", flags=(f"--volume={script}:/script.yaml:ro",))
    assert played.returncode == 0, played.stdout + played.stderr


def test_plays_telegram_by_itself() -> None:
    script = SCRIPTS / "answers.yaml"
    flags = (f"--volume={script}:/script.yaml:ro",)
    played = run("chat", "--wire", "--script", "/script.yaml", flags=flags)
    assert played.returncode == 0, played.stdout + played.stderr


MILL = (
    "The mill at the lower bridge was built by Anna Berg in 1832. It ground rye for six villages "
    "until the flood took its wheel, and was a school for girls after that. Today it houses the "
    "town's library, which lends books, maps and garden tools to everybody in the valley."
)


def a_pdf() -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.multi_cell(0, 6, MILL)
    return bytes(pdf.output())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mill.pdf", a_pdf()),
        ("mill.html", f"<article><h1>The mill</h1><p>{MILL}</p></article>".encode()),
    ],
)
def test_reads(tmp_path: Path, name: str, content: bytes) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / name).write_bytes(content)
    asked = run(
        *("ask", "Who built the mill?", "--article", f"/articles/{name}"),
        flags=(f"--volume={tmp_path}:/articles:ro",),
    )
    assert "Anna Berg" in asked.stdout, asked.stdout + asked.stderr


def test_the_doctor_is_content() -> None:
    flags = ("--volume=/data", f"--env=TELEGRAM_BOT_TOKEN=123456:{35 * 'A'}")
    examined = run("doctor", "--offline", "--json", flags=flags)
    assert examined.returncode == 0, examined.stdout


def test_parsers_reach_neither_files_nor_the_network() -> None:
    assert run_python("-c", SHUT_OFF).stdout.split() == ["()", "PermissionError", "PermissionError"]


SHUT_OFF = """
import socket
from index.loading.confinement import confine, lacking
print(lacking())
confine([])
for reach in (lambda: open("/etc/passwd"), socket.socket):
    try:
        reach()
    except OSError as error:
        print(type(error).__name__)
"""


def test_half_of_the_memory_is_enough() -> None:
    peak = run_python("-c", PEAK, QUESTION).stdout
    assert 0 < int(peak) < 256 << 20


PEAK = """
import subprocess, sys
from pathlib import Path
subprocess.run(["article-bot", "ask", sys.argv[1]], check=True, stdout=subprocess.DEVNULL)
files = "memory.peak", "memory/memory.max_usage_in_bytes"
print(next(p.read_text() for p in (Path("/sys/fs/cgroup", f) for f in files) if p.exists()))
"""


def test_runs_as_a_user_without_rights() -> None:
    assert run_python("-c", RIGHTS).stdout.split() == [USER_ID, USER_ID, "/tmp"]


RIGHTS = """
import os
print(os.getuid(), os.getgid())
for folder in ("/tmp", "/data", "/opt/article-bot", "/usr/local"):
    try:
        open(f"{folder}/x", "w").close()
        print(folder)
    except OSError:
        pass
"""


def test_data_folder_as_a_volume_can_be_written() -> None:
    run_python("-c", "open('/data/x', 'w').close()", flags=("--volume=/data",))


@pytest.mark.parametrize("program", ["sh", "bash", "pip", "apt-get", "perl"])
def test_has_no_other_program(program: str) -> None:
    assert run(flags=(f"--entrypoint={program}",)).returncode in (126, 127)


def test_torch_is_left_out() -> None:
    assert run_python("-c", HEAVY).stdout.split() == ["[]"]


HEAVY = """
from importlib.metadata import distributions
heavy = {"torch", "transformers", "sentence-transformers", "onnx", "huggingface_hub"}
print([each.name for each in distributions() if each.name in heavy])
"""


def test_all_that_the_program_imports_is_there() -> None:
    assert run_python("-c", IMPORTS).stdout == ""


IMPORTS = """
import importlib, pkgutil, re
import bot, index
# What trains, exports and measures, and what runs other models, needs torch.
other = re.compile("index.making|index.reading.(weights|joint_encoder)")
for package in (bot, index):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not other.match(module.name):
            try:
                importlib.import_module(module.name)
            except ImportError as error:
                print(module.name, error)
"""


def test_speaks_all_languages() -> None:
    assert run_python("-c", LANGUAGES).stdout.split() == ["ar", "de", "en", "es", "ru"]


LANGUAGES = """
from datetime import date
from bot.wording import said
from bot.wording.catalogues import LANGUAGES, grouped, translations
from bot.wording.days import Day
for language in sorted(LANGUAGES):
    translations(language)
    grouped(1_000_000, language)
    said(Day(date(2026, 11, 28)), language)
    print(language)
"""


def test_nothing_is_compiled_at_the_start() -> None:
    modules = "bot.cli, bot.telegram_adapter.application, index.keeping.store, faiss, trafilatura"
    imports = run_python("-v", "-c", f"import {modules}").stderr
    origins = [line for line in lines(imports) if line.startswith("# code object from")]
    assert len(origins) > 1000
    assert [line for line in origins if ".pyc" not in line] == []


def test_what_is_inside_is_listed() -> None:
    sbom = json.loads(run_python("-c", f"print(open('{SHARE}/sbom.cdx.json').read())").stdout)
    installed = json.loads(run_python("-c", INSTALLED).stdout)
    listed = sbom["components"]
    assert {each["name"] for each in listed if "pkg:pypi" in each.get("purl", "")} >= {*installed}
    assert [each["name"] for each in listed if not each["licenses"]] == []
    kinds = [each["type"] for each in listed]
    assert (kinds.count("machine-learning-model"), kinds.count("platform")) == (2, 1)


SHARE = "/opt/article-bot/share/doc/article-bot"

INSTALLED = """
import json
from importlib.metadata import distributions
print(json.dumps([each.name for each in distributions() if each.name != "article-bot"]))
"""


def test_size() -> None:
    (image,) = json.loads(execute("podman", "image", "inspect", IMAGE).stdout)
    assert image["Size"] < 500_000_000


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
    flags = ("--entrypoint=python",)
    asked = run("-X", "importtime", "/opt/article-bot/bin/article-bot", "health", flags=flags)
    assert asked.returncode == 1
    assert "bot.cli" in asked.stderr
    for heavy in ("onnxruntime", "faiss", "telegram", "sqlalchemy", "trafilatura"):
        assert f" {heavy}\n" not in asked.stderr


WITH_TORCH = ("--memory=2g", "--memory-swap=2g", "--env=ARTICLE_BOT_BACKEND=torch")


def test_with_torch_the_originals_answer() -> None:
    asked = run("ask", QUESTION, flags=WITH_TORCH, image=TORCH_IMAGE)
    assert asked.returncode == 0, asked.stderr
    assert ANSWER in asked.stdout


def test_with_torch_models_are_exported(tmp_path: Path) -> None:
    flags = (*WITH_TORCH, "--volume=/data")
    exported = run("model", "export", flags=flags, image=TORCH_IMAGE)
    assert exported.returncode == 0, exported.stderr


def test_torch_is_for_cpus() -> None:
    code = "import torch; print(torch.version.cuda)"
    assert run_python("-c", code, flags=WITH_TORCH, image=TORCH_IMAGE).stdout.strip() == "None"


@pytest.fixture
def telegram() -> Iterator[BotApiServer]:
    with BotApiServer() as server:
        yield server


@contextmanager
def started(telegram: BotApiServer, *flags: str) -> Iterator[str]:
    settings = {
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_BASE_URL": telegram.base_url,
        "TELEGRAM_BASE_FILE_URL": telegram.base_file_url,
    }
    env = [f"--env={name}={value}" for name, value in settings.items()]
    done = execute(*PODMAN_RUN, "--detach", "--network=host", *env, *flags, IMAGE)
    assert done.returncode == 0, done.stderr
    container = done.stdout.strip()
    yield container
    print(execute("podman", "logs", container).stderr)
    execute("podman", "rm", "--force", "--volumes", "--time=0", container)


def stop(container: str) -> int:
    """The exit code of a container that is told to end; it is killed after a minute."""
    execute("podman", "stop", "--time=60", container)
    state = json.loads(execute("podman", "inspect", container).stdout)[0]["State"]
    return int(state["ExitCode"])


def health(container: str) -> int:
    return execute("podman", "exec", container, "article-bot", "health").returncode


def test_a_life_on_telegram(telegram: BotApiServer) -> None:
    telegram.fail_next("getUpdates", BadGateway(), times=3)
    with started(telegram) as bot:
        telegram.wait_for_calls("getUpdates", 1, timeout=60)
        assert health(bot) == 1, "healthy though no poll has succeeded"

        telegram.wait_for_calls("getUpdates", 5, timeout=60)
        assert health(bot) == 0

        telegram.say(CHAT, QUESTION)
        telegram.wait_for_messages(CHAT, 1, timeout=60)
        assert ANSWER in telegram.sent_messages(CHAT)[-1].text

        before = time.monotonic()
        assert stop(bot) == 0
        assert time.monotonic() - before < 10


@pytest.mark.parametrize("after", [1, 2, 6])
def test_a_stop_while_it_starts_is_obeyed(telegram: BotApiServer, after: int) -> None:
    telegram.fail_next("getUpdates", BadGateway(), times=3)
    with started(telegram) as bot:
        time.sleep(after)
        assert stop(bot) == 0


def test_what_a_stop_interrupts_is_answered_once_at_the_next_start(
    telegram: BotApiServer,
) -> None:
    execute("podman", "volume", "create", "article-bot-proof")
    try:
        with started(telegram, "--volume=article-bot-proof:/data") as bot:
            telegram.wait_for_calls("getUpdates", 2, timeout=60)
            for _ in range(3):
                telegram.say(CHAT, QUESTION)
            assert stop(bot) == 0
        with started(telegram, "--volume=article-bot-proof:/data") as bot:
            telegram.wait_for_messages(CHAT, 3, timeout=60)
            telegram.say(CHAT, QUESTION)
            telegram.wait_for_messages(CHAT, 4, timeout=60)
            time.sleep(2)
            assert [ANSWER in each.text for each in telegram.sent_messages(CHAT)] == 4 * [True]
            assert stop(bot) == 0
    finally:
        execute("podman", "volume", "rm", "--force", "article-bot-proof")
