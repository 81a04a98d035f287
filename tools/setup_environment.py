"""Make the project's environment in `.venv`, or reuse it when nothing it rests on has changed.

`make` calls this before every command, with the Python that the user has. It needs nothing but
the standard library, and it must be readable by an old Python, so that such a Python can be
refused in one sentence.

A stamp in `.venv` tells what the environment was made from. It is removed first and written last,
so an environment that was left half-made is made again.
"""

import ast
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
INSTALLER_LOCK = ROOT / "tools" / "installer.lock"

# Settings of pip, and the variables by which uv takes the same.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}
# Settings that would send the packages elsewhere than into `.venv`, or load modules from elsewhere.
UNWANTED = (
    "PIP_PREFIX",
    "PIP_TARGET",
    "PIP_USER",
    "PYTHONHOME",
    "PYTHONPATH",
    "UV_SYSTEM_PYTHON",
    "VIRTUAL_ENV",
)
# What to do about a failed step, and the signs in its output that call for it.
DISK_FULL = "The disk is full: the environment and the package cache take about 1 GB each."
NO_NETWORK = (
    "The package index cannot be reached: the first set-up needs a network (later calls do not). "
    "Behind a mirror, set PIP_INDEX_URL; behind a proxy, HTTPS_PROXY."
)
NO_VENV = (
    "This Python cannot make environments: install its venv module (on Debian and Ubuntu the "
    "package python3-venv), or name another Python, for example `make PYTHON=python3.12 report`."
)
WRONG_HASH = (
    "A downloaded package is not the one in the lock, so nothing of it was used: the index or the "
    "package cache holds a changed or damaged file."
)
NOT_ON_INDEX = (
    "The package index lacks a release that the lock asks for, or lacks it for this Python and "
    "system: use a complete index (set PIP_INDEX_URL), or Python 3.11, 3.12 or 3.13."
)
NOT_WRITABLE = "The project folder and the package cache must be writable."
REMEDIES = {
    DISK_FULL: ("No space left on device", "os error 28", "Disk quota exceeded"),
    NO_VENV: ("ensurepip is not available", "No module named ensurepip", "No module named venv"),
    WRONG_HASH: ("DO NOT MATCH THE HASHES", "Hash mismatch", "hash mismatch"),
    NO_NETWORK: (
        "ConnectTimeout",
        "Connection refused",
        "NameResolutionError",
        "NewConnectionError",
        "ProxyError",
        "ReadTimeout",
        "SSLError",
        "dns error",
        "error sending request",
    ),
    NOT_ON_INDEX: (
        "No matching distribution",
        "No solution found",
        "has no wheels with a matching",
    ),
    NOT_WRITABLE: ("Permission denied", "Read-only file system"),
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
        "packages": hashlib.sha256(LOCK.read_bytes()).hexdigest(),
        "project": hashlib.sha256(PROJECT.read_bytes()).hexdigest(),
    }


def found_stamp() -> dict[str, str]:
    """Return what the environment was made from; empty when there is none, or only half of one."""
    if not PYTHON.exists():
        return {}
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def reason(found: dict[str, str], wanted: dict[str, str]) -> str:
    """Say why the packages must be installed; empty when those of the environment will do."""
    if not found:
        return "there is no complete one"
    if found.get("folder") != wanted["folder"]:
        return "the project folder was moved or copied"
    if found.get("python") != wanted["python"]:
        return "it was made with Python " + found.get("python", "unknown")
    if found.get("packages") != wanted["packages"]:
        return "the lock has changed"
    return ""


def run(command: list[str], environ: dict[str, str]) -> str:
    """Run a command and return what it printed; raise StepError with that when it fails."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environ,
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


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Show a step while it runs, and how long it took."""
    start = time.monotonic()
    print(f"  {title} ... ", end="", flush=True)
    try:
        yield
    except BaseException:
        print(f"failed after {time.monotonic() - start:.1f} s", flush=True)
        raise
    print(f"{time.monotonic() - start:.1f} s", flush=True)


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


def clean_environ() -> dict[str, str]:
    """Return the user's environment variables without those that would lead packages astray."""
    environ = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    environ["UV_PYTHON_DOWNLOADS"] = "never"
    return environ


def with_index_of_pip(environ: dict[str, str], pip_settings: str) -> dict[str, str]:
    """Return the variables with pip's index settings added for uv, which does not read them.

    Settings that the user made for uv win. `pip_settings` is what `pip config list` prints; its
    lines come in pip's order of precedence, lowest first.
    """
    if any(name in environ for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX")):
        return environ
    found = {}
    for line in pip_settings.splitlines():
        key, separator, value = line.partition("=")
        name = PIP_TO_UV.get(key.rpartition(".")[2])
        if separator and name:
            found[name] = str(ast.literal_eval(value))
    if "UV_FIND_LINKS" in found:
        found["UV_FIND_LINKS"] = ",".join(found["UV_FIND_LINKS"].split())
    if "UV_INDEX" in found:
        # pip takes a release from whichever index has it. The hashes of the lock make that safe.
        found["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return {**found, **environ}


def install_packages(environ: dict[str, str]) -> None:
    """Install the packages of the lock with uv, or with pip where uv cannot be had or fails."""
    pip = [str(PYTHON), "-m", "pip"]
    locked = ["install", "--no-deps", "--require-hashes", "-r"]
    hopeless = [DISK_FULL, NO_NETWORK]
    try:
        with step("get the installer (uv)"):
            run([*pip, *locked, str(INSTALLER_LOCK)], environ)
        hopeless = [DISK_FULL]  # pip has reached its index; uv may be set to another
        with step("install the packages, about half a minute"):
            settings = run([*pip, "config", "list"], environ)
            # Where PYTHONDONTWRITEBYTECODE is set, every kernel would compile pandas anew.
            uv = [str(PYTHON), "-m", "uv", "pip", *locked, str(LOCK), "--compile-bytecode"]
            run([*uv, "--python", str(PYTHON)], with_index_of_pip(environ, settings))
    except StepError as error:
        if remedy(str(error)) in hopeless:
            raise
        print(last_lines(str(error), 3), flush=True)
        with step("install with pip instead, one to three minutes"):
            run([*pip, *locked, str(LOCK)], environ)


def install_project(environ: dict[str, str]) -> None:
    """Install the project itself, so that notebooks use the files of `lib`; needs no network."""
    command = [str(PYTHON), "-m", "pip", "install", "--no-deps", "--no-index"]
    with step("install the project"):
        run([*command, "--no-build-isolation", "--editable", "."], environ)


def last_lines(output: str, count: int) -> str:
    """Return the last lines of an output, indented, without pip's notes on its further tries."""
    lines = [line for line in output.splitlines() if line.strip() and "Retrying (" not in line]
    return "\n".join("    " + line for line in lines[-count:])


def make_environment(found: dict[str, str], wanted: dict[str, str]) -> None:
    """Bring the environment to what is wanted, and write the stamp at the end."""
    environ = clean_environ()
    why = reason(found, wanted)
    if STAMP.exists():
        STAMP.unlink()
    if why:
        print(f"Making the environment in .venv with Python {wanted['python']}: {why}.", flush=True)
        if sys.version_info[:2] > NEWEST_TRIED:
            print("  (tried on Python 3.11, 3.12 and 3.13 only)")
        with step("make an empty environment"):
            run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], environ)
        install_packages(environ)
    else:
        print("pyproject.toml has changed.", flush=True)
    install_project(environ)
    draft = STAMP.with_suffix(".draft")
    draft.write_text(json.dumps(wanted), encoding="utf-8")
    draft.replace(STAMP)


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
