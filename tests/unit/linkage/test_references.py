"""References as firms write them, read into title, authors, year, volume and page."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phytovigil.linkage.citations import find_papers
from phytovigil.linkage.references import plain_text, read_references

SAME_PAPER = (
    "Roe RL. Fatal combination of senna and warfarin - a case report of an interaction. Forensic Med. 2019;15(1):110-3",
    "Roe R. Fatal combination of senna and warfarin  a case report of an interaction. FORENSIC SCIENCE MEDICINE. 2018",
    "Rhome L. Roe et.al.,;Fatal combination of senna and warfarin-a case report of an interaction;Foren;29-NOV-2018;;",
    "Journal: Forensic science\n Author: Roe RL\n Title: Fatal combination of senna and warfarin - a case report of an "
    "interaction Volume: 15 (1) Year: 2019 Pages: 110-3",
    "Roe RL.. Fatal combination of senna and warfarin &#8211; a case report of an interaction.. Forensic.. 2019;15:110",
    "nation of senna and warfarin - a case report of an interaction. Roe. Forensic Sci Med. 2019;15(1):110-113",
    "Roe RL. Fatal combination of senna and warfarin - a case report. 10.1007/s1-2. Roe RL. 2019",
)


def test_one_paper_in_many_hands() -> None:
    assert set(find_papers(SAME_PAPER).of_text) == {(0,)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            "Roe DD. 2020 Annual Report of the Poison Data System: 38th Annual Report. Clin Tox. 2021;59:1282",
            "Roe DD. 2021 Annual Report of the Poison Data System: 39th Annual Report. Clin Tox. 2022;60:1381",
            id="yearly reports",
        ),
        pytest.param(
            "Roe DD. 2020 Annual Report of the Poison Data System: 38th Annual Report. 2021. doi:10.1080/1.2021.1",
            "Roe DD. 2021 Annual Report of the Poison Data System: 39th Annual Report. 2022. doi:10.1080/1.2021.1",
            id="the DOI of the wrong year",
        ),
        pytest.param(
            "IBANDRONIC ACID. BILATERAL ATYPICAL FEMORAL FRACTURES: CASE REPORT. REACTIONS 2014;1494:28-29.",
            "IBANDRONIC ACID. VENTRICULAR ARRHYTHMIA AND COLLAPSE: CASE REPORT. REACTIONS 2014;1494:28-29.",
            id="two items of a digest on one page",
        ),
        pytest.param(
            "Roe ST, Poe LA. Case report: possible serotonin syndrome with kava. J Pharm. 2020;3:347",
            "Roe ST, Poe LA. Case report: successful treatment of serotonin syndrome with kava. J Pharm. 2020;4:12",
            id="two papers of the same authors",
        ),
        pytest.param(
            "Roe A. Deaths in Colorado attributed to kratom. N Engl J Med. 2019;380:97",
            "Poe B. Kratom-only deaths in Colorado are not kratom only. Acad Emerg Med. 2019;26:S282",
            id="a reply",
        ),
        pytest.param(
            "Roe A. Kratom Use in Pregnancy. J Addict Med. 2022;16:e331",
            "Poe B. Kratom Use in Pregnancy. Obstet Med. 2010;4:12",
            id="a short title that two papers have",
        ),
        pytest.param(
            "X. Deng.A turn.American Journal of Respiratory and Critical Care Medicine.JAN-2025;211:A7516",
            "S. Jawed.B lock.American Journal of Respiratory and Critical Care Medicine.MAY-2025;211:A1667",
            id="nothing but a journal",
        ),
        pytest.param(
            "Roe C. Nightmares triggered by a common diabetes drug. Am J Pharm. 2025;82:1. doi:10.1093/ajhp/zxaf1",
            "Poe AZ. Fungemia treated with combination antifungals. Am J Pharm. 2025;83:7. doi:10.1093/ajhp/zxaf1",
            id="the DOI of a supplement",
        ),
    ],
)
def test_two_papers(one: str, other: str) -> None:
    assert find_papers([one, other]).of_text == ((0,), (1,)) or find_papers([one, other]).of_text == ((1,), (0,))


def test_a_translation_is_the_same_paper() -> None:
    texts = [
        "Bursa M, Horak V, Cerna I. Deaths associated with Kratom use. Proceedings. 2024;93(Suppl. 1):5-6",
        "Bursa M, Cerna I, Horak V, et al. Umrti spojene s uzitim Kratomu. Sbornik. 2024; 93:5.",
    ]
    assert find_papers(texts).of_text == ((0,), (0,))


@pytest.mark.parametrize(
    "text", ["", "Initial", "Unknown. Unknown. Unknown", "Source document (Full text)", "2017", "Abstract.", "-"]
)
def test_no_paper(text: str) -> None:
    assert read_references(text) == ()
    assert find_papers([text]).of_text == ((),)


def test_a_field_with_one_reference_twice_and_a_cut_third() -> None:
    one = "Roe CS. Liver injury caused by green tea use. J Investig Med 2019;7:1-5."
    (read,) = read_references(f"{one}; {one}; {one[:40]}...")
    assert read.title == ("liver", "injury", "caused", "by", "green", "tea", "use")


def test_a_field_with_two_papers() -> None:
    field = (
        "Roe CS. Liver injury caused by green tea use. J Med 2019;7:1; Poe B. Kava and the liver again. J Med 2020;8:2"
    )
    alone = "Poe B. Kava and the liver again. Journal of Medicine. 2020;8:2-4"
    found = find_papers([field, alone])
    assert sorted(len(papers) for papers in found.of_text) == [1, 2]
    assert set(found.of_text[1]) < set(found.of_text[0])
    assert found.of_field == tuple(sorted(found.of_text))


def test_html_dashes_and_accents_are_folded() -> None:
    assert plain_text("Bursov&#225; &amp;amp; Čern&aacute;: 5–6 <i>in vitro</i>") == "Bursova & Cerna: 5-6  in vitro "


def test_keys_do_not_depend_on_order_or_on_other_papers() -> None:
    found = find_papers(SAME_PAPER)
    assert found.keys == ("doi:10.1007/s1-2",)
    shuffled = list(SAME_PAPER)
    random.Random(5).shuffle(shuffled)
    again = find_papers([*shuffled, "Poe B. Kava and the liver again. J Med 2020;8:2"])
    assert found.keys[0] in again.keys


WORDS = ("kratom", "kava", "liver", "failure", "acute", "report", "unusual", "woman", "seizure", "therapy", "chronic")


@st.composite
def papers(draw: st.DrawFn) -> tuple[str, str, int, int, int]:
    title = draw(st.lists(st.sampled_from(WORDS), min_size=6, max_size=10, unique=True))
    author = draw(st.sampled_from(["Roe", "Poe", "Doe", "Loe", "Moe"]))
    return author, " ".join(title), *(draw(st.integers(2, 400)) for _ in range(3))  # type: ignore[return-value]


STYLES = (
    "{author} AB. {title}. J Med Sci. 2019;{volume}({issue}):{page}-{end}.",
    "{author}, A.. {TITLE}. Journal of Medical Sciences. 2019;{volume} ({issue}):{page}",
    "{author} AB, et al.. {title}.. J-Med-Sci. 2019;{volume}:{issue}:{page}-{end}",
    "{author} AB.{Title}.J Med Sci.MAR-2019;{volume}:{page}",
)


@settings(max_examples=60, deadline=None)
@given(papers())
def test_styles_of_one_paper_are_joined_and_read_alike(paper: tuple[str, str, int, int, int]) -> None:
    author, title, volume, issue, page = paper
    cells = {"author": author, "title": title, "TITLE": title.upper(), "Title": title.capitalize()}
    cells |= {"volume": str(volume), "issue": str(issue), "page": str(page), "end": str(page + 3)}
    texts = [style.format(**cells) for style in STYLES]
    assert set(find_papers(texts).of_text) == {(0,)}
    for text in texts:
        (read,) = read_references(text)
        assert (" ".join(read.title), read.authors, read.volume, read.page) == (
            title,
            (author.lower(),),
            str(volume),
            str(page),
        )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=6), st.randoms(use_true_random=False))
def test_any_text_is_read_and_order_does_not_matter(texts: list[str], source: random.Random) -> None:
    found = find_papers(texts)
    shuffled = list(texts)
    source.shuffle(shuffled)
    again = dict(zip(shuffled, find_papers(shuffled).of_text, strict=True))
    assert all(again[text] == papers for text, papers in zip(texts, found.of_text, strict=True))
    assert all(re.fullmatch(r"(doi|pmid|title):.+", key) for key in found.keys)
