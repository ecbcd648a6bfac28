"""Includes between folders run as the table in docs/architecture.md has them, and its picture shows that table."""

import arrows


def page():
    with open(arrows.PAGE, encoding="utf-8") as file:
        return file.read()


def test_includes_run_as_the_table_has_them():
    assert arrows.problems(arrows.ofTable(page()), arrows.ofSources()) == []


def test_the_picture_is_drawn_from_the_table():
    assert arrows.withPicture(page()) == page(), "draw it again: python3 tests/tree/arrows.py --draw"


def test_an_arrow_that_runs_up_is_found():
    table = {"core/bytes": set(), "core/capture": {"core/bytes"}}
    assert arrows.problems(table, {"core/bytes": set(), "core/capture": {"core/bytes"}}) == []
    assert len(arrows.problems(table, {"core/bytes": {"core/capture"}, "core/capture": {"core/bytes"}})) == 1
    assert len(arrows.problems(table, {"core/bytes": set(), "core/capture": set()})) == 1
    assert len(arrows.problems({"core/a": {"core/b"}, "core/b": set()}, {"core/a": {"core/b"}, "core/b": set()})) == 1
    assert len(arrows.problems(table, {**table, "core/new": set()})) == 1
