"""The lexicon: what a file may hold, and how a survey's own joins the package's."""

from pathlib import Path

import pytest

import drivers as kda
from drivers.errors import CodebookError
from drivers.survey.lexicon.reading import GENERAL_PARTS, Lexicon
from tests.comments.commented import commented

TEA = "themes:\n  tea:\n    label: {en: Tea, ar: الشاي}\n    about: {en: 'tea, cup*'}\n"
DRIVERS = {"presence", "welcome", "respect", "empathy", "fairness", "information", "alternatives", "speed", "honesty"}


def read(folder: Path, text: str) -> Lexicon:
    (folder / "words.yml").write_text(text, encoding="utf-8")
    return kda.read_lexicon(folder / "words.yml")


def test_the_package_knows_the_service_model_in_both_languages() -> None:
    lexicon = kda.read_lexicon()
    assert DRIVERS | {"access", "price", "cleanliness", "staff", "general"} == set(lexicon.themes)
    for theme in lexicon.themes.values():
        assert set(theme.label) == {"en", "ar"}
        for part in ("about", "praise", "blame"):
            assert len(theme.words[part]["en"]) >= 5 and len(theme.words[part]["ar"]) >= 5
    assert all(set(lexicon.general[part]) == {"en", "ar"} for part in GENERAL_PARTS)
    frame = lexicon.frame()
    assert list(frame) == ["theme", "part", "language", "pattern"]
    assert not frame.duplicated().any()
    assert len(lexicon.sha256) == 64


def test_a_lexicon_of_its_own_stands_alone(tmp_path: Path) -> None:
    lexicon = read(tmp_path, TEA)
    assert list(lexicon.themes) == ["tea"]
    assert lexicon.themes["tea"].words["about"] == {"en": ("tea", "cup*")}
    assert lexicon.general["praise"] == {}


def test_a_lexicon_extends_the_package_s(tmp_path: Path) -> None:
    text = f"extends: true\nleave_out: [price]\n{TEA}  speed:\n    driver: wait\n    blame: {{en: [snail*]}}\n"
    lexicon, shipped = read(tmp_path, text), kda.read_lexicon()
    assert set(lexicon.themes) == (set(shipped.themes) | {"tea"}) - {"price"}
    speed = lexicon.themes["speed"]
    assert speed.driver == "wait" and speed.label == shipped.themes["speed"].label
    assert speed.words["blame"]["en"] == (*shipped.themes["speed"].words["blame"]["en"], "snail*")
    assert speed.words["blame"]["ar"] == shipped.themes["speed"].words["blame"]["ar"]
    assert lexicon.sha256 != shipped.sha256


