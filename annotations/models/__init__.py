"""The tables: fields, constraints and querysets. What changes them is in `annotations.domain`."""

from annotations.models.article import Article, ArticleSet
from annotations.models.claim import Candidate, Claim, ClaimSpan
from annotations.models.mention import Mention
from annotations.models.person import User
from annotations.models.presence import Presence
from annotations.models.revision import Revision
from annotations.models.run import AnnotationRun
from annotations.models.sentence import Paragraph, Sentence
from annotations.models.speaker import Alias, Speaker
from annotations.models.upload import Upload, UploadItem

__all__ = [
    "Alias",
    "AnnotationRun",
    "Article",
    "ArticleSet",
    "Candidate",
    "Claim",
    "ClaimSpan",
    "Mention",
    "Paragraph",
    "Presence",
    "Revision",
    "Sentence",
    "Speaker",
    "Upload",
    "UploadItem",
    "User",
]
