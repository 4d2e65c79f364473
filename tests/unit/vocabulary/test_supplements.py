"""Supplements, lines of products and medicines of version 2026-11-22: what a name means, and what it does not."""

from __future__ import annotations

import pytest

from phytovigil.errors import UnknownName
from phytovigil.vocabulary import load_products
from phytovigil.vocabulary.products import ProductVocabulary

VERSION = "2026-11-22"

SUPPLEMENTS = [
    # reported string, nodes
    ("VITAMIN D", "vitamin-d"),
    ("VITAMIN D3 (COLECALCIFEROL)", "vitamin-d"),
    ("NATURE MADE D3 1000 IU", "vitamin-d"),
    ("CALCIUM WITH VITAMIN D", "calcium vitamin-d"),
    ("OS CAL 500 PLUS D", "os-cal vitamin-d"),
    ("CALTRATE 600 + D3 PLUS MINERAL", "caltrate vitamin-d trace-minerals"),
    ("MULTI-VITAMIN", "multivitamin"),
    ("MULTIPLE VITAMINS", "multivitamin"),
    ("VITAMINS", "vitamin-unspecified"),
    ("PRENATAL VITAMINS", "prenatal-vitamin"),
    ("VITAMIN B COMPLEX", "vitamin-b"),
    ("VITAMIN B-12", "vitamin-b12"),
    ("B12", "vitamin-b12"),
    ("VITAMIN K2 (MK-7)", "vitamin-k2"),
    ("PHYTONADIONE", "vitamin-k"),
    ("CALCIUM PANTOTHENATE", "pantothenic-acid"),
    ("CALCIUM ASCORBATE", "vitamin-c"),
    ("L-METHYLFOLATE", "levomefolate"),
    ("COQ-10", "coenzyme-q10"),
    ("CO Q10", "coenzyme-q10"),
    ("KRILL OIL", "krill-oil"),
    ("COD LIVER OIL", "cod-liver-oil"),
    ("LOVAZA", "omega-3-acid-ethyl-esters"),
    ("OMEGA 3-6-9", "omega-3-6-9"),
    ("N-ACETYL CYSTEINE 600 MG", "acetylcysteine"),
    ("CONJUGATED LINOLEIC ACID (CLA)", "conjugated-linoleic-acid"),
    ("BEANO (ALPHA-D-GALACTOSIDASE)", "alpha-galactosidase"),
    ("LACTAID FAST ACT CAPLETS", "lactase"),
    ("CULTURELLE DIGESTIVE HEALTH CAPSULES", "lactobacillus"),
    ("FLORASTOR", "saccharomyces-boulardii"),
    ("ALIGN PROBIOTIC", "bifidobacterium probiotic"),
    ("PREVAGEN 10MG", "apoaequorin"),
    ("7-KETO DHEA", "7-keto-dhea"),
    ("BEE POLLEN", "bee-pollen"),
    ("1,3-DIMETHYLBUTYLAMINE", "dmba"),
    ("PICAMILON", "picamilon"),
    ("LITHIUM OROTATE", "lithium-orotate"),
    ("MIRACLE MINERAL SOLUTION", "miracle-mineral-solution"),
]

LINES = [
    ("CENTRUM SILVER WOMEN'S 50+", "centrum"),
    ("CENTRUM SILVER (MULTIMINERALS, MULTIVITAMINS) TABLET", "centrum multivitamin"),
    ("ONE A DAY WOMEN'S (MULTIVITAMINS + MINERALS) FILM-COATED TABLET", "one-a-day multivitamin"),
    ("HYDROXYCUT REGULAR RAPID RELEASE CAPLETS", "hydroxycut"),
    ("HYDROXYCUT WITH EPHEDRA", "hydroxycut ephedra"),
    ("OXY ELITE PRO", "oxyelite-pro"),
    ("5-HOUR ENERGY BERRY", "5-hour-energy"),
    ("RED BULL", "red-bull"),
    ("SUPER BETA PROSTATE", "super-beta-prostate"),
    ("BENEFIBER WITH WHEAT DEXTRIN (NCH) (WHEAT DEXTRIN) POWDER", "benefiber wheat-dextrin"),
    ("METAMUCIL", "metamucil"),
    ("PRESERVISION AREDS 2 FORMULA SOFT GELS (CAPSULE, SOFT)", "preservision"),
    ("OSTEO BI FLEX", "osteo-bi-flex"),
    ("PURITY FIRST B50", "purity-first-b-50"),
    ("HERBALIFE CELL-U-LOSS", "herbalife"),
    ("ISAFLUSH ARIZONA NUTRITIONAL SUPPLEMENTS", "isagenix"),
    ("PLEXUS SLIM", "plexus"),
    ("REUMOFAN PLUS", "reumofan"),
    ("ZAZA RED", "tianeptine-product"),
]

