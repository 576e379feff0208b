"""A draft as the text of a codebook: the order of parts, the form of entries and the comments beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from drivers.survey.drafting.constructs import DraftConstruct
from drivers.survey.drafting.content import DraftContent, DraftItem, finding_of_scale, in_order
from drivers.survey.drafting.findings import Finding, Sureness, quoted
from drivers.survey.drafting.group_columns import DraftGroup
from drivers.survey.drafting.rating_scales import DraftScale
from drivers.survey.drafting.yaml_text import WIDTH, aligned, flow, one_line, remarks, scalar, wrapped_list

_LANGUAGES = ("en", "ar")
MOST_COMMENTED = 40
"""Columns without a use that are listed one by one."""


def as_yaml(content: DraftContent) -> str:
    """The codebook's text, ending in a line end."""
    parts = (
        _head(content),
        _survey(content),
        _scales(content.scales),
        _items(content),
        _skips(content),
        _constructs("drivers", content, content.model.drivers),
        _constructs("outcomes", content, content.model.outcomes),
        _expectations(content),
        _design(content),
        _time(content),
        _groups(content),
        _idle(content),
    )
    return "\n".join("\n".join(lines) + "\n" for lines in parts if lines)


def _head(content: DraftContent) -> list[str]:
    asked = sum(bool(finding.confirm) for finding in content.all_findings)
    lines = remarks(
        f"Drafted from {one_line(content.name)} ({content.rows} rows, {content.columns} columns). Beside each entry "
        "stands how sure it is: sure (the file says so), likely (names and values agree) or a guess."
    )
    if asked:
        lines += remarks("Where it says TO CONFIRM, only you can tell: correct the entry and delete the remark.")
    return lines


def _survey(content: DraftContent) -> list[str]:
    title = "" if content.title_known else "TO CONFIRM: a title for the reports"
    lines = ["survey:", *aligned([(f"  id: {content.id}", ""), (f"  title: {flow(_ordered(content.title))}", title)])]
    lines.append("  # source: {en: who was asked, when and how, ar: …}")
    data = [finding for finding in content.findings if finding.part.startswith("data")]
    lines.append("")
    for finding in data:
        lines += remarks(one_line(finding.comment))
    lines.append(f"data: {flow(content.data)}")
    return lines


def _scales(scales: Mapping[str, DraftScale]) -> list[str]:
    lines = ["scales:"]
    for key, scale in scales.items():
        lines += remarks(one_line(finding_of_scale(key, scale).comment), 2)
        missing = {code: scale.missing[code].kind for code in sorted(scale.missing, key=in_order)}
        if scale.codes:
            lines += [f"  {scalar(key)}:", f"    type: {scale.type}", "    codes:"]
            lines += [f"      {scalar(code)}: {flow(_ordered(texts))}" for code, texts in scale.codes.items()]
            lines += [f"    missing: {flow(missing)}"] if missing else []
            continue
        entry: dict[str, object] = {"type": scale.type}
        if scale.type == "numeric":
            entry |= {"min": scale.low, "max": scale.high} | ({"step": "any"} if scale.any_step else {})
        lines.append(f"  {scalar(key)}: {flow(entry | ({'missing': missing} if missing else {}))}")
    return lines


def _items(content: DraftContent) -> list[str]:
    model = content.model
    lines = ["items:"]
    used = [name for part in (model.outcomes, model.drivers) for construct in part for name in construct.columns]
    lines += _item_lines(content.items[name] for name in content.items if name in set(used))
    expected = [name for levels in model.expectations.values() for names in levels.values() for name in names]
    others = [
        Finding(
            part="items",
            columns=tuple(name for name in content.items if name in set(expected)),
            found="expectations",
            sureness=Sureness.LIKELY,
            reason="names pair them with the questions of drivers",
        ),
        *model.aside,
    ]
    shown = set(used)
    for finding in others:
        names = [name for name in finding.columns if name in content.items and name not in shown]
        if names:
            lines += remarks(f"{finding.found[0].upper()}{finding.found[1:]}. {one_line(finding.comment)}", 2)
            lines += _item_lines(content.items[name] for name in names)
            shown |= set(names)
    return lines


