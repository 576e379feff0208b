"""The catalogues: complete in both languages, used to the last key, and right in number and letter."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from babel import Locale

import drivers as kda
from drivers.closed_lists import NOTES, REASONS
from drivers.comments.theme_result import MEANT
from drivers.decisions.action_result import MOVEMENTS, TIDES
from drivers.decisions.changes.changed_result import SAYS
from drivers.decisions.dividing_lines import IMPORTANCE_LINES
from drivers.decisions.importance_performance import QUADRANTS, UNDECIDED
from drivers.decisions.management_result import OPINIONS
from drivers.decisions.priority_result import CANDIDACIES, ORDERS_BY
from drivers.decisions.spending.plan_result import OFFERS as PLAN_OFFERS
from drivers.decisions.spending.plan_result import STOPS
from drivers.decisions.stated_result import AGREEMENTS, WITHINS
from drivers.importance.dominance_analysis import LEVELS
from drivers.importance.likelihood.families import FAMILIES, PSEUDO_R2
from drivers.importance.orders.measures import MEASURES
from drivers.importance.other_ways import Survival
from drivers.importance.uncertainty import INTERVALS
from drivers.importance.ways import LEFT_OUT, VARIANTS
from drivers.indicators.card.distance_result import OFFERS, Sufficiency
from drivers.indicators.card.scorecard_result import IntervalMethod
from drivers.indicators.card.standing import STANDINGS
from drivers.indicators.card.standing import Comparison as Compared
from drivers.indicators.time.control_limits import SIGNALS
from drivers.indicators.time.trend_test import CONCLUSIONS as TRENDS
from drivers.labels import LANGUAGES, Labels
from drivers.models.asymmetry.bends import BASES, METHODS
from drivers.models.asymmetry.kano_features import FEATURE_CLASSES
from drivers.models.asymmetry.shapes import SHAPES
from drivers.models.chain.path_result import MEDIATIONS, PATTERNS
from drivers.models.corrected_regression import CONCLUSIONS
from drivers.models.dimensionality_analysis import DIMENSIONALITIES
from drivers.models.distinctness import COMPARISONS, DISTINCTNESSES
from drivers.models.expectations.answers import PLACES
from drivers.models.expectations.equations import EQUATIONS, FINDINGS
from drivers.models.expectations.surface_geometry import LINES, TERMS
from drivers.models.expectations.surface_shape import DIFFERENCE_VERDICTS, SLOPES, TESTS, TURNING, TURNINGS
from drivers.models.goals import GOALS_OF
from drivers.models.loyalty.satisfied_and_loyal import GROUPS
from drivers.models.nonlinearity import FLEXIBLE
from drivers.models.nonlinearity_check import Conclusion
from drivers.models.predictors import MISSING_RULES
from drivers.models.reliability_result import CONSISTENCIES, FITS
from drivers.present.catalogue import look_up, placeholders, read_catalogue
from drivers.present.isolation import plain
from drivers.present.sentences.health import FLAGS
from drivers.present.ways import WAYS
from drivers.present.words import Words
from drivers.results import Light
from drivers.segments.effects_result import CALIBRATIONS
from drivers.segments.partition import THIRDS
from drivers.survey.answers.codes import MISSING_KINDS
from drivers.survey.codebook.model import Driver
from drivers.waves.change_result import PARTS as CHANGE_PARTS
from drivers.waves.change_result import UNTOLD as LEFT_OF_WAVES
from drivers.waves.mix import UNTOLD as MIX_UNTOLD

ROOT = Path(__file__).resolve().parents[2]
CASES = ("nom", "gen")
Key = tuple[str, str]

TEXTS: dict[str, dict[Key, str]] = {
    language: {(str(m.context), str(m.id)): str(m.string) for m in read_catalogue(language) if m.id}
    for language in LANGUAGES
}
PLAIN_KEYS = {language: {key for key in texts if key[0] != "count"} for language, texts in TEXTS.items()}
NOUNS = {
    language: {key.partition(".")[0] for context, key in TEXTS[language] if context == "count"} for language in TEXTS
}

# Keys that are put together from codes, each with the closed list of its codes.
CHECKS = ("participants", "explained", "separability", "variation", "missing", "weighting")
HALO_CHECKS = ("one_impression", "straight_lining", "all_best")
QUALITY_CHECKS = (
    *("items_missing", "piled_up", "speeding", "copies", "few_answers"),
    *("misread", "contrary", "marked", "late"),
)
SHARE_FORMS = ("_fit", "_values")
DESIGN_INTERVALS = ("percentile", "bca", "bootstrap_imputation", "linearised")
LIGHTS = set(get_args(Light))
TOLD_BY_A_CHECK = {"missing_dropped"}
PRIORITY_KEYS = (("ui", "axis_priorities"), ("method", "priorities"), ("term", "worth"))
STATED_KEYS = (("sentence", "stated_within"), ("ui", "axis_stated"))
LEVERS = get_args(get_args(Driver.model_fields["lever"].annotation)[0])
MAP_LINES = (
    *("mean_rating", "one_target", "own_target", "given_rating"),
    *("of_other_units", "of_outside", "of_rival"),
    *(f"{line}_share" for line in IMPORTANCE_LINES),
)
BUILT: dict[str, set[str]] = {
    "left_of_waves": set(LEFT_OF_WAVES),
    "reason": set(REASONS),
    "signal": {"none", *SIGNALS},
    "note": set(NOTES) - TOLD_BY_A_CHECK,
    "quadrant": {*QUADRANTS, UNDECIDED},
    "action": {*QUADRANTS, UNDECIDED},
    "check": {*CHECKS, *HALO_CHECKS, *QUALITY_CHECKS, "conditioning", "consistency", "explained_fit"},
    "finding": {
        *CHECKS,
        *HALO_CHECKS,
        *QUALITY_CHECKS,
        *(f"{code}_none" for code in ("copies", "misread", "contrary", "marked")),
        "conditioning",
        "consistency",
        "missing_none",
        "missing_concerned",
        "weighting_none",
        "explained_weak",
        "explained_fit",
    },
    "separability": LIGHTS,
    "quality": LIGHTS,
    "missing_kind": set(MISSING_KINDS),
    "flag": set(FLAGS),
    "end": {"worst", "best"},
    "impression": LIGHTS,
    "conclusion": set(CONCLUSIONS),
    "consistency": set(CONSISTENCIES),
    "equation": set(EQUATIONS),
    "equation_finding": set(FINDINGS),
    "opinion": set(OPINIONS),
    "agreement": set(AGREEMENTS),
    "what_if_says": set(SAYS),
    "what_if_clause": {"higher", "lower"},
    "candidacy": set(CANDIDACIES),
    "plan_offer": set(PLAN_OFFERS) - {"funded"},
    "plan_stop": set(STOPS),
    "movement": set(MOVEMENTS),
    "tide": set(TIDES),
    "yardstick": {"point", *GOALS_OF},
    "item_fit": set(FITS),
    "dimensionality": set(DIMENSIONALITIES),
    "distinctness": set(DISTINCTNESSES),
    "loyalty_group": set(GROUPS),
    "value_third": set(THIRDS),
    "derived_segment": {"value", "loyalty"},
    "mediation": set(MEDIATIONS) - {"known"},
    "fornell_larcker": set(COMPARISONS),
    "standing": set(STANDINGS),
    "standing_range": set(STANDINGS),
    "compared": set(get_args(Compared)),
    "direction": set(TRENDS),
    "sufficiency": set(get_args(Sufficiency)),
    "indicator_intervals": set(get_args(IntervalMethod)),
    "shape": {*SHAPES, *FEATURE_CLASSES},
    "shape_group": set(SHAPES),
    "curves": {*get_args(Conclusion), "nothing_beyond"},
    "model": {"linear", *FLEXIBLE},
    "measure": set(MEASURES),
    "importance": {*MEASURES, "lmg_sampled"},
    "family": set(FAMILIES),
    "fit": {fit for fits in PSEUDO_R2.values() for fit in fits},
    "intervals": {
        *INTERVALS,
        "multiple_imputation",
        "bootstrap_imputation",
        *(f"{how}_design" for how in DESIGN_INTERVALS),
    },
    "missing": set(MISSING_RULES),
    "dominance": set(LEVELS),
    "way": {"base", *VARIANTS},
    "survival": set(get_args(Survival)),
    "not_gone": set(LEFT_OUT),
    "robust": {
        "unranked",
        "open",
        *(f"{of}_{found}" for of in ("claimed", "tied") for found in ("survives", "moved", "contradicted")),
    },
    **{context: {"desired", "adequate"} for context in ("same_level", "expected_level")},
    "surface_slope": {f"{moved}_{way}" for moved in SLOPES for way in ("up", "down", "open")},
    "difference": {"difference_enough", "difference_hides", "loss_uncertain", "loss_unknown", "nothing_explained"},
    "difference_verdict": set(DIFFERENCE_VERDICTS),
    "difference_hidden": {"level", "level_bends", "gap_by_level", "jointly"},
    "surface_best": {"above", "equal", "below"},
    "surface_turns": set(TURNINGS),
    "surface_term": {"const", *TERMS, *LINES, *SLOPES, *TURNING},
    "surface_test": set(TESTS),
    "surface_errors": {"HC3", "linearised", "replicates"},
    "section": {section for section, _ in WAYS.values()} - {"masthead", "footer"},
    "ordinal": {str(rank) for rank in range(1, 11)},
    "outcome": {
        "satisfaction.short",
        *(f"{kind}.{form}" for kind in ("satisfaction", "other") for form in ("bare", "start", "with", "title")),
        *(f"event.{form}" for form in ("bare", "with")),
    },
}
BUILT_IN_PARTS: set[Key] = {
    *(("sentence", f"{what}_{way}") for what in ("change", "who", "unexplained") for way in ("rise", "fall")),
    *(("sentence", f"performance_{way}{held}") for way in ("rise", "fall", "open") for held in ("", "_held")),
    *(("sentence", f"pairs_{part}") for part in CHANGE_PARTS if part != "change"),
    *(("term", f"part_{part}") for part in CHANGE_PARTS),
    *(("sentence", why) for why in MIX_UNTOLD),
    *(("ui", f"held_by_{method}") for method in ("cells", "raking", "none")),
    *(("sentence", f"importance_{turn}") for turn in ("more", "less")),
    *(("sentence", f"level_{way}_{of}") for way in ("rise", "fall") for of in ("outcome", "driver")),
    *(("sentence", f"unanswered_{what}") for what in ("change", "importance", "levels", "next")),
    ("ui", "report_trends"),
    ("sentence", "unsolved_lower"),
    *(
        ("sentence", f"{what}_{says}")
        for what in ("effects", "shares")
        for says in ("differ", "differ_somewhere", "same")
    ),
    *(("sentence", f"groups_without_{why}") for why in ("few", "shares", "alike", "weak")),
    *(("sentence", f"reversal_{of}_{way}") for of in ("driver", "groups") for way in ("up", "down")),
    *(("sentence", f"effect_{than}") for than in ("stronger", "weaker")),
    *(("caption", f"segment_{what}_tests") for what in ("effects", "shares")),
    *(("method", f"segment_effects_{calibration}") for calibration in CALIBRATIONS),
    *(("sentence", f"priorities_{how}_{by}") for how in ("first", "only") for by in ORDERS_BY),
    *(("sentence", f"priorities_goal_{goal}") for goal in GOALS_OF),
    *(("sentence", f"priorities_{candidacy}") for candidacy in CANDIDACIES if candidacy != "offered"),
    *(("sentence", f"priority_{shape}") for shape in ("must_have", "bonus")),
    *((context, f"{key}_{by}") for context, key in PRIORITY_KEYS for by in ORDERS_BY),
    *(("term", f"lever_{lever}") for lever in LEVERS),
    *(("sentence", f"stated_{agreement}") for agreement in AGREEMENTS),
    *((context, f"{key}_{within}") for context, key in STATED_KEYS for within in WITHINS),
    *((context, f"line_{line}") for context in ("sentence", "ui") for line in MAP_LINES),
    *(("ui", f"axis_{level}") for level in ("desired", "adequate")),
    *(("term", f"{level}_level") for level in ("desired", "adequate")),
    *(
        ("ui", f"report_{report}")
        for report in (
            "manager",
            "drivers",
            "measurement",
            "quality",
            "loyalty",
            "expectations",
            "scorecard",
            "priorities",
            "segments",
            "units",
        )
    ),
    *(("sentence", f"misread_{end}") for end in ("worst", "best")),
    *(
        ("sentence", f"what_if_{of}_{says}")
        for of in ("up", "down", "change")
        for says in ("higher", "lower", "unclear", "beyond")
    ),
    *(("sentence", f"what_if_together_{says}") for says in ("higher", "lower")),
    *(("sentence", f"what_if_changes_{says}") for says in ("unclear", "beyond")),
    *(("sentence", f"what_if_cut_{cap}") for cap in ("seen", "scale")),
    *(("sentence", f"what_if_changes_cut_{cap}") for cap in ("seen", "scale", "along")),
    *(("sentence", f"promises_{way}") for way in ("deliver", "promise", "open")),
    *(("sentence", f"promises_less_{says}") for says in ("higher", "lower")),
    *(("sentence", f"{key}{ends}") for key in ("out_of_control", "control_outside") for ends in ("", "_trend")),
    *(("sentence", f"control_{signal}") for signal in SIGNALS if signal.startswith("run")),
    *(("sentence", f"control_{how}_{trend}") for how in ("trend", "alone") for trend in ("rising", "falling")),
    *(("sentence", f"targets_{standing}") for standing in STANDINGS),
    *(("sentence", f"offer_{offer}") for offer in OFFERS if offer != "offered"),
    *(("ui", light) for light in LIGHTS),
    *(("ui", f"quoted_{mood}") for mood in ("blame", "praise")),
    *(("term", f"mood_{mood}") for mood in MEANT),
    *(
        (context, f"{key}{form}")
        for context, key in (
            ("term", "share"),
            ("ui", "axis_share"),
            ("ui", "axis_importance"),
            ("sentence", "leader"),
            ("alt", "bars"),
            ("caption", "bars"),
            ("method", "shares"),
            ("gloss_term", "share"),
            ("gloss", "share"),
        )
        for form in ("", *SHARE_FORMS)
    ),
    *(
        (context, f"{key}{kind}")
        for context, key in (
            *(("term", f"{place}_") for place in PLACES),
            *(("sentence", f"most_{place}_") for place in ("below", "above")),
            *(("sentence", f"equation_{name}_") for name in EQUATIONS),
            ("sentence", "what_is_"),
            ("ui", "footnote_places_"),
            ("method", "places_"),
        )
        for kind in ("zone", "level")
    ),
    *(("term", f"equation_{name}") for name in EQUATIONS),
    *(("term", f"{key}_{level}") for key in ("gap", "part") for level in ("desired", "adequate")),
    *(("sentence", f"weighted_{how}_{level}") for how in ("stated", "equal") for level in ("desired", "adequate")),
    *(("method", f"weighted_{how}") for how in ("stated", "equal")),
    *(("caption", f"guesses_{subject}") for subject in ("performance", "importance")),
    *(("sentence", f"guess_{subject}_{code}") for subject in ("performance", "importance") for code in OPINIONS),
    *(("sentence", f"scores_{code}") for code in CONSISTENCIES),
    *(("sentence", f"scores_{code}_estimate") for code in CONSISTENCIES if code != "open"),
    *(("sentence", f"items_{code}") for code in FITS if code != "belongs"),
    *(("sentence", f"dimensions_{code}") for code in ("one", "not_close", "several", "none")),
    *(("sentence", f"together_{code}") for code in DIMENSIONALITIES),
    *(("sentence", f"pairs_{code}") for code in DISTINCTNESSES),
    *(("sentence", f"path_{code}") for code in PATTERNS),
    *(("ui", f"axis_paths{form}") for form in ("", "_event")),
    *(("sentence", f"uneven_{shape}_{way}") for shape in ("must_have", "bonus") for way in METHODS),
    *(("sentence", f"uneven_{basis}") for basis in BASES if basis != "estimated"),
    *(("sentence", f"feature_{name}") for name in FEATURE_CLASSES),
    *(
        (context, f"{key}_{way}")
        for context, key in (("ui", "footnote_penalty_reward"), ("method", "uneven"))
        for way in METHODS
    ),
    *(("method", f"uneven_{errors}") for errors in ("hc3", "linearised", "replicates")),
    *(("term", f"first_in_{kind}") for kind in ("resamples", "draws")),
    *(("sentence", f"first_{kind}") for kind in ("resamples", "draws")),
    ("term", "not_applicable"),
}


def words(language: str, digits: str = "latn") -> Words:
    return kda.wording(language, Labels(), digits=digits)


# Complete


def test_every_language_has_a_catalogue() -> None:
    assert LANGUAGES == ("ar", "en")


IN_GERMAN = """
import drivers as kda
from drivers.present.channel import bundle
survey = kda.example_survey("judges")
words = kda.wording("de", survey.labels)
print(words.quoted("x"), words.listed(["a", "b", "c"]), words.letters("ab"), words.direction)
print(bundle(kda.outcome_scores(survey), words, as_="cards")["text/html"])
print(bundle(kda.relative_importance(survey, n_boot=0), words, as_="bars")["text/html"])
"""


def test_a_third_language_is_one_catalogue(tmp_path: Path) -> None:
    package = shutil.copytree(ROOT / "drivers", tmp_path / "drivers", ignore=shutil.ignore_patterns("*.pyc"))
    catalogue = (package / "present" / "locale" / "en.po").read_text(encoding="utf-8")
    for ours, theirs in (("“", "„"), ("”", "“"), ('" and "', '" und "')):
        assert ours in catalogue
        catalogue = catalogue.replace(ours, theirs)
    (package / "present" / "locale" / "de.po").write_text(catalogue, encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-c", IN_GERMAN],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert told[0] == "„x“ a, b und c a b ltr"
    assert all('<div class="drivers" lang="de" dir="ltr">' in line for line in told[1:])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_stands_twice_and_no_text_is_empty(language: str) -> None:
    path = ROOT / "drivers" / "present" / "locale" / f"{language}.po"
    found = re.findall(r'^msgctxt "(.+)"\nmsgid "(.+)"$', path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(found) == len(set(found)) == len(TEXTS[language])
    assert not [key for key, text in TEXTS[language].items() if not text.strip()]
    assert not [m.id for m in read_catalogue(language) if m.fuzzy and m.id]


def test_languages_have_the_same_keys() -> None:
    assert PLAIN_KEYS["ar"] == PLAIN_KEYS["en"]
    assert NOUNS["ar"] == NOUNS["en"]


def test_languages_fill_the_same_placeholders() -> None:
    # The grammar of an outcome differs by language: each takes the form that its own sentence asks for.
    forms = {"outcome", "outcome_start", "outcome_with"}
    for key in sorted(PLAIN_KEYS["en"]):
        en, ar = (placeholders(TEXTS[language][key]) for language in ("en", "ar"))
        assert en - forms == ar - forms, key
        assert bool(en & forms) == bool(ar & forms), key


def test_placeholders_and_marks_are_well_formed() -> None:
    for texts in TEXTS.values():
        for key, text in texts.items():
            assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in placeholders(text)), key
            assert text.count("[[") == text.count("]]"), key
            assert not re.search(r"[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]", text), key
            assert text.count("«") == text.count("»"), key
            assert text.count("“") == text.count("”"), key
            assert "  " not in text, key


# Counted nouns


@pytest.mark.parametrize("language", LANGUAGES)
def test_counted_nouns_have_the_categories_of_their_language(language: str) -> None:
    categories = {str(tag) for tag in Locale.parse(language).plural_form.tags} | {"other"}
    expected = categories if language != "ar" else (categories - {"two"}) | {f"two.{case}" for case in CASES}
    for noun in NOUNS[language]:
        found = {
            key.partition(".")[2]
            for context, key in TEXTS[language]
            if context == "count" and key.startswith(f"{noun}.")
        }
        assert found == expected, noun


# VOCABULARY: zero, one, two nom, two gen, few, many, other; the last three stand behind their number.
ARABIC_NOUNS = {
    "day": ("اليوم نفسه", "يوم واحد", "يومان", "يومَين", "أيام", "يومًا", "يوم"),
    "participant": ("لا أحد", "مشارك واحد", "مشاركان", "مشاركَين", "مشاركين", "مشاركًا", "مشارك"),
    "aspect": ("لا جوانب", "جانب واحد", "جانبان", "جانبَين", "جوانب", "جانبًا", "جانب"),
    "comment": ("لا تعليقات", "تعليق واحد", "تعليقان", "تعليقَين", "تعليقات", "تعليقًا", "تعليق"),
    "answer": ("لا إجابات", "إجابة واحدة", "إجابتان", "إجابتَين", "إجابات", "إجابة", "إجابة"),
    "wave": ("لا دورات", "دورة واحدة", "دورتان", "دورتَين", "دورات", "دورة", "دورة"),
    "point": ("بلا تغيّر", "نقطة واحدة", "نقطتان", "نقطتَين", "نقاط", "نقطة", "نقطة"),
    "pp": (
        "بلا تغيّر",
        "نقطة مئوية واحدة",
        "نقطتان مئويتان",
        "نقطتَين مئويتَين",
        "نقاط مئوية",
        "نقطة مئوية",
        "نقطة مئوية",
    ),
}
ENGLISH_NOUNS = {
    "day": ("day", "days"),
    "participant": ("participant", "participants"),
    "aspect": ("aspect", "aspects"),
    "comment": ("comment", "comments"),
    "answer": ("answer", "answers"),
    "wave": ("wave", "waves"),
    "point": ("point", "points"),
    "pp": ("percentage point", "percentage points"),
}
FEW, MANY, OTHER = 4, 5, 6
SHOWN = {
    7: ("7", FEW), 103: ("103", FEW), 1003: ("1,003", FEW),
    45: ("45", MANY), 111: ("111", MANY), 120: ("120", MANY), 22791: ("22,791", MANY),
    100: ("100", OTHER), 101: ("101", OTHER), 102: ("102", OTHER), 200: ("200", OTHER), 1000: ("1,000", OTHER),
}  # fmt: skip


def test_every_counted_noun_is_tried() -> None:
    assert NOUNS["ar"] <= ARABIC_NOUNS.keys()
    assert NOUNS["en"] <= ENGLISH_NOUNS.keys()


@pytest.mark.parametrize("noun", sorted(NOUNS["ar"]))
def test_six_arabic_forms(noun: str) -> None:
    ar, forms = words("ar"), ARABIC_NOUNS[noun]
    for case, dual in zip(CASES, forms[2:4], strict=True):
        small = [plain(ar.counted(noun, n, case=case)) for n in (0, 1, 2)]
        assert small == [forms[0], forms[1], dual]
        for n, (number, form) in SHOWN.items():
            assert plain(ar.counted(noun, n, case=case)) == f"{number} {forms[form]}", n
        # A number shown with decimals takes the general form, 4.0 included.
        for value, number in ((4.2, "4.2"), (4.0, "4.0"), (1.0, "1.0"), (2.0, "2.0")):
            assert plain(ar.counted(noun, value, case=case, decimals=1)) == f"{number} {forms[OTHER]}"
        # What counts is the number as it is shown, and its sign does not matter.
        assert plain(ar.counted(noun, 10.6, case=case)) == f"11 {forms[MANY]}"
        assert plain(ar.counted(noun, -7, case=case)) == f"\u22127 {forms[FEW]}"


@pytest.mark.parametrize("noun", sorted(NOUNS["en"]))
def test_two_english_forms(noun: str) -> None:
    en, (one, other) = words("en"), ENGLISH_NOUNS[noun]
    assert plain(en.counted(noun, 1)) == f"1 {one}"
    for n, number in ((0, "0"), (2, "2"), (1.0, "1.0"), (4.2, "4.2"), (1003, "1,003")):
        assert plain(en.counted(noun, n, decimals=1 if "." in number else 0)) == f"{number} {other}"


def test_counted_nouns_take_the_page_s_digits() -> None:
    assert plain(words("ar", "arab").counted("participant", 22791)) == "٢٢٬٧٩١ مشاركًا"


def test_an_unknown_case_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected a case among"):
        words("ar").counted("aspect", 2, case="acc")


# Letters


def test_arabic_texts_have_latin_letters_only_where_they_are_isolated() -> None:
    for key, text in TEXTS["ar"].items():
        rest = re.sub(r"\[\[.+?\]\]|\{[a-z0-9_]+\}", "", text)
        assert not re.search(r"[A-Za-z]", rest), key


def test_isolated_latin_is_latin() -> None:
    for texts in TEXTS.values():
        for key, text in texts.items():
            for run in re.findall(r"\[\[(.+?)\]\]", text):
                assert re.fullmatch(r"[A-Za-z][A-Za-z0-9² ]*", run), key


def test_english_texts_have_no_arabic_letter() -> None:
    assert not [key for key, text in TEXTS["en"].items() if re.search(r"[\u0600-\u06ff]", text)]


def test_arabic_texts_keep_the_rules_of_writing() -> None:
    for key, text in TEXTS["ar"].items():
        assert not re.search(r"[,;?%]", text), f"{key}: Arabic has its own ، ؛ ؟, and numbers bring their sign"
        # A particle glued to a placeholder would have to change with the word that comes: only و may.
        assert not re.search(r"(?<![\u0600-\u06ff])[لبكف]\{", text), key
        assert "ال{" not in text, key
        assert "اً" not in text, f"{key}: the vowel mark stands before the alif"
        assert not re.search("[۰-۹٠-٩]", text), f"{key}: digits are Western here and mapped when shown"
        for wrong in ("الشكاوي", "الأنتظار", "الرضى", "السائق", "يتم ", "من قبل"):
            assert wrong not in text, key


# Used


def sources() -> Iterator[ast.Module]:
    for folder in ("present", "publish"):
        for path in sorted((ROOT / "drivers" / folder).glob("**/*.py")):
            yield ast.parse(path.read_text(encoding="utf-8"))


def literal_texts(node: ast.expr) -> list[str]:
    """Every text that an expression can be, as far as it is written out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return literal_texts(node.body) + literal_texts(node.orelse)
    return []


