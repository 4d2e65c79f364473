"""From the section [specifications] of a study to the choices that one outcome is analysed with."""

from __future__ import annotations

from dataclasses import replace

from phytovigil.errors import InvalidStudy
from phytovigil.schema.selection import ROLE_WORDS, Selection
from phytovigil.schema.specifications import PLAIN, SCOPES, Exclusion, Specifications, order_divisions
from phytovigil.signals.registry import RULES
from phytovigil.study.answering import join
from phytovigil.study.naming import NARROW, NamedReaction
from phytovigil.study.planning import Plan
from phytovigil.study.selecting import include_product
from phytovigil.study.specifications.choices import (
    Change,
    Choice,
    Design,
    Level,
    Setting,
    change_selection,
    make_choice,
)

NAMES = {"certain": "certain names", "likely": "likely names too"}
DUPLICATES = {"kept": "kept", "folded": "folded into one"}
SERIOUS: dict[str, tuple[str, bool | None]] = {
    "all": ("all cases", None),
    "serious": ("serious only", True),
    "not-serious": ("not serious only", False),
}
MEASURES = {"ror": "ROR", "prr": "PRR", "ic": "IC", "ror-midp": "ROR, exact interval"}
KEPT_IN, LEFT_OUT = "in", "out"


def plan_design(plan: Plan, asked: Specifications, outcome: NamedReaction) -> Design:
    """The choices of an outcome, before it is known what a source records."""
    main = main_setting(plan, asked, outcome)
    choices = (
        *plan_roles(asked, main.selection),
        *plan_comparators(plan, asked),
        *plan_periods(asked, main.selection),
        *plan_seriousness(asked, main.selection),
        *(plan_exclusion(exclusion) for exclusion in asked.exclusions),
        *plan_scopes(asked, outcome),
        *plan_strata(asked),
        *plan_measures(asked, main.measure),
    )
    return Design(main, tuple(choice for choice in choices if len(choice.levels) > 1))


def main_setting(plan: Plan, asked: Specifications, outcome: NamedReaction) -> Setting:
    """The main analysis; its measure is that of the study's rule, if it is to be had, else the first that is named."""
    wanted = [name for name in RULES[plan.study.rule].measures if name in (asked.measure or MEASURES)]
    return Setting(plan.study.selection, outcome.scope, (), (*wanted, *asked.measure, "ic")[0])


def plan_roles(asked: Specifications, main: Selection) -> list[Choice]:
    """Role, names and duplicates."""
    said = (
        ("role", "Role of the product", ROLE_WORDS, asked.role),
        ("names", "Names that count", NAMES, asked.names),
        ("duplicates", "Suspected duplicates", DUPLICATES, asked.duplicates),
    )
    found = []
    for name, title, words, levels in said:
        made = {level: Level(level, words[level], change_selection(**{name: level})) for level in words}
        found.append(make_choice(name, title, [made[level] for level in levels], made[getattr(main, name)]))
    return found


def plan_comparators(plan: Plan, asked: Specifications) -> list[Choice]:
    """What the product is compared with."""
    main = plan.study.selection
    if not asked.comparator:
        return []
    if main.among and main.category:
        raise InvalidStudy("comparator in [specifications] needs a main selection without both among and category.")
    named = main.among or (plan.product.key, *(comparator.key for comparator in plan.comparators))
    among = include_product(replace(main, among=named), plan.product.key).among
    category = main.category or asked.product_class
    if "active" in asked.comparator and len(among) < 2:
        raise InvalidStudy("comparator “active” in [specifications] needs comparators under [study].")
    if "same-class" in asked.comparator and not category:
        raise InvalidStudy("comparator “same-class” in [specifications] needs `product_class`.")
    levels = {
        "all": Level("all", "all other cases", change_selection(among=(), category=())),
        "active": Level("active", "users of the comparators", change_selection(among=among, category=())),
        "same-class": Level("same-class", "same product class", change_selection(among=(), category=category)),
    }
    chosen = "active" if main.among else "same-class" if main.category else "all"
    return [make_choice("comparator", "Comparison group", [levels[name] for name in asked.comparator], levels[chosen])]


def plan_periods(asked: Specifications, main: Selection) -> list[Choice]:
    """Years of receipt."""
    levels = [period_level(years or main.years) for years in asked.period]
    return [make_choice("period", "Years received", levels, period_level(main.years))]


def period_level(years: tuple[int, int] | None) -> Level:
    """One period."""
    if years is None:
        return Level("all", "all years", change_selection(years=None))
    return Level(f"{years[0]}-{years[1]}", f"{years[0]} to {years[1]}", change_selection(years=years))


def plan_seriousness(asked: Specifications, main: Selection) -> list[Choice]:
    """All cases, or serious ones."""
    levels = {name: Level(name, title, change_selection(serious=serious)) for name, (title, serious) in SERIOUS.items()}
    chosen = next(name for name, (_, serious) in SERIOUS.items() if serious is main.serious)
    return [make_choice("seriousness", "Seriousness", [levels[name] for name in asked.seriousness], levels[chosen])]


def plan_exclusion(exclusion: Exclusion) -> Choice:
    """Some cases in or out."""

    def leave_out(setting: Setting) -> Setting:
        selection = setting.selection
        without = tuple(dict.fromkeys((*selection.without_products, *exclusion.products)))
        reporter = tuple(dict.fromkeys((*selection.without_reporter, *exclusion.reporter)))
        literature = False if exclusion.literature else selection.literature
        changed = replace(selection, without_products=without, without_reporter=reporter, literature=literature)
        return replace(setting, selection=changed)

    kept = Level(KEPT_IN, "kept in", lambda setting: setting)
    return make_choice(
        f"without {exclusion.label}",
        f"Cases with {exclusion.label}",
        [kept, Level(LEFT_OUT, "left out", leave_out)],
        kept,
    )


def plan_scopes(asked: Specifications, outcome: NamedReaction) -> list[Choice]:
    """The narrow or the broad list of a group's terms; an outcome asked for as broad, or as one term, has one list."""
    if outcome.scope != NARROW:
        return []
    levels = {name: Level(name, f"{name} list", change_scope(name)) for name in SCOPES}
    return [make_choice("scope", "List of terms", [levels[name] for name in asked.scope], levels[NARROW])]


def change_scope(scope: str) -> Change:
    """A change of the list of terms."""
    return lambda setting: replace(setting, scope=scope)


def plan_strata(asked: Specifications) -> list[Choice]:
    """What expected cases are summed over."""
    levels = [stratum_level(level) for level in asked.strata]
    return [make_choice("strata", "Adjustment", levels, stratum_level(PLAIN))]


def stratum_level(name: str) -> Level:
    """One way to divide the cases."""
    divided = order_divisions(name)
    title = join(divided) if divided else "nothing"
    return Level("+".join(divided) or PLAIN, title, lambda setting: replace(setting, strata=divided))


def plan_measures(asked: Specifications, main: str) -> list[Choice]:
    """The measure; it comes last, since it does not change what is counted."""
    levels = {
        name: Level(name, title, lambda setting, name=name: replace(setting, measure=name))  # type: ignore[misc]
        for name, title in MEASURES.items()
    }
    return [make_choice("measure", "Measure", [levels[name] for name in asked.measure], levels[main])]
