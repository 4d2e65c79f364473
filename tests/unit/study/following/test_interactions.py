"""A person's medicines and risks beside kratom."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date

import pytest

from phytovigil.errors import UnknownName
from phytovigil.evidence.loading import load_evidence
from phytovigil.schema.diary import (
    KINDS,
    NO,
    RISKS,
    UNKNOWN,
    YES,
    Alcohol,
    Content,
    Course,
    Entries,
    Entry,
    Person,
    Risk,
    Use,
)
from phytovigil.schema.evidence import CONFIDENCES
from phytovigil.schema.medicines import FINDING_KINDS, SERIOUSNESS, Finding, InteractionReport
from phytovigil.study.following.interactions import ADVICE, check_interactions

AS_OF = date(2026, 11, 20)
LEAF = Course("kratom powder", "kratom-leaf", "2026-01-01", medicine=False)
KIND_OF = {content: kind for kind, content in KINDS.items()}


def diary(*contents: Content, at: str = "2026-11-10") -> Entries:
    return Entries(
        Entry(f"{place:03}", KIND_OF[type(content)], at, f"2026-11-10T08:00:{place:02}+00:00", content)
        for place, content in enumerate(contents)
    )


def check(*contents: Content, product: str = "kratom") -> InteractionReport:
    return check_interactions(diary(LEAF, *contents), AS_OF, product)


def found(report: InteractionReport) -> dict[str, Finding]:
    return {finding.id: finding for finding in report.findings}


def one(finding_id: str, *contents: Content) -> Finding:
    return found(check(*contents))[finding_id]


def test_midazolam_was_measured_and_the_models_figure_stands_beside_as_an_upper_bound() -> None:
    finding = one("cyp3a-midazolam:midazolam", Course("midazolam 7.5 mg"))
    row = load_evidence("kratom").row("interaction-midazolam")
    assert (finding.kind, finding.seriousness, finding.confidence) == ("observed", "effect", "high")
    figures = {figure.name: figure for figure in finding.figures}
    auc, predicted = figures["auc"], figures["predicted"]
    assert (auc.value, auc.low, auc.high, auc.interval) == (1.39, 1.23, 1.57, "90 % CI")
    assert (auc.basis, predicted.basis, predicted.value) == ("measured", "model", 5.69)
    for figure in finding.figures:
        printed = row.figure(figure.name)
        assert (figure.value, figure.low, figure.high) == (printed.value, printed.low, printed.high)
    assert "1.39-fold" in finding.said
    assert "upper bound and was not seen" in finding.said
    assert any("larger or repeated doses" in limit for limit in finding.limits)
    assert {source.id for source in finding.sources} >= {"strong-inducers-2022", "tanna2023cpt"}


def test_simvastatin_goes_the_same_way_and_was_not_measured() -> None:
    finding = one("cyp3a:simvastatin", Course("Zocor 20 mg"))
    assert (finding.kind, finding.degree, finding.reading) == ("same enzyme", "sensitive", "table")
    assert "Zocor (simvastatin)" in finding.said
    assert "With Zocor this was not measured" in finding.said
    assert [(figure.name, figure.basis) for figure in finding.figures] == [("auc", "measured"), ("predicted", "model")]


def test_fentanyl_adds_up_and_may_rise() -> None:
    report = check(Course("fentanyl patch"))
    assert [finding.id for finding in report.findings[:2]] == ["sedation:fentanyl", "cyp3a-opioid:fentanyl"]
    assert {finding.seriousness for finding in report.findings[:2]} == {"life"}
    assert "was not measured" in report.findings[0].said
    assert "emergency number" in report.findings[0].said


def test_dextromethorphan_shows_none_seen_beside_the_models_false_alert() -> None:
    finding = one("cyp2d6-dextromethorphan:dextromethorphan", Use("dextromethorphan"))
    figures = {figure.name: figure for figure in finding.figures}
    assert (finding.kind, finding.seriousness) == ("observed", "none seen")
    assert (figures["auc"].value, figures["auc"].low, figures["auc"].high) == (0.99, 0.83, 1.19)
    assert (figures["r1_hep"].value, figures["r1_hep"].basis) == (1.57, "model")
    assert "had warned of a change; it was not seen" in finding.said


def test_codeine_is_a_prodrug_and_an_opioid() -> None:
    findings = found(check(Course("codeine")))
    assert set(findings) == {"sedation:codeine", "cyp2d6-prodrug:codeine"}
    assert "would work less" in findings["cyp2d6-prodrug:codeine"].said
    assert found(check(Course("co-codamol"))).keys() == {
        "sedation:codeine-with-acetaminophen",
        "cyp2d6-prodrug:codeine-with-acetaminophen",
        "liver:codeine-with-acetaminophen",
    }


def test_naltrexone_brought_on_withdrawal_and_naloxone_stays_right_in_an_emergency() -> None:
    findings = found(check(Course("naltrexone"), Course("Narcan")))
    assert findings["naltrexone:naltrexone"].kind == "reported"
    assert "jarka2023" in {source.id for source in findings["naltrexone:naltrexone"].sources}
    assert findings["opioid-antagonist:naloxone"].kind == "mechanism only"
    assert "naloxone is given all the same" in findings["opioid-antagonist:naloxone"].said


def test_kava_injures_livers_and_makes_drowsy() -> None:
    findings = found(check(Course("kava")))
    assert set(findings) == {"sedation:kava", "liver:kava"}
    assert (findings["liver:kava"].kind, findings["liver:kava"].seriousness) == ("additive", "harm")
    assert "dark" in findings["liver:kava"].said
    assert "22 days" in findings["liver:kava"].for_clinician


def test_minocycline_is_a_second_explanation_for_the_skin_even_years_later() -> None:
    finding = one("pigment:minocycline", Course("minocycline", started="2021-01-01", stopped="2022-01-01"))
    assert (finding.kind, finding.seriousness, finding.until) == ("second cause", "confusion", "2022-01-01")
    assert "colour the skin by itself" in finding.said
    assert "last took it on 2022-01-01" in finding.said
    report = check(Course("minocycline", started="2021-01-01", stopped="2022-01-01"))
    assert set(found(report)) == {"pigment:minocycline"}
    assert report.earlier == ("minocycline",)
    assert {"pigment:minocycline", "light:minocycline", "liver:minocycline"} == set(found(check(Course("minocycline"))))


def test_doxycycline_makes_the_skin_react_to_light() -> None:
    finding = one("light:doxycycline", Course("doxycycline"))
    assert (finding.kind, finding.degree, finding.reading) == ("second cause", "most consistent", "abstract")


def test_ketum_gel_is_ketoprofen_and_never_kratom() -> None:
    report = check(Course("ketoprofen gel KETUM"))
    assert set(found(report)) == {"light:ketoprofen"}
    assert report.use.names == ("kratom powder",)
    assert report.questions == ()


@pytest.mark.parametrize(("country", "node"), [("FR", "ketoprofen"), ("MY", "kratom-leaf")])
def test_bare_ketum_is_decided_by_the_country(country: str, node: str) -> None:
    report = check(Person(country=country), Use("KETUM"))
    assert report.questions == ()
    assert (("light:ketoprofen" in found(report)), ("KETUM" in report.use.names)) == (
        node == "ketoprofen",
        node == "kratom-leaf",
    )


def test_bare_ketum_is_asked_back_and_not_guessed() -> None:
    report = check(Use("KETUM"))
    (question,) = report.questions
    assert {node for node, _ in question.candidates} == {"kratom-leaf", "ketoprofen"}
    assert question.said.startswith("“KETUM” may be")
    assert question.entries == ("001",)
    assert report.findings == report.unlisted == ()
    assert report.use.names == ("kratom powder",)


def test_names_that_mean_many_things_are_asked_back() -> None:
    report = check(Course("Benadryl"), Course("statin"), Course("simvastetin"))
    said = {question.medicine: question for question in report.questions}
    assert said["Benadryl"].candidates == ()
    assert ("simvastatin", "simvastatin") in said["statin"].candidates
    assert "is simvastatin meant?" in said["simvastetin"].said
    assert report.findings == report.unlisted == ()


def test_a_medicine_that_no_list_knows_is_said_to_be_unknown() -> None:
    report = check(Course("zorble root"), Course("metformin"))
    assert report.findings == ()
    assert [finding.medicine for finding in report.unlisted] == ["zorble root", "metformin"]
    for finding in report.unlisted:
        assert finding.kind == finding.seriousness == "unknown"
        assert "That is not the same as safe." in finding.said
    assert "active substance" in report.unlisted[0].said
    assert "active substance" not in report.unlisted[1].said


def test_a_medicine_without_a_node_is_found_by_its_whole_name() -> None:
    report = check(Course("Avanafil 50 mg"), Course("avanafilum"))
    assert set(found(report)) == {"cyp3a:avanafil-50-mg"}
    assert [finding.medicine for finding in report.unlisted] == ["avanafilum"]


def test_without_medicines_only_what_everybody_is_told() -> None:
    report = check()
    assert report.findings == report.unlisted == report.questions == ()
    assert {finding.id for finding in report.general} == {"dose-unknown:kratom", "washout:kratom"}
    assert "not known" in report.general[0].said
    assert report.open_risks == tuple(RISKS)
    assert report.advice == ADVICE
    assert report.known
    assert report.use.taking is True


def test_an_empty_diary_does_not_say_that_it_is_taken() -> None:
    report = check_interactions(Entries(), AS_OF)
    assert report.use.taking is None
    assert report.said.endswith("The diary does not say that kratom is taken.")


def test_other_enzymes_are_a_model_or_the_test_tube() -> None:
    findings = found(check(Course("omeprazole"), Course("digoxin"), Course("theophylline"), Course("repaglinide")))
    assert {name: finding.kind for name, finding in findings.items() if not name.startswith("seizure")} == {
        "cyp2c19:omeprazole": "model upper bound",
        "p-gp:digoxin": "model upper bound",
        "cyp1a2:theophylline": "mechanism only",
        "cyp2c8:repaglinide": "mechanism only",
    }
    for finding in findings.values():
        assert all(figure.basis != "measured" for figure in finding.figures)


def test_what_slows_or_speeds_cyp3a_is_not_known_to_change_kratom() -> None:
    findings = found(check(Course("itraconazole"), Course("St John's wort"), Use("grapefruit juice")))
    inhibitor = findings["cyp3a-inhibitor:itraconazole"]
    assert (inhibitor.kind, inhibitor.seriousness, inhibitor.figures) == ("mechanism only", "unknown", ())
    assert inhibitor.said.startswith("It is not known")
    assert inhibitor.rows == ("pk-metabolism",)
    assert {"cyp3a-inducer:st-johns-wort", "cyp3a-inhibitor:grapefruit", "light:st-johns-wort"} <= set(findings)


def test_alcohol_of_late_adds_up_and_alcohol_of_long_ago_does_not_count() -> None:
    assert {"sedation:alcohol", "liver:alcohol"} == set(found(check(Alcohol(3))))
    assert found(check(Alcohol(0))) == {}
    old = Entries([Entry("1", "alcohol", "2026-01-05", "2026-01-05T20:00:00+00:00", Alcohol(3))])
    report = check_interactions(old, AS_OF)
    assert (report.findings, report.unlisted, report.earlier) == ((), (), ("alcohol",))


def test_risks_speak_where_they_apply_and_the_newest_answer_counts() -> None:
    report = check(Risk("pregnancy", YES), Risk("seizure", NO), Risk("heart", UNKNOWN), Risk("liver-disease", YES))
    assert set(found(report)) == {"risk-pregnancy", "risk-liver"}
    assert "5 of 7" in found(report)["risk-pregnancy"].for_clinician
    assert "heart" in report.open_risks
    assert "seizure" not in report.open_risks
    assert found(check(Risk("pregnancy", YES), Risk("pregnancy", NO))) == {}


def test_every_risk_says_something() -> None:
    for risk in RISKS:
        report = check(Risk(risk, YES))
        assert len(report.findings) == 1, risk
        assert report.findings[0].said
        assert report.findings[0].entries == ("001",)


def test_a_medicine_named_in_a_risk_is_looked_up() -> None:
    findings = found(check(Risk("photosensitiser", YES, "doxycycline for acne")))
    assert {"risk-photosensitiser", "light:doxycycline"} <= set(findings)


def test_use_beyond_what_was_measured_is_said() -> None:
    uses = Entries(
        Entry(str(day), "use", f"2026-11-{day}", f"2026-11-{day}T20:00:00+00:00", Use("kratom", "kratom-leaf", 6, "g"))
        for day in (11, 12, 12)
    )
    entries = Entries([*uses, *diary(Course("midazolam"))])
    report = check_interactions(entries, AS_OF)
    assert (report.use.most, report.use.days) == (12, 2)
    limits = found(report)["cyp3a-midazolam:midazolam"].limits
    assert limits[0].startswith("You wrote down up to 12 g on a day; measured was one dose of 2 g")
    assert limits[1].startswith("You wrote down 2 days")
    extract = check(Use("7-OH tablet", "7-hydroxymitragynine"), Course("midazolam"))
    assert any("Other forms may do more" in limit for limit in found(extract)["cyp3a-midazolam:midazolam"].limits)
    assert not any(limit.startswith("You wrote") for limit in found(check(Course("kava")))["liver:kava"].limits)


def test_the_gravest_stands_first_then_the_surest() -> None:
    names = ("midazolam", "minocycline", "sertraline", "codeine", "kava", "omeprazole", "itraconazole", "fentanyl")
    report = check(*(Course(name) for name in names), Risk("heart", YES))
    ranks = [
        (
            list(SERIOUSNESS).index(one.seriousness),
            CONFIDENCES.index(one.confidence),
            list(FINDING_KINDS).index(one.kind),
        )
        for one in report.findings
    ]
    assert ranks == sorted(ranks)
    assert len({finding.id for finding in report.findings}) == len(report.findings)
    assert report == check(*(Course(name) for name in names), Risk("heart", YES))


def test_the_same_medicine_twice_is_one_finding_with_both_entries() -> None:
    assert one("liver:kava", Course("kava"), Use("Kava Kava")).entries == ("001", "002")


def test_what_is_corrected_withdrawn_or_later_does_not_count() -> None:
    entries = [
        Entry("1", "course", "2026-11-01", "2026-11-01T08:00:00+00:00", Course("fentanyl")),
        Entry("2", "course", "2026-11-01", "2026-11-02T08:00:00+00:00", None, corrects="1", why="not mine"),
        Entry("3", "course", "2026-11-25", "2026-11-25T08:00:00+00:00", Course("kava")),
        Entry("4", "course", "2026-11-01", "2026-11-01T08:00:01+00:00", Course("midazolam", started="2026-12-01")),
    ]
    assert check_interactions(Entries(entries), AS_OF).findings == ()
    assert check_interactions(Entries(entries), date(2026, 12, 2)).findings != ()


def test_a_part_of_the_product_goes_by_the_rules_of_the_whole() -> None:
    report = check(Course("midazolam"), product="7-hydroxymitragynine")
    assert report.known
    assert "cyp3a-midazolam:midazolam" in found(report)


def test_a_product_without_rows_says_that_nothing_is_known() -> None:
    report = check(Course("midazolam"), product="turmeric")
    assert not report.known
    assert report.said.startswith("Nothing is known here of turmeric")
    assert report.findings == report.general == report.evidence == ()
    assert "midazolam" in [finding.medicine for finding in report.unlisted]


def test_a_product_that_there_is_not_is_an_error_with_near_names() -> None:
    with pytest.raises(UnknownName, match="kratom"):
        check(product="kratomm")


def test_the_report_is_plain_data_and_cites_its_rows() -> None:
    report = check(Course("midazolam"), Course("kava"))
    assert json.loads(json.dumps(asdict(report), default=str))["product"] == "kratom"
    cited = {row for finding in (*report.findings, *report.general) for row in finding.rows}
    assert {row.id for row in report.evidence} == cited
    assert all(finding.sources for finding in report.findings)


def test_one_entry_that_names_two_medicines_speaks_of_both() -> None:
    report = check(Course("ibuprofen and metformin"), Course("avanafil with omeprazole"))
    assert {"liver:ibuprofen", "cyp2c19:omeprazole"} <= set(found(report))
    assert "cyp3a:avanafil-with-omeprazole" in found(report)
    assert "cyp3a:omeprazole" not in found(report)
    assert [finding.node for finding in report.unlisted] == ["metformin"]


def test_a_course_that_ended_is_not_going_on() -> None:
    ended = Course("kratom", "kratom-leaf", "2026-01-01", "2026-11-05", medicine=False)
    report = check_interactions(diary(ended, Course("midazolam")), AS_OF)
    assert (report.use.taking, report.use.last) == (False, "2026-11-05")
    assert report.said.endswith("By the diary kratom was last taken on 2026-11-05.")
    later = check_interactions(diary(ended, Use("kratom", "kratom-leaf", 2, "g")), AS_OF)
    assert later.use.taking is True


def test_leaf_is_no_unknown_medicine_beside_another_form_of_it() -> None:
    assert check(product="7-hydroxymitragynine").unlisted == ()


@pytest.mark.parametrize("name", ["{row/n}", "{medicine}", "%s {0}", "ครอทอม", "  ", "x" * 5000, "20 mg", "\x00", "⚗️"])
def test_whatever_a_person_writes_is_shown_and_never_filled_in(name: str) -> None:
    report = check(Course(name), Use(name, form=name), Risk("opioid", YES, name), Person(country=name))
    assert [finding.medicine for finding in report.unlisted] == ([name] if name.strip() else [])
    assert all(name in finding.said for finding in report.unlisted)
    strange = check(Use(name, "7-hydroxymitragynine"), Course("midazolam"))
    limits = found(strange)["cyp3a-midazolam:midazolam"].limits
    assert any(f"You wrote kratom powder and {name}" in limit for limit in limits)
