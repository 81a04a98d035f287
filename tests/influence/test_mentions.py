"""The network of the documents: the coding, windows and projections, centralities, ranks, nulls."""

import itertools
from collections import Counter

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from socionaut.influence.mentions import (
    WINDOWS,
    against_null,
    incidence,
    null_incidences,
    project,
    rank_intervals,
    recut,
    strengths,
    tiers,
)
from socionaut.ledger.tables import read_table

# --- Windows.

PLACED = pd.DataFrame(
    [
        ("000", "s1", 1, "ana"),
        ("000", "s1", 1, "ana"),
        ("000", "s1", 3, "bo"),
        ("000", "s2", 4, "cy"),
        ("001", "s3", 1, "ana"),
        ("001", "s3", 1, "cy"),
    ],
    columns=["document", "section", "line", "entity"],
)


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("line", ["ana", "bo", "cy", "ana cy"]),
        ("near", ["ana bo", "bo", "cy", "ana cy"]),
        ("section", ["ana bo", "cy", "ana cy"]),
        ("document", ["ana bo cy", "ana cy"]),
    ],
)
def test_windows_worked_by_hand(window, expected):
    table = incidence(PLACED, window)
    named = [" ".join(table.columns[row == 1]) for row in table.to_numpy()]
    assert named == expected
    assert table.index.names == ["document", "section", "window"]


@pytest.mark.parametrize(("window", "reach"), [("page", 2), ("near", -1)])
def test_an_unknown_window_is_refused(window, reach):
    with pytest.raises(ValueError, match="There is no window"):
        incidence(PLACED, window, reach=reach)


placed_rows = st.lists(
    st.tuples(st.sampled_from("AB"), st.integers(1, 8), st.sampled_from(["ana", "bo", "cy", "di"])),
    min_size=1,
    max_size=20,
)


# Each example builds tables and networks, which takes a hundredth of a second.
few = settings(max_examples=30)


def table_of(rows):
    """Return mentions of sections that each lie in a document of their own."""
    table = pd.DataFrame(rows, columns=["section", "line", "entity"])
    return table.assign(document="00" + table["section"])


@few
@given(placed_rows, st.integers(0, 4))
def test_neighbouring_lines_are_those_counted_one_by_one(rows, reach):
    found = project(incidence(table_of(rows), "near", reach=reach))
    starts = {(section, line) for section, line, _ in rows}
    for one, other in itertools.combinations(sorted({entity for *_, entity in rows}), 2):
        shared = sum(
            {one, other}
            <= {e for s, line, e in rows if s == section and 0 <= line - first <= reach}
            for section, first in starts
        )
        assert (found[one][other]["weight"] if found.has_edge(one, other) else 0) == shared


@few
@given(placed_rows)
def test_wider_windows_hold_the_pairs_of_narrower_ones(rows):
    pairs = [set(project(incidence(table_of(rows), window)).edges) for window in WINDOWS]
    assert all(narrow <= wide for narrow, wide in itertools.pairwise(pairs))


# --- Projections.


def test_newmans_weights_worked_by_hand():
    """Papers of two, three and four authors; Newman (2001) gives each pair 1/(n - 1) a paper."""
    papers = pd.DataFrame([[1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1], [0, 0, 0, 1]])
    graph = project(papers, "newman")
    weights = {(u, v): weight for u, v, weight in graph.edges(data="weight")}
    third, half = 1 / 3, 1 / 2
    expected = {(0, 1): 1 + half + third, (0, 2): half + third, (1, 2): half + third}
    expected |= {(0, 3): third, (1, 3): third, (2, 3): third}
    assert weights == pytest.approx(expected)
    assert dict(graph.degree(weight="weight")) == pytest.approx({0: 3, 1: 3, 2: 2, 3: 1})


