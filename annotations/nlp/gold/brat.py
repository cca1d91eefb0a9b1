"""Folders of brat's standoff files: a text in `NAME.txt`, what was marked in it in `NAME.ann` beside it.

Contents, cues and sources are text-bound annotations of these types, whatever their capitals. They are
joined by events with these roles, as PolNeAR's are, or by relations of any name. Who speaks is told by a
note, a normalisation or an attribute `Speaker` on the source, the event or the content: accepted names
separated by ` | `, `-` for nobody.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotations.nlp.gold.corpus import SPEAKER_KINDS, GoldArticle, GoldCorpus, GoldError, all_wrong

_ROLES = ("content", "cue", "source")
_OFFSETS = re.compile(r"\d+ \d+(?:;\d+ \d+)*")
_ARGUMENT = re.compile(r"([^\s:]+):([TEREAM]\d+\S*)")
_NUMBERED = re.compile(r"\d+$")


class _Broken(Exception):
    """A line can't be understood; the message says why."""


@dataclass(frozen=True, slots=True)
class _Bound:
    """A text-bound annotation: its line, its type as written, its spans in text order."""

    line: int
    type: str
    spans: list[list[int]]

    @property
    def role(self) -> str:
        return self.type.casefold()


@dataclass(frozen=True, slots=True)
class _Event:
    """An event: its line, what triggers it, and (role, text-bound annotation) for each argument."""

    line: int
    trigger: str
    arguments: list[tuple[str, str]]


