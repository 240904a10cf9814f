"""What is counted in JSON: the lists in it, their columns, and which records hold the extremes."""

import json

import pytest

from agent.intake.json_facts import json_facts
from agent.intake.json_syntax import parse_json


def facts(data: object) -> tuple[str, ...]:
    return json_facts(parse_json(json.dumps(data)).data)


def test_nested_lists_are_counted_with_the_records_that_hold_the_extremes() -> None:
    orders = [
        {"id": "A", "items": [{"name": "tea", "eur": 2.5}, {"name": "salt", "eur": 1}]},
        {"id": "B", "items": [{"name": "rope", "eur": 9}]},
    ]

    said = facts({"shop": {"orders": orders}})

    assert "shop.orders: 2 records" in said
    assert "shop.orders[].items: 3 records in 2 lists" in said
    assert (
        "shop.orders[].items: column eur: number, total 12.5, "
        "from 1 (shop.orders[0].items[1]: salt) to 9 (shop.orders[1].items[0]: rope)"
    ) in said


def test_objects_in_records_are_columns_too() -> None:
    said = facts([{"at": {"city": "Ulm", "km": 3}}, {"at": {"city": "Bern", "km": 5}}])

    assert any(fact.startswith("the list: column at.km: integer, total 8") for fact in said)


def test_an_object_of_numbers_is_a_table_by_key() -> None:
    said = facts({"rates": {"USD": 1.08, "CHF": 0.93}})

    assert "rates: values: number, total 2.01, from 0.93 (rates.CHF) to 1.08 (rates.USD)" in said


def test_numbers_kept_as_text_are_not_added_up() -> None:
    said = facts([{"n": "1"}, {"n": "2"}])

    assert "the list: column n: text, numbers kept as text: 2 different: 1, 2, no total" in said


def test_geojson_is_measured() -> None:
    places = [(8.5, 47.4), (13.4, 52.5)]
    features = [
        {
            "type": "Feature",
            "properties": {"name": f"p{number}", "people": number},
            "geometry": {"type": "Point", "coordinates": place},
        }
        for number, place in enumerate(places)
    ]

    said = facts({"type": "FeatureCollection", "features": features})

    assert "GeoJSON with 2 positions, longitude 8.5 to 13.4, latitude 47.4 to 52.5" in said
    assert any("features: column properties.people: integer, total 1" in fact for fact in said)


@pytest.mark.parametrize("data", [None, 1, "x", [], {}, [[]], [[1, 2]], {"a": {"b": {}}}, [None]])
def test_any_json_has_an_outline(data: object) -> None:
    assert facts(data)[0]