def _item_lines(items: Iterable[DraftItem]) -> list[str]:
    entries = []
    for item in items:
        entry: dict[str, object] = {"column": item.rated.profile.name, "scale": item.scale}
        entry |= {"reversed": True} if item.rated.reversed else {}
        entry |= {"text": _ordered(item.text)} if item.text else {}
        answers = {**item.rated.scale.written, **dict.fromkeys(item.rated.strange, "blank")}
        entry |= {"answers": answers} if answers else {}
        entries.append((item.key, entry, item.finding))
    return _entries(entries)


def _skips(content: DraftContent) -> list[str]:
    lines: list[str] = []
    for skip in content.skips:
        lines += remarks(one_line(skip.finding.comment), 2)
        keys = [content.items[name].key for name in skip.columns]
        whole = f"  - {flow({'kind': 'not_asked', 'where': skip.where, 'items': keys})}"
        if len(whole) <= WIDTH:
            lines.append(whole)
            continue
        lines += ["  - kind: not_asked", f"    where: {flow(skip.where)}", *wrapped_list("items", keys, 4)]
    return ["skips:", *lines] if lines else []


def _constructs(part: str, content: DraftContent, constructs: Sequence[DraftConstruct]) -> list[str]:
    entries = []
    for construct in constructs:
        entry: dict[str, object] = {"items": [content.items[name].key for name in construct.columns]}
        entry |= {"kind": construct.kind} if construct.kind else {}
        entry |= {"label": _ordered(construct.label)}
        entry |= {"lever": construct.lever} if construct.lever else {}
        entry |= {"optional": True} if construct.optional else {}
        entries.append((construct.key, entry, construct.finding))
    asked = content.labels_asked if part == "drivers" else None
    return [*(remarks(one_line(asked.comment)) if asked else []), f"{part}:", *_entries(entries)]


def _entries(entries: Sequence[tuple[str, Mapping[str, object], Finding]]) -> list[str]:
    """Entries on a line each, where they fit, with what was found beside them; above them where that is long."""
    lines: list[str] = []
    beside: list[tuple[str, str]] = []

    def close() -> None:
        lines.extend(aligned(beside))
        beside.clear()

    for key, entry, finding in entries:
        comment = one_line(finding.comment)
        whole = f"  {scalar(key)}: {flow(entry)}"
        if len(whole) <= WIDTH and max(len(whole), 40) + len(comment) <= WIDTH + 30:
            beside.append((whole, comment))
            continue
        close()
        parts = [] if len(whole) <= WIDTH else [f"    {scalar(name)}: {flow(value)}" for name, value in entry.items()]
        if parts and len(comment) <= WIDTH - 30:
            lines += [f"  {scalar(key)}:  # {comment}", *parts]
            continue
        lines += [*remarks(comment, 2), *([f"  {scalar(key)}:", *parts] if parts else [whole])]
    close()
    return lines


def _expectations(content: DraftContent) -> list[str]:
    lines = []
    for driver, levels in content.model.expectations.items():
        keys = {level: [content.items[name].key for name in names] for level, names in levels.items()}
        lines.append(f"  {scalar(driver)}: {flow({level: k[0] if len(k) == 1 else k for level, k in keys.items()})}")
    if not lines:
        return []
    return ["# likely: names pair these questions with those of the drivers.", "expectations:", *lines]


def _design(content: DraftContent) -> list[str]:
    entries = dict(content.design.entries)
    lines = [line for finding in content.design.findings for line in remarks(_about(finding))]
    replicates = entries.pop("replicate_weights", None)
    if isinstance(replicates, list):
        lines += ["design:", *(f"  {scalar(key)}: {flow(value)}" for key, value in entries.items())]
        return lines + wrapped_list("replicate_weights", replicates, 2)
    return [*lines, f"design: {flow(entries)}"]


def _about(finding: Finding) -> str:
    """A finding as a remark above its entry: the columns, what they were taken for, how sure and why."""
    names = finding.columns or (finding.part.rpartition(".")[2],)
    return one_line(f"{quoted(names)}: {finding.found}. {finding.comment}")


