"""The default shares are those of real reports, and simulated files have them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from phytovigil.errors import UnreadableFile
from phytovigil.simulation import Parameters, measure_marginals, simulate
from phytovigil.simulation.parameters import fitted_marginals

SHARE_TOLERANCE = 0.03
TOP_TOLERANCE = 0.05
MEAN_TOLERANCE = 0.1
OTHER_SAMPLES = ("date_places.event_dt", "source_sets", "coded.reporter_country.COUNTRY NOT SPECIFIED", "origin")


def flatten(value: Any, name: str = "") -> Iterator[tuple[str, float]]:
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value, 1):
            yield from flatten(inner, f"{name}.{key}".lstrip("."))
    else:
        yield name, value


def figures(marginals: dict[str, Any]) -> dict[str, float]:
    return {name: value for name, value in flatten(marginals) if not name.startswith(OTHER_SAMPLES)}


def mean(shares: list[float]) -> float:
    return sum(number * share for number, share in enumerate(shares, 1))


@pytest.fixture(scope="module")
def real(shared_data: Path) -> dict[str, Any]:
    return measure_marginals(shared_data / "faers_ascii" / "2025q4_1000cases")


@pytest.fixture(scope="module")
def simulated(one_quarter: Any) -> dict[str, Any]:
    return measure_marginals(one_quarter.path("2025Q4", "DEMO").parent)


def test_shipped_figures_are_those_of_the_sample(real: dict[str, Any]) -> None:
    assert figures(fitted_marginals()) == pytest.approx(figures(real))


def test_simulated_shares_are_near_the_real_ones(real: dict[str, Any], simulated: dict[str, Any]) -> None:
    groups = ("coded", "filled", "age_decades", "versions", "outcome_sets", "other_roles", "indications", "therapies")
    wanted = figures({name: real[name] for name in (*groups, "products", "reactions", "repeated_products")})
    found = figures(simulated)
    far = {name: (share, found.get(name, 0.0)) for name, share in wanted.items()}
    far = {name: pair for name, pair in far.items() if abs(pair[0] - pair[1]) > SHARE_TOLERANCE}
    assert far == {}
    assert len(wanted) > 200


@pytest.mark.parametrize("name", ["products", "reactions", "versions"])
def test_simulated_means_are_near_the_real_ones(real: dict[str, Any], simulated: dict[str, Any], name: str) -> None:
    assert mean(simulated[name]) == pytest.approx(mean(real[name]), abs=MEAN_TOLERANCE)


@pytest.mark.parametrize("name", ["product_terms", "reaction_terms"])
def test_simulated_skew_is_near_the_real_one(real: dict[str, Any], simulated: dict[str, Any], name: str) -> None:
    for top in ("top_1", "top_10", "top_100"):
        assert simulated[name][top] == pytest.approx(real[name][top], abs=TOP_TOLERANCE)
    assert simulated[name]["exponent"] == pytest.approx(real[name]["exponent"], abs=0.1)
    assert simulated[name]["top_10"] == pytest.approx(real[name]["top_10"], rel=0.1)


def test_simulated_weights_are_near_the_real_ones(real: dict[str, Any], simulated: dict[str, Any]) -> None:
    assert simulated["weights_kg"] == pytest.approx(real["weights_kg"], abs=2.0)


def test_table_of_the_manual_is_measured(project_root: Path, real: dict[str, Any], simulated: dict[str, Any]) -> None:
    text = (project_root / "docs" / "reference" / "simulate.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [^|]+ \| `([^`]+)` \| ([\d.]+) \| ([\d.]+) \|$", text, flags=re.MULTILINE)
    assert len(rows) >= 20
    for name, one, two in rows:
        assert f"{table_value(real, name):.3f}" == one, name
        assert f"{table_value(simulated, name):.3f}" == two, name


def table_value(marginals: dict[str, Any], name: str) -> float:
    """A figure of the manual's table: a share, or the mean of a list of shares."""
    group, _, rest = name.partition(".")
    if not rest:
        value = marginals[group]
        return mean(value) if isinstance(value, list) else float(value)
    return dict(flatten(marginals[group]))[rest]


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no rows of DEMO"):
        measure_marginals(tmp_path)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Two reports without outcomes, therapies, indications and report sources."""
    demo = "primaryid$caseid$caseversion$event_dt$auth_num$mfr_num$lit_ref$age$age_cod$age_grp$sex$e_sub$wt$wt_cod$"
    demo += "rept_cod$to_mfr$occp_cod$reporter_country$occr_country\n"
    demo += "11$1$1$2020$$x$$61.0$YR$$F$Y$70$KG$EXP$$MD$US$US\n" + "212$2$12$$$x$$$$$M$Y$$$EXP$$MD$US$US\n"
    drug = "primaryid$caseid$drug_seq$role_cod$drugname$prod_ai$val_vbm$route$dose_vbm$cum_dose_chr$dechal$rechal$"
    drug += "lot_num$exp_dt$nda_num$dose_amt$dose_unit$dose_form$dose_freq\n"
    drug += "".join(f"{key}$PS${name}$a$1$Orål$$$U$$$$$$$$\n" for key, name in (("11$1$1", "A"), ("212$2$1", "A")))
    drug += "212$2$2$C$A$a$1$Orål$$$U$$$$$$$$\n"
    (tmp_path / "DEMO20Q1.txt").write_text(demo)
    (tmp_path / "DRUG20Q1.txt").write_text(drug, encoding="cp1252")
    (tmp_path / "REAC20Q1.txt").write_text("primaryid$caseid$pt$drug_rec_act\n11$1$x$\n212$2$X$\n212$2$y$\n")
    return tmp_path


def test_a_tiny_folder_is_measured_by_hand(tiny: Path) -> None:
    found = measure_marginals(tiny, products=50, reactions=50)
    assert found["reports"] == 2
    assert found["coded"]["sex"] == {"F": 0.5, "M": 0.5}
    assert found["age_decades"] == {"6": 1.0}
    assert found["date_places"]["event_dt"] == {"4": 1.0}
    assert (found["versions"][0], found["versions"][11]) == (0.5, 0.5)
    assert found["products"][:2] == [0.5, 0.5]
    assert found["repeated_products"] == 1.0
    assert found["other_roles"] == {"C": 1.0}
    assert found["reaction_terms"]["top_1"] == pytest.approx(0.66667)
    assert found["outcome_sets"] == {"": 1.0}


def test_any_folder_can_be_simulated(tiny: Path, tmp_path: Path) -> None:
    parameters = Parameters(marginals=measure_marginals(tiny), spelling_share=0, duplicate_share=0)
    simulate(tmp_path / "out", reports=400, quarters=["2020Q1"], seed=1, parameters=parameters)
    again = measure_marginals(tmp_path / "out" / "faers_ascii_2020Q1" / "ascii")
    assert again["coded"]["route"] == {"Or?l": 1.0}
    assert again["coded"]["sex"] == pytest.approx({"F": 0.5, "M": 0.5}, abs=0.1)
    assert set(again["outcome_sets"]) == {""}
    assert again["therapies"]["reports"] == 0
