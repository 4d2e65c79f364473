"""FAERS XML and legacy SGML: what becomes of each field, and what is counted."""

from __future__ import annotations

import re
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phytovigil.errors import UnreadableFile
from phytovigil.sources import draft, e2b_codes, icsr_stream, match_inputs
from phytovigil.sources.faers_xml import FaersXmlReader
from phytovigil.sources.rawfile import RawFile
from phytovigil.sources.tables import read_table
from phytovigil.sources.values import age_units

Read = Callable[..., Any]

HEADER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<ichicsr lang="en">\n<ichicsrmessageheader>\n'
    "<messagesenderidentifier>FDA CDER</messagesenderidentifier>\n</ichicsrmessageheader>\n"
)
DRUG = (
    "<drug><drugcharacterization>1</drugcharacterization><medicinalproduct>KRATOM</medicinalproduct>"
    "<drugbatchnumb>L1</drugbatchnumb><drugauthorizationnumb>021223</drugauthorizationnumb>"
    "<drugstructuredosagenumb>600</drugstructuredosagenumb><drugstructuredosageunit>003</drugstructuredosageunit>"
    "<drugseparatedosagenumb>2</drugseparatedosagenumb><drugintervaldosageunitnumb>1</drugintervaldosageunitnumb>"
    "<drugintervaldosagedefinition>804</drugintervaldosagedefinition>"
    "<drugcumulativedosagenumb>4100</drugcumulativedosagenumb><drugcumulativedosageunit>002</drugcumulativedosageunit>"
    "<drugdosagetext>600 MG, BID</drugdosagetext><drugdosageform>Tablet</drugdosageform>"
    "<drugadministrationroute>048</drugadministrationroute><drugindication>Parkinson^s disease</drugindication>"
    "<drugstartdateformat>610</drugstartdateformat><drugstartdate>202011</drugstartdate>"
    "<drugenddateformat>102</drugenddateformat><drugenddate>20201224</drugenddate>"
    "<drugtreatmentduration>6</drugtreatmentduration><drugtreatmentdurationunit>803</drugtreatmentdurationunit>"
    "<actiondrug>1</actiondrug><drugrecurreadministration>1</drugrecurreadministration>"
    "<drugadditional>1</drugadditional>"
    "<activesubstance><activesubstancename>MITRAGYNINE</activesubstancename></activesubstance>"
    "<activesubstance><activesubstancename>CAFFEINE</activesubstancename></activesubstance>"
    "<drugrecurrence><drugrecuraction>Jaundice</drugrecuraction></drugrecurrence></drug>"
)
REACTION = "<reaction><reactionmeddrapt>Jaundice</reactionmeddrapt><reactionoutcome>2</reactionoutcome></reaction>"


def report(
    number: str = "19454107", *, top: str = "", patient: str = "", drug: str = DRUG, reaction: str = REACTION
) -> str:
    return (
        f"<safetyreport>\n<safetyreportversion>3</safetyreportversion>\n<safetyreportid>{number}</safetyreportid>\n"
        f"<receivedate>20210623</receivedate><receiptdate>20220104</receiptdate>{top}\n"
        f"<patient>{patient}{reaction}{drug}</patient>\n</safetyreport>\n"
    )


def document(*reports: str) -> str:
    return HEADER + "".join(reports) + "</ichicsr>\n"


@pytest.fixture
def xml(tmp_path: Path, whole: Read) -> Read:
    """Read reports of our own."""

    def read(*reports: str) -> Any:
        (tmp_path / "a.xml").write_text(document(*reports), encoding="utf-8")
        return whole(tmp_path / "a.xml")

    return read


def test_identity_and_dates(xml: Read) -> None:
    found = xml(report(), report("20270107"))
    assert found.rows("report", "case_id", "version", "number", "received", "revised", "line") == [
        ("19454107", 3, 194541073, date(2021, 6, 23), date(2022, 1, 4), 6),
        ("20270107", 3, 202701073, date(2021, 6, 23), date(2022, 1, 4), 12),
    ]
    assert found.reasons == []


