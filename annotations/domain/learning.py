"""What a correction teaches: the name by which an article calls a speaker whom the desk knows by another.

Nothing is learned where the correction may be about who spoke and not about who bears the name.
"""

import re

from annotations.choices import MentionForm, SpanRole, SpeakerKind
from annotations.domain import history
from annotations.domain.speakers import NAME_LENGTH
from annotations.models import Alias, Claim, Revision, Speaker
from annotations.names import normalise_name
from annotations.nlp.forms import mention_form
from annotations.nlp.lexicon import words
from annotations.nlp.names import is_title, parse_name
from annotations.queries.namesakes import acquaintances, holders_of, people_alike
from annotations.queries.texts import text_of

MOST_WORDS = 6


def learn_name(*, claim: Claim) -> Alias | None:
    """Let the claim's speaker go by the name that the claim's source has, and return the new alias.

    None, and nothing is learned, where the speaker is the one that was suggested, where the source is no
    name, where the article names the speaker otherwise too, or where the name is somebody else's. An entry
    that the pipeline made of this name and that no editor confirmed is nobody else.
    """
    speaker = claim.speaker
    if speaker is None or speaker.kind == SpeakerKind.UNNAMED:
        return None
    if speaker.pk == history.current_speaker_id(claim.suggested_speaker_id):
        return None
    name = _name_of_source(claim)
    form = normalise_name(name)[:NAME_LENGTH]
    if not form or _is_named_otherwise(speaker, form, text_of(claim.article)):
        return None
    if _is_somebody_elses(name, form, speaker, claim):
        return None
    alias, is_new = Alias.objects.get_or_create(
        speaker=speaker,
        normalised=form,
        defaults={
            "text": name[:NAME_LENGTH],
            "added_by": claim.decided_by,
            "learned_in": claim.article,
        },
    )
    return alias if is_new else None


def taught_by(claim: Claim) -> list[Alias]:
    """Lock and return the aliases that corrections of this claim taught and that are still there."""
    steps = Revision.objects.filter(claim_id=claim.pk, verb="assign speaker")
    ids = [
        int(key.removeprefix("alias:"))
        for before, after in steps.values_list("before", "after")
        for key in after
        if key.startswith("alias:") and before[key] is None
    ]
    held = Alias.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    aliases = held.select_related("speaker")
    return [alias for alias in aliases if alias.normalised != normalise_name(alias.speaker.name)]


def _name_of_source(claim: Claim) -> str:
    """Return the name in the claim's source without titles; empty where it is a description or a pronoun."""
    spans = list(claim.spans.filter(role=SpanRole.SOURCE))
    if len(spans) != 1:
        return ""
    text = text_of(claim.article)[spans[0].start : spans[0].end]
    head = re.split(r"[,(]", text, maxsplit=1)[0]
    if mention_form(text) != MentionForm.NAME:
        return ""
    name = parse_name(head)
    core = name.core
    if not 0 < len(core) <= MOST_WORDS:
        return ""
    is_described = any(word[0].islower() and word not in words("name_particles") for word in core)
    has_office = any(is_title(word) for word in core[:-1])
    has_role = len(core) > 2 and core[0].casefold() in words("roles")
    return "" if is_described or has_office or has_role else name.text


def _is_named_otherwise(speaker: Speaker, form: str, text: str) -> bool:
    """Say whether the text calls the speaker by another name too: then it keeps the two apart."""
    names = set(speaker.aliases.values_list("text", flat=True)) | {speaker.name}
    if speaker.kind == SpeakerKind.PERSON:
        names |= {parse_name(name).core[-1] for name in names if parse_name(name).core}
    own = set(form.split())
    others = [name for name in names if not set(normalise_name(name).split()) <= own]
    return any(re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE) for name in others)


def _is_somebody_elses(name: str, form: str, speaker: Speaker, claim: Claim) -> bool:
    is_person = speaker.kind == SpeakerKind.PERSON
    named = holders_of({form}).get(form, [])
    holders = [
        other for other in named if other != speaker and (other.kind == SpeakerKind.PERSON) == is_person
    ]
    facts = acquaintances(holders, article=claim.article, beside=[])
    if any(facts[holder.pk].is_confirmed for holder in holders):
        return True
    bearers = people_alike({name})[name].bearers if is_person else []
    return any(bearer != speaker for bearer in bearers)
