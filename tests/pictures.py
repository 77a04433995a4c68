"""The pictures of the README: conversations, played through the bot and photographed in a browser.

    python -m tests.pictures [--browser /usr/bin/chromium]        # `make pictures`

Each script of `tests/scripts/pictures` becomes a picture in `docs/pictures`. Needs Playwright,
Pillow and a Chromium, with fonts for Latin and Arabic letters (Debian: chromium, fonts-noto-core).
"""

import argparse
import io
import tempfile
from pathlib import Path

from click.testing import CliRunner
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from bot.cli import main as article_bot

ROOT = Path(__file__).parent.parent
SCRIPTS = sorted((ROOT / "tests" / "scripts" / "pictures").glob("*.yaml"))
FOLDER = ROOT / "docs" / "pictures"

WIDTH, HEIGHT, SCALE = 420, 200, 1.5
"""Of the window, in pixels of CSS; a page that is higher is photographed whole."""

COLOURS = 48
"""So many make the files small, and nobody sees the difference."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    options = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    with (
        sync_playwright() as playwright,
        # It opens nothing but the pages that are made here; in a container there is no sandbox.
        playwright.chromium.launch(
            executable_path=options.browser, args=["--no-sandbox"]
        ) as browser,
        browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE
        ) as page,
    ):
        for script in SCRIPTS:
            picture = FOLDER / f"{script.stem}.png"
            picture.write_bytes(photograph(page, conversation(script)))
            print(f"{picture.relative_to(ROOT)}: {picture.stat().st_size // 1024} kB")


def conversation(script: Path) -> str:
    """The page of a conversation, played through the bot."""
    with tempfile.TemporaryDirectory() as folder:
        transcript = Path(folder) / "chat.html"
        arguments = ["chat", "--wire", "--script", str(script), "--transcript", str(transcript)]
        result = CliRunner().invoke(article_bot, arguments)
        if result.exit_code:
            raise SystemExit(result.output)
        return transcript.read_text(encoding="utf-8")


def photograph(page: Page, html: str) -> bytes:
    """A PNG of a page."""
    page.set_content(html)
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    file = io.BytesIO()
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
        file, "PNG", optimize=True
    )
    return file.getvalue()


if __name__ == "__main__":
    main()