MEDICINES = [
    ("PARACETAMOL", "acetaminophen"),
    ("SALBUTAMOL", "salbutamol"),
    ("ALBUTEROL SULFATE", "salbutamol"),
    ("ADRENALINE", "epinephrine"),
    ("FRUSEMIDE", "furosemide"),
    ("CYCLOSPORINE", "ciclosporin"),
    ("RIFAMPIN", "rifampicin"),
    ("ATORVASTATIN CALCIUM", "atorvastatin"),
    ("LOSARTAN POTASSIUM", "losartan"),
    ("ESOMEPRAZOLE MAGNESIUM", "omeprazole"),
    ("BACITRACIN ZINC", "bacitracin"),
    ("LEUCOVORIN CALCIUM", "folinic-acid"),
    ("ADALIMUMAB-ATTO", "adalimumab"),
    ("INSULIN LISPRO", "insulin-lispro"),
    ("CEPHALEXIN", "cefalexin"),
    ("ZANTAC", "ranitidine"),
    ("ZANTAC 360", "famotidine"),
    ("MESALAMINE (5-ASA)", "mesalazine"),
    ("ASA", "aspirin"),
    ("GOLD SODIUM THIOMALATE", "aurothiomalate"),
    ("O-DESMETHYLTRAMADOL", "desmetramadol"),
    ("ACETAMINOPHEN\\OXYCODONE HYDROCHLORIDE", "acetaminophen oxycodone"),
    ("CALCIUM OXYBATE\\MAGNESIUM OXYBATE\\POTASSIUM OXYBATE\\SODIUM OXYBATE", "sodium-oxybate"),
    (
        "CALCIUM CHLORIDE\\DEXTROSE\\MAGNESIUM CHLORIDE\\SODIUM CHLORIDE\\SODIUM LACTATE",
        "peritoneal-dialysis-solution",
    ),
]

FALSE_FRIENDS = [
    # reported string, a node that it is not
    ("CENTRUM SILVER", "colloidal-silver"),
    ("COPPER", "copper"),
    ("PARAGARD (INTRAUTERINE COPPER CONTRACEPTIVE)", "copper"),
    ("LOSARTAN POTASSIUM", "potassium"),
    ("PENICILLIN V POTASSIUM", "potassium"),
    ("AMOXICILLIN\\CLAVULANATE POTASSIUM", "potassium"),
    ("ATORVASTATIN CALCIUM", "calcium"),
    ("CALCIUM POLYCARBOPHIL", "calcium"),
    ("PANTOPRAZOLE MAGNESIUM", "magnesium"),
    ("MAGNESIUM STEARATE", "magnesium"),
    ("EPSOM SALT", "magnesium"),
    ("ZINC OXIDE CREAM", "zinc"),
    ("ERYTHROMYCIN\\ZINC ACETATE", "zinc"),
    ("SELENIUM SULFIDE SHAMPOO", "selenium"),
    ("POVIDONE IODINE", "iodine"),
    ("SODIUM IODIDE I-131", "iodine"),
    ("NIACINAMIDE", "niacin"),
    ("NICOTINAMIDE RIBOSIDE", "niacinamide"),
    ("CALCITRIOL", "vitamin-d"),
    ("ARNICA D3", "vitamin-d"),
    ("GRADE A VITAMIN D MILK", "vitamin-a"),
    ("LEUCOVORIN CALCIUM", "folic-acid"),
    ("IRON OXIDE RED", "iron"),
    ("FERRIC OXIDE RED", "iron"),
    ("DEXAMETHASONE SODIUM PHOSPHATE", "phosphorus"),
    ("COCAMIDOPROPYL BETAINE", "betaine"),
    ("GLYCINE MAX", "glycine"),
    ("NAC MARKETING", "acetylcysteine"),
    ("DHA TANNING SPRAY", "docosahexaenoic-acid"),
    ("7-KETO DHEA", "dhea"),
    ("TESTOSTERONE BOOSTER", "testosterone"),
    ("HCG DIET DROPS", "chorionic-gonadotropin"),
    ("ADRENALINE RUSH", "epinephrine"),
    ("ORANGE JUICE PLUS CALCIUM", "juice-plus"),
    ("RUBY RED GRAPEFRUIT JUICE", "go-ruby-go"),
    ("CELIAC PLEXUS BLOCK", "plexus"),
    ("SOFT GELATIN CAPSULE", "gelatin"),
    ("CASEIN FREE CHEESE", "casein"),
    ("MINERAL WATER", "trace-minerals"),
    ("BORON NITRIDE", "boron"),
    ("PROTEIN C", "protein-powder"),
    ("SULFASALAZINE", "sulfamethoxazole"),
    ("ACETYLFENTANYL", "fentanyl"),
    ("COLLAGENASE CLOSTRIDIUM HISTOLYTICUM", "collagen"),
]

