"""The columns that tell how respondents were asked, and how long they took."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from drivers.survey.drafting.findings import Finding, Sureness
from drivers.survey.drafting.group_columns import MOST_GROUPS, DraftGroup, labels_of_values, own_label
from drivers.survey.drafting.profile import Profile
from drivers.survey.drafting.vocabulary import says, tells_duration

_TIME_UNITS = {
    "milliseconds": {"ms", "milliseconds", "millisecond"},
    "minutes": {"min", "mins", "minutes", "دقايق", "دقيقه"},
    "seconds": {"sec", "secs", "seconds", "ثوان", "ثواني", "ثانيه"},
}


def fieldwork_of(
    profiles: Sequence[Profile], taken: Collection[str]
) -> tuple[DraftGroup | None, tuple[str, str] | None, list[Finding]]:
    """How respondents were asked, and how long they took."""
    findings: list[Finding] = []
    mode: DraftGroup | None = None
    duration: tuple[str, str] | None = None
    for profile in profiles:
        if profile.name in taken or profile.is_question:
            continue
        if duration is None and tells_duration(profile.words) and profile.all_numbers and profile.distinct > 1:
            values = profile.values[np.isfinite(profile.values)]
            if values.min() < 0:
                continue
            words = set(profile.words)
            stated = next((unit for unit, names in _TIME_UNITS.items() if words & names), None)
            middle = float(np.median(values))
            unit = stated or ("minutes" if middle < 30 else "seconds")
            duration = (profile.name, unit)
            findings.append(
                Finding(
                    part="fieldwork.duration",
                    columns=(profile.name,),
                    found=f"how long a respondent took, in {unit}",
                    sureness=Sureness.LIKELY if stated else Sureness.GUESS,
                    reason=f"its name; half took less than {middle:.4g}",
                    confirm="" if stated else "are these seconds or minutes?",
                )
            )
        elif mode is None and says(profile.words, "mode") and 2 <= profile.distinct <= MOST_GROUPS:
            if profile.numbers and not profile.labels:
                continue
            finding = Finding(
                part="fieldwork.mode",
                columns=(profile.name,),
                found="how respondents were asked",
                sureness=Sureness.GUESS,
                reason=f"its name; {profile.distinct} values",
                confirm="or is it the channel of the service? Then it is a segment",
            )
            findings.append(finding)
            mode = DraftGroup(
                key="mode",
                column=profile.name,
                label=own_label(profile),
                values=labels_of_values(profile, ""),
                finding=finding,
            )
    return mode, duration, findings
