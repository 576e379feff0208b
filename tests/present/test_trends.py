"""What is followed over time, and what only one wave was asked."""

import re
from pathlib import Path

import numpy as np
import pytest

import drivers as kda
from drivers.present.channel import bundle
from drivers.present.sentences.findings import statistic_value
from drivers.survey.data import Survey
from tests.simulated import make_survey


@pytest.fixture
def survey(tmp_path: Path) -> Survey:
    rng = np.random.default_rng(7)
    waves = np.repeat(["2023", "2024"], [40, 60])
    x = rng.uniform(10, 90, 100)
    recommend = np.where(waves == "2024", rng.integers(0, 11, 100), np.nan)
    outcomes = {"satisfaction": np.clip(x + rng.normal(0, 5, 100), 0, 100), "recommend": recommend}
    return make_survey(tmp_path, drivers={"a": x}, outcomes=outcomes, nps=["recommend"], waves=waves)


@pytest.mark.parametrize(
    ("language", "sentence"),
    {
        "en": "Net Promoter Score of the measure “recommend”: {value} in wave “2024”, the only wave with enough "
        "answers, so there is no change over time to show.",
        "ar": "«recommend»، صافي نقاط الترويج (NPS): {value} في دورة «2024» وحدها، إذ لا تكفي الإجابات في "
        "غيرها، ولذلك لا يُعرض تغيّره عبر الزمن.",
    }.items(),
)
def test_what_one_wave_alone_was_asked_is_told_without_a_change(survey: Survey, language: str, sentence: str) -> None:
    words = kda.wording(language, survey.labels)
    trend = kda.by_wave(kda.outcome_scores, survey)
    html = bundle(trend, words, as_="trend")["text/html"]
    assert html.count("<figure") == 1  # satisfaction alone
    text = re.sub(r"[\u2066-\u2069]", "", re.sub("<[^>]+>", "", html))
    score = kda.outcome_scores(survey).score("recommend", "nps")
    assert score is not None
    value = re.sub(r"[\u2066-\u2069]", "", statistic_value("nps", score.level.estimate, words))
    assert sentence.format(value=value) in text
    assert ("100" in text) and ("60" in text)  # who answered each question, not who was asked
