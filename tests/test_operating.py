"""The examples of how to run the bot are what their tools take, and name what there is.

systemd's own check (docs/operating.md) is in no package that pip has.
"""

import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import main
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
COMPOSE = [ROOT / "compose.yaml", *ROOT.glob("docs/operating/compose.*.yaml")]
KUBERNETES = ROOT / "docs/operating/kubernetes.yaml"
UNIT = ROOT / "docs/operating/article-bot.service"
EXAMPLES = [*COMPOSE, KUBERNETES, UNIT, ROOT / "Dockerfile"]


def services() -> dict[str, Any]:
    return {
        f"{path.name}: {name}": service
        for path in COMPOSE
        for name, service in yaml.safe_load(path.read_text(encoding="utf-8"))["services"].items()
        if "image" in service
    }


def kubernetes(kind: str) -> dict[str, Any]:
    objects = yaml.safe_load_all(KUBERNETES.read_text(encoding="utf-8"))
    (found,) = (each for each in objects if each["kind"] == kind)
    assert isinstance(found, dict)
    return found


def run(*command: str | Path) -> None:
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_compose_files_have_the_form_of_the_specification() -> None:
    run("check_jsonschema", "--builtin-schema", "vendor.compose-spec", *COMPOSE)


def test_kubernetes_objects_have_the_form_of_its_api() -> None:
    run("kubernetes_validate", "--strict", "--quiet", KUBERNETES)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_only_settings_that_exist_are_set(path: Path) -> None:
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    named = re.findall(r"\b(?:ARTICLE_BOT|TELEGRAM)_[A-Z_]+\b", path.read_text(encoding="utf-8"))
    assert set(named) - known == set()


@pytest.mark.parametrize("service", services().values(), ids=services())
def test_services_have_few_rights_and_an_end(service: dict[str, Any]) -> None:
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert {"mem_limit", "pids_limit"} <= service.keys()


def test_the_pod_has_few_rights_and_an_end() -> None:
    pod = kubernetes("Deployment")["spec"]["template"]["spec"]
    (bot,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert bot["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert "memory" in bot["resources"]["limits"]


def test_all_of_them_run_as_the_user_of_the_image() -> None:
    pod = kubernetes("Deployment")["spec"]["template"]["spec"]
    assert re.findall(r"^USER (\d+):(\d+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE) == [
        (str(pod["securityContext"]["runAsUser"]), str(pod["securityContext"]["runAsGroup"]))
    ]


def test_the_unit_starts_a_command_that_there_is() -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment]  # Its names have capitals.
    unit.read(UNIT, encoding="utf-8")
    assert unit["Service"]["ExecStart"].split()[1] in main.commands


def test_the_image_keeps_dates_and_numbers_of_each_language() -> None:
    from bot.wording.catalogues import LANGUAGES

    trim = (ROOT / "docker/trim.sh").read_text(encoding="utf-8")
    kept = re.findall(r'^languages="(.*)"$', trim, re.MULTILINE)
    assert kept == ["|".join(sorted(LANGUAGES))]
