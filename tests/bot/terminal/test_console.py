"""What is shown while people wait."""

import pytest

from bot.logs import log_to_stderr
from bot.terminal.console import working


def test_elsewhere_than_in_a_terminal_work_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with working("Preparing the model"):
        pass
    assert capsys.readouterr().err == "Preparing the model ...\n"


@pytest.mark.usefixtures("logging_as_before")
def test_in_a_program_that_logs_it_is_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("1:secret")
    with working("Preparing the model"):
        pass
    assert capsys.readouterr().err.endswith(" INFO bot.terminal.console: Preparing the model\n")
