"""Make the project's environment in `.venv`, or reuse it when nothing it rests on has changed.

`make` calls this before every command, with the Python that the user has. It needs nothing but
the standard library, and it must be readable by an old Python, so that such a Python can be
refused in one sentence.

A stamp in `.venv` tells what the environment was made from. It is removed first and written last,
so an environment that was left half-made is made again.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

OLDEST = (3, 11)
NEWEST_TRIED = (3, 13)
if sys.version_info < OLDEST:
    version = sys.version.split()[0]
    sys.exit(
        f"Socionaut needs Python 3.11 or later, and {sys.executable} is Python {version}: install "
        "a newer one and name it, for example `make PYTHON=python3.12 report`."
    )

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
STAMP = ENVIRONMENT / "socionaut-stamp.json"
PROJECT = ROOT / "pyproject.toml"
LOCK = ROOT / "requirements.lock"
UV_LOCK = ROOT / "tools" / "uv.lock"  # for `make lock` and `make mutants`

# Settings that would send the packages elsewhere than into `.venv`, or load modules from elsewhere.
UNWANTED = ("PIP_PREFIX", "PIP_TARGET", "PIP_USER", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")
# What to do about a failed step, and the signs in its output that call for it.
NO_NETWORK = (
    "The package index cannot be reached: the first set-up needs a network (later calls do not). "
    "Behind a mirror, set PIP_INDEX_URL; behind a proxy, HTTPS_PROXY."
)
REMEDIES = {
    "The disk is full: the environment and the package cache take about 1 GB each.": (
        "No space left on device",
        "Disk quota exceeded",
    ),
    "This Python cannot make environments: install its venv module (on Debian and Ubuntu the "
    "package python3-venv), or name another Python, for example `make PYTHON=python3.12 report`.": (
        "ensurepip is not available",
        "No module named ensurepip",
        "No module named venv",
    ),
    "A downloaded package is not the one in the lock, so nothing of it was used: the index or the "
    "package cache holds a changed or damaged file.": ("DO NOT MATCH THE HASHES",),
    NO_NETWORK: (
        "ConnectTimeout",
        "Connection refused",
        "NameResolutionError",
        "NewConnectionError",
        "ProxyError",
        "ReadTimeout",
        "SSLError",
    ),
    "The package index lacks a release that the lock asks for, or lacks it for this Python and "
    "system: use a complete index (set PIP_INDEX_URL), or Python 3.11, 3.12 or 3.13.": (
        "No matching distribution",
    ),
    "The project folder and the package cache must be writable.": (
        "Permission denied",
        "Read-only file system",
    ),
}


class StepError(Exception):
    """A step of the set-up failed; holds what the step printed."""


def remedy(output: str) -> str:
    """Return what to do about a failed step, judged from what it printed."""
    for sentence, signs in REMEDIES.items():
        if any(sign in output for sign in signs):
            return sentence
    return "The reason is in the lines above."


def wanted_stamp() -> dict[str, str]:
    """Return what the environment must have been made from to be used as it is."""
    return {
        "folder": str(ROOT),  # scripts and the installed project hold this path
        "python": sys.version.split()[0],
        "packages": hashlib.sha256(LOCK.read_bytes() + UV_LOCK.read_bytes()).hexdigest(),
        "project": hashlib.sha256(PROJECT.read_bytes()).hexdigest(),
    }


def found_stamp() -> dict[str, str]:
    """Return what the environment was made from; empty when there is none, or only half of one."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and PYTHON.exists() else {}


def reason(found: dict[str, str], wanted: dict[str, str]) -> str:
    """Say why the packages must be installed; empty when those of the environment will do."""
    if not found:
        return "there is no complete one"
    reasons = {
        "folder": "the project folder was moved or copied",
        "python": f"it was made with Python {found.get('python', 'unknown')}",
        "packages": "the lock has changed",
    }
    return next((why for key, why in reasons.items() if found.get(key) != wanted[key]), "")


def clean_environ() -> dict[str, str]:
    """Return the user's environment variables without those that would lead packages astray."""
    return {name: value for name, value in os.environ.items() if name not in UNWANTED}


def run(command: list[str]) -> str:
    """Run a command and return what it printed; raise StepError with that when it fails."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=clean_environ(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise StepError(str(error)) from error
    if done.returncode != 0:
        raise StepError(done.stdout)
    return done.stdout


def step(title: str, command: list[str]) -> None:
    """Run a command, and show its title and how long it took."""
    start = time.monotonic()
    print(f"  {title} ... ", end="", flush=True)
    ended = "failed after "
    try:
        run(command)
        ended = ""
    finally:
        print(f"{ended}{time.monotonic() - start:.1f} s", flush=True)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let one set-up run at a time, in this folder."""
    with LOCK.open("rb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up is running in this folder: waiting for it.", flush=True)
            fcntl.flock(held, fcntl.LOCK_EX)
        except OSError:
            pass  # some network file systems cannot lock
        yield


def make_environment(found: dict[str, str], wanted: dict[str, str]) -> None:
    """Bring the environment to what is wanted, and write the stamp at the end."""
    STAMP.unlink(missing_ok=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--no-deps"]
    if why := reason(found, wanted):
        print(f"Making the environment in .venv with Python {wanted['python']}: {why}.", flush=True)
        if sys.version_info[:2] > NEWEST_TRIED:
            print("  (tried on Python 3.11, 3.12 and 3.13 only)")
        venv = [sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)]
        step("make an empty environment", venv)
        locks = ["--require-hashes", "-r", str(LOCK), "-r", str(UV_LOCK)]
        step("install the packages, one to two minutes", [*pip, *locks])
    else:
        print("pyproject.toml has changed.", flush=True)
    # Notebooks use the files of `lib` as they are.
    here = ["--no-index", "--no-build-isolation", "--editable", "."]
    step("install the project", [*pip, *here])
    draft = STAMP.with_suffix(".draft")
    draft.write_text(json.dumps(wanted), encoding="utf-8")
    draft.replace(STAMP)


def last_lines(output: str, count: int) -> str:
    """Return the last lines of an output, indented, without pip's notes on its further tries."""
    lines = [line for line in output.splitlines() if line.strip() and "Retrying (" not in line]
    return "\n".join("    " + line for line in lines[-count:])


def main() -> int:
    """Make or reuse the environment; return the exit code."""
    try:
        wanted = wanted_stamp()
    except OSError as error:
        print(f"{error.filename} cannot be read: restore it from the repository.", file=sys.stderr)
        return 1
    if found_stamp() == wanted:
        return 0
    start = time.monotonic()
    try:
        with alone():
            found = found_stamp()
            if found != wanted:
                make_environment(found, wanted)
    except StepError as error:
        print(last_lines(str(error), 8), file=sys.stderr)
        print(
            f"The environment could not be made. {remedy(str(error))} Then give the same command "
            "again; it starts afresh.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("Interrupted. Give the same command again; it starts afresh.", file=sys.stderr)
        return 130
    print(f"  ready after {time.monotonic() - start:.1f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
