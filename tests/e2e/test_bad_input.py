"""What a person can do wrong, and what a file can have wrong: one line and an exit code, or a row put aside."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Ask = Callable[..., dict[str, Any]]
Refuse = Callable[..., str]
Write = Callable[..., Path]

STUDY = """
[study]
name = "kava-jaundice"
title = "Kava and jaundice"
question = "Is kava linked to jaundice?"
product = "kava"
outcomes = ["jaundice"]
sources = ["caers"]
"""


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a store but its lock."""
    files = (file for file in folder.rglob("*") if file.is_file() and file.name != "lock")
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


# Files that cannot be read at all


def write_zip(file: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file


def make_empty(folder: Path, good: bytes) -> Path:
    file = folder / "empty.csv"
    file.touch()
    return file


def make_other_format(folder: Path, good: bytes) -> Path:
    file = folder / "letter.csv"
    file.write_text("Dear Sir or Madam,\nplease find enclosed the minutes of the meeting.\n")
    return file


def make_truncated_zip(folder: Path, good: bytes) -> Path:
    whole = write_zip(folder / "whole.zip", "caers.csv", good * 50)
    file = folder / "truncated.zip"
    file.write_bytes(whole.read_bytes()[:-40])
    return file


def make_zip_with_broken_content(folder: Path, good: bytes) -> Path:
    whole = bytearray(write_zip(folder / "whole.zip", "caers.csv", good * 50).read_bytes())
    whole[60:100] = bytes(40)
    file = folder / "broken.zip"
    file.write_bytes(whole)
    return file


def make_zip_bomb(folder: Path, good: bytes) -> Path:
    return write_zip(folder / "bomb.zip", "caers.csv", good + b" " * 40_000_000)


def make_wrong_delimiter(folder: Path, good: bytes) -> Path:
    file = folder / "semicolons.csv"
    file.write_bytes(good.replace(b",", b";"))
    return file


def make_other_columns(folder: Path, good: bytes) -> Path:
    file = folder / "other.csv"
    file.write_bytes(good.replace(b"SYM_One Row Coded Symptoms", b"Something else"))
    return file


def make_header_only(folder: Path, good: bytes) -> Path:
    file = folder / "header.csv"
    file.write_bytes(good.splitlines(keepends=True)[0])
    return file


def make_missing(folder: Path, good: bytes) -> Path:
    return folder / "not-there.csv"


@pytest.mark.parametrize(
    "make",
    [
        make_empty,
        make_other_format,
        make_truncated_zip,
        make_zip_with_broken_content,
        make_zip_bomb,
        make_wrong_delimiter,
        make_other_columns,
        make_header_only,
        make_missing,
    ],
)
def test_unreadable_file_is_refused_and_the_store_stays(
    refuse: Refuse, small: Path, write_caers: Write, tmp_path: Path, make: Callable[[Path, bytes], Path]
) -> None:
    good = write_caers("good.csv", {"case": "7"}).read_bytes()
    file = make(tmp_path, good)
    before = contents(small)
    assert file.name in refuse(4, "ingest", file, "--store", small)
    assert contents(small) == before


def test_one_bad_file_among_good_ones_is_named(refuse: Refuse, write_caers: Write, tmp_path: Path) -> None:
    good = write_caers("good.csv", {"case": "7"})
    bad = make_other_format(tmp_path, b"")
    assert "letter.csv" in refuse(4, "ingest", good, bad, "--store", tmp_path / "store")


# Rows and values that cannot be


@pytest.mark.parametrize(
    ("row", "scope", "reason"),
    [
        ({"received": "2/30/2015"}, "row", "impossible-received-date"),
        ({"received": ""}, "row", "no-received-date"),
        ({"case": ""}, "row", "no-case-id"),
        ({"role": "Bystander"}, "row", "unknown-role"),
        ({"event": "13/45/2014"}, "value", "impossible-event-date"),
        ({"age": "250"}, "value", "impossible-age"),
        ({"age": "-4"}, "value", "impossible-age"),
        ({"age": "forty"}, "value", "impossible-age"),
        ({"age": "40", "unit": "Moon(s)"}, "value", "unknown-age-unit"),
        ({"sex": "Perhaps"}, "value", "unknown-sex"),
        ({"terms": ""}, "value", "no-reaction"),
        ({"product": ""}, "value", "no-product"),
    ],
    ids=lambda value: str(value),
)
def test_what_cannot_be_is_put_aside_with_its_reason(
    ask: Ask, write_caers: Write, tmp_path: Path, row: dict[str, str], scope: str, reason: str
) -> None:
    file = write_caers("rows.csv", {"case": "1"}, {"case": "2", **row})
    answer = ask("ingest", file, "--store", tmp_path / "store")
    aside = 1 if scope == "row" else 0
    assert (answer["rows_read"], answer["rows_kept"], answer["rows_quarantined"]) == (2, 2 - aside, aside)
    assert answer["values_quarantined"] == 1 - aside
    found = [(item["scope"], item["reason"], item["count"]) for item in answer["files"][0]["reasons"]]
    assert found == [(scope, reason, 1)]
    assert answer["reports"] == 2 - aside


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        ("9,1/2/2015,,Suspect,KAVA\n", "wrong-column-count"),
        ("9,1/2/2015,,Suspect,KAVA,54,Vit,40,Year(s),Female,DEATH,NAUSEA,one,two\n", "wrong-column-count"),
        ("9,1/2/2015,,Suspect,KA\0VA,54,Vit,40,Year(s),Female,DEATH,NAUSEA\n", "nul-byte"),
    ],
    ids=["missing columns", "extra columns", "NUL byte"],
)
def test_broken_row_is_put_aside(ask: Ask, write_caers: Write, tmp_path: Path, tail: str, reason: str) -> None:
    answer = ask("ingest", write_caers("rows.csv", {"case": "1"}, tail=tail), "--store", tmp_path / "store")
    assert (answer["rows_read"], answer["rows_kept"], answer["rows_quarantined"]) == (2, 1, 1)
    assert [item["reason"] for item in answer["files"][0]["reasons"]] == [reason]


