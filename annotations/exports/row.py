"""One row of the export: the columns of the contract, typed, in the contract's order.

How a row is cut from an article is in `cutting`; how it is written is in a module a format.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import attrgetter

# Half-open, in code points of the article's text.
Offsets = tuple[int, int]
Value = str | int | float | date | tuple[str, ...] | tuple[Offsets, ...] | None

# Between the pieces of a content, cue or source that is in several.
SEAM = " […] "
# Between the names in a cell that holds several.
BAR = " | "


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim as it is exported; None where the column has nothing to say.

    `content`, `cue` and `source` hold the pieces that stand at the spans beside them, with their line
    breaks. Indices count from 1. Columns are only ever added, at the end.
    """

    set: str
    article_id: int | None
    article_title: str
    outlet: str
    byline: str
    url: str
    published_on: date | None
    claim_id: int | None
    claim_no: int
    paragraph: int | None
    sentence: int | None
    region: str
    kind: str
    content: tuple[str, ...]
    content_spans: tuple[Offsets, ...]
    cue: tuple[str, ...]
    cue_spans: tuple[Offsets, ...]
    source: tuple[str, ...]
    source_spans: tuple[Offsets, ...]
    source_form: str
    speaker_id: int | None
    speaker: str
    speaker_kind: str
    speaker_role: str
    speaker_external_id: str
    speaker_gender: str
    gender_basis: str
    countable: bool
    words: int
    state: str
    origin: str
    confidence: float | None
    suggested_speaker: str
    changed: bool
    editor: str
    updated_at: datetime | None
    left_context: str
    right_context: str
    text_sha256: str
    pipeline: str


COLUMNS = tuple(field.name for field in fields(ClaimRow))
values_of: Callable[[ClaimRow], tuple[Value, ...]] = attrgetter(*COLUMNS)
"""Return a row's values in the order of COLUMNS."""


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be written, and how.

    `rows` is read once, in order. `aliases_of` maps speaker ids to the speakers' other names, asked for a
    few hundred at a time. `own_fields` are the labels of the desk's own fields of a speaker, and `answers_of`
    maps speaker ids to the answers under them; what nobody asked is absent, and who declined has "declined".
    `raw` leaves cells that a spreadsheet would run as they are.
    """

    rows: Iterable[ClaimRow]
    aliases_of: Callable[[Sequence[int]], Mapping[int, Sequence[str]]] = lambda _ids: {}
    own_fields: Sequence[str] = ()
    answers_of: Callable[[Sequence[int]], Mapping[int, Mapping[str, str]]] = lambda _ids: {}
    bom: bool = True
    raw: bool = False