def test_every_column_of_a_report(xml: Read) -> None:
    top = (
        "<occurcountry>DE</occurcountry><reporttype>2</reporttype><serious>1</serious>"
        "<seriousnessdeath>2</seriousnessdeath><seriousnessother>1</seriousnessother>"
        "<seriousnesshospitalization>1</seriousnesshospitalization>"
        "<companynumb>DE-1</companynumb><authoritynumb>FDA-2</authoritynumb>"
        "<primarysource><reportercountry>US</reportercountry><qualification>3</qualification>"
        "<literaturereference>Grundmann O.\nKratom. 2017</literaturereference></primarysource>"
        "<sender><senderorganization>FDA-Public Use </senderorganization></sender><receiver></receiver>"
    )
    patient = (
        "<patientonsetage>6</patientonsetage><patientonsetageunit>800</patientonsetageunit>"
        "<patientagegroup>5</patientagegroup><patientweight>87.09</patientweight><patientsex>2</patientsex>"
    )
    found = xml(report(top=top, patient=patient))
    columns = (
        "sex", "age_years", "age_group", "weight_kg", "country", "reporter", "report_type", "serious", "outcomes",
        "sender", "control_number", "authority_number", "literature",
    )  # fmt: skip
    assert found.rows("report", *columns) == [
        (
            "female", 60.0, "adult", 87.09, "DE", "other health professional", "study", True,
            ["hospitalisation", "other serious"], "FDA-Public Use", "DE-1", "FDA-2", "Grundmann O. Kratom. 2017",
        )
    ]  # fmt: skip


def test_every_column_of_a_product(xml: Read) -> None:
    found = xml(report())
    columns = (
        "seq", "role", "verbatim", "ingredient", "route", "dose", "dose_amount", "dose_unit", "dose_form",
        "dose_frequency", "cumulative_dose", "application", "lot", "dechallenge", "rechallenge",
    )  # fmt: skip
    assert found.rows("report_product", *columns) == [
        (
            1, "suspect", "KRATOM", "MITRAGYNINE\\CAFFEINE", "Oral", "600 MG, BID", "600", "MG", "Tablet",
            "BID", "4100 GM", "021223", "L1", "positive", "positive",
        )
    ]  # fmt: skip
    assert found.rows("report_indication", "seq", "indication") == [(1, "Parkinson's disease")]
    assert found.rows("report_therapy", "seq", "start", "end", "duration_days") == [(1, "2020-11", "2020-12-24", 42.0)]