@few
@given(placed_rows, st.sampled_from(WINDOWS))
def test_projections_are_matrix_products(rows, window):
    table = incidence(table_of(rows), window)
    cells = table.to_numpy()
    others = np.maximum(cells.sum(axis=1) - 1, 1)
    for weighting, scale in (("count", np.ones(len(cells))), ("newman", 1 / others)):
        expected = cells.T @ np.diag(scale) @ cells
        np.fill_diagonal(expected, 0)
        found = nx.to_numpy_array(project(table, weighting), nodelist=list(table.columns))
        assert np.allclose(found, expected)


@few
@given(placed_rows, st.sampled_from(WINDOWS))
def test_strengths_are_those_of_the_projections(rows, window):
    """By Newman's weights the number of windows with company, so no null of margins moves it."""
    table = incidence(table_of(rows), window)
    for weighting, found in strengths(table).items():
        expected = pd.Series(dict(project(table, weighting).degree(weight="weight")))
        assert np.allclose(found, expected.reindex(found.index))


def test_an_unknown_weighting_is_refused():
    with pytest.raises(ValueError, match="There is no weighting “cosine”"):
        project(incidence(PLACED), "cosine")


# --- Another cut.


def test_a_cut_keeps_what_lies_in_it_and_drops_what_does_not():
    mentions = pd.DataFrame(
        {"document": ["a", "a", "b", "a"], "line": [9, 2, 2, 4], "section": "old", "entity": "x"}
    )
    cut = pd.DataFrame(
        {"id": ["a1", "a2", "b1"], "document": ["a", "a", "b"], "first_line": [1, 8, 1]}
    ).assign(last_line=[3, 9, 5])
    found = recut(mentions, cut)
    assert found["section"].to_dict() == {0: "a2", 1: "a1", 2: "b1"}
    assert list(found) == list(mentions)
    same = read_table("sections")
    coded = read_table("mentions")
    assert recut(coded, same)["section"].tolist() == coded["section"].tolist()


# --- Ranks.


