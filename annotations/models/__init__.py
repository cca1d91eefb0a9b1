"""The tables: fields, constraints and querysets. What changes them is in `annotations.domain`."""

from annotations.models.article import Article, ArticleSet
from annotations.models.audit import AuditEntry, LogIn
from annotations.models.claim import Candidate, Claim, ClaimSpan
from annotations.models.duplicate import KeptApart, LikelyDuplicate
from annotations.models.effort import DeskSettings, StepEffort
from annotations.models.figures import KeptFigures, SetFigures, SpeakerFigures
from annotations.models.mention import Mention, SpeakerNumber
from annotations.models.person import User
from annotations.models.presence import Presence
from annotations.models.reannotation import (
    COUNTED,
    Proposal,
    ProposalDraft,
    Reannotation,
    ReannotationTally,
)
from annotations.models.revision import Revision
from annotations.models.run import AnnotationRun
from annotations.models.search import ArticleWords, ClaimWords
from annotations.models.second_factor import RecoveryCode
from annotations.models.sentence import Paragraph, Sentence
from annotations.models.speaker import Alias, Speaker
from annotations.models.speaker_field import SpeakerAttribute, SpeakerField
from annotations.models.token import ApiToken
from annotations.models.upload import Upload, UploadItem
from annotations.models.webhook import Webhook, WebhookDelivery
from annotations.models.work_left import WorkLeft
from annotations.models.worker import Worker

__all__ = [
    "COUNTED",
    "Alias",
    "AnnotationRun",
    "ApiToken",
    "Article",
    "ArticleSet",
    "ArticleWords",
    "AuditEntry",
    "Candidate",
    "Claim",
    "ClaimSpan",
    "ClaimWords",
    "DeskSettings",
    "KeptApart",
    "KeptFigures",
    "LikelyDuplicate",
    "LogIn",
    "Mention",
    "Paragraph",
    "Presence",
    "Proposal",
    "ProposalDraft",
    "Reannotation",
    "ReannotationTally",
    "RecoveryCode",
    "Revision",
    "Sentence",
    "SetFigures",
    "Speaker",
    "SpeakerAttribute",
    "SpeakerField",
    "SpeakerFigures",
    "SpeakerNumber",
    "StepEffort",
    "Upload",
    "UploadItem",
    "User",
    "Webhook",
    "WebhookDelivery",
    "WorkLeft",
    "Worker",
]