def test_reactions_and_what_came_back(xml: Read) -> None:
    second = (
        "<reaction><reactionmeddrapt>Crohn^s  disease</reactionmeddrapt><reactionoutcome>6</reactionoutcome></reaction>"
    )
    found = xml(report(reaction=REACTION + second))
    assert found.rows("report_reaction", "term", "outcome", "recurrence") == [
        ("JAUNDICE", "recovering", "JAUNDICE"), ("CROHN'S DISEASE", None, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("patient", "reaction", "expected"),
    [
        ("", "<reaction><reactionmeddrapt>A</reactionmeddrapt>"
         "<reactionstartdate>20200305</reactionstartdate></reaction>"
         "<reaction><reactionmeddrapt>B</reactionmeddrapt><reactionstartdateformat>610</reactionstartdateformat>"
         "<reactionstartdate>202002</reactionstartdate></reaction>", "2020-02"),
        ("<summary><narrativeincludeclinical>CASE EVENT DATE: 20150101</narrativeincludeclinical></summary>",
         REACTION, "2015-01-01"),
        ("<summary><narrativeincludeclinical>CASE EVENT DATE: 2015</narrativeincludeclinical></summary>",
         REACTION, "2015"),
        ("<summary><narrativeincludeclinical>none</narrativeincludeclinical></summary>", REACTION, None),
        ("", REACTION, None),
    ],
)  # fmt: skip
def test_the_event_is_the_earliest_reaction(xml: Read, patient: str, reaction: str, expected: str | None) -> None:
    assert xml(report(patient=patient, reaction=reaction)).rows("report", "event_date") == [expected]


@pytest.mark.parametrize(
    ("top", "serious", "outcomes"),
    [
        ("", None, []),
        ("<seriousnessdeath>2</seriousnessdeath>", False, []),
        ("<seriousnessdisabling>1</seriousnessdisabling><seriousnessdeath>1</seriousnessdeath>",
         True, ["death", "disability"]),
        ("<serious>2</serious>", False, []),
    ],
)  # fmt: skip
def test_seriousness_follows_from_the_flags(xml: Read, top: str, serious: bool | None, outcomes: list[str]) -> None:
    assert xml(report(top=top)).rows("report", "serious", "outcomes") == [(serious, outcomes)]


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"patient": "<patientsex>3</patientsex>"}, "unknown-sex", "sex"),
        ({"patient": "<patientonsetage>72</patientonsetage>"}, "unknown-age-unit", "age_years"),
        ({"patient": "<patientonsetage>20</patientonsetage><patientonsetageunit>800</patientonsetageunit>"},
         "impossible-age", "age_years"),
        ({"patient": "<patientagegroup>7</patientagegroup>"}, "unknown-code", "age_group"),
        ({"patient": "<patientweight>0</patientweight>"}, "impossible-weight", "weight_kg"),
        ({"top": "<serious>3</serious>"}, "unknown-seriousness", "serious"),
        ({"top": "<seriousnessdeath>x</seriousnessdeath>"}, "unknown-code", "outcomes"),
        ({"top": "<reporttype>9</reporttype>"}, "unknown-code", "report_type"),
        ({"top": "<occurcountry>XW</occurcountry>"}, "unknown-country", "country"),
        ({"top": "<primarysource><qualification>6</qualification></primarysource>"}, "unknown-code", "reporter"),
        ({"top": "<receiptdateformat>102</receiptdateformat>", "reaction": ""}, "no-reaction", "term"),
        ({"drug": ""}, "no-product", "verbatim"),
        ({"reaction": REACTION.replace(">2<", ">7<")}, "unknown-code", "outcome"),
        ({"drug": DRUG + DRUG.replace("zation>1<", "zation>4<")}, "unknown-product-role", "role"),
        ({"drug": DRUG + "<drug><drugcharacterization>2</drugcharacterization></drug>"}, "no-product", "verbatim"),
        ({"drug": DRUG.replace(">048<", ">068<")}, "unknown-code", "route"),
        ({"drug": DRUG.replace("dosageunit>003", "dosageunit>033")}, "unknown-code", "dose_unit"),
        ({"drug": DRUG.replace(">202011<", ">202013<")}, "impossible-therapy-date", "start"),
        ({"drug": DRUG.replace(">803<", "><")}, "impossible-duration", "duration_days"),
        ({"drug": DRUG.replace("ration>1</drugrecurreadm", "ration>9</drugrecurreadm")}, "unknown-code", "rechallenge"),
        ({"top": "<safetyreportid>1</safetyreportid>"}, "no-case-id", "safetyreportid"),
        ({"top": "<companynumb>1</companynumb><companynumb>2</companynumb>"}, "wrong-type", "companynumb"),
    ],
)  # fmt: skip
def test_values_that_are_put_aside(xml: Read, change: dict[str, str], reason: str, field: str) -> None:
    found = xml(report(**change), report("20270107"))
    assert [row[1:] for row in found.rows("quarantine", "line", "reason", "field")][-1:] == [(reason, field)]
    assert "20270107" in found.rows("report", "case_id")


def test_a_product_that_is_put_aside_keeps_the_numbers_of_the_others(xml: Read) -> None:
    found = xml(report(drug=DRUG.replace("zation>1<", "zation>4<") + DRUG))
    assert found.rows("report_product", "seq") == [2]
    assert found.rows("report_indication", "seq") == [2]