def test_rank_intervals_repeat_and_hold_the_rank():
    table = incidence(read_table("mentions"))
    first, again = (rank_intervals(table, strengths, seed=3, repetitions=20) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert (first["low"] <= first["rank"]).all()
    assert (first["rank"] <= first["high"]).all()


def test_sections_that_are_all_alike_leave_no_doubt():
    rows = [("000", f"s{n}", n, e) for n in range(6) for e in ("ana", "bo")]
    rows += [("001", "s9", n, e) for n in range(2) for e in ("ana", "cy")]
    table = incidence(pd.DataFrame(rows, columns=PLACED.columns), "line")
    found = rank_intervals(table, strengths, seed=1, repetitions=30).xs("count", level="score")
    assert found.to_numpy().tolist() == [[1, 1, 1], [2, 2, 2], [3, 3, 3]]


def drawn_from(rows, window, repetitions=40):
    """Return what a score gets to see: for each resample its windows."""
    seen = []

    def score(table):
        seen.append(tuple(table.index.get_level_values("window")))
        return strengths(table)

    table = incidence(pd.DataFrame(rows, columns=PLACED.columns), window)
    rank_intervals(table, score, seed=2, repetitions=repetitions)
    return seen[1:]


def test_sections_are_drawn_whole_and_within_documents():
    rows = [("000", "s1", 1, "ana"), ("000", "s1", 2, "bo"), ("000", "s2", 3, "ana")]
    rows += [("001", "s3", 1, "ana")]
    one, two, other = ("s1:0001", "s1:0002"), ("s2:0003",), ("s3:0001",)
    possible = {first + second + other for first in (one, two) for second in (one, two)}
    assert set(drawn_from(rows, "line")) == possible


def test_the_same_seed_draws_the_same_sections_for_every_window():
    rows = [("000", f"s{n}", 10 * n + k, "ana") for n in range(1, 5) for k in range(2)]
    by_line = [[window[:2] for window in draw[::2]] for draw in drawn_from(rows, "line")]
    assert by_line == [list(draw) for draw in drawn_from(rows, "section")]


@pytest.mark.parametrize("level", [0, 1, 1.5])
def test_a_level_without_sense_is_refused(level):
    with pytest.raises(ValueError, match="level between 0 and 1"):
        rank_intervals(incidence(PLACED), strengths, seed=1, level=level)


def test_tiers_worked_by_hand():
    names = ["firm", "once", "never"]
    index = pd.MultiIndex.from_product([names, ["line", "section"]], names=["entity", "score"])
    spans = {"low": [1, 1, 1, 5, 4, 4], "high": [3, 2, 3, 8, 9, 9]}
    found = tiers(pd.DataFrame(spans, index=index), top=3).to_dict()
    assert found == {"firm": "always", "once": "open", "never": "never"}


# --- Nulls.

tables = st.integers(1, 6).flatmap(
    lambda columns: st.lists(
        st.lists(st.integers(0, 1), min_size=columns, max_size=columns), min_size=1, max_size=6
    )
)


@given(tables, st.integers(0, 1000), st.booleans())
def test_nulls_keep_both_margins(cells, seed, apart):
    documents = [f"00{row % 2}" for row in range(len(cells))]
    index = pd.MultiIndex.from_arrays([documents, range(len(cells))], names=["document", "window"])
    table = pd.DataFrame(cells, index=index)
    within = "document" if apart else None
    for null in null_incidences(table, seed=seed, samples=3, within=within):
        assert null.to_numpy().max(initial=0) <= 1
        assert null.sum(axis=1).tolist() == table.sum(axis=1).tolist()
        assert null.sum().tolist() == table.sum().tolist()
        if apart:
            by = "document"
            pd.testing.assert_frame_equal(null.groupby(by).sum(), table.groupby(by).sum())


def test_nulls_are_drawn_evenly_from_all_tables_with_these_margins():
    table = pd.DataFrame([[1, 1, 0], [1, 0, 0], [0, 0, 1]])
    rows, columns = table.sum(axis=1).tolist(), table.sum().tolist()
    possible = {
        cells
        for cells in itertools.product((0, 1), repeat=9)
        if [sum(cells[3 * r : 3 * r + 3]) for r in range(3)] == rows
        and [sum(cells[c::3]) for c in range(3)] == columns
    }
    drawn = Counter(
        tuple(null.to_numpy().ravel().tolist())
        for null in null_incidences(table, seed=11, samples=2000)
    )
    assert set(drawn) == possible
    assert chisquare(list(drawn.values())).pvalue > 0.01


def test_a_planted_pair_stands_out_and_the_others_do_not():
    generator = np.random.default_rng(5)
    cells = (generator.random((40, 12)) < 0.2).astype(int)
    cells[:, 1] = cells[:, 0]
    table = pd.DataFrame(cells)

    def shared(cells):
        both = cells.T @ cells
        return pd.Series({(a, b): both.loc[a, b] for a, b in itertools.combinations(both, 2)})

    nulls = [shared(null) for null in null_incidences(table, seed=6, samples=199)]
    found = against_null(shared(table), nulls)
    assert found["share"].idxmin() == (0, 1)
    assert found.loc[[(0, 1)], "z"].item() > 3
    assert (found["share"] > 0.2).mean() > 0.5


def test_shares_and_distances_worked_by_hand():
    chance = [pd.Series({"ana": n, "bo": 1}) for n in (0, 1, 2, 5)]
    found = against_null(pd.Series({"ana": 2, "bo": 1, "cy": 1}), chance)
    assert found["share"].tolist() == [3 / 5, 1, 1 / 5]
    assert found["expected"].tolist() == [2, 1, 0]
    assert found["z"].isna().tolist() == [False, True, True]
    with pytest.raises(ValueError, match="at least two nulls"):
        against_null(pd.Series({"ana": 1}), chance[:1])