def literal_uses() -> set[Key]:
    """Context and key of each look-up whose key is written out."""
    found = set()
    for tree in sources():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
                continue
            name, first = node.func.attr, literal_texts(node.args[0])
            if name in ("term", "ui", "sentence"):
                found |= {(name, key) for key in first}
            elif name == "text" and len(node.args) > 1:
                found |= {(context, key) for context in first for key in literal_texts(node.args[1])}
            elif name == "_way":
                found |= {("language", key) for key in first}
            elif name == "counted":
                found |= {("count", noun) for noun in first}
    return found


class Written(ast.NodeVisitor):
    """The texts that a look-up may get from elsewhere: in lists, branches and assignments.

    Keys of dicts, comparisons and arguments of calls are other things, such as columns and kinds of labels.
    """

    def __init__(self) -> None:
        self.texts: set[str] = set()

    def visit_Constant(self, node: ast.Constant) -> None:  # named by ast
        if isinstance(node.value, str):
            self.texts.add(node.value)

    def visit_Dict(self, node: ast.Dict) -> None:
        for value in node.values:
            self.visit(value)

    def visit_Compare(self, node: ast.Compare) -> None:
        pass

    def visit_Call(self, node: ast.Call) -> None:
        appended = isinstance(node.func, ast.Attribute) and node.func.attr == "append"
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            if appended or not isinstance(argument, ast.Constant):
                self.visit(argument)
        self.visit(node.func)