@pytest.mark.parametrize("number", ["", "US-FIRM-1", "-7"])
def test_a_report_without_a_number_of_fda_is_put_aside(xml: Read, number: str) -> None:
    found = xml(report(number), report())
    assert found.rows("quarantine", "line", "scope", "reason") == [(6, "row", "no-case-id")]
    assert found.kept == 1


@pytest.mark.parametrize(
    ("received", "reason"),
    [("", "no-received-date"), ("202106", "impossible-received-date"), ("20210230", "impossible-received-date")],
)
def test_the_receipt_must_be_whole(xml: Read, received: str, reason: str) -> None:
    found = xml(report().replace("20210623", received), report())
    assert found.rows("quarantine", "scope", "reason") == [("row", reason)]


def test_a_version_that_is_no_number(xml: Read) -> None:
    found = xml(report().replace("version>3<", "version>x<"))
    assert found.rows("report", "version", "number") == [(0, None)]
    assert found.rows("quarantine", "reason", "field") == [("unknown-code", "version")]


def test_the_end_of_use_may_be_planned(xml: Read) -> None:
    assert xml(report(drug=DRUG.replace("20201224", "20280101"))).rows("report_therapy", "end") == ["2028-01-01"]
    assert xml(report(drug=DRUG.replace("20201224", "20880101"))).rows("report_therapy", "end") == [None]


def test_words_for_unknown_are_kept_as_reported_and_blanks_are_not(xml: Read) -> None:
    found = xml(report(drug=DRUG.replace(">KRATOM<", ">UNKNOWN<").replace(">L1<", "> <")))
    assert found.rows("report_product", "verbatim", "lot") == [("UNKNOWN", None)]


def test_a_report_without_a_patient_is_kept(xml: Read) -> None:
    found = xml(re.sub(r"<patient>.*</patient>", "", report(), flags=re.DOTALL))
    assert found.kept == 1
    assert sorted(found.rows("quarantine", "reason")) == ["no-product", "no-reaction"]


def count_tags(text: str, tag: str) -> int:
    return len(re.findall(rf"<{tag}>[^<]+<", text))


REAL = ("1_ADR22Q1_example.xml", "ADR12Q4.xml", "event.sgm", "faers_xml_2012q4.zip")


@pytest.mark.parametrize("name", REAL)
def test_real_files_against_a_plain_count(shared_data: Path, whole: Read, name: str) -> None:
    """What our reader keeps of FDA's own files is what a search for their tags finds."""
    path = shared_data / "faers_xml" / name
    if name.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            text = archive.read("xml/ADR12Q4.xml").decode()
    else:
        text = path.read_text()
    found = whole(path)
    assert found.read == found.kept == text.count("<safetyreport>") > 0
    assert len(found.rows("report_product", "verbatim")) == count_tags(text, "medicinalproduct")
    assert len(found.rows("report_reaction", "term")) == count_tags(text, "reactionmeddrapt")
    assert len(found.rows("report_indication", "indication")) == count_tags(text, "drugindication")
    starts = [start for start in found.rows("report_therapy", "start") if start]
    assert len(starts) == count_tags(text, "drugstartdate")
    routes = [route for route in found.rows("report_product", "route") if route]
    assert len(routes) == count_tags(text, "drugadministrationroute")
    unitless = len(re.findall(r"<patientonsetage>[^<]*</patientonsetage>(?!\s*<patientonsetageunit>)", text))
    assert found.rows("quarantine", "reason") == ["unknown-age-unit"] * unitless
    lines = text.splitlines()
    assert all("<safetyreport>" in lines[line - 1] for line in found.rows("report", "line"))


