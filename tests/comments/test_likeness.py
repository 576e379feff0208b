"""Likeness: a choice is made only where texts told by other words bear it out, and always the same."""

import numpy as np
import pytest

from drivers.comments.assignment import assign, language_of
from drivers.comments.likeness import learn
from drivers.survey.lexicon.reading import read_lexicon

WORDS = {
    "a": ["apple", "pear", "cherry", "plum", "grape", "melon"],
    "b": ["hammer", "pliers", "wrench", "saw", "drill"],
}


def texts(rng: np.random.Generator, n: int, *, noise: float) -> tuple[list[str], list[str], list[str]]:
    """Texts of two classes, by the words around what tells them; the part ``noise`` says nothing."""
    found: list[str] = []
    labels = list(rng.choice(["a", "b"], n))
    for label in labels:
        own = WORDS[label] if rng.random() > noise else WORDS["a"] + WORDS["b"]
        found.append(" ".join(rng.choice(own, 3)) + f" {rng.integers(0, 10**6)}")
    return found, labels, [f"{label}{k % 12}" for k, label in enumerate(labels)]


def test_what_is_alike_is_told() -> None:
    rng = np.random.default_rng(1)
    known, labels, told_by = texts(rng, 300, noise=0.0)
    unknown, true, _ = texts(rng, 100, noise=0.0)
    found = learn(known, labels, told_by, unknown, precision=0.75, seed=1)
    assert found is not None
    assert found.precision > 0.95 and found.reached > 0.9
    chosen = np.array([found.classes[k] if k >= 0 else "" for k in found.chosen])
    assert (chosen == np.array(true)).mean() > 0.95


def test_nothing_is_told_where_words_say_nothing() -> None:
    rng = np.random.default_rng(2)
    known, labels, told_by = texts(rng, 300, noise=1.0)
    found = learn(known, labels, told_by, known[:50], precision=0.75, seed=1)
    assert found is not None
    assert (found.chosen >= 0).mean() < 0.1


def test_the_words_that_told_a_class_do_not_vouch_for_themselves() -> None:
    # Every text of one telling word is alike, and those of other words are not: left out together, they teach nothing.
    rng = np.random.default_rng(3)
    labels = ["a" if k % 2 else "b" for k in range(24) for _ in range(15)]
    told_by = [f"{label}{k}" for k, label in zip(np.repeat(np.arange(24), 15), labels, strict=True)]
    stems = ["".join(rng.choice(list("bcdfghjklmnpqrstvwxz"), 9)) for _ in range(24)]
    known = [f"{stems[k]} {rng.integers(0, 99)}" for k in np.repeat(np.arange(24), 15)]
    together = learn(known, labels, told_by, ["x y"], precision=0.75, seed=1)
    apart = learn(known, labels, [str(k) for k in range(len(known))], ["x y"], precision=0.75, seed=1)
    assert together is not None and apart is not None
    assert apart.reached > 0.9
    assert together.reached < 0.1


def test_chances_are_calibrated() -> None:
    rng = np.random.default_rng(4)
    known, labels, told_by = texts(rng, 600, noise=0.5)
    unknown, true, _ = texts(rng, 600, noise=0.5)
    found = learn(known, labels, told_by, unknown, precision=0.75, seed=1)
    assert found is not None
    best = np.where(found.chosen >= 0, found.chosen, 0)
    right = np.array([found.classes[k] for k in best]) == np.array(true)
    told = found.chosen >= 0
    assert told.sum() > 200
    assert abs(right[told].mean() - found.chance[told].mean()) < 0.07


def test_too_little_to_learn_from() -> None:
    assert learn(["x y"] * 5, ["a"] * 5, ["w"] * 5, ["x"], precision=0.75, seed=1) is None
    assert learn([], [], [], ["x"], precision=0.75, seed=1) is None


@pytest.fixture(scope="module")
def comments() -> list[str]:
    rng = np.random.default_rng(5)
    about = {"speed": ["slow", "took hours"], "respect": ["rude", "insulted me"]}
    around = {"speed": "standing by the ticket printer number", "respect": "that tall fellow in blue"}
    found = []
    for k in range(400):
        theme = ("speed", "respect")[k % 2]
        found.append(f"{about[theme][int(rng.integers(2))]} {around[theme]} {rng.integers(0, 10**5)}")
    return [*found, *(f"{around['speed']} {k}" for k in range(20))]


def test_comments_say_by_which_way_they_were_told(comments: list[str]) -> None:
    found = assign(comments, [""] * len(comments), read_lexicon())
    speed = found.themes.index("speed")
    assert not found.by_likeness[:400].any()
    assert found.by_likeness[400:, speed].all() and found.mentioned[400:, speed].all()
    without = assign(comments, [""] * len(comments), read_lexicon(), likeness=False)
    assert not without.by_likeness.any() and not without.mentioned[400:].any()


def test_the_same_comments_are_told_alike_again_and_in_any_order(comments: list[str]) -> None:
    first, again = (assign(comments, [""] * len(comments), read_lexicon()) for _ in range(2))
    assert (first.mood == again.mood).all() and (first.by_likeness == again.by_likeness).all()


@pytest.mark.parametrize(
    ("text", "language"),
    [("good", "en"), ("جيد", "ar"), ("👍 5/5", ""), ("السيستم down", "ar"), ("the system is سيئ", "en")],
)
def test_a_comment_s_language_is_that_of_most_letters(text: str, language: str) -> None:
    assert language_of(text) == language
