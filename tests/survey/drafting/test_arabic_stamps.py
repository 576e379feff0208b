"""Times that Google Forms writes in Arabic are no comments."""

from pathlib import Path

from drivers.survey.drafting.draft import draft_codebook

_LADDER = ("غير راضٍ إطلاقًا", "غير راضٍ", "محايد", "راضٍ", "راضٍ جدًا")


def test_arabic_time_stamps_are_no_comments(tmp_path: Path) -> None:
    lines = ["طابع زمني,ما مدى رضاك عن سرعة الخدمة؟,ما مدى رضاك عن تعامل الموظفين؟,ما مدى رضاك العام؟"]
    for i in range(40):
        answers = ",".join(_LADDER[(i * k) % 5] for k in (1, 2, 3))
        lines.append(f"2024/03/{10 + i % 15} 3:{i + 10}:00 م غرينتش+3,{answers}")
    (tmp_path / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    draft = draft_codebook(tmp_path / "a.csv")
    assert "comments:" not in draft.text
    assert "vendor: google_forms" in draft.text
