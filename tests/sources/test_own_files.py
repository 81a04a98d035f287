"""What a reader says about a file is done, or refused in a sentence."""

from __future__ import annotations

import pandas as pd
import pytest

from socionaut.errors import InputError
from socionaut.sources.own_files import Reading, understand_file

COLUMNS = ["period", "value"]
TABLE = pd.DataFrame({"Month": ["2020-01", "2020-02"], "Users": ["1", "2"], "Place": ["x", "y"]})


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"decimal": "semicolon"}, 'decimal "semicolon" is not known; choose point or comma'),
        ({"dates": "year first"}, 'dates "year first" is not known; choose day first or month'),
        ({"colour": "red"}, "The option colour of reading is not known"),
        ({"rename": {"Month": "when"}}, '"when" is no column that is used here'),
        ({"rename": {"Mnth": "period"}}, 'has no column "Mnth", .* is it "Month"'),
        ({"only": {"Place": "z"}}, 'no row has "z" in the column Place; .* x, y'),
    ],
)
def test_what_cannot_be_done_is_refused(said, sentence):
    with pytest.raises(InputError, match=sentence):
        understand_file(TABLE, "series", COLUMNS, said)


def test_headings_that_may_both_be_one_column_are_named():
    table = pd.DataFrame({"Period": ["2020"], "VALUE": ["1"], "va lue": ["2"]})
    with pytest.raises(InputError, match="columns VALUE and va lue, which may both be value"):
        understand_file(table, "series", COLUMNS)
    own = understand_file(table, "series", COLUMNS, {"rename": {"VALUE": "value"}})
    assert own.cells["value"].tolist() == ["1"]
    assert own.heading("period") == "Period" and own.unused() == ["va lue"]


def test_a_mapping_of_columns_can_be_kept_in_a_file_and_said_otherwise(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(
        'decimal = "comma"\n[columns]\nperiod = "Month"\nvalue = "Users"\n[only]\nPlace = "x"\n',
        encoding="utf-8",
    )
    said = Reading.of({"columns": path, "only": {"Place": "y"}})
    assert (said.decimal, said.dates) == ("comma", None)
    own = understand_file(TABLE, "series", COLUMNS, said)
    assert own.cells[COLUMNS].to_numpy().tolist() == [["2020-02", "2"]]
    assert any("Of 2 rows, the 1 with Place = y are used" in note for note in own.notes)
    path.write_text("columns = [", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read as TOML"):
        Reading.of({"columns": path})