def test_a_legacy_report_bears_its_own_number_and_the_earlier_receipt(shared_data: Path, whole: Read) -> None:
    found = whole(shared_data / "faers_xml" / "event.sgm")
    assert found.rows("report", "case_id", "version", "number", "received", "revised") == [
        ("ISR 4562564", 0, 4562564, date(2003, 4, 7), date(2005, 1, 27))
    ]
    assert found.rows("report_therapy", "seq", "duration_days")[:2] == [(1, 8 * 30.4375), (2, 8 * 30.4375)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (document(report()).replace("FDA CDER", "FIRM"), "not from FDA or without reports"),
        (document(), "not from FDA or without reports"),
        ("<MCCI_IN200100UV01/>", "an E2B\\(R3\\) message"),
        ("<root/>", "XML, but not a FAERS XML file"),
    ],
)
def test_xml_that_is_no_quarter(tmp_path: Path, whole: Read, content: str, said: str) -> None:
    (tmp_path / "a.xml").write_text(content)
    with pytest.raises(UnreadableFile, match=said):
        whole(tmp_path / "a.xml")


@pytest.mark.parametrize("cut", [0.6, 0.99])
def test_a_file_that_ends_inside_a_report_or_between_two_is_not_taken_for_a_whole(
    tmp_path: Path, whole: Read, cut: float
) -> None:
    content = document(*(report(str(number)) for number in range(50)))
    for text in (content[: int(len(content) * cut)], content.removesuffix("</ichicsr>\n")):
        (tmp_path / "a.xml").write_text(text)
        with pytest.raises(UnreadableFile, match="is cut short"):
            whole(tmp_path / "a.xml")


def test_a_file_that_goes_on_after_its_end(tmp_path: Path, whole: Read) -> None:
    (tmp_path / "a.xml").write_text(document(report()) + "<drug>")
    with pytest.raises(UnreadableFile, match="goes on after its end"):
        whole(tmp_path / "a.xml")


