"""What was asked and answered, written down and read again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phytovigil.errors import DamagedStore
from phytovigil.schema.selection import Selection
from phytovigil.schema.study import Sensitivity, Study
from phytovigil.study.evidence import ReportEvidence
from phytovigil.study.naming import NamedProduct, NamedReaction
from phytovigil.study.record import SourceRecord, digest_questions, read_record, write_counts, write_notes, write_plain

WORDS = st.text(max_size=12)
COUNT = st.integers(0, 10**12)
PLAIN = st.recursive(
    st.none() | st.booleans() | COUNT | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.tuples(WORDS, WORDS, WORDS), st.tuples(COUNT, COUNT, COUNT, COUNT), max_size=6),
    st.dictionaries(WORDS.map("note {}".format), PLAIN, max_size=4),
    st.dictionaries(WORDS.map("cases:{}".format), PLAIN, max_size=3),
)
def test_a_record_comes_back_as_it_was(counts: dict, notes: dict, cases: dict) -> None:  # type: ignore[type-arg]
    both = {name: write_plain(value) for name, value in {**notes, **cases}.items()}
    record = {"one": SourceRecord(counts, both), "two": SourceRecord()}
    texts = write_counts(record), write_notes(record, cases=False), write_notes(record, cases=True)
    assert read_record(["one", "two"], *texts) == record
    bare = read_record(["one", "two"], *texts[:2])
    assert set(bare["one"].notes) == set(notes)
    assert (write_counts(bare), write_notes(bare, cases=False)) == texts[:2]


@pytest.mark.parametrize("counts", ["", "a,b\n", "source,product,reaction,population,a,b,c,d\none,x,y,z,1,2,three,4\n"])
def test_counts_that_no_program_of_ours_wrote_are_refused(counts: str) -> None:
    with pytest.raises(DamagedStore):
        read_record(["one"], counts, "{}")


def test_two_tables_under_one_name_are_never_passed_over() -> None:
    record = SourceRecord()
    record.keep_count(("kava", "rash", "any role"), (1, 2, 3, 4))
    record.keep_count(("kava", "rash", "any role"), (1, 2, 3, 4))
    with pytest.raises(AssertionError, match="described alike"):
        record.keep_count(("kava", "rash", "any role"), (1, 2, 3, 5))


STUDY = Study("s", "Title", "Question?", "kava", ("jaundice",), ("caers",))


def test_other_words_and_rules_ask_the_same() -> None:
    same = replace(STUDY, title="T", question="Q", text="x", sha256="y", file="z", rule="ema", min_cases=5)
    assert digest_questions(same) == digest_questions(STUDY)


@pytest.mark.parametrize(
    "changed",
    [
        replace(STUDY, product="kratom"),
        replace(STUDY, outcomes=("jaundice", "itch")),
        replace(STUDY, selection=Selection(role="any")),
        replace(STUDY, sensitivities=(Sensitivity("men", Selection(sex=("male",))),)),
        replace(STUDY, sources=("caers", "faers")),
    ],
)
def test_other_populations_and_pairs_ask_otherwise(changed: Study) -> None:
    assert digest_questions(changed) != digest_questions(STUDY)


class ByCountry:
    """Counts that tell populations apart which read alike."""

    def count_pair(self, product: object, reaction: object, selection: Selection) -> tuple[int, int, int, int]:
        return len(selection.country), 0, 0, 0


def test_a_population_that_reads_like_another_does_not_get_its_counts() -> None:
    evidence = ReportEvidence(ByCountry())  # type: ignore[arg-type]
    product, reaction = NamedProduct("kava", "Kava", "herb"), NamedReaction("RASH", "RASH", "Rash", ("RASH",))
    both, one = Selection(country=("US", "DE")), Selection(country=("US or DE",))
    assert both.describe() == one.describe()
    assert evidence.count_pair(product, reaction, both) == evidence.count_pair(product, reaction, both) == (2, 0, 0, 0)
    with pytest.raises(AssertionError, match="described alike"):
        evidence.count_pair(product, reaction, one)