def _time(content: DraftContent) -> list[str]:
    time, lines = content.time, []
    for finding in time.findings:
        if finding.part != "fieldwork.contact":
            lines += remarks(_about(finding))
        if finding.part == "period" and time.period:
            lines.append(f"period: {flow({'column': time.period[0], 'format': time.period[1]})}")
        if finding.part == "wave" and time.wave:
            lines += ["wave:", f"  columns: {flow(time.wave.columns)}", "  order:"]
            lines += [
                f"    - {flow({'values': list(values), 'label': _ordered(label)})}" for values, label in time.wave.order
            ]
    work = _fieldwork(content)
    return [*lines, *([""] if lines and work else []), *work]


def _fieldwork(content: DraftContent) -> list[str]:
    groups, time = content.groups, content.time
    lines: list[str] = []
    for finding in (*groups.findings, *time.findings):
        about = remarks(_about(finding), 2)
        if finding.part == "fieldwork.duration" and groups.duration:
            lines += [*about, f"  duration: {flow({'column': groups.duration[0], 'unit': groups.duration[1]})}"]
        elif finding.part == "fieldwork.mode" and groups.mode:
            lines += [*about, *_group("mode", groups.mode, 2)]
        elif finding.part == "fieldwork.contact":
            lines += about
            if time.contact:
                lines.append(f"  contact: {flow({'column': time.contact[0], 'format': time.contact[1]})}")
    entries = [line for line in lines if not line.lstrip().startswith("#")]
    return ["fieldwork:", *lines] if entries else [line[2:] for line in lines]


def _groups(content: DraftContent) -> list[str]:
    groups, lines = content.groups, []
    if groups.unit:
        lines += remarks(_about(groups.unit.finding))
        lines += _group("unit", groups.unit, 0)
    if groups.segments:
        lines.append("segments:")
        for segment in groups.segments:
            entry = _group(segment.key, segment, 2)
            entry[0] = f"{entry[0]}  # {one_line(segment.finding.comment)}"
            lines += entry
    if groups.comments:
        finding = next(finding for finding in groups.findings if finding.part == "comments")
        lines += [""] if lines else []
        lines += remarks(f"{_about(finding)}; quote: true shows them on pages")
        lines.append(f"comments: {flow({'column': groups.comments, 'quote': False})}")
    return lines


def _group(key: str, group: DraftGroup, indent: int) -> list[str]:
    start = " " * indent
    values = {value: _ordered(label) for value, label in group.values.items()}
    entry: dict[str, object] = {"column": group.column, "label": _ordered(group.label)}
    whole = f"{start}{scalar(key)}: {flow(entry | ({'values': values} if values else {}))}"
    if len(whole) <= WIDTH and len(values) <= 4:
        return [whole]
    lines = [
        f"{start}{scalar(key)}:",
        f"{start}  column: {scalar(group.column)}",
        f"{start}  label: {flow(_ordered(group.label))}",
    ]
    if values:
        lines.append(f"{start}  values:")
        lines += [f"{start}    {scalar(value)}: {flow(label)}" for value, label in values.items()]
    return lines


def _idle(content: DraftContent) -> list[str]:
    lines: list[str] = []
    if content.personal:
        told = ", ".join(f"{one_line(name)} ({what})" for name, what in content.personal.items())
        lines += remarks(f"Personal data, never used: {told}.")
    if content.idle:
        lines.append("# Columns that are not used:")
        names = list(content.idle)[:MOST_COMMENTED]
        width = max(min(len(one_line(name)), 40) for name in names)
        lines += [f"#   {one_line(name):<{width}}  {one_line(content.idle[name])}" for name in names]
        if len(content.idle) > len(names):
            lines.append(f"#   and {len(content.idle) - len(names)} more")
    return lines


def _ordered(texts: Mapping[str, str]) -> dict[str, str]:
    """Languages in the order of the house: English, Arabic, then the others."""
    first = {language: texts[language] for language in _LANGUAGES if language in texts}
    return first | {language: texts[language] for language in sorted(texts) if language not in first}