@dataclass(slots=True)
class _File:
    """What one .ann file holds, by id."""

    bound: dict[str, _Bound] = field(default_factory=dict)
    events: dict[str, _Event] = field(default_factory=dict)
    relations: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    # Under the annotation they stand at: accepted names as people wrote them, those of an entry elsewhere,
    # and the speaker's kind, each with its line.
    names: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    entries: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    speaker_kinds: dict[str, tuple[int, str]] = field(default_factory=dict)
    # (line, id of what they stand at) of everything that refers to something else.
    referring: list[tuple[int, str]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def leave_out(self, line: int, what: str) -> None:
        """Note that something on a line is no part of the attributions."""
        self.left_out.append(f"line {line}: {what} and is left out")


def read(path: Path) -> GoldCorpus:
    """Read every pair of .txt and .ann below the folder; the id is the path below it without the ending.

    What is marked and is part of no attribution is named in the notes. Raises GoldError with all lines that
    can't be understood.
    """
    articles, notes, problems = [], [], []
    annotated = sorted(path.rglob("*.ann"))
    texts = {file.with_suffix("") for file in path.rglob("*.txt")}
    for file in annotated:
        try:
            article, own_notes = _read_pair(file, path)
        except GoldError as error:
            problems.append(str(error))
        else:
            articles.append(article)
            notes.extend(own_notes)
    for stem in sorted(texts - {file.with_suffix("") for file in annotated}):
        notes.append(f"{stem}.txt is left out: there is no {stem.name}.ann beside it.")
    if problems:
        raise all_wrong([line for problem in problems for line in problem.split("\n")])
    if not articles:
        raise GoldError(f"{path} holds no pair of .txt and .ann.")
    return GoldCorpus(articles, tuple(notes))


def _read_pair(file: Path, folder: Path) -> tuple[GoldArticle, list[str]]:
    try:
        # Bytes, since brat counts a carriage return as the character it is.
        text = file.with_suffix(".txt").read_bytes().decode()
        lines = file.read_bytes().decode().split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{file} can't be read with its text: {error}.") from None
    found, problems = _File(), []
    for number, line in enumerate(lines, start=1):
        try:
            _read_line(line.rstrip("\r"), number, text, found)
        except _Broken as broken:
            problems.append(f"{file}, line {number}: {broken}.")
    problems += [f"{file}, line {number}: {what}." for number, what in _dangling(found)]
    if problems:
        raise GoldError("\n".join(problems))
    attributions = list(_attributions(found))
    article = {
        "id": file.relative_to(folder).with_suffix("").as_posix(),
        "text": text,
        "title": "",
        "attributions": attributions,
    }
    return article, [f"{file}, {note}." for note in found.left_out]


def _read_line(line: str, number: int, text: str, found: _File) -> None:
    if not line.strip():
        return
    id_, tab, rest = line.partition("\t")
    if not tab:
        raise _Broken("there is no tab behind the id")
    reader = _LINES.get(id_[:1])
    if reader is None:
        raise _Broken(f"{id_!r} is no id of brat's")
    reader(id_, rest, number, text, found)


def _text_bound(id_: str, rest: str, number: int, text: str, found: _File) -> None:
    head, _, covered = rest.partition("\t")
    type_, _, offsets = head.partition(" ")
    if not _OFFSETS.fullmatch(offsets):
        raise _Broken(f"{id_} has no offsets such as 0 12 or 0 12;20 31")
    spans = [[int(offset) for offset in piece.split()] for piece in offsets.split(";")]
    for start, end in spans:
        if not 0 <= start < end <= len(text):
            raise _Broken(f"{id_} has the span {start} {end}, the text has {len(text)} characters")
    there = " ".join(" ".join(text[start:end] for start, end in spans).split())
    if there != " ".join(covered.split()):
        raise _Broken(f"{id_} says “{covered}”, the text there is “{there}”")
    _once(id_, found.bound, _Bound(number, type_, sorted(spans)))


def _event(id_: str, rest: str, number: int, text: str, found: _File) -> None:
    arguments = [_ARGUMENT.fullmatch(piece) for piece in rest.split()]
    told = [(match[1].casefold(), match[2]) for match in arguments if match]
    if not told or len(told) != len(arguments):
        raise _Broken(f"{id_} is no event such as Cue:T1 Content:T2 Source:T3")
    event = _Event(number, told[0][1], [(_NUMBERED.sub("", role), target) for role, target in told[1:]])
    found.referring.extend((number, target) for _, target in told)
    _once(id_, found.events, event)


def _relation(id_: str, rest: str, number: int, text: str, found: _File) -> None:
    arguments = [_ARGUMENT.fullmatch(piece) for piece in rest.split()[1:]]
    ends = [match[2] for match in arguments if match]
    if len(ends) != 2 or len(arguments) != 2:
        raise _Broken(f"{id_} is no relation such as Says Arg1:T1 Arg2:T2")
    found.referring.extend((number, target) for target in ends)
    _once(id_, found.relations, (number, ends[0], ends[1]))


def _attribute(id_: str, rest: str, number: int, text: str, found: _File) -> None:
    name, _, target_and_value = rest.partition(" ")
    target, _, value = target_and_value.partition(" ")
    if not target:
        raise _Broken(f"{id_} is no attribute such as Speaker T3 Ann Lee")
    found.referring.append((number, target))
    key = name.casefold().replace("_", "")
    if key == "speaker":
        _once(target, found.names, (number, _names(value, id_)))
    elif key == "speakerkind":
        if value.casefold() not in SPEAKER_KINDS:
            raise _Broken(f"{id_} has the value {value!r}, which is none of {', '.join(SPEAKER_KINDS)}")
        _once(target, found.speaker_kinds, (number, value.casefold()))
    else:
        found.leave_out(number, f"{id_} {name} says nothing of a speaker")


def _note(id_: str, rest: str, number: int, text: str, found: _File) -> None:
    """Read a note of an annotator's or a normalisation; the name is its text."""
    head, _, told = rest.partition("\t")
    kind, _, target_and_value = head.partition(" ")
    target = target_and_value.split(" ")[0]
    if not target:
        raise _Broken(f"{id_} stands at no annotation")
    found.referring.append((number, target))
    if id_.startswith("#") and kind != "AnnotatorNotes":
        found.leave_out(number, f"{id_} {kind} is no note of an annotator's")
    else:
        _once(target, found.names if id_.startswith("#") else found.entries, (number, _names(told, id_)))


def _equivalence(id_: str, rest: str, number: int, text: str, found: _File) -> None:
    found.leave_out(number, "an equivalence says nothing of an attribution")


_LINES: Mapping[str, Callable[[str, str, int, str, _File], None]] = {
    "T": _text_bound,
    "E": _event,
    "R": _relation,
    "A": _attribute,
    "M": _attribute,
    "N": _note,
    "#": _note,
    "*": _equivalence,
}


def _once(id_: str, known: dict[str, Any], value: Any) -> None:
    if id_ in known:
        raise _Broken(f"{id_} is told of twice")
    known[id_] = value


def _names(told: str, id_: str) -> list[str]:
    """Return the accepted names, none for `-`."""
    if told.strip() == "-":
        return []
    names = [name.strip() for name in told.split(" | ") if name.strip()]
    if not names:
        raise _Broken(f"{id_} names nobody: write - where nobody speaks")
    return names


def _dangling(found: _File) -> Iterator[tuple[int, str]]:
    """Yield (line, what is wrong) for everything that refers to what is not there."""
    known = found.bound.keys() | found.events.keys() | found.relations.keys()
    for line, target in found.referring:
        if target not in known:
            yield line, f"{target} is not in this file"
    for id_, event in found.events.items():
        for role, target in [("trigger", event.trigger), *event.arguments]:
            if target in known and target not in found.bound and role in (*_ROLES, "trigger"):
                yield event.line, f"{id_} has {target} as its {role}, which is no text-bound annotation"


def _attributions(found: _File) -> Iterator[dict[str, Any]]:
    """Yield the attributions in text order, and note what is in none."""
    told = list(_from_events(found))
    in_events = {id_ for parts, _ in told for id_ in parts["content"]}
    told += _from_relations(found, in_events)
    used = {id_ for parts, _ in told for ids in parts.values() for id_ in ids}
    used |= found.events.keys() | {event.trigger for event in found.events.values()}
    for id_, bound in found.bound.items():
        if id_ not in used:
            found.leave_out(bound.line, f"{id_} {bound.type} is in no attribution")
    for said in (found.names, found.entries, found.speaker_kinds):
        for target, (line, _) in said.items():
            if target not in used:
                found.leave_out(line, f"what is said of {target} belongs to no attribution")
    yield from sorted((_attribution(found, parts, event) for parts, event in told), key=_start)


def _start(attribution: Mapping[str, Any]) -> int:
    start: int = attribution["content"][0][0]
    return start


# The ids of the text-bound annotations in each role.
_Parts = dict[str, list[str]]


def _from_events(found: _File) -> Iterator[tuple[_Parts, str]]:
    for id_, event in found.events.items():
        parts: _Parts = {role: [] for role in _ROLES}
        trigger = found.bound[event.trigger]
        if trigger.role == "cue":
            parts["cue"].append(event.trigger)
        for role, target in event.arguments:
            if role not in parts:
                found.leave_out(event.line, f"{id_} has {target} as its {role}, which is no role here")
            elif target not in parts[role]:
                parts[role].append(target)
        if parts["content"]:
            yield parts, id_
        else:
            found.leave_out(event.line, f"{id_} has no content")


def _from_relations(found: _File, in_events: set[str]) -> Iterator[tuple[_Parts, str]]:
    """Yield what relations alone join: contents of one cue are one attribution, others one each.

    A cue or source that is not joined to the content itself is the one joined to its source or cue.
    """
    joined: dict[str, list[str]] = defaultdict(list)
    for id_, (line, one, other) in found.relations.items():
        if one in found.bound and other in found.bound:
            joined[one].append(other)
            joined[other].append(one)
        else:
            found.leave_out(line, f"{id_} joins events")

    def beside(ids: Sequence[str], role: str) -> list[str]:
        ordered = dict.fromkeys(other for id_ in ids for other in joined[id_])
        return [other for other in ordered if found.bound[other].role == role]

    contents = [id_ for id_ in list(joined) if found.bound[id_].role == "content" and id_ not in in_events]
    by_cue: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for id_ in contents:
        # A content without a cue shares none: it stands under itself.
        by_cue[tuple(sorted(beside([id_], "cue"))) or (id_,)].append(id_)
    for own in by_cue.values():
        cues, sources = beside(own, "cue"), beside(own, "source")
        parts = {
            "content": own,
            "cue": cues or beside(sources, "cue"),
            "source": sources or beside(cues, "source"),
        }
        yield parts, ""


def _attribution(found: _File, parts: _Parts, event: str) -> dict[str, Any]:
    attribution: dict[str, Any] = {
        role: sorted(span for id_ in ids for span in found.bound[id_].spans) for role, ids in parts.items()
    }
    trigger = [found.events[event].trigger] if event else []
    # What stands at the source is nearest to who speaks, and what people wrote nearer than an entry.
    places = [*parts["source"], event, *trigger, *parts["content"], *parts["cue"]]
    names = [said[id_][1] for said in (found.names, found.entries) for id_ in places if id_ in said]
    if names:
        attribution["names"] = names[0]
    if kinds := [found.speaker_kinds[id_][1] for id_ in places if id_ in found.speaker_kinds]:
        attribution["speaker_kind"] = kinds[0]
    return attribution
