"""The traps of reported names: each line is a string as reported, the nodes it means, and what is refused in it."""

from __future__ import annotations

import pytest

from phytovigil.schema.vocabulary import Setting
from phytovigil.vocabulary import load_products

KRATOM = [
    # reported string, nodes
    ("KRATOM", "kratom-leaf"),
    ("MITRAGYNA SPECIOSA KORTHALS (BOTANIC NAME)", "kratom-leaf"),
    ("HERBALS\\MITRAGYNINE", "kratom-leaf"),
    ("HERBALSMITRAGYNINE", "kratom-leaf"),
    ("Herbals\\Mitragynine;Modafinil", "kratom-leaf modafinil"),
    ("MITRAGYNINE", "mitragynine"),
    ("MITRAGYNINE (KRATOM)", "kratom-leaf mitragynine"),
    ("7-HYDROXYMITRAGYNINE", "7-hydroxymitragynine"),
    ("7 HYDROXY MITRAGYNINE", "7-hydroxymitragynine"),
    ("7-OH", "7-hydroxymitragynine"),
    ("7OHMG TABLETS", "7-hydroxymitragynine"),
    ("7-OHMB", "7-hydroxymitragynine"),
    ("KRATOM 7-OH", "kratom-leaf 7-hydroxymitragynine"),
    ("7-OH-CBD", ""),
    ("KRATHOM", "kratom-leaf"),
    ("RED DEVIL KRATOM WATER SOLUBLE CBD", "kratom-leaf cannabidiol"),
    ("WHITE MAENG DA HERBAL TEA KRATOM", "kratom-leaf"),
    ("VIVAZEN BOTANICALS MAENG DA KRATOM", "kratom-leaf"),
    ("MAENG DA (MITRAGYNINE)", "kratom-leaf mitragynine"),
    ("O.P.M.S. LIQUID KRATOM", "kratom-leaf"),
    ("TAUNTON BAY SOAP COMPANY RED VEIN TEA-1LB. PACKAGE (KRATOM)", "kratom-leaf"),
    ("CALCIUM KRATOMOS", ""),
    ("IPRATOM", ""),
    ("MITRAPHYLLINE", ""),
    ("MITRAGYNA PARVIFOLIA", ""),
    ("KRATOM FREE", ""),
    ("CORYNANTHE JOHIMBE", "yohimbe"),
    ("LAGERSTROEMIA SPECIOSA RED THAI", ""),
]

KETUM = [
    ("KETUM", ""),
    ("KETUM GEL", "ketoprofen"),
    ("KETUM 2.5% GEL", "ketoprofen"),
    ("GEL KETUM", "ketoprofen"),
    ("KETUM GEL (KETOPROFEN)", "ketoprofen"),
    ("KETUM TUBE KRATOM", "ketoprofen kratom-leaf"),
    ("KETUM (KRATOM)", "kratom-leaf"),
    ("KETUM LEAVES MALAYSIA", "kratom-leaf"),
    ("KETUM FROM MALAYSIA", "kratom-leaf"),
    ("DAUN KETUM", "kratom-leaf"),
]

