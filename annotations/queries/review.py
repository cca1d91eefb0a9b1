"""What the review page shows: the claims of an article as cards, its marked text, and who else is there.

Each part is read along an index, in as many queries whatever the article holds.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from functools import cached_property

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from annotations.choices import ClaimState, RunState
from annotations.models import (
    AnnotationRun,
    Article,
    ArticleSet,
    Claim,
    DeskSettings,
    Presence,
    Revision,
    User,
)
from annotations.queries import marked_text
from annotations.queries.board import BoardRow, BoardSpeaker, NumberedSpeakers, board_of
from annotations.queries.cards import Card, card_at_hand, cards_of, claims_of, some_claims
from annotations.queries.claim_order import ClaimOrder, OrderedClaims, Place, Window
from annotations.queries.marked_text import MarkedStretch, TextPart
from annotations.queries.sight import EVERYTHING, Sight
from annotations.queries.texts import text_of

SEEN_WITHIN = timedelta(seconds=40)
# Of an article with more claims only those around the one in hand are read.
AT_ONCE = 100
_CLAIM_NUMBERS = {"total": Count("pk"), "left": Count("pk", filter=Q(state=ClaimState.SUGGESTED))}


class ReviewedArticle:
    """The article under review in one request, its claims in one order; each part is read when asked for.

    With `lists_claims` the request shows a list of them: up to AT_ONCE claims are then read together, so that
    no part has to ask for its own.
    """

    def __init__(
        self, article: Article, order: ClaimOrder = ClaimOrder.TEXT, *, lists_claims: bool = False
    ) -> None:
        self.article = article
        self.order = order
        self._lists_claims = lists_claims
        self._speakers = NumberedSpeakers(article)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """How many claims there are, and how many are left; on the page they came with the article."""
        if hasattr(self.article, "claim_numbers"):
            return self.article.claim_numbers or {"total": 0, "left": 0}
        return Claim.objects.filter(article=self.article.pk).aggregate(**_CLAIM_NUMBERS)

    @property
    def left(self) -> int:
        """How many claims nobody has decided yet."""
        return self._numbers["left"]

    @property
    def total(self) -> int:
        """How many claims the article has, rejected ones too."""
        return self._numbers["total"]

    @property
    def decided(self) -> int:
        """How many claims somebody has decided."""
        return self.total - self.left

    @cached_property
    def all_claims(self) -> dict[int, Claim] | None:
        """All claims of the article where they are few and listed, else None."""
        return claims_of(self.article) if self._lists_claims and self.total <= AT_ONCE else None

    @cached_property
    def _claims(self) -> OrderedClaims:
        places = None
        if self.all_claims is not None:
            places = [
                Place(claim.pk, claim.start, claim.state, claim.confidence)
                for claim in self.all_claims.values()
            ]
        return OrderedClaims(self.article.pk, self.order, places)

    @property
    def speaker_count(self) -> int:
        """How many speakers the article has."""
        return self._speakers.count

    @property
    def named(self) -> list[BoardSpeaker]:
        """The article's first speakers by number."""
        return self._speakers.named

    @cached_property
    def board(self) -> list[BoardRow]:
        """All the article's speakers with their claims counted."""
        return board_of(self.article, self._speakers, self.all_claims)

    def has_claim(self, claim_id: int) -> bool:
        """Say whether the claim is of this article."""
        return self._claims.place_of(claim_id) is not None

    def first_to_review(self) -> int | None:
        """Return the first undecided claim of the order, else the first one, else None."""
        return self._claims.first_to_review()

    def next_undecided(self, claim_id: int) -> int | None:
        """Return the undecided claim that comes after this one, else the first one there is, else None.

        A claim that was decided just now counts as standing where it stood before.
        """
        place = self._claims.place_of(claim_id)
        return self._claims.next_undecided(place) if place else None

    def window(self, claim_id: int | None) -> Window:
        """Return the claims around the one given, the first ones where it is None."""
        return self._claims.window(claim_id)

    def beyond(self, claim_id: int, *, forwards: bool) -> Window:
        """Return the claims from the one given on, or those up to it."""
        return self._claims.beyond(claim_id, forwards=forwards)

    def cards(
        self, claim_ids: Sequence[int], *, in_a_row: bool = False, bare: Collection[int] = ()
    ) -> list[Card]:
        """Return the cards of these claims of the article, those in `bare` without their controls.

        `in_a_row` says that they follow each other in the order.
        """
        numbers = self._claims.numbers_of(claim_ids, in_a_row=in_a_row)
        claims = some_claims(claim_ids) if self.all_claims is None else self.all_claims
        asked = {pk: claims[pk] for pk in claim_ids if pk in claims}
        cards = cards_of(asked, self._speakers, numbers, text_of(self.article), bare=bare)
        return list(cards.values())

    def card_of(self, claim: Claim) -> Card | None:
        """Return the card of a claim that is at hand as it is stored; None where it was deleted meanwhile."""
        return card_at_hand(claim, self._speakers, text_of(self.article))

    def paragraphs_over(self, spans: Iterable[tuple[int, int]]) -> list[MarkedStretch]:
        """Return the marked stretches of the text that the (start, end) spans touch."""
        return marked_text.stretches_over(self.article, self._speakers, spans)

    def text_around(self, claim_id: int | None) -> TextPart:
        """Return the part of the text that the claim is in; a text of usual length has one part."""
        place = self._claims.place_of(claim_id)
        claims = None if self.all_claims is None else self.all_claims.values()
        return marked_text.text_around(self.article, self._speakers, place.start if place else 0, claims)

    def text_before(self, offset: int) -> TextPart:
        """Return the part of the text that ends at the offset or before it."""
        return marked_text.text_before(self.article, self._speakers, offset)

    def text_from(self, offset: int) -> TextPart:
        """Return the part of the text that begins at the offset or behind it."""
        return marked_text.text_from(self.article, self._speakers, offset)


