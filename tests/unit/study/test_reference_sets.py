"""Reading reference sets: two formats by their columns, and one line for everything that is wrong with a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from phytovigil.errors import InvalidRequest, UnreadableFile
from phytovigil.study.reference_sets import OHDSI, OWN, STUDY, read_controls, read_reference_set


def write(folder: Path, text: str, name: str = "set.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_pairs_in_words(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "\ufeffproduct, reaction ,truth,group\nkava,jaundice,positive,liver\n"
        "KAVA KAVA,RASH ; PRURITUS;,0,\niron,itch/broad,1,skin\n",
    )
    found = read_reference_set(file)
    assert (found.format, found.file) == (OWN, "set.csv")
    assert [(pair.product, pair.terms, pair.linked, pair.group) for pair in found.pairs] == [
        ("kava", ("jaundice",), True, "liver"),
        ("KAVA KAVA", ("RASH", "PRURITUS"), False, ""),
        ("iron", ("itch/broad",), True, "skin"),
    ]
    assert [pair.line for pair in found.pairs] == [2, 3, 4]
    assert set(found.sha256) == {"set.csv"}


OHDSI_TEXT = "exposureId,exposureName,outcomeName,groundTruth\n1,Paracetamol,Acute  Liver,1\n2,salt,Acute Liver,0\n"


def test_outcomes_need_their_terms(tmp_path: Path) -> None:
    file = write(tmp_path, OHDSI_TEXT)
    with pytest.raises(InvalidRequest, match="--outcomes"):
        read_reference_set(file)
    terms = write(tmp_path, "outcomeName,meddra_pt\nAcute Liver,Jaundice\nAcute Liver,Hepatitis\n", "terms.csv")
    names = write(tmp_path, json.dumps({"paracetamol": ["PARACETAMOL", "acetaminophen"]}), "names.json")
    found = read_reference_set(file, outcomes=terms, names=names)
    assert found.format == OHDSI
    assert found.pairs[0].names == ("Paracetamol", "acetaminophen")
    assert (found.pairs[0].terms, found.pairs[0].exact) == (("Jaundice", "Hepatitis"), True)
    assert [(pair.kind, pair.group) for pair in found.pairs] == [
        ("positive", "Acute Liver"),
        ("negative", "Acute Liver"),
    ]
    assert set(found.sha256) == {"set.csv", "terms.csv", "names.json"}
    short = write(tmp_path, "outcomeName,meddra_pt\nBleeding,Haemorrhage\n", "short.csv")
    with pytest.raises(UnreadableFile, match=r"line 2.*“Acute Liver”"):
        read_reference_set(file, outcomes=short)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "columns none"),
        ("drug,event\nkava,rash\n", "columns drug, event"),
        ("product,reaction,truth\n", "names no pair"),
        ("product,reaction,truth\nkava,rash,maybe\n", "line 2: truth is “maybe”"),
        ("product,reaction,truth\nkava,,1\n", "line 2: product or reaction is empty"),
        ("product,reaction,truth\nkava, ; ,1\n", "line 2: product or reaction is empty"),
        ("product,reaction,truth\nkava,rash\n", "line 2 has another number of values"),
        ("product,reaction,truth\nkava,rash,1,2\n", "line 2 has another number of values"),
        ("product,reaction,truth\nkava,rash,1\nKava,RASH,0\n", "line 3: Kava × RASH stands on line 2"),
        ('product,reaction,truth\nkava,"rash,1\n', "no CSV file"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said.replace("(", r"\(")):
        read_reference_set(write(tmp_path, text))


def test_files_that_are_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="cannot be read"):
        read_reference_set(tmp_path / "none.csv")
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"product,reaction,truth\nk\xff,rash,1\n")
    with pytest.raises(UnreadableFile, match="UTF-8"):
        read_reference_set(broken)
    good = write(tmp_path, OHDSI_TEXT)
    for text in ("[1]", "{", '{"a": 1}'):
        with pytest.raises(UnreadableFile, match="no JSON object"):
            read_reference_set(good, outcomes=good, names=write(tmp_path, text, "names.json"))
    with pytest.raises(UnreadableFile, match="meddra_pt"):
        read_reference_set(good, outcomes=good)


def test_controls_without_truth_are_negative_unless_their_ratio_says_otherwise(tmp_path: Path) -> None:
    found = read_controls(write(tmp_path, "product,reaction,ratio\nkava,rash,\niron,itch,1\nniacin,flushing,2.5\n"))
    assert [(pair.linked, pair.ratio) for pair in found.pairs] == [(False, None), (False, 1.0), (True, 2.5)]
    for ratio in ("0", "-1", "many", "inf", "nan"):
        with pytest.raises(UnreadableFile, match="line 2: ratio"):
            read_controls(write(tmp_path, f"product,reaction,ratio\nkava,rash,{ratio}\n"))
    with pytest.raises(UnreadableFile, match="lacks the columns"):
        read_controls(write(tmp_path, "drug\nkava\n"))


def test_controls_of_a_study_file(tmp_path: Path) -> None:
    text = """
[study]
name = "x"
title = "x"
question = "x"
product = "kratom"
outcomes = ["jaundice"]
sources = ["caers"]
[[control]]
kind = "negative"
product = "kava"
reaction = "ALOPECIA"
[[control]]
kind = "positive"
product = "niacin"
reaction = "FLUSHING"
"""
    found = read_controls(write(tmp_path, text, "study.toml"))
    assert found.format == STUDY
    assert [(pair.product, pair.kind) for pair in found.pairs] == [("kava", "negative"), ("niacin", "positive")]
