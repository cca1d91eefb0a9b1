"""The figures as text, in per cent with one decimal."""

from annotations.nlp.scoring.calibration import Calibration
from annotations.nlp.scoring.comparison import Comparison
from annotations.nlp.scoring.figures import DRAWN, FORM_GROUPS, MEASURES, Figures, Interval, Share
from annotations.nlp.scoring.scores import Score

# Groups whose intervals and differences are worth a line.
_TOLD = ("direct+mixed", "indirect", "all")


def table(result: Score) -> str:
    """Return the figures by kind, by claim and by fragment, with the intervals where they were drawn."""
    lines = []
    for unit, groups in (("claim", result.by_claim), ("fragment", result.by_fragment)):
        heads = "".join(f" |{name.replace('_', ' ') + ' P/R/F1':>22}" for name in MEASURES)
        lines.append(f"{'by ' + unit:<13}{'gold':>6}{'pred':>6}{heads} | source  named")
        for name, group in groups.items():
            line = f"{name:<13}{group.gold:>6}{group.predicted:>6}"
            for measure in MEASURES:
                value: Figures = getattr(group, measure)
                line += f" |{_percent(value.precision):>9}{_percent(value.recall):>6}{_percent(value.f1):>7}"
            line += f" | {_percent(group.source_accuracy):>6}{_percent(group.named_source_accuracy):>7}"
            lines.append(line)
        lines.append("")
    for name in ("direct+mixed", "all"):
        intervals = [(m, getattr(result.by_claim[name], m).interval) for m in DRAWN]
        shown = [f"{m} {_range(i)}" for m, i in intervals if i is not None]
        if shown:
            lines.append(f"95 % bootstrap of F1 over articles, {name}: {', '.join(shown)}")
    return "\n".join(lines).rstrip("\n")


def name_table(result: Score) -> str:
    """Return how often the speaker's name is right; empty where names were not compared."""
    if result.names is None:
        return ""
    lines = [
        f"speaker names, over {_count(result.named_articles, 'article')} with gold names",
        f"{'':<13}{'gold':>6}{'pred':>6} |{'end to end P/R/F1':>22}{'95 %':>12}"
        f" |{'given content':>15}{'95 %':>12}",
    ]
    for group, score in result.names.items():
        value, share = score.end_to_end, score.given_content
        lines.append(
            f"{group:<13}{score.gold:>6}{score.predicted:>6}"
            f" |{_percent(value.precision):>9}{_percent(value.recall):>6}{_percent(value.f1):>7}"
            f"{_range(value.interval):>12} |{_percent(share.share):>15}{_range(share.interval):>12}"
        )
    lines += ["", f"{'given content, by source':<26}{'direct+mixed':>20}{'all':>20}"]
    for form in FORM_GROUPS:
        shares = [result.names[group].by_form[form] for group in ("direct+mixed", "all")]
        lines.append(f"{_FORM_LABELS[form]:<26}" + "".join(f"{_share(share):>20}" for share in shares))
    return "\n".join(lines)


def calibration_table(result: Score) -> str:
    """Return confidence and share right, band by band; empty where no prediction states a confidence."""
    columns = [
        (what, found)
        for what, found in (("source", result.source_calibration), ("name", result.name_calibration))
        if found is not None
    ]
    if not columns:
        return ""
    heads = "".join(f" |{'claims':>8}{'confidence':>12}{what + ' right':>14}" for what, _ in columns)
    lines = [f"{'confidence':<13}{heads}"]
    for number, band in enumerate(columns[0][1].bands):
        line = f"{band.low:.1f} to {band.high:.1f}   "
        lines.append(line + "".join(_band_cells(found, number) for _, found in columns))
    errors = [f"{what} {_percent(found.expected_error)}" for what, found in columns]
    lines.append(f"expected error, in percentage points: {', '.join(errors)}")
    return "\n".join(lines)


def worst_table(result: Score, number: int) -> str:
    """Return the articles with the lowest attribution F1, one a line."""
    worst = result.worst(number)
    lines = [
        f"the {len(worst)} worst of {_count(result.articles, 'article')}, by attribution F1",
        f"{'F1':>6}{'gold':>6}{'pred':>6}{'paired':>8}{'right':>7}  article",
    ]
    for article in worst:
        name = f"{article.id} {article.title}".strip()
        lines.append(
            f"{_percent(article.f1):>6}{article.gold:>6}{article.predicted:>6}{article.matched:>8}"
            f"{article.right:>7}  {name[:_NAME_LENGTH]}"
        )
    return "\n".join(lines)


def comparison_table(result: Comparison, other: str) -> str:
    """Return the figures of both side by side, with the difference and its interval."""
    lines = [
        f"compared with {other}",
        f"{'':<13}{'measure':<20}{'this':>8}{'other':>8}{'difference':>12}{'95 % of the difference':>26}",
    ]
    for each in result.differences:
        if each.group not in _TOLD:
            continue
        told = ""
        if each.interval is not None:
            low, high = each.interval
            told = f"{100 * low:+.1f} to {100 * high:+.1f}"
        lines.append(
            f"{each.group:<13}{each.measure:<20}{_percent(each.own):>8}{_percent(each.other):>8}"
            f"{100 * each.difference:>+12.1f}{told:>26}{'  real' if each.is_real else ''}"
        )
    if result.missing:
        lines.append(f"{_count(result.missing, 'article')} missing in {other} counted as found empty.")
    return "\n".join(lines)


_NAME_LENGTH = 100
_FORM_LABELS = {
    "pronoun": "pronoun",
    "nominal": "role or description",
    "name": "name",
    "none": "no source",
    "pronoun+nominal": "pronoun and role together",
    "all": "all",
}


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"


def _range(interval: Interval | None) -> str:
    return "" if interval is None else f"{_percent(interval[0])}-{_percent(interval[1])}"


def _share(share: Share) -> str:
    return f"{share.right}/{share.of} {_percent(share.share):>6}" if share.of else "-"


def _band_cells(found: Calibration, number: int) -> str:
    band = found.bands[number]
    if not band.claims:
        return f" |{0:>8}{'-':>12}{'-':>14}"
    return f" |{band.claims:>8}{_percent(band.confidence):>12}{_percent(band.right):>14}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