def test_tags_across_chunks_are_found(tmp_path: Path, whole: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.xml").write_text(document(*(report(str(number)) for number in range(20))))
    expected = whole(tmp_path / "a.xml")
    for size in (7, 61, 1000):
        monkeypatch.setattr(icsr_stream, "CHUNK", size)
        found = whole(tmp_path / "a.xml")
        assert found.tables == expected.tables


def test_what_is_longer_than_any_report_is_put_aside_alone(
    tmp_path: Path, whole: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(icsr_stream, "LONGEST_REPORT", 20_000)
    monkeypatch.setattr(icsr_stream, "CHUNK", 1_000)
    long = report("7", top="<companynumb>" + "\nx" * 50_000 + "</companynumb>")
    (tmp_path / "a.xml").write_text(document(report(), long, report("8")))
    found = whole(tmp_path / "a.xml")
    assert found.rows("quarantine", "line", "reason") == [(12, "line-too-long")]
    assert found.rows("report", "case_id", "line") == [("19454107", 6), ("8", 50_018)]


@pytest.mark.parametrize(
    "inside",
    [
        "<a>" * 100_000,
        "<a>" * 100_000 + "</a>" * 100_000,
        "<a " + " ".join(f'a{n}="1"' for n in range(20_000)) + "/>",
        "<a/>" * 100_000,
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
        "<!ENTITY b 'c'>",
        "<![CDATA[" + "]" * 10_000,
    ],
    ids=["open", "deep", "attributes", "wide", "doctype", "entity", "cdata"],
)
def test_a_hostile_report_takes_nobody_with_it(xml: Read, inside: str) -> None:
    found = xml(report("1"), report("2", top=inside), report("3"))
    assert found.read == 3
    assert {"1", "3"} <= set(found.rows("report", "case_id"))


def test_three_times_the_reports_need_no_more_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft, "BATCH_ROWS", 200)
    peaks = []
    for size in (600, 1_800):
        path = tmp_path / f"{size}.xml"
        path.write_text(document(*(report(str(number)) for number in range(1, size + 1))))
        raw = RawFile(path.name, path, "", path.stat().st_size)
        for turn in range(2):  # the first turn fills the caches, which are bounded
            tracemalloc.start()
            assert sum(batch.rows_kept for batch in FaersXmlReader().read(raw)) == size
            if turn:
                peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.2


@pytest.mark.parametrize(
    ("table", "column", "rows"),
    [("e2b_routes", "route", 67), ("e2b_dose_units", "unit", 32), ("e2b_time_units", "unit", 7)],
)
def test_code_tables_are_complete(table: str, column: str, rows: int) -> None:
    """Codes of the ICH lists run without a gap; no two say the same."""
    codes = [row["code"] for row in read_table(table)]
    assert [int(code) for code in codes] == list(range(int(codes[0]), int(codes[0]) + rows))
    assert len({row[column] for row in read_table(table)}) == rows
    assert all(row["source"] for row in read_table(table))


def test_units_of_time_agree_with_those_of_age() -> None:
    for row in read_table("e2b_time_units"):
        assert float(row["days"]) == pytest.approx(age_units()[row["unit"]] * 365.25)


def test_every_code_is_on_the_reference_page(project_root: Path) -> None:
    page = (project_root / "docs" / "reference" / "faers-xml-and-json.md").read_text(encoding="utf-8")
    tables = {
        "patientagegroup": e2b_codes.AGE_GROUPS,
        "qualification": e2b_codes.REPORTERS,
        "reporttype": e2b_codes.REPORT_TYPES,
        "drugcharacterization": e2b_codes.ROLES,
        "drugadditional": e2b_codes.DECHALLENGES,
        "drugrecurreadministration": e2b_codes.RECHALLENGES,
    }
    for tag, codes in tables.items():
        stated = ", ".join(f"{code} {word}" for code, word in codes.items())
        assert f"| `{tag}` | {stated} |" in page


def test_equal_numbers_of_legacy_reports_stay_apart(xml: Read) -> None:
    found = xml(report("4562564-7"), report("4562565-9"))
    assert found.rows("report", "case_id", "version") == [("ISR 4562564", 0), ("ISR 4562565", 0)]
    assert len(set(found.rows("report", "key"))) == 2


SOUND = document(report("1"), report("4562564-7"), report("2", top="<companynumb>Ä &amp; B</companynumb>")).encode()
PIECES = [
    b"<safetyreport>", b"</safetyreport>", b"</patient>", b"<ichicsr>", b"</ichicsr>", b"<", b">", b"&", b"\0", b"\xc9",
    b"\x81", b"<!DOCTYPE x>", b"]]>", b"<!--", b"<safetyreportid>9</safetyreportid>", b"<a>", b"\xff\xfe",
]  # fmt: skip


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 60), st.one_of(st.binary(max_size=6), st.sampled_from(PIECES))),
        max_size=6,
    )
)
@settings(max_examples=300, deadline=None)
def test_damage_is_counted_or_refused(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[float, int, bytes]]
) -> None:
    content = SOUND
    for place, removed, inserted in cuts:
        start = int(place * len(content))
        content = content[:start] + inserted + content[start + removed :]
    path = tmp_path_factory.getbasetemp() / "damaged.xml"
    path.write_bytes(content)
    raw = RawFile(path.name, path, "", len(content))
    said = ""
    try:
        for batch in FaersXmlReader().read(raw, today=date(2026, 1, 1)):
            assert batch.rows_kept == len(batch.tables["report"]["case_id"])
            assert batch.rows_quarantined == batch.tables["quarantine"]["scope"].count("row")
    except UnreadableFile as error:
        said = str(error)
    assert "\n" not in said


def test_damage_in_one_report_leaves_the_others(tmp_path: Path, whole: Read) -> None:
    """Every single byte of the middle report is replaced; the first and the last are always kept."""
    middle = report("2")
    for place in range(len("<safetyreport>"), len(middle) - len("</safetyreport>\n"), 7):
        damaged = middle[:place] + "<" + middle[place + 1 :]
        (tmp_path / "a.xml").write_text(document(report("1"), damaged, report("3")))
        found = whole(tmp_path / "a.xml")
        assert found.read == 3
        assert {"1", "3"} <= set(found.rows("report", "case_id"))


def test_the_file_is_recognised_by_content(shared_data: Path) -> None:
    files = match_inputs([shared_data / "faers_xml"]).files
    assert sorted({reader.name for _, reader in files}) == ["faers-xml"]
    assert len(files) == 4