def articles_for_review(sight: Sight = EVERYTHING) -> QuerySet[Article]:
    """Return articles with what the page needs to know before it reads anything else; two queries.

    Beside their sets and the work left in them: `claim_numbers`, the state and error of the `run_under_way`,
    and whether the `desk_counts_effort`.
    """
    claims = Claim.objects.filter(article=OuterRef("pk")).order_by().values("article")
    numbers = JSONObject(**_CLAIM_NUMBERS)
    run = _under_way(AnnotationRun.objects.filter(article=OuterRef("pk")))
    return (
        Article.objects.select_related("work_left")
        .prefetch_related(Prefetch("sets", sight.narrowed(ArticleSet.objects.all())))
        .annotate(
            claim_numbers=Subquery(claims.values(found=numbers)),
            run_under_way=Subquery(run.values(found=JSONObject(state="state", error="error"))[:1]),
            desk_counts_effort=~Exists(DeskSettings.objects.filter(counts_effort=False)),
        )
    )


def run_under_way(article: Article) -> AnnotationRun | None:
    """Return the article's run that is queued or running, None where there is none.

    One that only works out what would change is none: the article stays as it is meanwhile.
    """
    return _under_way(article.runs.all()).first()


def _under_way(runs: QuerySet[AnnotationRun]) -> QuerySet[AnnotationRun]:
    under_way = runs.filter(state__in=[RunState.QUEUED, RunState.RUNNING], is_proposal=False)
    return under_way.order_by("-pk")


def article_mark(article: Article) -> str:
    """Return a word that differs once anything happened to the article: a step, or a run of the pipeline.

    What happened to its speakers elsewhere is no part of it; a merged speaker stands for its survivor anyway.
    """
    revision = Revision.objects.filter(article_id=article.pk).aggregate(last=Max("pk"))["last"]
    run = article.runs.order_by("-pk").values_list("pk", "state").first()
    return "-".join(map(str, (article.pk, article.state, revision, *(run or ()))))


def presence_of_colleagues(person: User) -> QuerySet[Presence]:
    """Return who else has which article open now; a desk has no more of them than people."""
    return Presence.objects.filter(seen_at__gt=timezone.now() - SEEN_WITHIN).exclude(person=person)


def colleagues_at_work(person: User) -> list[Presence]:
    """Return the same, read with the people."""
    return list(presence_of_colleagues(person).select_related("person").order_by("pk"))


def others_here(article: Article, colleagues: Iterable[Presence]) -> list[User]:
    """Return those of the colleagues who have the article open."""
    return [presence.person for presence in colleagues if presence.article_id == article.pk]
