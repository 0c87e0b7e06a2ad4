from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.render.treemap import areas

SIZES = st.lists(st.integers(1, 1_000_000), min_size=1, max_size=8).map(lambda sizes: sorted(sizes)[::-1])


@given(SIZES, st.floats(100, 2000), st.floats(100, 2000))
def test_every_area_is_in_the_ratio_of_its_size(sizes, width, height):
    placed = areas(sizes, width, height)
    for size, area in zip(sizes, placed, strict=True):
        assert area.w * area.h == pytest.approx(width * height * size / sum(sizes), rel=1e-6)


@given(SIZES, st.floats(100, 2000), st.floats(100, 2000))
def test_areas_stay_inside_and_do_not_lie_on_each_other(sizes, width, height):
    placed = areas(sizes, width, height)
    for at, one in enumerate(placed):
        assert one.x >= 0
        assert one.y >= 0
        assert one.x + one.w <= width + 1e-6
        assert one.y + one.h <= height + 1e-6
        for other in placed[at + 1 :]:
            across = min(one.x + one.w, other.x + other.w) - max(one.x, other.x)
            down = min(one.y + one.h, other.y + other.h) - max(one.y, other.y)
            assert min(across, down) <= 1e-6


def test_equal_sizes_make_squares_where_they_can():
    assert {(round(area.w), round(area.h)) for area in areas([5, 5, 5, 5], 400, 400)} == {(200, 200)}
