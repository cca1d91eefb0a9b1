"""The addresses of the pages; every view names the capability it needs, or is open to strangers."""

from django.urls import path

from annotations.views import (
    articles,
    claims,
    desk,
    export,
    merges,
    people,
    review,
    sample,
    sessions,
    sets,
    speakers,
    uploads,
)

app_name = "annotations"

urlpatterns = [
    # Desk and articles
    path("", desk.desk, name="desk"),
    path("articles", articles.article_list, name="article-list"),
    path("articles/bulk", articles.article_bulk, name="article-bulk"),
    # Sets
    path("sets", sets.set_list, name="set-list"),
    path("sets/create", sets.set_create, name="set-create"),
    path("sets/<int:pk>", sets.set_detail, name="set-detail"),
    path("sets/<int:pk>/rename", sets.set_rename, name="set-rename"),
    path("sets/<int:pk>/delete", sets.set_delete, name="set-delete"),
    path("sets/<int:pk>/take-out", sets.set_take_out, name="set-take-out"),
    # Speakers
    path("speakers", speakers.speaker_list, name="speaker-list"),
    path("speakers/create", speakers.speaker_create, name="speaker-create"),
    path("speakers/<int:pk>", speakers.speaker_detail, name="speaker-detail"),
    path("speakers/<int:pk>/edit", speakers.speaker_edit, name="speaker-edit"),
    path("speakers/<int:pk>/aliases", speakers.alias_add, name="alias-add"),
    path("aliases/<int:pk>/remove", speakers.alias_remove, name="alias-remove"),
    path("speakers/<int:pk>/merge", merges.speaker_merge, name="speaker-merge"),
    path("merges/<int:pk>/undo", merges.merge_undo, name="merge-undo"),
    # Upload
    path("upload", uploads.upload, name="upload"),
    path("uploads/<int:pk>", uploads.upload_detail, name="upload-detail"),
    path("upload-items/<int:pk>/mapping", uploads.mapping_confirm, name="mapping-confirm"),
    # Review
    path("articles/<int:pk>/review", review.review, name="review"),
    path("articles/<int:pk>/text", review.article_text, name="article-text"),
    path("articles/<int:pk>/run", review.article_run, name="article-run"),
    path("articles/<int:pk>/presence", review.article_presence, name="article-presence"),
    path("articles/<int:pk>/history", review.article_history, name="article-history"),
    path("articles/<int:pk>/undo", review.article_undo, name="article-undo"),
    path("articles/<int:pk>/redo", review.article_redo, name="article-redo"),
    path("articles/<int:pk>/reviewed", review.article_reviewed, name="article-reviewed"),
    path("articles/<int:pk>/retry", review.article_retry, name="article-retry"),
    path("articles/<int:pk>/delete", review.article_delete, name="article-delete"),
    path("articles/<int:pk>/claims", claims.claim_add, name="claim-add"),
    path("articles/<int:pk>/paragraphs/<int:index>/region", review.paragraph_region, name="paragraph-region"),
    path("claims/<int:pk>/accept", claims.claim_accept, name="claim-accept"),
    path("claims/<int:pk>/reject", claims.claim_reject, name="claim-reject"),
    path("claims/<int:pk>/speaker", claims.claim_speaker, name="claim-speaker"),
    path("claims/<int:pk>/kind", claims.claim_kind, name="claim-kind"),
    path("claims/<int:pk>/spans", claims.claim_spans, name="claim-spans"),
    path("claims/<int:pk>/note", claims.claim_note, name="claim-note"),
    path("claims/<int:pk>/delete", claims.claim_delete, name="claim-delete"),
    path("claims/<int:pk>/speaker-options", review.speaker_options, name="speaker-options"),
    # Sample
    path("sample", sample.sample_load, name="sample-load"),
    # Export
    path("export", export.export_page, name="export"),
    path("export/download", export.export_download, name="export-download"),
    # People
    path("log-in", sessions.log_in, name="log-in"),
    path("log-out", sessions.log_out, name="log-out"),
    path("first-account/<str:token>", sessions.first_account, name="first-account"),
    path("invitation/<str:person_part>/<str:token>", sessions.invitation, name="invitation"),
    path("account", people.account, name="account"),
    path("account/name", people.account_name, name="account-name"),
    path("account/password", people.account_password, name="account-password"),
    path("people", people.people_list, name="people"),
    path("people/invite", people.person_invite, name="person-invite"),
    path("people/<int:pk>/role", people.person_role, name="person-role"),
    path("people/<int:pk>/password-link", people.person_password_link, name="person-password-link"),
    path("people/<int:pk>/deactivate", people.person_deactivate, name="person-deactivate"),
    path("people/<int:pk>/reactivate", people.person_reactivate, name="person-reactivate"),
]