OTHERS = [
    ("ST. JOHN'S WORT", "st-johns-wort"),
    ("ST JOHNS WORT", "st-johns-wort"),
    ("ST. JOHN^S WORT", "st-johns-wort"),
    ("COLLOIDAL SILVER", "colloidal-silver"),
    ("SILVER WINGS COLLOIDAL SILVER", "colloidal-silver"),
    ("SILVER SPRING BOTTLED WATER", ""),
    ("NIACIN 500MG", "niacin"),
    ("NIACINAMIDE", "niacinamide"),
    ("FLUSH FREE NIACIN", "inositol-hexanicotinate"),
    ("NIACIN (FLUSH FREE)", "inositol-hexanicotinate"),
    ("VITAMIN B3", ""),
    ("SOLGAR NIACIN VITAMIN B3 500 MG", "niacin"),
    ("LIPTON GREEN TEA CITRUS", "green-tea"),
    ("DECAFFEINATED GREEN TEA EXTRACT", "green-tea-extract"),
    ("COCA-COLA", ""),
    ("COCA LEAF TEA", "coca"),
    ("CAFFEINE FREE DIET COKE", ""),
    ("SIBERIAN GINSENG", "eleuthero"),
    ("INDIAN GINSENG", "ashwagandha"),
    ("GINSENG", "ginseng"),
    ("KOREAN GINSENG", "asian-ginseng"),
    ("SKULLCAP", "skullcap"),
    ("SALVIA DIVINORUM", "salvia-divinorum"),
    ("MELISSA PINE NUTS", ""),
    ("POPPY SEED MUFFIN", ""),
    ("UNWASHED POPPY SEEDS", "opium-poppy"),
    ("SERTRALINE HYDROCHLORIDE", "sertraline"),
    ("TRAMADOL HYDROCHLORIDE AND ACETAMINOPHEN", "tramadol acetaminophen"),
    ("ATORVASTATIN CALCIUM", "atorvastatin"),
    ("CALCIUM CARBONATE", "calcium"),
    ("RUBBING ALCOHOL", ""),
    ("ALCOHOL (ETHANOL)", "alcohol"),
    ("ONE VITAMIN A DAY", ""),
    ("VITAMIN A AND D", "vitamin-a"),
    ("THE SAME PRODUCT", ""),
    ("SAM-E 400 MG", "same"),
    ("ACUTE ALOE VERA GEL", "aloe"),
]

FIRST_VERSION = [
    # what the version of November 2026 maps to nothing, or to other nodes than later ones
    ("CENTRUM SILVER WOMEN'S 50+", ""),
    ("CENTRUM SILVER (MULTIMINERALS, MULTIVITAMINS) TABLET", "multivitamin"),
    ("HYDROXYCUT", ""),
    ("HYDROXYCUT WITH EPHEDRA", "ephedra"),
    ("XENADRINE EFX EPHEDRA FREE", ""),
    ("PEA PROTEIN", ""),
    ("BLACK CATECHU 31.25 MG, SKULLCAP 103.125 MG", "chinese-skullcap"),
    ("SALVIA HISPANICA", ""),
    ("KRATUM", ""),
    ("MAENG DA {KROTAM}", ""),
]

SUPPLEMENTS = [
    ("SALVIA HISPANICA", "chia"),
    ("CENTRUM SILVER WOMEN'S 50+", "centrum"),
    ("HYDROXYCUT", "hydroxycut"),
    ("HYDROXYCUT WITH EPHEDRA", "hydroxycut ephedra"),
    ("XENADRINE EFX EPHEDRA FREE", "xenadrine"),
    ("PEA PROTEIN", "pea-protein"),
    ("BLACK CATECHU 31.25 MG, SKULLCAP 103.125 MG", "catechu chinese-skullcap"),
]

WRITINGS = [
    # other ways in which a name is written: certain
    ("BLACKCOHOSH", "black-cohosh"),
    ("BLACK-COHOSH", "black-cohosh"),
    ("ST.JOHNSWORT", "st-johns-wort"),
    ("ST JOHN S WORT", "st-johns-wort"),
    ("GINKGOBILOBA", "ginkgo"),
    ("FLAX-SEED", "flaxseed"),
    ("FLAXSEEDOIL 1000MG", "flaxseed"),
    ("BURDOCKROOT", "burdock"),
    ("KRATOM500MG", "kratom-leaf"),
    ("TEA, GREEN", "green-tea"),
    ("GREEN TEAS", "green-tea"),
    ("HYPERICI HERBA", "st-johns-wort"),
    ("VALERIANAE RADIX", "valerian"),
    ("ALLII SATIVI BULBUS", "garlic"),
    ("H. PERFORATUM", "st-johns-wort"),
    ("HYPERICUM PERFORATUM L. HERB", "st-johns-wort"),
    ("MENTHA X PIPERITA LEAF", "peppermint"),
    ("MENTHA × PIPERITA L.", "peppermint"),
    ("TRIGONELLA FOENUM?GRAECUM SEED", "fenugreek"),
    ("CAT?S CLAW", "cats-claw"),
    ("GARLIC /01570501/", "garlic"),
    ("HERBALS\\KAVA", "kava"),
]

