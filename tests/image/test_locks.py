"""What the image is built from is pinned by its hash, and is what pyproject.toml asks for."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
RUNTIME = [
    *PROJECT["project"]["dependencies"],
    *EXTRAS["webhook"],
    *EXTRAS["postgresql"],
]
WANTED = {
    "requirements": RUNTIME,
    "torch": [*RUNTIME, *EXTRAS["torch"]],
    "build": PROJECT["dependency-groups"]["image"],
}
ON_LINUX = {"python_version": "3.11", "python_full_version": "3.11.17", "sys_platform": "linux"}


def text_of(lock: str) -> str:
    return (ROOT / "docker" / f"{lock}.lock").read_text(encoding="utf-8")


def locked(lock: str) -> list[tuple[Requirement, list[str]]]:
    """The requirements of a lock, each with its hashes."""
    joined = re.sub(r"^ *#.*\n", "", text_of(lock), flags=re.MULTILINE).replace("\\\n", " ")
    lines = [line.split("--hash=") for line in joined.splitlines()]
    return [(Requirement(first), [each.strip() for each in rest]) for first, *rest in lines]


def versions(lock: str) -> dict[str, str]:
    """The versions that Linux and the image's Python get."""
    return {
        canonicalize_name(each.name): str(each.specifier).removeprefix("==")
        for each, _ in locked(lock)
        if each.marker is None or each.marker.evaluate(ON_LINUX)
    }


@pytest.mark.parametrize("lock", WANTED)
def test_each_package_has_one_version_and_its_hashes(lock: str) -> None:
    for requirement, hashes in locked(lock):
        assert re.fullmatch(r"==[^,*]+", str(requirement.specifier)), requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), requirement


@pytest.mark.parametrize("lock", WANTED)
def test_all_that_is_asked_for_is_there(lock: str) -> None:
    found = versions(lock)
    for wanted in map(Requirement, WANTED[lock]):
        version = found[canonicalize_name(wanted.name)]
        assert wanted.specifier.contains(version), f"run `make lock`: {wanted}, not {version}"


def test_both_images_have_the_same_versions() -> None:
    lean, with_torch = versions("requirements"), versions("torch")
    assert {name: with_torch.get(name) for name in lean} == lean


def test_torch_is_for_cpus() -> None:
    names = versions("torch")
    assert names["torch"].endswith("+cpu")
    assert [name for name in names if name.startswith(("nvidia", "cuda", "triton"))] == []


@pytest.mark.parametrize("lock", WANTED)
def test_no_place_is_named(lock: str) -> None:
    """Wherever the files come from, their hashes say whether they are the right ones."""
    assert not re.search(r"://|--(?!hash=)|(?<!\w)/", text_of(lock))