def test_mixed_encodings_are_read_line_by_line(ask: Ask, write_caers: Write, tmp_path: Path) -> None:
    row = "{},1/2/2015,,Suspect,{},54,Vit,40,Year(s),Female,DEATH,NAUSEA\n"
    file = write_caers("mixed.csv", {"case": "1"}, tail=row.format(8, "CAFÉ UTF"))
    file.write_bytes(file.read_bytes() + row.format(9, "CAFÉ CP").encode("cp1252"))
    answer = ask("ingest", file, "--store", tmp_path / "store")
    assert (answer["rows_read"], answer["rows_kept"]) == (3, 3)
    for name in ("CAFÉ UTF", "CAFÉ CP"):
        found = ask("count", "--product", name, "--reaction", "NAUSEA", "--store", tmp_path / "store")
        assert (found["a"], found["b"]) == (1, 0)


def test_conflicting_rows_of_one_report(ask: Ask, write_caers: Write, tmp_path: Path) -> None:
    file = write_caers(
        "conflict.csv",
        {"case": "1", "sex": "Female", "product": "KAVA ROOT"},
        {"case": "1", "sex": "Male", "product": "FISH OIL"},
        {"case": "2"},
    )
    store = tmp_path / "store"
    answer = ask("ingest", file, "--store", store)
    assert (answer["rows_read"], answer["rows_kept"], answer["reports"]) == (3, 3, 2)
    assert [item["reason"] for item in answer["files"][0]["reasons"]] == ["conflicting-report"]
    female = ask("count", "--product", "fish oil", "--reaction", "NAUSEA", "--sex", "female", "--store", store)
    assert female["a"] == 1


# Names and arguments


