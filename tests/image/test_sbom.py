"""No package comes into the image whose licence is not known and allowed."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.utils import canonicalize_name

from tests.image.test_locks import ROOT, versions


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sbom", ROOT / "docker" / "sbom.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


sbom = load()


def package(*licences: dict[str, Any], name: str = "example") -> dict[str, Any]:
    return {"name": name, "licenses": list(licences)}


@pytest.mark.parametrize(
    "licence",
    [
        {"license": {"id": "MIT"}},
        {"license": {"name": "License :: OSI Approved :: BSD License"}},
        {"expression": "Apache-2.0 AND MIT"},
        {"expression": "MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later"},
    ],
)
def test_an_allowed_licence_passes(licence: dict[str, Any]) -> None:
    sbom.check_licence(package(licence))


@pytest.mark.parametrize(
    "licence",
    [
        {"license": {"id": "GPL-3.0-only"}},
        {"license": {"name": "License :: Other/Proprietary License"}},
        {"license": {"name": "as you like"}},
        {"expression": "MIT AND AGPL-3.0-only"},
        {"expression": "GPL-2.0-only OR AGPL-3.0-only"},
    ],
)
def test_another_licence_ends_the_build(licence: dict[str, Any]) -> None:
    with pytest.raises(SystemExit, match="example has a licence that is not allowed"):
        sbom.check_licence(package({"license": {"id": "MIT"}}, licence))


def test_no_licence_ends_the_build() -> None:
    with pytest.raises(SystemExit, match="example does not say its licence"):
        sbom.check_licence(package())


def test_a_licence_in_words_of_its_own_is_told_in_the_list() -> None:
    protobuf = package(name="protobuf")
    sbom.check_licence(protobuf)
    assert protobuf["licenses"] == [{"expression": "BSD-3-Clause"}]


def test_a_debian_package_says_its_licences(tmp_path: Path) -> None:
    facts = tmp_path / "var/lib/dpkg/status.d/zlib1g"
    facts.parent.mkdir(parents=True)
    facts.write_text("Package: zlib1g\nVersion: 1:1.2\nArchitecture: amd64\n", encoding="utf-8")
    licence = tmp_path / "usr/share/doc/zlib1g/copyright"
    licence.parent.mkdir(parents=True)
    licence.write_text("Files: *\nLicense: Zlib\n", encoding="utf-8")
    (zlib,) = sbom.debian_packages(tmp_path)
    assert zlib["purl"] == "pkg:deb/debian/zlib1g@1%3A1.2?arch=amd64&distro=bookworm"
    assert zlib["licenses"] == [{"license": {"name": "Zlib"}}]


def test_the_models_are_listed(tmp_path: Path) -> None:
    shipped = tmp_path / "lib/python3.11/site-packages/index/models/shipped"
    shipped.parent.mkdir(parents=True)
    shipped.symlink_to(ROOT / "index/models/shipped")
    listed = sbom.models(tmp_path)
    assert [model["name"] for model in listed] == ["all-MiniLM-L6-v2", "reader"]


def test_all_that_is_locked_has_an_allowed_licence() -> None:
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--no-validate"]
    done = subprocess.run(command, capture_output=True, check=True)
    listed = {
        canonicalize_name(each["name"]): each for each in json.loads(done.stdout)["components"]
    }
    for name in versions("torch"):
        if name in listed:
            sbom.check_licence(listed[name])