def written_texts() -> set[str]:
    """Every text in the code that speaks which may be a key."""
    visitor = Written()
    for tree in sources():
        visitor.visit(tree)
    return visitor.texts


def test_every_key_that_is_used_is_there() -> None:
    uses = literal_uses()
    assert len(uses) > 60, "the look-ups were not found"
    known = PLAIN_KEYS["en"] | {("count", noun) for noun in NOUNS["en"]}
    assert not uses - known


def test_every_key_that_is_there_is_used() -> None:
    uses, written = literal_uses(), written_texts()
    unused = {
        (context, key)
        for context, key in PLAIN_KEYS["en"]
        if (context, key) not in uses
        and key not in written
        and context not in BUILT
        and (context, key) not in BUILT_IN_PARTS
    }
    assert not unused
    assert not {noun for noun in NOUNS["en"] if ("count", noun) not in uses and noun not in written}


@pytest.mark.parametrize("context", sorted(BUILT))
def test_every_code_has_its_text_and_every_text_its_code(context: str) -> None:
    assert {key for found, key in PLAIN_KEYS["en"] if found == context} == BUILT[context]


def test_keys_put_together_from_parts_are_there() -> None:
    assert PLAIN_KEYS["en"] >= BUILT_IN_PARTS


def test_glossary_explains_each_of_its_terms() -> None:
    explained = {key for context, key in PLAIN_KEYS["en"] if context == "gloss"}
    assert explained == {key for context, key in PLAIN_KEYS["en"] if context == "gloss_term"}


