"""Every answer conforms to its schema; every command that prints has --json."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer.main

from phytovigil.cli.app import app
from phytovigil.study.contract import load_schema, schema_names

Ask = Callable[..., dict[str, Any]]


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with its words."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


ALL = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_has_json(words: tuple[str, ...]) -> None:
    assert "--json" in {option for parameter in ALL[words].params for option in parameter.opts}


@pytest.mark.parametrize("name", schema_names())
def test_schema_is_sound_and_closed(name: str) -> None:
    schema = load_schema(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == schema["properties"]["schema"]["const"]
    assert re.fullmatch(f"phytovigil/{name}/[1-9][0-9]*", schema["$id"])
    for node in objects(schema):
        assert node.get("additionalProperties") is not None, node
        if "properties" in node:
            assert node["additionalProperties"] is False


@pytest.mark.parametrize("name", [name for name in schema_names() if name != "findings"])
def test_every_field_is_described(name: str) -> None:
    for node in objects(load_schema(name)):
        for key, field in node.get("properties", {}).items():
            assert "description" in field or "$ref" in field, f"{name}: {key}"


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema of an object, however deep."""
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield node
        for value in node.values():
            yield from objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from objects(value)


def test_schema_refuses_a_field_that_it_does_not_know(
    ask: Ask, check: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    answer = ask("reactions", "list")
    with pytest.raises(jsonschema.ValidationError):
        check({**answer, "extra": 1})
    with pytest.raises(jsonschema.ValidationError):
        check({key: value for key, value in answer.items() if key != "groups"})


QUESTIONS = [
    ("sources",),
    ("releases",),
    ("releases", "--verify"),
    ("products", "find", "krat"),
    ("products", "find", "zzzzzz"),
    ("products", "explain", "KETUM GEL AND KRATOM POWDER"),
    ("products", "explain", "KETUM", "--route", "CUTANEOUS", "--country", "FR"),
    ("products", "list", "--kind", "group"),
    ("products", "show", "kratom-leaf"),
    ("products", "unmapped", "--source", "caers", "--most", "2"),
    ("products", "review", "--source", "faers-dashboard"),
    ("reactions", "list"),
    ("reactions", "show", "jaundice"),
    ("reactions", "explain", "skin discoloration"),
    ("reactions", "explain", "jaundise"),
    ("reactions", "unmapped", "--source", "caers", "--most", "3"),
    ("count", "--product", "kava", "--reaction", "jaundice", "--source", "caers", "--cases"),
    ("count", "--product", "kava", "--reaction", "PHOTODERMATOSIS", "--source", "caers"),
    ("count", "--product", "kratom", "--reaction", "itch/broad", "--source", "faers-dashboard", "--cases"),
    ("count", "--product", "REDACTED", "--reaction", "NAUSEA", "--source", "caers", "--years", "2010"),
    ("quarantine",),
    ("quarantine", "--source", "faers-dashboard"),
    ("signals", "--product", "kava", "--source", "caers"),
    ("signals", "--product", "kava", "--source", "caers", "--min-cases", "1000"),
    ("signals", "--product", "kava", "--source", "caers", "--stratum", "sex", "--measure", "ebgm", "--adjust", "by"),
    ("count", "--product", "kava", "--reaction", "jaundice", "--source", "caers", "--measure", "oe", "--rule", "eb05"),
    ("screen", "--source", "caers", "--test", "fisher", "--adjust", "bh", "--most", "3"),
    ("compare", "kratom", "kava", "--reaction", "jaundice", "--source", "caers", "--source", "faers-dashboard"),
    ("compare", "kava", "valerian", "--reaction", "itch", "--reaction", "NAUSEA", "--source", "caers"),
    ("examine", "hierarchy", "--product", "kava", "--source", "caers", "--replicates", "99"),
    ("examine", "trend", "--product", "kava", "--reaction", "liver-injury", "--source", "caers"),
    ("examine", "sequential", "--product", "kava", "--reaction", "liver-injury", "--source", "caers"),
    ("examine", "sequential", "--product", "kratom", "--reaction", "itch", "--method", "group", "--source", "caers"),
    ("examine", "interaction", "--product", "niacin", "--reaction", "itch", "--source", "caers"),
    ("examine", "interaction", "--product", "kava", "--and", "kratom", "--reaction", "jaundice", "--source", "caers"),
    ("examine", "strata", "--product", "kratom", "--reaction", "jaundice", "--by", "sex", "--by", "age"),
    ("examine", "strata", "--product", "kava", "--reaction", "PHOTODERMATOSIS", "--by", "year", "--source", "caers"),
    ("examine", "subgroups", "--product", "green-tea", "--reaction", "liver-injury", "--by", "sex"),
    ("examine", "masking", "--product", "kava", "--reaction", "NAUSEA", "--reported", "--source", "caers"),
    ("examine", "masking", "--product", "kratom", "--reaction", "itch", "--least-ratio", "1", "--source", "caers"),
    ("examine", "regression", "--product", "kava", "--reaction", "liver-injury", "--source", "caers"),
    ("examine", "lrt", "--product", "kava", "--source", "caers", "--replicates", "199"),
    ("cases", "link", "--source", "faers-dashboard"),
    ("cases", "duplicates", "--source", "faers-dashboard", "--product", "kratom", "--reaction", "jaundice"),
    ("cases", "series", "kratom", "--reaction", "liver-injury", "--source", "caers", "--role", "any"),
    ("cases", "compare", "20321650", "21725394", "--source", "faers-dashboard"),
    ("evidence", "list"),
    ("evidence", "list", "kratom", "--topic", "law"),
    ("evidence", "show", "interaction-midazolam"),
    ("evidence", "show", "law-us-7oh-order"),
    ("evidence", "check"),
    ("schema",),
]


IN_STORE = ("releases", "quarantine", "count", "signals", "screen", "compare", "evaluate", "examine", "cases")
"""Commands that read a store."""

OF_STORE = (("unmapped",), ("review",))
"""Second words of commands that read a store in a group whose others do not."""


GROUPS = ("products", "reactions", "examine", "cases", "evidence")
"""Commands of two words."""


def schema_of(question: tuple[str, ...]) -> str:
    """The schema of a command's answer: its words, two where it is of a group."""
    return "-".join(question[:2]) if question[0] in GROUPS else question[0]


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_answer_fits_its_schema(ask: Ask, store: Path, question: tuple[str, ...]) -> None:
    in_store = question[0] in IN_STORE or question[1:2] in OF_STORE
    answer = ask(*question, *(("--store", store) if in_store else ()))
    assert answer["program"]["name"] == "phytovigil"
    expected = schema_of(question)
    assert answer["schema"] == f"phytovigil/{'schemas' if expected == 'schema' else expected}/1"


def test_every_schema_has_an_answer_that_is_tested() -> None:
    elsewhere = {
        "ingest",
        "cases-review",
        "cases-assess",
        "examine-calibration",
        "evaluate",
        "examine-onset",
        "snapshot",
        "claims",
        "verify",
        "findings",
        "error",
        "fetch",
        "fetch-faers",
        "simulate",
        "products-decide",
        "products-dictionary",
        *(name for name in schema_names() if name.startswith("follow-")),
    }  # by the other tests of this folder
    asked = {schema_of(question) for question in QUESTIONS}
    assert asked - {"schema"} | {"schemas"} | elsewhere == set(schema_names())


def test_schema_command_prints_the_schema(run: Callable[..., Any], refuse: Callable[..., str]) -> None:
    for name in schema_names():
        assert json.loads(run("schema", name).out) == load_schema(name)
    assert "“count”" in refuse(3, "schema", "cuont")


def test_fetch_answer_fits_its_schema(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The download itself is tested elsewhere; here it is replaced by one that has already happened."""
    file = tmp_path / "food-event-0001-of-0001.json.zip"
    file.write_bytes(b"12345")

    def fetched(folder: Path, *, index_url: str, progress: object, notice: Callable[[str], None]) -> list[Path]:
        notice(f"{file.name} is complete already.")
        return [file]

    monkeypatch.setattr("phytovigil.sources.fetch.fetch_openfda_food", fetched)
    answer = ask("fetch", "openfda-food", "--out", tmp_path)
    assert answer["files"] == [{"file": str(file), "bytes": 5}]
    assert answer["notices"] == [f"{file.name} is complete already."]


def test_simulate_answers_and_writes_what_it_says(ask: Ask, tmp_path: Path) -> None:
    answer = ask("simulate", tmp_path / "made", "--reports", "200", "--quarters", "2019Q1..2019Q2", "--seed", "7")
    assert (answer["reports"], answer["quarters"], answer["seed"]) == (200, ["2019Q1", "2019Q2"], 7)
    demo = [file for file in (tmp_path / "made").rglob("*") if file.name.upper().startswith("DEMO")]
    assert sum(len(file.read_bytes().splitlines()) - 1 for file in demo) == 200
    assert Path(answer["truth"], "truth.json").is_file()


def test_signals_as_csv_and_parquet_hold_the_same_numbers(
    ask: Ask, run: Callable[..., Any], store: Path, tmp_path: Path
) -> None:
    import csv
    import io

    import pyarrow.parquet

    question = ("signals", "--product", "kava", "--source", "caers", "--store", store)
    rows = ask(*question)["rows"]
    done = run(*question, "--format", "csv")
    listed = list(csv.DictReader(io.StringIO(done.out)))
    assert [(row["reaction"], int(row["a"]), float(row["ic_low"])) for row in listed] == [
        (row["reaction"], row["a"], pytest.approx(row["estimates"]["ic"]["low"])) for row in rows
    ]
    assert run(*question, "--format", "parquet", "--out", tmp_path / "kava.parquet").code == 0
    table = pyarrow.parquet.read_table(tmp_path / "kava.parquet").to_pylist()
    assert [(row["reaction"], row["d"], row["ror_midp"]) for row in table] == [
        (row["reaction"], row["d"], row["estimates"]["ror-midp"]["point"]) for row in rows
    ]


def test_count_text_says_what_the_json_says(run: Callable[..., Any], store: Path) -> None:
    question = ("count", "--product", "kratom", "--reaction", "JAUNDICE", "--role", "any", "--source", "caers")
    text = run(*question, "--store", store).out
    for part in ("a = 4", "b = 30", "c = 463", "d = 64,020", "distinct cases", "any role", "as of 2017-06-30"):
        assert part in text