@pytest.mark.parametrize(
    ("code", "arguments", "said"),
    [
        (3, ["--product", "kvaa", "--reaction", "jaundice"], "“kava”"),
        (3, ["--product", "nothing-like-it", "--reaction", "jaundice"], "nothing-like-it"),
        (3, ["--product", "kava", "--reaction", "jaundise"], "“JAUNDICE”"),
        (3, ["--product", "kava", "--reaction", "NAUSEAA"], "“NAUSEA”"),
        (3, ["--product", "kava", "--reaction", "TYPHOID FEVER"], "TYPHOID FEVER"),
        (3, ["--product", "kava", "--reaction", "jaundice/broadest"], "jaundice"),
        (3, ["--product", "kava", "--reaction", "jaundice", "--source", "cears"], "“caers”"),
        (3, ["--product", "kava", "--reaction", "jaundice", "--product-class", "99"], "54 Vit"),
        (3, ["--product", "kava", "--reaction", "jaundice", "--with", "kvaa"], "“kava”"),
        (3, ["--product", "kava", "--reaction", "jaundice", "--without", "kvaa"], "“kava”"),
        (3, ["--product", "kava", "--reaction", "jaundice", "--source", "faers-dashboard"], "caers as of"),
        (3, ["--product", "kava", "--reaction", "jaundice", "--as-of", "2001-01-01"], "2015-01-02"),
        (7, ["--product", "kava", "--reaction", "jaundice", "--reporter", "Consumer"], "does not record"),
        (7, ["--product", "kava", "--reaction", "jaundice", "--country", "US"], "does not record"),
        (2, ["--product", "kava", "--reaction", "jaundice", "--role", "bystander"], "suspect, any, primary"),
        (2, ["--product", "kava", "--reaction", "jaundice", "--sex", "perhaps"], "female, male or unknown"),
        (2, ["--product", "kava", "--reaction", "jaundice", "--age", "18-45"], "18-44"),
        (2, ["--product", "kava", "--reaction", "jaundice", "--years", "2017-2014"], "2017 to 2014"),
        (2, ["--product", "kava", "--reaction", "jaundice", "--years", "lately"], "2014-2017"),
        (2, ["--product", "kava", "--reaction", "jaundice", "--as-of", "30/06/2017"], "2017-06-30"),
        (2, ["--product", "kava", "--reaction", "jaundice", "--as-of", "2017-02-30"], "2017-06-30"),
        (2, ["--product", "kava"], "--reaction"),
        (2, ["--product", "kava", "--reaction", "jaundice", "--colour", "red"], "--colour"),
    ],
    ids=lambda value: " ".join(value[2:]) if isinstance(value, list) else str(value),
)
def test_wrong_argument_of_count(refuse: Refuse, small: Path, code: int, arguments: list[str], said: str) -> None:
    assert said in refuse(code, "count", *arguments, "--store", small)


def test_reported_slip_of_the_pen_is_not_taken_for_the_product(
    ask: Ask, refuse: Refuse, write_caers: Write, tmp_path: Path
) -> None:
    """One person wrote KRATUM; who mistypes the same way is not to get that one case as the answer."""
    store = tmp_path / "store"
    ask("ingest", write_caers("slip.csv", {"case": "1", "product": "KRATUM"}), "--store", store)
    said = refuse(3, "count", "--product", "kratum", "--reaction", "NAUSEA", "--store", store)
    assert "“kratom”" in said
    assert "“reported:KRATUM”" in said
    exact = ask("count", "--product", "reported:kratum", "--reaction", "NAUSEA", "--store", store)
    assert (exact["a"], exact["product"]["kind"]) == (1, "as reported")


def test_values_that_a_source_does_not_hold(refuse: Refuse, store: Path) -> None:
    question = ("count", "--product", "kratom", "--reaction", "itch", "--source", "faers-dashboard", "--store", store)
    assert "“Consumer”" in refuse(3, *question, "--reporter", "Consumr")
    assert "XX" in refuse(3, *question, "--country", "XX")


