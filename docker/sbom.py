"""Lists all that is in the image, as CycloneDX, and gathers the licences.

cyclonedx-py has listed the Python packages. Here come the interpreter, Debian's packages and the
models. A package whose licence is not known, or not allowed, ends the build.
"""

import json
import platform
import re
import shutil
import sys
from email import message_from_string
from importlib.metadata import distributions
from pathlib import Path, PurePath
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from license_expression import ExpressionError, Licensing

ALLOWED = frozenset(
    {
        *("0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause"),
        *("BSL-1.0", "CC0-1.0", "CNRI-Python", "ISC", "MIT", "PSF-2.0", "Python-2.0", "Zlib"),
        # Libraries that stay separate files, which anybody can exchange.
        *("LGPL-2.1-or-later", "LGPL-3.0-only", "MPL-2.0"),
    }
)

OF_CLASSIFIER = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}

STATED_OTHERWISE = {
    "protobuf": "BSD-3-Clause",  # "3-Clause BSD License"
    "transformers": "Apache-2.0",  # "Apache 2.0 License"
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",  # "BSD-3-Clause, Apache-2.0, dependency licenses"
}
"""Python packages whose metadata say their licence in words of their own."""

SHARE = Path("share/doc/article-bot")

LICENSING = Licensing()

Json = dict[str, Any]


def main(root: Path, environment: Path) -> None:
    """Complete the list in `environment`, of the packages there and the system in `root`."""
    file = environment / SHARE / "sbom.cdx.json"
    sbom = json.loads(file.read_text(encoding="utf-8"))
    for package in sbom["components"]:
        check_licence(package)
    sbom["components"] += [interpreter(), *debian_packages(root), *models(environment)]
    text = json.dumps(sbom, indent=2) + "\n"
    if error := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise SystemExit(f"The list is no CycloneDX: {error}")
    file.write_text(text, encoding="utf-8")
    gather_licences(environment)


def check_licence(package: Json) -> None:
    """End the program if the licence of a Python package is not known, or not allowed."""
    name, stated = package["name"], package.setdefault("licenses", [])
    if name in STATED_OTHERWISE and not stated:
        stated.append({"expression": STATED_OTHERWISE[name]})
    if not stated:
        raise SystemExit(f"{name} does not say its licence.")
    for each in map(expression, stated):
        if not is_allowed(each):
            raise SystemExit(f"{name} has a licence that is not allowed: {each}")


def expression(stated: Json) -> str:
    """The SPDX expression of an entry in a component's `licenses`."""
    licence = stated.get("license", {})
    name = licence.get("name", "").removeprefix("License :: OSI Approved :: ")
    return str(stated.get("expression") or licence.get("id") or OF_CLASSIFIER.get(name, name))


def is_allowed(licence: str) -> bool:
    """Whether all licences of an SPDX expression are allowed, or one of those to choose from."""
    try:
        return allows(LICENSING.parse(licence))
    except ExpressionError:
        return False


def allows(tree: Any) -> bool:
    """Whether a parsed expression is allowed."""
    if isinstance(tree, LICENSING.OR):
        return any(map(allows, tree.args))
    if isinstance(tree, LICENSING.AND):
        return all(map(allows, tree.args))
    return str(tree) in ALLOWED


def interpreter() -> Json:
    """The component of the interpreter with which this program runs, too."""
    version = platform.python_version()
    return {
        "type": "platform",
        "bom-ref": f"python@{version}",
        "name": "python",
        "version": version,
        "cpe": f"cpe:2.3:a:python:python:{version}:*:*:*:*:*:*:*",
        "purl": f"pkg:generic/python@{version}",
        "licenses": [{"license": {"id": "PSF-2.0"}}],
    }


def debian_packages(root: Path) -> list[Json]:
    """The components of the Debian packages in a root, with the licences of their files."""
    return [debian_package(facts, root) for facts in sorted(root.glob("var/lib/dpkg/status.d/*"))]


def debian_package(facts: Path, root: Path) -> Json:
    """The component of one Debian package."""
    fields = message_from_string(facts.read_text(encoding="utf-8"))
    name, version, arch = fields["Package"], fields["Version"], fields["Architecture"]
    place = Path("usr/share/doc", name, "copyright")
    text = (root / place).read_text(encoding="utf-8")
    # Debian's form for machines; older packages have prose.
    named = re.findall(r"^License: *(\S.*)$", text, re.MULTILINE) or [f"as in /{place}"]
    return {
        "type": "library",
        "bom-ref": f"deb/{name}@{version}",
        "name": name,
        "version": version,
        "purl": f"pkg:deb/debian/{name}@{version.replace(':', '%3A')}?arch={arch}&distro=bookworm",
        "licenses": [{"license": {"name": each.strip()}} for each in sorted(set(named))],
    }


def models(environment: Path) -> list[Json]:
    """The components of the exported models. Both are under the project's own licence."""
    found = []
    for manifest in sorted(
        environment.glob("lib/python3*/site-packages/index/models/shipped/*/manifest.json")
    ):
        facts = json.loads(manifest.read_text(encoding="utf-8"))
        name, _, version = manifest.parent.name.rpartition("-")
        found.append(
            {
                "type": "machine-learning-model",
                "bom-ref": f"model/{name}@{version}",
                "name": name,
                "version": version,
                "description": f"weights in {facts['weights']}, for ONNX Runtime",
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                "hashes": [{"alg": "SHA-256", "content": facts["sha256"]["model.onnx"]}],
            }
        )
    return found


def gather_licences(environment: Path) -> None:
    """Copy the licences that the Python packages came with into one folder, by package."""
    folder = environment / SHARE / "licenses"
    site_packages = next(environment.glob("lib/python3*/site-packages"))
    for package in distributions(path=[str(site_packages)]):
        for file in package.files or ():
            if is_licence(file):
                target = folder / package.name / "-".join(file.parts[1:])
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(package.locate_file(file), target)


def is_licence(file: PurePath) -> bool:
    """Whether a file of a Python package is a licence, by its place or by its name."""
    named = re.match(r"(?i)(licen[cs]e|copying|notice|authors)", file.name)
    return ".dist-info" in file.parts[0] and bool(named or "licenses" in file.parts)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
