"""Which speakers are likely to be one, by how many claims a merge would join; and which are kept apart."""

from collections.abc import Collection

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest, Least

from annotations.choices import ClaimState, SpeakerKind
from annotations.models import Alias, Claim, KeptApart, LikelyDuplicate, Speaker, SpeakerFigures
from annotations.queries.counting import Found, count_of, count_up_to
from annotations.queries.figures import kept_or_counted
from annotations.queries.sight import EVERYTHING, Sight

KEEP_APART_VERB = "keep apart"
# The most claims first: of two entries the one with fewer is what a merge would move.
PAIR_ORDER = ("-joined", "-claims", "id")
MOST_IN_A_GROUP = 12
PAIRS_OF_A_SPEAKER = 10
# Nobody answers more in a day, and whether a pair is open takes a look at five rows.
COUNTED_TO = 50
_SHOWN = (
    *(f"{side}__{name}" for side in ("one", "other") for name in ("name", "role", "kind")),
    *("one_alias__text", "other_alias__text"),
)


def likely_pairs(*, is_strong: bool | None = None, sight: Sight = EVERYTHING) -> QuerySet[LikelyDuplicate]:
    """Return the pairs that still ask for an answer, with both speakers and the two forms of the name.

    Adds `one_claims` and `other_claims` (rejected ones are nobody's), `joined`, the smaller of both, and
    `claims`, their sum. Pairs that were merged or are kept apart are left out. Where figures are kept, the
    last two are as of the last round, so that the order can be read from an index.
    """
    pairs = _with_claims(_seen_pairs(is_strong, sight), sight).only("likeness", *_SHOWN)
    if sight.hidden or not SpeakerFigures.objects.exists():
        return _with_joined(pairs)
    return pairs.annotate(joined=F("kept_joined"), claims=F("kept_claims"))


def pair_count(*, is_strong: bool, sight: Sight = EVERYTHING) -> Found:
    """Return how many pairs ask for an answer, so far as they are counted."""
    return count_up_to(_seen_pairs(is_strong, sight), COUNTED_TO)


def pairs_of(speaker: Speaker, sight: Sight = EVERYTHING) -> list[LikelyDuplicate]:
    """Return the pairs of one speaker, the surest first and among these those that join the most claims."""
    pairs = _seen_pairs(None, sight).filter(Q(one=speaker) | Q(other=speaker))
    pairs = _with_joined(_with_claims(pairs, sight))
    return list(pairs.order_by("-is_strong", *PAIR_ORDER)[:PAIRS_OF_A_SPEAKER])


def group_of(speakers: Collection[Speaker]) -> list[Speaker]:
    """Return the speakers and all that strong pairs connect with them, the given ones first.

    At most twelve; a query for each step from pair to pair.
    """
    found = {speaker.pk: speaker for speaker in speakers}
    asked: set[int] = set()
    while (new := found.keys() - asked) and len(found) < MOST_IN_A_GROUP:
        asked |= new
        pairs = open_pairs().filter(Q(one__in=new) | Q(other__in=new), is_strong=True)
        for pair in pairs.select_related("one", "other").order_by("pk")[:MOST_IN_A_GROUP]:
            found.setdefault(pair.one_id, pair.one)
            found.setdefault(pair.other_id, pair.other)
    return list(found.values())[:MOST_IN_A_GROUP]


def kept_apart(sight: Sight = EVERYTHING) -> QuerySet[KeptApart]:
    """Return the answers "not the same" that are about two entries, with both speakers and who gave them."""
    answers = KeptApart.objects.select_related("one", "other", "by").only(
        "at", "one__name", "other__name", "by__username", "by__first_name", "by__last_name"
    )
    return sight.with_seen_speaker(sight.with_seen_speaker(answers, "one_id"), "other_id")


def are_kept_apart(one: Speaker, other: Speaker) -> KeptApart | None:
    """Return the answer that keeps the two apart, given about them or about who was merged into them."""
    return KeptApart.objects.filter(_between(one.pk, other.pk)).first()


def names_to_compare() -> int:
    """Return how many names the search for duplicates has not seen yet."""
    return Alias.objects.filter(is_compared=False).count()


def open_pairs() -> QuerySet[LikelyDuplicate]:
    """Return the pairs that still ask for an answer."""
    survivors = KeptApart.objects.annotate(
        first=Coalesce("one__merged_into", "one"), second=Coalesce("other__merged_into", "other")
    )
    # As `_between` has it, but in one equality a side, which PostgreSQL can look up for many pairs at once.
    answered = survivors.annotate(older=Least("first", "second"), newer=Greatest("first", "second")).filter(
        older=OuterRef("one"), newer=OuterRef("other")
    )
    return (
        LikelyDuplicate.objects.filter(one__merged_into__isnull=True, other__merged_into__isnull=True)
        .exclude(one__kind=SpeakerKind.UNNAMED)
        .exclude(other__kind=SpeakerKind.UNNAMED)
        .exclude(Exists(answered))
    )


def _seen_pairs(is_strong: bool | None, sight: Sight) -> QuerySet[LikelyDuplicate]:
    pairs = open_pairs()
    if is_strong is not None:
        # As a value of a list, since SQLite looks up no bare condition in an index.
        pairs = pairs.filter(is_strong__in=[is_strong])
    for side in ("one_id", "other_id"):
        pairs = sight.with_seen_speaker(pairs, side)
    return pairs


def _with_claims(pairs: QuerySet[LikelyDuplicate], sight: Sight) -> QuerySet[LikelyDuplicate]:
    standing = sight.narrowed(Claim.objects.exclude(state=ClaimState.REJECTED))
    one, other = (
        count_of(standing.filter(speaker=OuterRef(side)), by="speaker") for side in ("one", "other")
    )
    pairs = pairs.annotate(
        one_claims=kept_or_counted("one__figures__claims", one, sight),
        other_claims=kept_or_counted("other__figures__claims", other, sight),
    )
    return pairs.select_related("one", "other", "one_alias", "other_alias")


def _with_joined(pairs: QuerySet[LikelyDuplicate]) -> QuerySet[LikelyDuplicate]:
    return pairs.annotate(
        joined=Least("one_claims", "other_claims"), claims=F("one_claims") + F("other_claims")
    )


def _between(one: int, other: int) -> Q:
    """Return the condition that an answer is about the two or those merged into them, in either order."""
    return (_is("one", one) & _is("other", other)) | (_is("one", other) & _is("other", one))


def _is(side: str, speaker: int) -> Q:
    return Q(**{side: speaker}) | Q(**{f"{side}__merged_into": speaker})