def test_closed_lists_are_those_of_real_results() -> None:
    importance = kda.relative_importance(kda.example_survey("judges"), n_boot=100)
    assert {check.code for check in importance.checks} == set(CHECKS)
    notebooks = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "notebooks").glob("*.ipynb"))
    reports = {
        "manager",
        "drivers",
        "measurement",
        "quality",
        "loyalty",
        "expectations",
        "scorecard",
        "priorities",
        "segments",
        "trends",
        "units",
    }
    assert set(re.findall(r'report=\\"(\w+)\\"', notebooks)) == reports


def test_an_absent_key_is_an_error_of_ours() -> None:
    with pytest.raises(KeyError, match="The ar catalogue has no term 'nonsense'"):
        look_up("ar", "term", "nonsense")


def test_a_missing_value_is_an_error_of_ours() -> None:
    with pytest.raises(KeyError, match="The en text of ui 'respondents_count' also needs n"):
        words("en").ui("respondents_count")


# Words of the vocabulary


@pytest.mark.parametrize(
    ("context", "key", "english", "arabic"),
    [
        ("quadrant", "improve_first", "Improve first", "الأولوية للتحسين"),
        ("quadrant", "keep_up", "Keep it up", "المحافظة على المستوى"),
        ("quadrant", "can_wait", "Can wait", "يمكن تأجيله"),
        ("quadrant", "enough", "Enough as it is", "كافٍ كما هو"),
        ("quadrant", "undecided", "Too close to call", "موضعه غير محسوم"),
        ("ui", "green", "Reliable", "نتيجة موثوقة"),
        ("ui", "amber", "Read with care", "نتيجة تُقرأ بحذر"),
        ("ui", "red", "No basis for a decision", "نتيجة لا يُبنى عليها قرار"),
        ("ui", "contents", "Contents", "المحتويات"),
        ("ui", "skip", "Skip to content", "الانتقال إلى المحتوى"),
        ("ui", "source_line", "Source", "المصدر"),
        ("ui", "version", "Version", "الإصدار"),
        ("ui", "rows_in", "Rows read", "الصفوف المقروءة"),
        ("ui", "conf_level", "Confidence level", "مستوى الثقة"),
        ("ui", "seed", "Seed", "بذرة العشوائية"),
        ("ui", "not_available", "Not available", "غير متاح"),
        ("section", "headline", "Main finding", "النتيجة الرئيسية"),
        ("section", "score_cards", "Scores at a glance", "أبرز الأرقام"),
        ("section", "where_to_act", "Where to act", "أين نبدأ؟"),
        ("section", "trend_section", "Over time", "التغيّر عبر الزمن"),
        ("section", "how_sure", "How sure are we?", "ما مدى الاطمئنان إلى النتائج؟"),
        ("section", "method", "Method appendix", "ملحق المنهجية"),
        ("section", "wording_section", "Questions asked", "نص الأسئلة"),
        ("section", "glossary", "Glossary", "شرح المصطلحات"),
        ("term", "nps", "Net Promoter Score", "صافي نقاط الترويج ([[NPS]])"),
        ("term", "top2box", "Share of the two best answers", "نسبة أعلى إجابتين"),
        ("term", "share", "Share of explained differences", "الحصة من الفروق المفسَّرة"),
        ("term", "n", "Participants", "عدد المشاركين"),
        ("term", "std_error", "Standard error", "الخطأ المعياري"),
        ("term", "p_value", "p-value", "القيمة الاحتمالية"),
        ("check", "participants", "Participants", "عدد المشاركين"),
        ("check", "explained", "Explained differences", "نسبة الفروق المفسَّرة"),
        ("check", "missing", "Missing answers", "الإجابات الناقصة"),
        ("check", "weighting", "Weighting", "الترجيح"),
        ("outcome", "satisfaction.start", "Overall satisfaction", "الرضا العام"),
        ("gloss_term", "interval", "Confidence interval", "فترة الثقة"),
    ],
)  # fmt: skip
def test_words_are_those_of_the_vocabulary(context: str, key: str, english: str, arabic: str) -> None:
    assert (TEXTS["en"][context, key], TEXTS["ar"][context, key]) == (english, arabic)