@pytest.mark.parametrize(
    ("code", "arguments", "said"),
    [
        (2, ["bogus"], "bogus"),
        (3, ["products", "explain"], None),
        (3, ["reactions", "show", "jaundise"], "“jaundice”"),
        (2, ["ingest"], "paths"),
        (4, ["ingest", "no-such-file.csv"], "no-such-file.csv"),
        (3, ["ingest", "no-such-file.csv", "--source", "faerz"], "“faers”"),
        (2, ["ingest", "no-such-file.csv", "--as-of", "yesterday"], "yesterday"),
        (2, ["signals", "--product", "kava", "--min-cases", "0"], "--min-cases"),
        (2, ["signals", "--product", "kava", "--format", "xml"], "parquet"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_wrong_argument(refuse: Refuse, small: Path, code: int, arguments: list[str], said: str | None) -> None:
    in_store = ("--store", small) if arguments[0] in ("ingest", "signals") else ()
    if said is None:
        assert "argument" in refuse(2, *arguments)
    else:
        assert said in refuse(code, *arguments, *in_store)


def test_text_table_is_not_written_to_a_file(run: Callable[..., Any], small: Path, tmp_path: Path) -> None:
    done = run("signals", "--product", "kava", "--out", tmp_path / "table.txt", "--store", small)
    assert (done.code, done.out) == (2, "")
    assert "csv, json or parquet" in done.err
    assert not (tmp_path / "table.txt").exists()


def test_listing_carries_no_signals(refuse: Refuse, store: Path) -> None:
    said = refuse(7, "signals", "--product", "kratom", "--source", "faers-dashboard", "--store", store)
    assert "numerators only" in said


def test_only_complete_source_is_the_one_that_is_meant(ask: Ask, store: Path) -> None:
    assert ask("count", "--product", "kratom", "--reaction", "itch", "--store", store)["source"] == "caers"


@pytest.mark.parametrize(
    "question",
    [
        ("count", "--product", "kava", "--reaction", "jaundice"),
        ("count", "--product", "kava", "--reaction", "jaundice", "--source", "caers"),
        ("signals", "--product", "kava"),
    ],
    ids=lambda value: value[0],
)
def test_empty_store_cannot_answer(refuse: Refuse, tmp_path: Path, question: tuple[str, ...]) -> None:
    assert "phytovigil ingest" in refuse(6, *question, "--store", tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


# Study files


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (STUDY + 'colour = "red"\n', "colour"),
        (STUDY.replace("product =", "produkt ="), "“product”"),
        (STUDY + "[selektion]\n", "“selection”"),
        (STUDY + "[signal]\nmin_cases = 0\n", "at least 1"),
        (STUDY + '[signal]\nmin_cases = "three"\n', "whole number"),
        (STUDY.replace('["jaundice"]', '"jaundice"'), "list of texts"),
        (STUDY + "[selection]\nyears = [2017, 2014]\n", "2017 to 2014"),
        (STUDY + "[selection]\nyears = 2017\n", "two years"),
        (STUDY + '[selection]\nserious = "yes"\n', "true or false"),
        (STUDY + "[control]\n", "[[control]]"),
        (STUDY + '[[control]]\nkind = "vague"\nproduct = "kava"\nreaction = "itch"\n', "positive or negative"),
        (STUDY + '[[control]]\nkind = "positive"\n', "product"),
        (STUDY + '[[sensitivity]]\nlabel = "nothing changed"\n', "at least one key"),
        (STUDY.replace("[study]", "[study"), "not TOML"),
        (STUDY.replace('product = "kava"\n', ""), "no product"),
        ("", "no section [study]"),
    ],
    ids=lambda value: value[-40:] if isinstance(value, str) else "",
)
def test_wrong_study_file(refuse: Refuse, small: Path, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "study.toml"
    file.write_text(text)
    for command in ("study", "snapshot"):
        message = refuse(5, command, file, "--out", tmp_path / "out", "--store", small)
        assert said in message
        assert "study.toml" in message
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("code", "change", "said"),
    [
        (5, ('product = "kava"', 'product = "kvaa"'), "“kava”"),
        (5, ('["jaundice"]', '["jaundise"]'), "“JAUNDICE”"),
        (5, ('["jaundice"]', '["jaundice"]\ncomparators = ["valerain"]'), "“valerian”"),
        (3, ('["caers"]', '["cears"]'), "“caers”"),
        (3, ('["caers"]', '["caers"]\n[signal]\nrule = "ic25"'), "“ic025”"),
        (3, ('["caers"]', '["caers"]\n[signal]\nmeasures = ["roar"]'), "“ror”"),
        (5, ('["caers"]', '["caers"]\n[selection]\nwith_products = ["kvaa"]'), "“kava”"),
        (3, ('["caers"]', '["caers"]\nvocabulary = "1999-01"'), "1999-01"),
    ],
    ids=lambda value: value[1][-30:] if isinstance(value, tuple) else str(value),
)
def test_unknown_name_in_a_study_file(
    refuse: Refuse, small: Path, tmp_path: Path, code: int, change: tuple[str, str], said: str
) -> None:
    file = tmp_path / "study.toml"
    file.write_text(STUDY.replace(*change))
    assert said in refuse(code, "study", file, "--out", tmp_path / "out", "--store", small)
    assert not (tmp_path / "out").exists()


def test_missing_or_unreadable_study_file(refuse: Refuse, small: Path, tmp_path: Path) -> None:
    assert "nothing.toml" in refuse(5, "study", tmp_path / "nothing.toml", "--store", small)
    assert "cannot be read" in refuse(5, "study", tmp_path, "--store", small)
    latin = tmp_path / "latin.toml"
    latin.write_bytes('[study]\nname = "é"\n'.encode("cp1252"))
    assert "latin.toml" in refuse(5, "study", latin, "--store", small)


def test_study_on_an_empty_store_without_a_snapshot(refuse: Refuse, tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text(STUDY)
    assert "--snapshot" in refuse(6, "study", file, "--store", tmp_path / "nothing", "--out", tmp_path / "out")


def test_snapshot_that_is_not_there(refuse: Refuse, tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text(STUDY)
    assert "nowhere" in refuse(6, "study", file, "--snapshot", tmp_path / "nowhere", "--out", tmp_path / "out")


# Places that cannot be written


def test_store_that_cannot_be_made(refuse: Refuse, write_caers: Write, tmp_path: Path) -> None:
    file = write_caers("good.csv", {"case": "1"})
    assert "Name a folder" in refuse(6, "ingest", file, "--store", file)
    refuse(6, "ingest", file, "--store", file / "store")


def test_dossier_and_snapshot_that_cannot_be_written(
    refuse: Refuse, small: Path, write_caers: Write, tmp_path: Path
) -> None:
    study, file = tmp_path / "study.toml", tmp_path / "a-file"
    study.write_text(STUDY)
    file.touch()
    assert "--out" in refuse(6, "study", study, "--store", small, "--out", file / "dossier")
    assert "--out" in refuse(6, "snapshot", study, "--store", small, "--out", file / "snapshot")


@pytest.mark.parametrize("format", ["csv", "parquet", "json"])
def test_table_that_cannot_be_written(run: Callable[..., Any], small: Path, tmp_path: Path, format: str) -> None:
    file = tmp_path / "a-file"
    file.touch()
    question = ("signals", "--product", "kava", "--min-cases", "1", "--store", small, "--format", format)
    done = run(*question, "--out", file / f"table.{format}")
    assert (done.code, done.out) == (6, "")
    assert done.err.count("\n") == 1
    assert "--out" in done.err
    assert run(*question, "--out", tmp_path / "new" / f"table.{format}").code == 0
    assert (tmp_path / "new" / f"table.{format}").stat().st_size > 0


LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.argv = ["phytovigil", *sys.argv[2:]]
from phytovigil.cli import main
main()
"""


@pytest.mark.parametrize("limit", [0, 300, 2_000])
def test_full_disk_leaves_the_store_as_it_was(
    ask: Ask, small: Path, write_caers: Write, environment: dict[str, str], limit: int
) -> None:
    """No file may grow beyond the limit, which is what a full disk looks like to the program."""
    before = contents(small)
    many = write_caers("many.csv", *({"case": str(number), "product": f"BRAND {number}"} for number in range(10, 900)))
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(limit), "ingest", str(many), "--store", str(small)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 6, done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("phytovigil: ")
    assert "space" in done.stderr or "File too large" in done.stderr
    kept = {name: content for name, content in contents(small).items() if name != "lock.owner"}
    assert kept == before
    assert ask("ingest", many, "--store", small)["reports"] == 890


@pytest.mark.parametrize("command", ["study", "snapshot"])
def test_full_disk_while_an_answer_is_written(
    small: Path, environment: dict[str, str], tmp_path: Path, command: str
) -> None:
    study = tmp_path / "study.toml"
    study.write_text(STUDY)
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, "100", command, str(study), "--store", str(small), "--out", str(out)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (6, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("phytovigil: ")


def test_parquet_to_a_terminal_is_refused(small: Path, environment: dict[str, str]) -> None:
    ours, theirs = pty.openpty()
    question = ["signals", "--product", "kava", "--min-cases", "1", "--store", str(small), "--format", "parquet"]
    done = subprocess.run(
        [sys.executable, "-m", "phytovigil", *question],
        env=environment,
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 2
    assert done.stderr == "phytovigil: Parquet is no text for a terminal. Name a file with --out.\n"