BELOW = [
    # a node, one that counts it too
    ("centrum", "multivitamin"),
    ("caltrate", "calcium"),
    ("krill-oil", "fish-oil"),
    ("icosapent-ethyl", "fish-oil"),
    ("lactobacillus", "probiotic"),
    ("red-bull", "energy-drink"),
    ("red-bull", "caffeine"),
    ("oxycodone-with-acetaminophen", "opioid"),
    ("oxycodone-with-acetaminophen", "acetaminophen"),
    ("buprenorphine-with-naloxone", "buprenorphine"),
    ("insulin-glargine", "insulin"),
    ("ketoprofen", "photosensitising-medicine"),
    ("minocycline", "pigmenting-medicine"),
    ("isoniazid", "liver-injuring-medicine"),
    ("tianeptine-product", "tianeptine"),
]

APART = [
    # a node that is not counted under another
    ("hydroxycut", "ephedra"),
    ("acetylcysteine", "cysteine"),
    ("folinic-acid", "folic-acid"),
    ("calcitriol", "vitamin-d"),
    ("copper-intrauterine-device", "copper"),
    ("mitragynine", "opioid"),
]


@pytest.fixture(scope="module")
def products() -> ProductVocabulary:
    return load_products(VERSION)


def read(products: ProductVocabulary, text: str) -> set[str]:
    """Ids of the nodes that a string is certainly read as."""
    return {match.node for match in products.resolve(text) if match.node and match.certainty == "certain"}


@pytest.mark.parametrize(("text", "expected"), SUPPLEMENTS + LINES + MEDICINES)
def test_a_reported_name_means_these_nodes(products: ProductVocabulary, text: str, expected: str) -> None:
    assert read(products, text) == set(expected.split())


@pytest.mark.parametrize(("text", "other"), FALSE_FRIENDS)
def test_a_reported_name_is_not_that_node(products: ProductVocabulary, text: str, other: str) -> None:
    assert products.node(other).id == other
    found = {
        products.nodes[place].id
        for node_id in read(products, text)
        for place in products.ancestors(products.position(node_id))
    }
    assert other not in found


@pytest.mark.parametrize(("node_id", "above"), BELOW)
def test_a_node_counts_under_what_is_in_every_version_of_it(
    products: ProductVocabulary, node_id: str, above: str
) -> None:
    assert node_id in products.members(above)


@pytest.mark.parametrize(("node_id", "other"), APART)
def test_a_node_implies_nothing_that_is_not_sure(products: ProductVocabulary, node_id: str, other: str) -> None:
    assert node_id not in products.members(other)


@pytest.mark.parametrize("asked", ["hydroxycut", "Centrum", "5-hour energy", "Herbalife", "Percocet", "energy-drink"])
def test_a_person_may_ask_by_brand(products: ProductVocabulary, asked: str) -> None:
    assert products.node(asked).id in {
        "hydroxycut",
        "centrum",
        "5-hour-energy",
        "herbalife",
        "oxycodone-with-acetaminophen",
        "energy-drink",
    }


@pytest.mark.parametrize("asked", ["copper", "align", "spark"])
def test_a_word_of_many_meanings_is_decided_by_its_neighbours(products: ProductVocabulary, asked: str) -> None:
    assert read(products, f"{asked} plate") == set()
    if asked != "copper":
        with pytest.raises(UnknownName):
            products.node(asked)


def test_a_maker_is_refused_with_the_reason(products: ProductVocabulary) -> None:
    (match,) = (match for match in products.resolve("PURITAN'S PRIDE VITAL FORMULA") if not match.node)
    assert match.rule == "withheld"
    assert "a maker or a shop" in match.why.lower()


def test_what_a_line_holds_is_told_by_year_where_it_changed(products: ProductVocabulary) -> None:
    assert "2004" in products.node("hydroxycut").note
    assert "2013" in products.node("oxyelite-pro").note
    assert "2009" in products.node("zicam").note


def test_every_node_of_the_first_version_is_still_there(products: ProductVocabulary) -> None:
    before = {node.id for node in load_products("2026-11").nodes}
    assert before <= {node.id for node in products.nodes}
    assert len(before) == 308


def test_every_supplement_has_a_source(products: ProductVocabulary) -> None:
    nutrients = [node for node in products.nodes if node.kind in ("nutrient", "product")]
    assert len(nutrients) >= 200
    assert all(name.source for node in nutrients for name in products.names(node.id))


def test_the_order_of_the_ingredients_does_not_matter(products: ProductVocabulary) -> None:
    one = read(products, "FISH OIL; VITAMIN E; MELATONIN")
    assert one == read(products, "MELATONIN; FISH OIL; VITAMIN E") == {"fish-oil", "vitamin-e", "melatonin"}
