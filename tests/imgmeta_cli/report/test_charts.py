"""Charts and map: what is drawn says what is counted, and says it in text as well."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from imgmeta_cli.report.charts import make_bars, make_years
from imgmeta_cli.report.world import find_place, make_map, read_land
from tests.imgmeta_cli.report.entries import HOSTILE


def test_a_bar_is_as_long_as_its_count() -> None:
    drawn = make_bars("Formats", Counter(JPEG=40, PNG=10), rest="more formats")
    assert re.findall(r'what">(\w+)</bdi> .*?count">(\d+)<.*?width="([\d.]+)%"', drawn) == [
        ("JPEG", "40", "100"),
        ("PNG", "10", "25"),
    ]


def test_what_has_no_bar_is_summed_up() -> None:
    drawn = make_bars("Cameras", Counter({f"C{n}": 2 for n in range(20)}), rest="more cameras")
    assert drawn.count("<rect") == 8
    assert re.findall(r"(\d+ more cameras).*?(\d+)</span>", drawn) == [("12 more cameras", "24")]


def test_nothing_is_drawn_of_nothing() -> None:
    assert make_bars("Formats", Counter(), rest="more") == ""
    assert make_years("Years", Counter()) == ""
    assert make_map(Counter()) == ""


def test_a_name_is_text() -> None:
    drawn = make_bars("Cameras", Counter({HOSTILE: 1}), rest="more cameras")
    assert set(re.findall(r"<(\w+)", drawn)) == {"section", "h2", "ul", "li", "bdi", "span", "svg",
                                                 "rect"}  # fmt: skip


def test_years_between_have_a_column() -> None:
    drawn = make_years("Years", Counter({"2020": 4, "2023": 1}))
    assert re.findall(r"<title>(\d+): (\d+)</title>", drawn) == [
        ("2020", "4"),
        ("2021", "0"),
        ("2022", "0"),
        ("2023", "1"),
    ]
    assert re.findall(r' height="([\d.]+)%"', drawn) == ["100", "0", "0", "25"]


def test_a_wrong_clock_does_not_draw_a_thousand_years() -> None:
    drawn = make_years("Years", Counter({"0001": 1, "2023": 5, "9999": 1}))
    assert re.findall(r"<title>(\d+):", drawn) == ["1", "2023", "9999"]


def test_many_years_keep_the_latest() -> None:
    every_third = {f"{year}": 1 for year in range(1800, 2024, 3)}
    years = re.findall(r"<title>(\d+):", make_years("Years", Counter(every_third)))
    assert years == sorted(every_third)[-len(years) :]
    assert len(years) <= 40


def test_the_map_has_one_point_a_degree() -> None:
    positions = [(38.7, -9.1), (38.8, -9.2), (-33.9, 18.4)]
    drawn = make_map(Counter(map(find_place, positions)))
    assert re.findall(r'cx="(-?\d+)" cy="(-?\d+)"', drawn) == [("18", "34"), ("-9", "-39")]
    assert "3 images at 2 places" in drawn
    assert "39° N, 9° W: 2 images" in drawn


@pytest.mark.parametrize(("latitude", "bottom"), [(0.0, 58), (-57.9, 58), (-75.0, 90)])
def test_the_south_is_shown_where_a_picture_is_from_there(latitude: float, bottom: int) -> None:
    drawn = make_map(Counter([find_place((latitude, 0.0))]))
    box = re.search(r'viewBox="-180 (-?\d+) 360 (\d+)"', drawn)
    assert box is not None
    assert int(box[1]) + int(box[2]) == bottom


Ring = list[tuple[float, float]]


def read_rings() -> list[Ring]:
    """The outline's rings as points of longitude and latitude."""
    rings = []
    for part in read_land().split("z")[:-1]:
        numbers = [float(text) for text in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", part)]
        x, y, ring = 0.0, 0.0, []
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, -y))
        rings.append(ring)
    return rings


def is_land(longitude: float, latitude: float) -> bool:
    """Whether a place is inside an odd number of rings: a lake is a hole."""
    inside = False
    for ring in read_rings():
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y1 > latitude) != (y2 > latitude):
                inside ^= longitude < x1 + (latitude - y1) / (y2 - y1) * (x2 - x1)
    return inside


@pytest.mark.parametrize(
    ("name", "longitude", "latitude", "land"),
    [
        ("Madrid", -3.7, 40.4, True),
        ("Moscow", 37.6, 55.8, True),
        ("Nairobi", 36.8, -1.3, True),
        ("Denver", -105.0, 39.7, True),
        ("Brasilia", -47.9, -15.8, True),
        ("Alice Springs", 133.9, -23.7, True),
        ("Chukotka, west of the date line", 179.0, 68.0, True),
        ("Chukotka, east of it", -178.0, 67.0, True),
        ("South Pole", 0.0, -89.0, True),
        ("Atlantic", -35.0, 30.0, False),
        ("Pacific", -150.0, 5.0, False),
        ("Indian Ocean", 80.0, -30.0, False),
        ("Bering Sea", -178.0, 58.0, False),
        ("Arctic", 0.0, 86.0, False),
    ],
)
def test_land_is_where_it_is(name: str, longitude: float, latitude: float, land: bool) -> None:
    assert is_land(longitude, latitude) == land, name


def test_the_outline_keeps_to_the_world() -> None:
    points = [point for ring in read_rings() for point in ring]
    assert max(abs(longitude) for longitude, _ in points) == pytest.approx(180)
    assert max(abs(latitude) for _, latitude in points) <= 90.0001
