"""Profiles of other processors, and noise: what differs is named, and no setting leaks in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from socionaut.ledger.tables import PROJECT
from workshop import __main__ as command_line
from workshop import portable
from workshop.notebooks import RunResult, update_notebooks, write_notebook
from workshop.portable import (
    PROFILES,
    Difference,
    Profile,
    differences,
    left_out,
    numeric_tests,
    run_profile,
    run_tests,
    start_up,
)
from workshop.shaking import Noise

UNSTEADY = """import numpy as np
import pandas as pd
table = pd.DataFrame({"value": np.exp(np.full(20, 0.3)), "low": range(20)})
print(table.sort_values("value").round(2).to_string())"""
STEADY = """from socionaut.steady import ordered, tidy
print(ordered(tidy(table, 2), "value").to_string())"""
SETTINGS = "import os\nprint({k: v for k, v in os.environ.items() if k == 'OPENBLAS_CORETYPE'})"


def notebook(*texts: str):
    outputs = [new_output("stream", text=text) for text in texts]
    return new_notebook(
        cells=[new_code_cell(f"f({at})", outputs=[o]) for at, o in enumerate(outputs)]
    )


def stored_in(folder: Path, *sources: str) -> Path:
    """Store a notebook with what its cells show where nothing is set."""
    path = folder / "1_sums.ipynb"
    write_notebook(new_notebook(cells=[new_code_cell(source) for source in sources]), path)
    (result,) = update_notebooks([path], environment=dict.fromkeys(["OPENBLAS_CORETYPE"]))
    assert result.status == "passed", result
    return path


def test_rows_in_another_order_are_named_with_both_values():
    one, two = notebook("same", "a 1\nb 1\nc 2"), notebook("same", "b 1\na 1\nc 2")
    assert list(differences(one, two, "x.ipynb")) == [
        Difference("x.ipynb", 2, "f(1)", "a 1\nb 1", "b 1\na 1")
    ]
    assert list(differences(one, one, "x.ipynb")) == []


def test_more_and_fewer_lines_and_errors_are_named():
    one, two = notebook("a\nb\nc"), notebook("a\nc\nd")
    two.cells[0].outputs.append(new_output("error", ename="ValueError", evalue="no"))
    (found,) = differences(one, two, "x.ipynb")
    assert (found.stored, found.got) == ("b\nc", "c\nd")
    (found,) = differences(one, notebook("a\nc"), "x.ipynb")
    assert (found.stored, found.got) == ("b", "")
    two.cells[0].outputs = two.cells[0].outputs[1:]
    assert "ValueError: no" in str(*differences(one, two, "x.ipynb"))


def test_pictures_are_not_compared_and_forms_of_an_output_are():
    def shown(picture, text, page):
        data = {"image/png": picture, "text/html": page, "text/plain": text}
        cell = new_code_cell("f()", outputs=[new_output("display_data", data=data)])
        return new_notebook(cells=[cell])

    stored = shown("one", "1.5", "<b>1.5</b>")
    assert not list(differences(stored, shown("two", "1.5", "<b>1.5</b>"), "x"))
    assert next(differences(stored, shown("one", "1.6", "<b>1.6</b>"), "x")).got == "1.6"
    assert next(differences(stored, shown("one", "1.5", "<i>1.5</i>"), "x")).got == "<i>1.5</i>"


def test_settings_of_the_caller_do_not_leak_in_and_those_of_the_profile_do(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Prescott")
    path = stored_in(tmp_path, SETTINGS)
    (result,), found = run_profile({}, [path])
    assert (result.status, found) == ("passed", [])
    _, (found,) = run_profile({"OPENBLAS_CORETYPE": "Nehalem"}, [path])
    assert (found.cell, found.got) == (1, "{'OPENBLAS_CORETYPE': 'Nehalem'}")


def test_noise_finds_the_cell_that_hangs_on_last_digits_and_only_that(tmp_path):
    stored = stored_in(tmp_path, UNSTEADY, STEADY)
    code = "from workshop.shaking import start\nstart(1e-12, 1, get_ipython())"
    _, found = run_profile(start_up(tmp_path / "start", code), [stored])
    assert [(difference.cell, difference.line) for difference in found] == [
        (1, "import numpy as np")
    ]
    assert sorted(found[0].stored.split()) == sorted(found[0].got.split())


def test_permuted_rows_find_the_cell_that_hangs_on_their_order_and_no_list_of_them(
    tmp_path, monkeypatch
):
    listed = "from socionaut.ledger.tables import read_table\nclaims = read_table('claims')\n"
    listed += "print(claims['token'].to_string(index=False))"
    stored = stored_in(tmp_path, listed, "print(claims['id'].iloc[0])", "print(len(claims))")
    variables = start_up(tmp_path / "start", "from workshop.shaking import permute\npermute(1)")
    told = []
    monkeypatch.setattr(
        portable, "differences", lambda *both, **how: told.append((both, how)) or []
    )
    run_profile(variables, [stored], any_order=True)
    (((one, two, name), options),) = told
    assert options == {"any_order": True}
    for any_order, cells in {True: [2], False: [1, 2]}.items():
        found = differences(one, two, name, any_order=any_order)
        assert [difference.cell for difference in found] == cells


def test_what_hangs_on_the_place_is_named_and_a_missing_home_shows_in_no_cell(
    tmp_path, monkeypatch
):
    monkeypatch.delenv("MPLCONFIGDIR", raising=False)
    sources = [
        "import matplotlib.pyplot\nfrom pathlib import Path",
        "print({f'{number}' for number in range(20)})",
        "import time\nprint(time.localtime(0).tm_hour)",
        "print(open(__import__('os').devnull).encoding)",
        "print(Path.home().exists())",
        "from socionaut.sources.opendata import cache_folder\nprint(cache_folder().name)",
    ]
    path = tmp_path / "1_place.ipynb"
    write_notebook(new_notebook(cells=[new_code_cell(source) for source in sources]), path)
    here = {"HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1", "TZ": "UTC"}
    (result,) = update_notebooks([path], environment=here | {"PYTHONUTF8": "1"})
    assert result.status == "passed", result
    (result,), found = run_profile(PROFILES["elsewhere"].variables, [path])
    assert result.status == "passed", result
    assert [difference.cell for difference in found] == [2, 3, 4, 5]


def test_elsewhere_nothing_is_fetched():
    code = "from socionaut.sources.opendata import data_path, dataset_files, datasets\n"
    code += "name = datasets()['name'].iloc[0]\ndata_path(name, dataset_files(name)[0])"
    variables = PROFILES["elsewhere"].variables | {"SOCIONAUT_CACHE": "", "SOCIONAUT_MIRROR": ""}
    environment = {**portable.without_settings(os.environ), **variables}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert "SOCIONAUT_OFFLINE forbids it" in done.stderr


def test_a_notebook_that_stops_is_told_and_one_without_data_is_not_compared(tmp_path):
    unavailable = "class DataUnavailable(Exception): pass\nraise DataUnavailable('no data')"
    for name, source in {"1_stops": "1 / 0", "2_skipped": unavailable}.items():
        cell = new_code_cell(source, outputs=[new_output("stream", text="well")])
        write_notebook(new_notebook(cells=[cell]), tmp_path / f"{name}.ipynb")
    results, found = run_profile({}, sorted(tmp_path.glob("*.ipynb")))
    assert [result.status for result in results] == ["failed", "skipped"]
    assert [(f.notebook, f.stored, f.got) for f in found] == [
        ("1_stops.ipynb", "well", "ZeroDivisionError: division by zero")
    ]


@pytest.mark.parametrize("name", PROFILES)
def test_each_profile_makes_numpy_and_openblas_what_it_says(name):
    profile = PROFILES[name]
    if reason := left_out(profile):
        pytest.skip(reason)
    code = (
        "import json, numpy, scipy.linalg, threadpoolctl;"
        "found = numpy.show_config('dicts')['SIMD Extensions'].get('found', []);"
        "pools = [p for p in threadpoolctl.threadpool_info() if p['user_api'] == 'blas'];"
        "print(json.dumps([found, [[p.get('architecture'), p['num_threads']] for p in pools]]))"
    )
    environment = {**portable.without_settings(os.environ), **profile.variables}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    found, pools = pd.io.json.ujson_loads(done.stdout)
    disabled = profile.variables.get("NPY_DISABLE_CPU_FEATURES", "").split()
    assert not set(found) & set(disabled)
    assert pools
    for architecture, threads in pools:
        assert architecture == profile.variables.get("OPENBLAS_CORETYPE", architecture)
        assert threads == int(profile.variables.get("OPENBLAS_NUM_THREADS", threads))


def test_profiles_that_a_processor_cannot_play_are_left_out_with_a_sentence(monkeypatch, capsys):
    unheard = Profile("a processor of tomorrow", needs="X86_V9")
    assert "X86_V9" in left_out(unheard) or "x86" in left_out(unheard)
    monkeypatch.setattr(portable.platform, "machine", lambda: "arm64")
    for name, profile in PROFILES.items():
        assert ("(arm64) is not of the x86 family" in left_out(profile)) == bool(profile.needs), (
            name
        )
    assert command_line.main(["portable", "--profiles", "oldest", "haswell"]) == 0
    assert capsys.readouterr().out.count("left out, since this processor (arm64)") == 2


def test_numeric_tests_are_those_that_compute(tmp_path):
    texts = {"a": "import numpy as np", "b": "import re", "c": "from networkx import path_graph"}
    for name, text in texts.items():
        (tmp_path / f"test_{name}.py").write_text(text, encoding="utf-8")
    assert [file.name for file in numeric_tests(tmp_path)] == ["test_a.py", "test_c.py"]
    chosen = [file.stem for file in numeric_tests(PROJECT / "tests")]
    assert {"test_paths", "test_centrality"} <= set(chosen)
    assert not {"test_pages", "test_own_tables", "test_portable"} & set(chosen)


def test_failing_tests_are_told_and_passing_ones_counted(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Prescott")
    code = "import os\ndef test_core(): assert os.environ.get('OPENBLAS_CORETYPE') == 'Nehalem'\n"
    (tmp_path / "test_core.py").write_text(code, encoding="utf-8")
    passed, report = run_tests({"OPENBLAS_CORETYPE": "Nehalem"}, tmp_path, [tmp_path], workers=0)
    assert passed
    assert report.startswith("1 passed")
    passed, report = run_tests({}, tmp_path, [tmp_path], workers=1)
    assert not passed
    assert "assert None == 'Nehalem'" in report


# --- the command


def test_the_command_runs_each_profile_and_counts_what_it_finds(monkeypatch, capsys):
    found = [Difference("11_engagement_rate.ipynb", 4, "rate", "0.26", "0.27")]

    def pretend(variables, notebooks, **_):
        results = [RunResult(path, "passed", 0.1, None, "") for path in notebooks]
        return results, found if "IPYTHONDIR" in variables else []

    monkeypatch.setattr(portable, "run_profile", pretend)
    monkeypatch.setattr(portable, "run_tests", lambda *_: (True, "9 passed"))
    assert command_line.main(["portable", "--profiles", "one-thread", "--numeric"]) == 0
    said = capsys.readouterr().out
    assert "one-thread, tests and doctests: 9 passed" in said
    assert "NUMBA_NUM_THREADS=1" in said
    assert command_line.main(["portable", "11_", "--profiles", "one-thread", "permuted"]) == 1
    assert "permuted: 1 problems" in capsys.readouterr().out
    assert command_line.main(["portable", "11_", "--profiles", "one-thread", "shaken"]) == 1
    said = capsys.readouterr().out
    assert (
        "11_engagement_rate.ipynb, cell 4 (rate)\n  stored: 0.26\n  got:    0.27\n\nshaken: 1 cells"
        in said
    )
    assert said.endswith("one-thread: no problems\nshaken: 1 problems\n")
    assert "tests" not in said
    command_line.main(["portable", "11_", "--profiles", "one-thread", "--numeric"])
    assert "tests and doctests: 9 passed" in capsys.readouterr().out  # as the gate calls it


def test_an_unknown_profile_is_refused_in_a_sentence(capsys):
    assert command_line.main(["portable", "--profiles", "zen"]) == 2
    assert "No profile is called “zen”; there are avx512, haswell" in capsys.readouterr().err


# --- the noise


def test_noise_leaves_exact_numbers_alone():
    noise = Noise(1e-3, seed=1)
    counts = pd.Series([1, 0, 1, 1])
    assert noise.sum(counts.mean) == 0.75
    assert noise.sum(pd.Series([True, False, False]).mean) == 1 / 3
    assert (
        noise.sum(pd.DataFrame({"a": [1, 2], "b": ["x", "x"]}).groupby("b")["a"].mean).iloc[0]
        == 1.5
    )
    assert noise.sum(sum, [1, 2]) == 3
    assert noise.power(3.3, 2) == 3.3**2
    assert noise.product(np.eye(2), np.ones(2)).tolist() == [1, 1]


def test_noise_moves_the_rest_by_no_more_than_its_size():
    noise, values = Noise(1e-6, seed=1), np.array([0.1, 0.2, 0.7])
    for found, exact in {
        noise.sum(values.sum): values.sum(),
        noise.sum(np.mean, values): values.mean(),
        noise.call(np.log, 3.0): np.log(3),
        noise.power(3.3, 1.7): 3.3**1.7,
        noise.product(values, values): values @ values,
        noise.shaken({"a": (0.1,)})["a"][0]: 0.1,
    }.items():
        assert found != exact
        assert found == pytest.approx(exact, rel=2e-6)
    table = pd.DataFrame({"a": [0.1, np.nan], "b": ["x", "y"]}, index=[3, 4])
    moved = noise.shaken(table)
    assert moved.index.equals(table.index)
    assert moved["a"].isna().tolist() == [False, True]
    assert moved["b"].equals(table["b"])


def test_what_cancels_out_is_noise_of_either_sign():
    assert Noise(1e-12, 1).sum(np.array([0.1, -0.1]).sum) == 0
    terms = np.array([0.1, 0.2, -0.3])
    found = [Noise(1e-12, seed).sum(terms.sum) for seed in range(20)]
    assert min(found) < 0 < max(found)
    assert max(np.abs(found)) < 1e-15
