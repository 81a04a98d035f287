"""Queues of a desk: published tables, closed forms, a simulated queue, planted faults."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from socionaut.errors import InputError
from socionaut.studies.assumptions import desk_frames
from socionaut.studies.service import (
    agents_needed,
    erlang_b,
    erlang_c,
    queue_measures,
    response_summary,
    service_region,
    simulate_queue,
)

# Standard traffic tables: agents, load in Erlang, share lost.
LOST = [(1, 1, 0.5), (2, 1, 0.2), (10, 5, 0.0184), (5, 3, 0.1101), (30, 25, 0.0526)]
# Agents, load, share that waits. The last: Cooper-style exercise with 120 an hour and 3 minutes.
WAITING = [(1, 0.5, 0.5), (2, 1, 1 / 3), (10, 8, 0.409), (3, 2, 4 / 9), (10, 6, 0.1013)]
RATES = st.tuples(st.floats(1, 120), st.floats(0.5, 20), st.integers(1, 12))


@pytest.mark.parametrize(("agents", "load", "share"), LOST)
def test_erlang_b_gives_the_published_tables(agents, load, share):
    assert erlang_b(load, agents) == pytest.approx(share, abs=6e-5)


@pytest.mark.parametrize(("agents", "load", "share"), WAITING)
def test_erlang_c_gives_the_published_tables(agents, load, share):
    assert erlang_c(load, agents) == pytest.approx(share, abs=5e-4)


@given(st.floats(0.01, 60), st.integers(1, 60))
def test_erlang_b_is_the_truncated_poisson_distribution(load, agents):
    assert erlang_b(load, agents) == pytest.approx(
        poisson.pmf(agents, load) / poisson.cdf(agents, load), rel=1e-9
    )


def test_erlang_formulas_do_not_overflow():
    assert erlang_b(9_900, 10_000) < erlang_c(9_900, 10_000) < 1


def test_one_agent_without_giving_up_is_the_single_queue():
    # M/M/1: the time to the written answer is exponential with rate m - l.
    desk = queue_measures(6, 5, 1, within=30)
    rate = 1 / 5 - 1 / 10
    assert desk["waits"] == pytest.approx(0.5)
    assert desk["mean_wait"] == pytest.approx(5)
    assert desk["mean_response"] == pytest.approx(1 / rate)
    assert desk["within"] == pytest.approx(1 - math.exp(-rate * 30), abs=1e-10)


def birth_and_death(arrivals, handling, agents, patience, most=400):
    """Return state shares by the linear system of the chain, not by products."""
    up, down = arrivals / 60, [min(n, agents) / handling for n in range(most + 1)]
    leave = [max(0, n - agents) / patience for n in range(most + 1)]
    flow = np.zeros((most + 1, most + 1))
    for n in range(most):
        flow[n, n + 1] = up
        flow[n + 1, n] = down[n + 1] + leave[n + 1]
    flow -= np.diag(flow.sum(axis=1))
    system = np.vstack([flow.T, np.ones(most + 1)])
    return np.linalg.lstsq(system, np.append(np.zeros(most + 1), 1), rcond=None)[0]


@pytest.mark.parametrize(
    ("arrivals", "handling", "agents", "patience"),
    [(24, 5, 3, 60), (60, 5, 3, 20), (10, 8, 1, 45), (90, 4, 6, 4)],
)
def test_giving_up_agrees_with_the_linear_system(arrivals, handling, agents, patience):
    shares = birth_and_death(arrivals, handling, agents, patience)
    line = np.maximum(np.arange(len(shares)) - agents, 0) @ shares
    desk = queue_measures(arrivals, handling, agents, within=30, patience=patience)
    assert desk["waits"] == pytest.approx(shares[agents:].sum(), abs=1e-9)
    # Those who give up per minute, in two ways.
    assert 1 - desk["answered"] == pytest.approx(line / patience / (arrivals / 60), abs=1e-9)


@given(st.floats(1, 60), st.floats(1, 15), st.integers(1, 8))
@settings(max_examples=30, deadline=None)
def test_patience_equal_to_handling_makes_the_number_present_poisson(arrivals, handling, agents):
    desk = queue_measures(arrivals, handling, agents, within=30, patience=handling)
    assert desk["waits"] == pytest.approx(poisson.sf(agents - 1, desk["load"]), rel=1e-8)


def test_long_patience_is_erlang_c_and_none_is_erlang_b():
    without = queue_measures(24, 5, 3, within=30)
    long = queue_measures(24, 5, 3, within=30, patience=60_000)
    pd.testing.assert_series_equal(long, without, rtol=1e-3)
    none = queue_measures(24, 5, 3, within=30, patience=1e-6)
    assert 1 - none["answered"] == pytest.approx(erlang_b(2, 3), rel=1e-4)


@pytest.mark.parametrize("patience", [math.inf, 40.0])
def test_measures_agree_with_a_simulated_queue(patience):
    desk = queue_measures(30, 5, 3, within=20, patience=patience)
    days = [
        simulate_queue(30, 5, 3, requests=30_000, seed=seed, patience=patience) for seed in range(5)
    ]
    drawn = pd.DataFrame(
        {
            "waits": [(d["wait"] > 0).mean() for d in days],
            "mean_wait": [d.loc[d["answered"], "wait"].mean() for d in days],
            "mean_response": [d["response"].mean() for d in days],
            "answered": [d["answered"].mean() for d in days],
            "wait_within": [(d["answered"] & (d["wait"] <= 20)).mean() for d in days],
            "within": [(d["response"] <= 20).mean() for d in days],
        }
    )
    gap = (drawn.mean() - desk[drawn.columns]).abs()
    assert (gap <= 4 * drawn.std() / math.sqrt(5) + 1e-9).all()


def test_one_agent_with_lognormal_handling_follows_pollaczek_and_khinchine():
    rate, handling, spread = 6 / 60, 5.0, 0.8
    square = handling**2 * math.exp(spread**2)
    expected = rate * square / 2 / (1 - rate * handling)
    means = [
        simulate_queue(6, 5, 1, requests=60_000, seed=seed, spread=spread)["wait"].mean()
        for seed in range(4)
    ]
    assert np.mean(means) == pytest.approx(expected, rel=0.06)


@given(RATES, st.floats(5, 200))
@settings(max_examples=40, deadline=None)
def test_more_agents_serve_better_and_more_requests_worse(rates, patience):
    arrivals, handling, agents = rates
    desk = queue_measures(arrivals, handling, agents, within=30, patience=patience)
    more = queue_measures(arrivals, handling, agents + 1, within=30, patience=patience)
    busier = queue_measures(arrivals * 1.2, handling, agents, within=30, patience=patience)
    for better, worse in ((more, desk), (desk, busier)):
        assert better["waits"] <= worse["waits"] + 1e-9
        assert better["answered"] >= worse["answered"] - 1e-9
        assert better["mean_wait"] <= worse["mean_wait"] + 1e-9
    assert 0 <= desk["within"] <= desk["wait_within"] + 1e-9 <= desk["answered"] + 2e-9 <= 1 + 3e-9


@pytest.mark.parametrize("patience", [math.inf, 60.0])
def test_a_handling_time_of_moments_leaves_only_the_wait(patience):
    desk = queue_measures(1_000, 0.05, 1, within=30, patience=patience)
    assert desk["within"] == pytest.approx(desk["wait_within"], abs=1e-9)


def test_the_desk_needed_keeps_its_figures_and_one_agent_fewer_does_not():
    needed = agents_needed(40, 6, within=30, kept=0.95, mean=9.5)
    assert queue_measures(40, 6, needed, within=30)["mean_response"] <= 9.5
    fewer = queue_measures(40, 6, needed - 1, within=30) if needed > 5 else None
    assert fewer is None or fewer["mean_response"] > 9.5 or fewer["within"] < 0.95
    assert needed == 5


def test_no_desk_is_faster_than_its_handling_time():
    with pytest.raises(InputError, match="shorten the handling"):
        agents_needed(10, 12, within=30, kept=0.9, mean=9.5, most=50)


def test_region_marks_a_line_that_never_settles_and_holds_what_a_hand_check_says():
    table = service_region([1_000, 20_000], [5], 2, hours=200, within=30, kept=0.9, mean=(0, 9))
    assert table["holds"].tolist() == [True, False]
    assert table["load"].round(3).tolist() == [0.417, 8.333]
    assert math.isnan(table["mean_response"][1])
    alone = queue_measures(5, 5, 2, within=30)
    assert table["mean_response"][0] == alone["mean_response"]


def test_simulation_is_the_same_for_the_same_seed():
    first, again = (simulate_queue(20, 5, 2, requests=50, seed=4) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)


def by_hand(times, done, until):
    """Return the area under the Kaplan-Meier curve by the product, one time after the other."""
    area, height, last = 0.0, 1.0, 0.0
    for time in sorted(set(times[done & (times <= until)])):
        area += height * (time - last)
        height *= 1 - ((times == time) & done).sum() / (times >= time).sum()
        last = time
    return area + height * (until - last), height


def test_requests_that_come_at_once_wait_for_those_before_them():
    desk = simulate_queue([7.0] * 40, 5, 1, seed=3)
    work = desk["response"] - desk["wait"]
    np.testing.assert_allclose(desk["wait"], work.cumsum() - work)
    assert desk["arrival"].eq(7).all()


def test_requests_at_given_minutes_come_in_their_order_and_do_not_wait_when_far_apart():
    minutes = [9000.0, 3000.0, 6000.0]
    desk = simulate_queue(minutes, 5, 1, seed=3)
    assert desk["arrival"].tolist() == sorted(minutes)
    assert desk["wait"].eq(0).all()


def test_even_requests_at_given_minutes_do_as_those_of_a_rate():
    minutes = np.random.default_rng(8).uniform(1e-9, 60 * 30_000 / 30, 30_000)
    given = simulate_queue(minutes, 5, 3, seed=2, patience=60)
    expected = queue_measures(30, 5, 3, within=30, patience=60)
    assert given["answered"].mean() == pytest.approx(expected["answered"], abs=0.01)
    assert given["response"].mean() == pytest.approx(expected["mean_response"], rel=0.06)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=2, max_size=40).filter(
        lambda rows: any(done for _, done in rows) and max(time for time, _ in rows) > 0
    )
)
@settings(max_examples=50, deadline=None)
def test_summary_agrees_with_the_product_limit_by_hand(rows):
    times = np.array([time for time, _ in rows], dtype=float)
    done = np.array([answered for _, answered in rows])
    summary = response_summary(pd.Series(times), pd.Series(done), until=times.max())
    area, height = by_hand(times, done, times.max())
    assert summary["mean_until"] == pytest.approx(area)
    assert summary["unanswered"] == pytest.approx(height, abs=1e-12)


def test_without_censoring_the_summary_is_mean_and_median():
    times = pd.Series([1.0, 2.0, 3.0, 10.0, 50.0])
    summary = response_summary(times, times > 0, until=50)
    assert summary["mean_answered"] == pytest.approx(13.2)
    assert summary["mean_until"] == pytest.approx(13.2)
    assert summary["median"] == summary["median_answered"] == 3
    assert summary["unanswered"] == 0


def test_with_half_unanswered_the_median_is_infinite():
    times = pd.Series([1.0, 2.0, 60.0, 60.0, 60.0])
    assert response_summary(times, times < 60, until=60)["median"] == math.inf


FAULTS = [
    (lambda: erlang_b(-1, 3), "load is -1"),
    (lambda: erlang_b(math.nan, 3), "load is nan"),
    (lambda: erlang_b(2, 2.5), "2.5 agents"),
    (lambda: erlang_b(2, 0), "0 agents"),
    (lambda: erlang_b(2, True), "True agents"),
    (lambda: erlang_c(3, 3), "never settles"),
    (lambda: queue_measures(60, 5, 5, within=30), "never settles"),
    (lambda: queue_measures(0, 5, 5, within=30), "arrivals is 0"),
    (lambda: queue_measures(6, math.nan, 5, within=30), "handling is nan"),
    (lambda: queue_measures(6, 5, 5, within=-1), "within is -1"),
    (lambda: queue_measures(6, 5, 5, within=30, patience=0), "patience is 0"),
    (lambda: queue_measures(60, 5, 5, within=30, patience=1e6), "could wait in line"),
    (lambda: service_region([1], [1], 1, hours=0, within=1, kept=1, mean=(0, 1)), "open 0 hours"),
    (lambda: simulate_queue(6, 5, 1, requests=0, seed=1), "at least one request"),
    (lambda: simulate_queue(6, -5, 1, requests=9, seed=1), "at least one request"),
    (lambda: simulate_queue([], 5, 1, seed=1), "at least one request"),
    (lambda: simulate_queue([3, -1], 5, 1, seed=1), "at least one request"),
    (lambda: response_summary(pd.Series([1.0]), pd.Series([False]), until=1), "at least one"),
    (lambda: response_summary(pd.Series([math.nan]), pd.Series([True]), until=1), "0 or above"),
    (lambda: response_summary(pd.Series([9.0]), pd.Series([True]), until=99), "was watched for 99"),
]


@pytest.mark.parametrize(("fault", "sentence"), FAULTS)
def test_what_cannot_be_is_refused_with_a_sentence(fault, sentence):
    with pytest.raises(InputError, match=sentence):
        fault()


def test_without_a_line_only_the_work_takes_time():
    minutes = [1, 5, 30]
    place = {"volume": 1000, "handling": 5, "agents": 50}
    frames = desk_frames([1000], [5], [50], minutes, hours=200, patience=60, promised=30)
    expected = [100 * (1 - math.exp(-minute / 5)) for minute in minutes]
    assert frames.drawn(**place)["y"].tolist() == pytest.approx(expected, abs=1e-6)