WRONG = {
    "unknown key": (f"{TEA}    words: {{en: [x1]}}\n", "words.yml, line 5, themes.tea.words: expected a known "
                    "key, found 'words'; there are label, driver, alone, about, praise, blame."),
    "star inside": ("themes:\n  tea:\n    label: {en: Tea}\n    about:\n      en: [t*ea]\n",
                    "words.yml, line 5, themes.tea.about.en[0]: expected * once at the beginning or the end of a word, "
                    "found 't*ea'; correct the pattern."),
    "dots at the end": ("themes:\n  tea:\n    label: {en: Tea}\n    about:\n      en: [no ..]\n",
                        "words.yml, line 5, themes.tea.about.en[0]: expected '..' between words, found it at an end of "
                        "'no ..'; remove it there."),
    "too few letters": ("themes:\n  tea:\n    label: {en: Tea}\n    about:\n      en: [t*]\n",
                        "words.yml, line 5, themes.tea.about.en[0]: expected at least 2 letters beside *, found 't*'; "
                        "write more of the word."),
    "no theme": ("praise: {en: [good]}\n",
                 "words.yml, (whole file): expected at least one theme, found none; add one or write extends: true."),
    "no words": ("themes:\n  tea:\n    label: {en: Tea}\n",
                 "words.yml, line 2, themes.tea: expected words under 'about', 'praise' or 'blame', found none; write "
                 "some."),
    "no label": ("themes:\n  tea:\n    about: {en: [tea]}\n",
                 "words.yml, line 2, themes.tea: expected 'label' for a theme that is no driver, found none; write "
                 "it."),
    "left out for nothing": (f"{TEA}leave_out: [speed]\n",
                             "words.yml, line 5, leave_out: expected it beside 'extends: true', found none; write that "
                             "or remove this."),
    "left out of nothing": (f"extends: true\nleave_out: [sped]\n{TEA}",
                            "words.yml, line 2, leave_out[0]: expected the name of a theme, found 'sped'; did you mean "
                            "'speed'?"),
    "a list": ("- tea\n",
               "words.yml: expected a lexicon, a mapping with 'themes:', found a list; start from the package's own, "
               "which read_lexicon() shows."),
}  # fmt: skip


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_lexicon_gets_one_sentence_with_its_line(fault: str, tmp_path: Path) -> None:
    text, message = WRONG[fault]
    with pytest.raises(CodebookError) as refused:
        read(tmp_path, text)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("pattern", "write"),
    [("wi-fi", "write 'wi fi'"), ("slow|late", "write 'slow late'"), ("(a+)+b", "write 'a b'"), ("+ tea", "remove it")],
)
def test_a_pattern_that_no_comment_could_hold_is_refused(tmp_path: Path, pattern: str, write: str) -> None:
    """Comments are split at signs, so that a word with one is never found."""
    word = pattern.split()[0]
    with pytest.raises(CodebookError) as refused:
        read(tmp_path, f"themes:\n  tea:\n    label: {{en: Tea}}\n    about: {{en: ['{pattern}']}}\n")
    assert str(refused.value) == (
        "words.yml, line 4, themes.tea.about.en[0]: expected words of letters and digits, which comments are split "
        f"into, found {word!r}; {write}."
    )


def test_a_comment_that_is_none_may_hold_signs(tmp_path: Path) -> None:
    lexicon = read(tmp_path, f"{TEA}nothing: {{en: [n/a]}}\n")
    assert lexicon.general["nothing"]["en"] == ("n/a",)


def test_themes_of_one_label_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CodebookError) as refused:
        read(tmp_path, f"{TEA}  cup:\n    label: {{en: Tea}}\n    about: {{en: cup}}\n")
    assert str(refused.value) == (
        "words.yml, line 6, themes.cup.label.en: expected different labels, found 'Tea' for 'tea' and 'cup'; change "
        "one."
    )


def test_a_codebook_names_its_lexicon(tmp_path: Path) -> None:
    survey = commented(
        tmp_path, ["nice tea"] * 30, comments={"lexicon": "words.yml"}, files={"words.yml": f"extends: true\n{TEA}"}
    )
    assert "tea" in survey.lexicons["comments"].themes
    assert survey.beside_sha256["words.yml"] == survey.lexicons["comments"].sha256
    assert survey.labels.text("theme", "tea", "ar") == "الشاي"
    # A theme that is a driver is called as the codebook calls the driver.
    assert survey.labels.text("theme", "speed", "en") == survey.labels.text("driver", "speed", "en")


@pytest.mark.parametrize(
    ("lexicon", "files", "message"),
    [
        ("../words.yml", {}, "codebook.yml, comments.lexicon: expected a file in the codebook's folder, found "
         "'../words.yml'; move the file there, pass the file itself together with codebook=, or allow it with "
         "outside=True (--outside) if you trust the codebook."),
        ("words\0.yml", {}, "codebook.yml, comments.lexicon: expected the name of a file, found the control character "
         "U+0000 in it; remove it."),
        ("words.yml", {"words.yml": f"{TEA}    driver: sped\n"}, "words.yml, line 5, themes.tea.driver: expected the "
         "name of a driver, found 'sped'; did you mean 'speed'?"),
    ],
)  # fmt: skip
def test_a_codebook_s_lexicon_is_checked(lexicon: str, files: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(CodebookError) as refused:
        commented(tmp_path, ["x"] * 30, comments={"lexicon": lexicon}, files=files)
    assert str(refused.value) == message


def test_a_lexicon_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CodebookError) as refused:
        commented(tmp_path, ["x"] * 30, comments={"lexicon": "words.yml"})
    assert str(refused.value) == (
        f"Expected a lexicon at {tmp_path / 'words.yml'}, found no such file; check comments.lexicon in the codebook, "
        "or put it there."
    )
