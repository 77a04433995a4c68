"""Checks of the program itself: Python, the libraries, the settings."""

import platform
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from bot.configuration import settings_in_force, unread_variables
from bot.doctor.finding import Finding, ok, problem

_PROGRAM = "article-bot"

_SHOWN = ("python-telegram-bot", "SQLAlchemy", "onnxruntime", "faiss-cpu", "torch")


def python() -> Finding:
    """The versions of the program and of Python, which pip has compared."""
    system = f"{platform.system()} {platform.machine()}"
    return ok(f"{platform.python_version()} on {system}, {_PROGRAM} {version(_PROGRAM)}")


def libraries() -> Finding:
    """Whether all libraries are there, in versions with which the program was tested."""
    wrong = [wanted for wanted in map(Requirement, requires(_PROGRAM) or ()) if _is_lacking(wanted)]
    if wrong:
        names = ", ".join(f"{each.name}{each.specifier}" for each in wrong)
        return problem(
            f"Missing, or of another version: {names}.",
            f"Install {_PROGRAM} anew: pip install --upgrade {_PROGRAM}",
        )
    versions = ((name, _version(name)) for name in _SHOWN)
    return ok(", ".join(f"{name} {found}" for name, found in versions if found))


def settings() -> Finding:
    """Whether all settings can be used, and all variables are settings."""
    wrong = [f"{each.name}: {each.problem}" for each in settings_in_force() if each.problem]
    if wrong:
        return problem(
            " ".join(wrong),
            "`article-bot config` shows all settings; what is not looked at here needs them.",
        )
    if unread := unread_variables():
        meant = ", ".join(f"{each.name} (is {each.nearest} meant?)" for each in unread)
        return problem(f"Nothing reads {meant}.", "`article-bot config` shows all settings.")
    in_force = settings_in_force()
    given = sum(each.origin != "default" for each in in_force)
    return ok(f"all can be used; {given} of {len(in_force)} are not the defaults")


def _is_lacking(wanted: Requirement) -> bool:
    if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
        return False
    found = _version(wanted.name)
    return found is None or not wanted.specifier.contains(found, prereleases=True)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
