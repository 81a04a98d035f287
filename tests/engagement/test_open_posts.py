"""Posts read whole or part by part: the same tables, and nothing made up where nothing is."""

from __future__ import annotations

import pandas as pd
import pytest

from socionaut.engagement import open_posts

POSTS = """platform,account,published_at,followers,reactions,comments,shares
Facebook,a,2024-01-05,1000,10,2,0
Facebook,a,2024-01-07,1000,20,0,4
Facebook,b,2024-01-06,2000,4,0,0
Instagram,c,2024-02-01,500,0,0,0
"""


@pytest.mark.parametrize("whole", [True, False])
def test_the_largest_account_has_its_share_and_none_of_nothing(tmp_path, whole):
    path = tmp_path / "own.csv"
    path.write_text(POSTS, encoding="utf-8")
    posts = open_posts(path, whole=whole, part=2)
    largest = posts.largest_accounts()
    assert largest["Facebook"] == pytest.approx(100 * 36 / 40)
    assert pd.isna(largest["Instagram"])
    overview = posts.overview()
    assert overview["posts"].to_dict() == {"Facebook": 3, "Instagram": 1}
    assert overview["accounts"].to_dict() == {"Facebook": 2, "Instagram": 1}
    assert [f"{day:%m-%d}" for day in overview.loc["Facebook", ["first", "last"]]] == [
        "01-05",
        "01-07",
    ]
