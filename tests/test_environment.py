"""The files that name the environment agree; the set-up reuses, remakes and explains."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent


def exact(requirement: str) -> tuple[str, str]:
    """Split `name==version`; anything looser is an error."""
    parsed = Requirement(requirement)
    specifiers = list(parsed.specifier)
    if len(specifiers) != 1 or specifiers[0].operator != "==" or "*" in specifiers[0].version:
        raise ValueError(f"{requirement}: a direct dependency needs one exact version (==)")
    return canonicalize_name(parsed.name), specifiers[0].version


def groups_of(project: dict) -> dict[str, dict[str, str]]:
    """Return the direct dependencies of pyproject.toml by group."""
    groups = {"runtime": project["project"]["dependencies"], **project["dependency-groups"]}
    return {name: dict(map(exact, lines)) for name, lines in groups.items()}


def direct(project: dict, without: set[str]) -> dict[str, str]:
    """Return the direct dependencies of all groups but some."""
    pins: dict[str, str] = {}
    for name, group in groups_of(project).items():
        if name not in without:
            pins |= group
    return pins


def locked(text: str, *, here: bool = False) -> dict[str, str]:
    """Return the packages of a lock; each must have one version and hashes, and no address.

    Where `here` is true, only those that this Python and system get.
    """
    pins = {}
    for entry in re.split(r"\n(?=\S)", text.strip()):
        head, *hashes = [line.strip().rstrip("\\").strip() for line in entry.splitlines()]
        name, version = exact(head)
        if name in pins:
            raise ValueError(f"{name}: two versions in the lock; one must serve every Python")
        if not hashes or not all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", h) for h in hashes):
            raise ValueError(f"{head}: each entry of the lock needs hashes, and nothing else")
        marker = Requirement(head).marker
        if not here or marker is None or marker.evaluate():
            pins[name] = version
    return pins


def differences(expected: dict[str, str], found: dict[str, str]) -> list[str]:
    """Return a sentence for each package that is absent, surplus or of another version."""
    return [
        f"{name}: {expected.get(name, 'absent')} expected, {found.get(name, 'absent')} found"
        for name in sorted(expected.keys() | found.keys())
        if expected.get(name) != found.get(name)
    ]


@pytest.fixture
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture
def environment() -> dict:
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


@pytest.fixture
def lock() -> str:
    return (ROOT / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture
def left_out() -> str:
    return (ROOT / "tools" / "left_out.lock").read_text(encoding="utf-8")


# The files agree


def test_lock_holds_every_direct_dependency(project, lock):
    pins = locked(lock)
    expected = direct(project, without={"installer", "mutants"})
    assert differences(expected, {name: pins.get(name, "absent") for name in expected}) == []


def test_lock_leaves_out_what_pyproject_excludes(project, lock):
    assert not set(project["tool"]["uv"]["exclude-dependencies"]) & locked(lock).keys()


def test_lock_keeps_the_constraints_of_pyproject(project, lock):
    constraints = map(exact, project["tool"]["uv"]["constraint-dependencies"])
    assert set(constraints) <= set(locked(lock).items())


@pytest.mark.parametrize("group", ["installer", "mutants"])
def test_a_lock_of_its_own_holds_its_group(project, group):
    pins = locked((ROOT / "tools" / f"{group}.lock").read_text(encoding="utf-8"))
    expected = groups_of(project)[group]
    assert differences(expected, {name: pins.get(name, "absent") for name in expected}) == []
    assert group == "mutants" or pins.keys() == expected.keys()


def test_build_group_is_what_the_build_needs(project):
    assert project["dependency-groups"]["build"] == project["build-system"]["requires"]


def test_left_out_lock_is_what_pip_asks_for_beyond_the_lock(project, lock, left_out):
    pins = locked(left_out)
    assert set(project["tool"]["uv"]["exclude-dependencies"]) <= pins.keys()
    assert not pins.keys() & locked(lock).keys()


def test_environment_yml_takes_python_from_conda_and_all_else_from_the_locks(project, environment):
    python, pip, by_pip = environment["dependencies"]
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    # Binder knows `python=3.12`, and no range written otherwise.
    series = re.fullmatch(r"python=(3\.\d+)", python)[1]
    assert f"Programming Language :: Python :: {series}" in project["project"]["classifiers"]
    assert pip == "pip"
    assert by_pip == {"pip": ["-r requirements.lock", "-r tools/left_out.lock"]}


def test_the_wheel_has_every_package_of_lib_and_the_tables(project):
    library = ROOT / "lib"
    packages = {".".join(path.parent.relative_to(library).parts) for path in library.rglob("*.py")}
    assert set(project["tool"]["setuptools"]["packages"]) == packages | {"socionaut.data"}


def test_workflow_tries_every_supported_python(project):
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8"))
    tried = workflow["jobs"]["test"]["strategy"]["matrix"]["python"]
    said = "Programming Language :: Python :: "
    classifiers = project["project"]["classifiers"]
    assert tried == [c.removeprefix(said) for c in classifiers if c.startswith(said)]


def test_citation_agrees_with_pyproject(project):
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    about = project["project"]
    assert (citation["version"], citation["license"]) == (about["version"], about["license"])
    assert citation["authors"] == about["authors"]


# The comparison bites


@pytest.fixture
def small_project() -> dict:
    return {
        "project": {"dependencies": ["pandas==3.1.1", "seaborn==0.13.2"]},
        "dependency-groups": {"build": ["setuptools==84.2.1"]},
    }


@pytest.mark.parametrize("loose", ["pandas", "pandas>=3", "pandas==3.*", "pandas>=3,<4"])
def test_a_loose_version_in_pyproject_is_refused(small_project, loose):
    small_project["project"]["dependencies"].append(loose)
    with pytest.raises(ValueError, match="exact version"):
        direct(small_project, without=set())


def test_a_direct_dependency_that_the_lock_lacks_is_reported():
    assert differences({"pandas": "3.1.1"}, {"pandas": "absent"}) == [
        "pandas: 3.1.1 expected, absent found"
    ]


HASH = " \\\n    --hash=sha256:" + "0" * 64


@pytest.mark.parametrize(
    "line",
    [
        "pandas==3.1.1",
        "--index-url https://index.invalid/simple",
        "pandas @ https://index.invalid/pandas.whl" + HASH,
        "pandas==3.1.1 \\\n    --hash=md5:00",
        "pandas==3.1.1" + HASH + "\n    # via https://index.invalid",
        "pandas==3.1.1 ; python_version < '3.12'" + HASH,
    ],
)
def test_a_lock_with_an_address_or_without_a_hash_is_refused(lock, line):
    with pytest.raises(ValueError, match=r"exact version|hashes|two versions|Expected"):
        locked(lock + line)


# The set-up


def set_up():
    """Return the set-up script as a module."""
    spec = importlib.util.spec_from_file_location("setup", ROOT / "tools/setup_environment.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def setup(tmp_path, monkeypatch):
    """The set-up script over an empty folder, with every command recorded and none run."""
    module = set_up()
    for name in ("PROJECT", "LOCK", "INSTALLER_LOCK", "PYTHON", "STAMP"):
        path = tmp_path / getattr(module, name).relative_to(ROOT)
        path.parent.mkdir(parents=True, exist_ok=True)
        monkeypatch.setattr(module, name, path)
        if name != "STAMP":
            path.write_text(name, encoding="utf-8")
    module.commands = []
    module.failures = {}

    def run(command, environ):
        module.commands.append((" ".join(command), environ))
        for sign, output in module.failures.items():
            if sign in " ".join(command):
                raise module.StepError(output)
        return ""

    monkeypatch.setattr(module, "run", run)
    return module


def steps_of(setup) -> list[str]:
    signs = {
        "-m venv": "empty",
        "installer.lock": "uv",
        "-m uv": "packages",
        "pip install --no-deps --require-hashes -r": "packages with pip",
        "--editable": "project",
    }
    steps = [
        next((step for sign, step in signs.items() if sign in command), "")
        for command, _ in setup.commands
    ]
    setup.commands.clear()
    return [step for step in steps if step]


def test_second_call_does_nothing(setup):
    assert setup.main() == 0
    assert steps_of(setup) == ["empty", "uv", "packages", "project"]
    assert setup.main() == 0
    assert steps_of(setup) == []


def test_changed_lock_remakes_and_changed_project_only_installs_it(setup):
    setup.main()
    steps_of(setup)
    setup.PROJECT.write_text("changed", encoding="utf-8")
    assert setup.main() == 0
    assert steps_of(setup) == ["project"]
    setup.LOCK.write_text("changed", encoding="utf-8")
    assert setup.main() == 0
    assert steps_of(setup) == ["empty", "uv", "packages", "project"]


@pytest.mark.parametrize("stamp", ["", "[]", '{"python": "3.1', '{"python": "3.11.0"}'])
def test_damaged_or_other_stamp_remakes(setup, stamp):
    setup.main()
    steps_of(setup)
    setup.STAMP.write_text(stamp, encoding="utf-8")
    assert setup.main() == 0
    assert steps_of(setup) == ["empty", "uv", "packages", "project"]


@pytest.mark.parametrize("sign", ["-m venv", "--editable"])
def test_failure_leaves_no_stamp_and_says_what_to_do(setup, sign, capsys):
    setup.failures[sign] = "OSError: [Errno 28] No space left on device"
    assert setup.main() == 1
    assert not setup.STAMP.exists()
    assert "The disk is full" in capsys.readouterr().err


def test_failing_uv_falls_back_on_pip(setup):
    setup.failures["-m uv"] = "error sending request"
    assert setup.main() == 0
    assert steps_of(setup) == ["empty", "uv", "packages", "packages with pip", "project"]


def test_unreachable_index_stops_at_once(setup, capsys):
    setup.failures["installer.lock"] = "NewConnectionError\nNo matching distribution found"
    assert setup.main() == 1
    assert steps_of(setup) == ["empty", "uv"]
    assert "cannot be reached" in capsys.readouterr().err


def test_index_of_pip_is_passed_to_uv_unless_uv_has_its_own(setup):
    settings = "global.index-url='https://a.invalid'\n:env:.index-url='https://b.invalid'\n"
    passed = setup.with_index_of_pip({"HOME": "/"}, settings + "global.timeout='9'\n")
    assert passed == {"HOME": "/", "UV_DEFAULT_INDEX": "https://b.invalid"}
    own = {"UV_DEFAULT_INDEX": "https://c.invalid"}
    assert setup.with_index_of_pip(own, settings) == own


def test_old_python_is_refused_in_one_sentence():
    code = (
        "import runpy, sys; sys.version_info = (3, 10, 1); sys.version = '3.10.1 (old)'\n"
        f"runpy.run_path({str(ROOT / 'tools/setup_environment.py')!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.fullmatch(
        r"Socionaut needs Python 3\.11 or later, .*is Python 3\.10\.1: .*\n", done.stderr
    )


# environment.yml, without conda: what is left to pip is done as conda does it


def run(command, folder, python):
    """Run a command in a new environment; skip the test where the index cannot be reached."""
    script = set_up()
    path = os.pathsep.join([str(python.parent), os.environ["PATH"]])
    environ = script.clean_environ() | {"PATH": path, "PIP_COMPILE": "0", "PIP_RETRIES": "2"}
    done = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    output = done.stdout + done.stderr
    if done.returncode and script.remedy(output) == script.NO_NETWORK:
        pytest.skip("the package index cannot be reached, so nothing was installed")
    assert done.returncode == 0, script.last_lines(output, 20)
    return done.stdout


def installed(python):
    """Return the packages of an environment, but pip, which installs them."""
    code = "from importlib.metadata import distributions as found\n"
    code += "print(*(f'{one.name}=={one.version}' for one in found()))"
    found = dict(map(exact, run([python, "-c", code], None, python).split()))
    return {name: version for name, version in found.items() if name != "pip"}


@pytest.mark.thorough
def test_pip_installs_the_lock_from_environment_yml(bare_project, environment, lock, left_out):
    with tempfile.TemporaryDirectory() as folder:  # about a gigabyte, gone with the test
        python = Path(folder) / "bin" / "python"
        run([sys.executable, "-m", "venv", "--without-pip", folder], None, python)
        # The newest, as conda brings it.
        run([sys.executable, "-m", "pip", "--python", python, "install", "pip"], None, python)
        # A file beside environment.yml and these options: so does conda.
        requirements = bare_project / "condaenv.test.requirements.txt"
        requirements.write_text("\n".join(environment["dependencies"][-1]["pip"]), "utf-8")
        conda = ["install", "-U", "-r", requirements, "--exists-action=b"]
        run([python, "-m", "pip", *conda], bare_project, python)
        expected = locked(lock, here=True)
        assert differences(expected | locked(left_out, here=True), installed(python)) == []
        run(["bash", bare_project / "postBuild"], folder, python)
        own = {"socionaut": importlib.metadata.version("socionaut")}
        assert differences(expected | own, installed(python)) == []
        code = "import socionaut.ledger.tables as t; t.read_table('claims'); print(t.data_folder())"
        assert run([python, "-c", code], folder, python).strip() == str(bare_project / "data")


# make clean


@pytest.mark.parametrize("working_copy", [True, False])
def test_make_clean_leaves_working_copies_alone(tmp_path, working_copy):
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ["pages", ".pages-1", *["lab", "lab-1"] * working_copy]:
        (tmp_path / "build" / name).mkdir(parents=True)
    for name in ("lib", "tests", "tools"):
        (tmp_path / name / "__pycache__").mkdir(parents=True)
    done = subprocess.run(
        ["make", "clean"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")}
    kept = {"build", "build/lab", "build/lab-1"} if working_copy else set()
    assert left == {"Makefile", "lib", "tests", "tools"} | kept
    assert ("copies of the notebooks stay: build/lab build/lab-1." in done.stdout) == working_copy


# Tests that need the documents


@pytest.mark.parametrize(("required", "outcome"), [("1", "1 failed, 1 skipped"), ("", "2 skipped")])
def test_skip_of_a_shared_test_fails_where_it_must_run(tmp_path, required, outcome):
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = shared\n", encoding="utf-8")
    conftest = (ROOT / "conftest.py").read_text(encoding="utf-8")
    (tmp_path / "conftest.py").write_text(conftest, encoding="utf-8")
    (tmp_path / "test_planted.py").write_text(
        "import pytest\n"
        "@pytest.mark.shared\n"
        "def test_documents(): pytest.skip('no documents')\n"
        "def test_other(): pytest.skip('of no interest')\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q"],
        cwd=tmp_path,
        env=os.environ
        | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "SOCIONAUT_REQUIRE_SHARED": required},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome in done.stdout
    if required:
        assert "must run where SOCIONAUT_REQUIRE_SHARED=1 is set" in done.stdout
        assert "no documents" in done.stdout
