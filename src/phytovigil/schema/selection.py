"""Which cases a count is about."""

from __future__ import annotations

from dataclasses import dataclass

from phytovigil.errors import InvalidRequest

AGE_BANDS: tuple[tuple[str, float, float], ...] = (
    ("0-1", 0, 2),
    ("2-11", 2, 12),
    ("12-17", 12, 18),
    ("18-44", 18, 45),
    ("45-64", 45, 65),
    ("65-74", 65, 75),
    ("75+", 75, 200),
)
"""Age bands as (label, from, below), in years; paediatric bounds as in ICH E11(R1), adult ones usual in the field."""

UNKNOWN = "unknown"
"""Label of a missing sex, age band or year in every table."""

ROLE_CHOICES = ("suspect", "any", "primary")
"""suspect: the product is suspect or interacting in the case. any: named in any role. primary: the one suspect that
the reporter named first, in sources that mark it."""

NAME_CHOICES = ("certain", "likely")
"""certain: names that mean the product and nothing else. likely: also misspellings that were repaired."""

DUPLICATE_CHOICES = ("kept", "folded")
"""kept: every case counts. folded: of cases suspected to be one, only the one that the rule keeps counts."""

ROLE_WORDS = {"suspect": "suspect role", "any": "any role", "primary": "primary suspect"}


@dataclass(frozen=True, slots=True)
class Selection:
    """A population of cases and the role that the product must have in them. Empty fields select everything.

    role : one of ROLE_CHOICES; concerns the product under study, not the population.
    sex : labels of SEXES or "unknown". age : labels of AGE_BANDS or "unknown".
    years : first and last year received, inclusive.
    serious : only serious (True) or only non-serious (False) cases.
    reporter, country, category : values as the source gives them; a case qualifies with any of them.
        category is the source's product class: a case qualifies if any product in it is of that class.
    with_products, without_products : product node ids that a case must, or must not, name in any role.
    among : products of which a case must name at least one in `role`: the product under study and its active
        comparators. Empty means all cases.
    indication : words that the source gives as reason for use; a case qualifies if any product in it was used for any.
    literature : only cases with (True) or without (False) a reference to the literature.
    without_reporter : kinds of reporter that leave a case out; one whose reporter is not known stays in.
    names : one of NAME_CHOICES, of products of the vocabulary; which reported names count as theirs.
    duplicates : one of DUPLICATE_CHOICES, of cases suspected to be the same. Versions of a case are always one.
    """

    role: str = "suspect"
    sex: tuple[str, ...] = ()
    age: tuple[str, ...] = ()
    years: tuple[int, int] | None = None
    serious: bool | None = None
    reporter: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    with_products: tuple[str, ...] = ()
    without_products: tuple[str, ...] = ()
    among: tuple[str, ...] = ()
    indication: tuple[str, ...] = ()
    names: str = "certain"
    duplicates: str = "kept"
    literature: bool | None = None
    without_reporter: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.role not in ROLE_CHOICES:
            raise InvalidRequest(f"role is “{self.role}”; it can be {', '.join(ROLE_CHOICES)}.")
        if self.names not in NAME_CHOICES:
            raise InvalidRequest(f"names is “{self.names}”; it can be {' or '.join(NAME_CHOICES)}.")
        if self.duplicates not in DUPLICATE_CHOICES:
            raise InvalidRequest(f"duplicates is “{self.duplicates}”; it can be {' or '.join(DUPLICATE_CHOICES)}.")
        bands = [label for label, _, _ in AGE_BANDS] + [UNKNOWN]
        for label in self.age:
            if label not in bands:
                raise InvalidRequest(f"age band is “{label}”; it can be {', '.join(bands)}.")
        for label in self.sex:
            if label not in ("female", "male", UNKNOWN):
                raise InvalidRequest(f"sex is “{label}”; it can be female, male or unknown.")
        if self.years and self.years[0] > self.years[1]:
            raise InvalidRequest(f"years go from {self.years[0]} to {self.years[1]}; the first comes first.")

    def describe(self) -> str:
        """The selection in words, for every table that shows a number.

        >>> Selection(role="any", sex=("female",), years=(2014, 2017)).describe()
        'any role; sex female; received 2014 to 2017'
        """
        parts = [ROLE_WORDS[self.role]]
        for label, values, joined in (
            ("sex", self.sex, " or "),
            ("age", self.age, " or "),
            ("reporter", self.reporter, " or "),
            ("country", self.country, " or "),
            ("product class", self.category, " or "),
            ("also naming", self.with_products, " and "),
            ("not naming", self.without_products, " or "),
            ("only cases of", self.among, " or "),
            ("used for", self.indication, " or "),
            ("not reported by", self.without_reporter, " or "),
        ):
            if values:
                parts.append(f"{label} {joined.join(values)}")
        if self.years:
            first, last = self.years
            parts.append(f"received {first}" if first == last else f"received {first} to {last}")
        if self.serious is not None:
            parts.append("serious" if self.serious else "not serious")
        if self.literature is not None:
            parts.append(f"{'with' if self.literature else 'without'} a literature reference")
        if self.names == "likely":
            parts.append("with likely names")
        if self.duplicates == "folded":
            parts.append("suspected duplicates folded")
        return "; ".join(parts)