SEVERAL = [
    ("CINNAMON GARLIC", "cinnamon garlic"),
    ("GARLIC + HAWTHORN (GARLIC, HAWTHORN)", "garlic hawthorn"),
    ("CYCLO 3 [MELILOTUS OFFICINALIS;RUSCUS ACULEATUS]", "butchers-broom sweet-clover"),
    ("ASHWAGANDHA (+) CATS CLAW (+) RHODIOLA (+) ST. JOHNS WORT", "ashwagandha cats-claw rhodiola st-johns-wort"),
]

MISSPELT = [
    # certain nothing, likely this
    ("KRATUM", "kratom-leaf"),
    ("MAENG DA {KROTAM}", "kratom-leaf"),
    ("SAINT JOHNS WART", "st-johns-wort"),
    ("GREEN TEE EXTRACT", "green-tea-extract"),
    ("CINNAMOM", "cinnamon"),
    ("EKINACEA", "echinacea"),
    ("BLACK KOHASH", "black-cohosh"),
    ("CLUCOSAMINE", "glucosamine"),
]

LEFT_ALONE = [
    # words that come near a name and are others
    ("RINGERS LACTATE", ""),
    ("GREEN PEAS", "green-tea"),
    ("MORNING TEA", "moringa"),
    ("VALORAN", "valerian"),
    ("VALSARTAN HCT", "valerian"),
    ("VALERATE", "valerian"),
    ("COLLAGENASE", "collagen"),
    ("LACTOSE", "lactase"),
    ("CELECOXIB", "celandine"),
    ("FACTOR XIII", "antihemophilic-factor"),
    ("CREATININE", "creatine"),
]


@pytest.mark.parametrize("version", ["2026-11", "2026-11-22"])
@pytest.mark.parametrize(("text", "nodes"), KRATOM + KETUM + OTHERS)
def test_reported_string(text: str, nodes: str, version: str) -> None:
    check_certain(text, nodes, version)


@pytest.mark.parametrize(("text", "nodes"), FIRST_VERSION)
def test_reported_string_in_the_first_version(text: str, nodes: str) -> None:
    check_certain(text, nodes, "2026-11")


@pytest.mark.parametrize(("text", "nodes"), SUPPLEMENTS + WRITINGS + SEVERAL)
def test_reported_string_in_the_second_version(text: str, nodes: str) -> None:
    check_certain(text, nodes, "2026-11-22")


@pytest.mark.parametrize(("text", "node"), MISSPELT)
def test_a_misspelt_name_is_likely_and_never_certain(text: str, node: str) -> None:
    products = load_products("2026-11-22")
    assert products.map_texts([text]) == ([], [])
    found = [match for match in products.resolve(text) if match.node]
    assert {match.node for match in found} == {node}
    for match in found:
        assert match.certainty == "likely"
        assert match.rule in ("misspelling", "spelling")
        assert 0.7 <= match.score < 1


@pytest.mark.parametrize(("text", "node"), LEFT_ALONE)
def test_a_word_of_its_own_is_no_misspelling(text: str, node: str) -> None:
    assert node not in {match.node for match in load_products("2026-11-22").resolve(text)} - {""}


