"""Putting the sample articles on the desk; like a view it hands the runs to the background itself."""

from dataclasses import dataclass

from annotations.domain import articles, sets
from annotations.models import ArticleSet, User
from annotations.sample import SET_NAME, sample_documents
from annotations.tasks import enqueue_runs


@dataclass(frozen=True, slots=True)
class LoadedSample:
    """The set with the sample articles, and how many of them were not on the desk before."""

    article_set: ArticleSet
    new_count: int


def load_sample(*, by: User) -> LoadedSample:
    """Store the sample articles in their set and queue their pre-annotation.

    What is there already stays as it is, so it may be called again.
    """
    article_set = ArticleSet.objects.filter(name=SET_NAME).first() or sets.create_set(
        name=SET_NAME, description="Three invented articles to try Newsdesk on.", by=by
    )
    run_ids = []
    for name, document in sample_documents():
        try:
            run = articles.store_article(document=document, by=by, source_name=name, article_set=article_set)
        except articles.AlreadyThere:
            continue
        run_ids.append(run.pk)
    enqueue_runs(run_ids)
    return LoadedSample(article_set, len(run_ids))