@pytest.mark.parametrize(
    ("setting", "nodes"),
    [
        (Setting(), ""),
        (Setting(route="CUTANEOUS"), "ketoprofen"),
        (Setting(route="Topical"), "ketoprofen"),
        (Setting(form="GEL"), "ketoprofen"),
        (Setting(country="FR"), "ketoprofen"),
        (Setting(country="BE", route="CUTANEOUS"), "ketoprofen"),
        (Setting(country="MY"), "kratom-leaf"),
        (Setting(country="TH", route="ORAL"), "kratom-leaf"),
        (Setting(country="MY", form="GEL"), "ketoprofen"),
        (Setting(country="US", route="ORAL"), ""),
    ],
)
def test_ketum_is_decided_by_where_it_stands(setting: Setting, nodes: str) -> None:
    products = load_products("2026-11-22")
    assert {match.node for match in products.resolve("KETUM", setting) if match.node} == set(nodes.split())
    mapped = products.map_names(["KETUM"], [setting])
    assert {products.nodes[place].id for place in mapped.nodes} == set(nodes.split())
    assert mapped.unsettled == {0}


def test_a_string_of_several_products_is_a_combination() -> None:
    products = load_products("2026-11-22")
    texts = [
        "CINNAMON GARLIC",
        "GARLIC (ALLIUM SATIVUM)",
        "GREEN TEA EXTRACT [CAMELLIA SINENSIS]",
        "TURMERIC AND GINGER",
    ]
    assert products.map_names(texts).combinations == {0, 3}


def check_certain(text: str, nodes: str, version: str) -> None:
    """The nodes that a string certainly names, explained and mapped at once."""
    products = load_products(version)
    accepted = {match.node for match in products.resolve(text) if match.certainty == "certain"}
    assert accepted == set(nodes.split())
    _, mapped = products.map_texts([text])
    assert {products.nodes[place].id for place in mapped} == accepted


@pytest.mark.parametrize(
    ("text", "matched", "rule"),
    [
        ("KETUM", "KETUM", "needs-context"),
        ("KETUM GEL KRATOM", "KETUM GEL", "name"),
        ("KETUM TUBE KRATOM", "KETUM", "withheld"),
        ("KRATUM", "KRATUM", "needs-context"),
        ("MAENG DA {KROTAM}", "MAENG DA", "needs-context"),
        ("MAENG DA {KROTAM}", "KROTAM", "needs-context"),
        ("KRATOMITE", "KRATOMITE", "needs-context"),
        ("VIVAZEN", "VIVAZEN", "needs-context"),
        ("OPMS BLACK", "OPMS", "needs-context"),
        ("KRAKEN", "KRAKEN", "needs-context"),
        ("INDO", "INDO", "needs-context"),
        ("BALI", "BALI", "needs-context"),
        ("THOM", "THOM", "needs-context"),
        ("BIAK-BIAK", "BIAK BIAK", "needs-context"),
        ("GOLD", "GOLD", "needs-context"),
        ("K", "K", "needs-context"),
        ("CALCIUM KRATOMOS", "CALCIUM KRATOMOS", "false-friend"),
        ("CENTRUM SILVER", "CENTRUM SILVER", "false-friend"),
        ("HYDROXYCUT MAX", "HYDROXYCUT", "withheld"),
    ],
)
def test_what_is_refused_is_shown_with_its_rule_and_reason(text: str, matched: str, rule: str) -> None:
    found = {(match.matched, match.rule): match for match in load_products("2026-11").resolve(text)}
    assert (matched, rule) in found
    match = found[matched, rule]
    assert match.text == text
    assert f"“{matched}”" in match.why
    assert match.why.endswith(".")


def test_7_oh_never_counts_as_mitragynine() -> None:
    products = load_products()
    for name in products.names("7-hydroxymitragynine"):
        assert {match.node for match in products.resolve(name.text)} == {"7-hydroxymitragynine"}


def test_salts_do_not_stand_in_the_way() -> None:
    products = load_products()
    for salt in ("HYDROCHLORIDE", "SULFATE", "SODIUM", "MALEATE", "HYDROBROMIDE", "OXALATE", "TARTRATE"):
        where, _ = products.map_texts([f"CITALOPRAM {salt}"])
        assert where == [0]
