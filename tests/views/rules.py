"""Who may do what at every address of the site, written down by hand; the tests hold the site against it.

A new address needs a line here: the methods it has, and the least role that may use it. `STRANGER` is for
the few addresses that are asked for without a log-in.
"""

from dataclasses import dataclass

from annotations.choices import Role, TokenScope

STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class Rule:
    """The methods of an address and the least that one must be to use it: a role, or STRANGER."""

    least: str
    methods: frozenset[str]


def reads(least: str) -> Rule:
    """Return the rule of an address that only shows something."""
    return Rule(least, frozenset({"get", "head"}))


def writes(least: str) -> Rule:
    """Return the rule of an address that only takes something in."""
    return Rule(least, frozenset({"post"}))


def both(least: str) -> Rule:
    """Return the rule of an address that shows a form and takes it in."""
    return Rule(least, frozenset({"get", "head", "post"}))


RULES = {
    "healthz": reads(STRANGER),
    "readyz": reads(STRANGER),
    "annotations:desk": reads(Role.VIEWER),
    "annotations:article-list": reads(Role.VIEWER),
    "annotations:search": reads(Role.VIEWER),
    "annotations:article-bulk": writes(Role.EDITOR),
    "annotations:set-list": reads(Role.VIEWER),
    "annotations:set-create": writes(Role.EDITOR),
    "annotations:set-detail": reads(Role.VIEWER),
    "annotations:set-rename": writes(Role.EDITOR),
    "annotations:set-access": writes(Role.EDITOR),
    "annotations:set-delete": writes(Role.EDITOR),
    "annotations:set-take-out": writes(Role.EDITOR),
    "annotations:proposal": reads(Role.EDITOR),
    "annotations:proposal-ask": writes(Role.EDITOR),
    "annotations:proposal-apply": writes(Role.EDITOR),
    "annotations:proposal-discard": writes(Role.EDITOR),
    "annotations:proposal-undo": writes(Role.EDITOR),
    "annotations:proposal-again": writes(Role.EDITOR),
    "annotations:reannotation-list": reads(Role.EDITOR),
    "annotations:reannotation-start": writes(Role.EDITOR),
    "annotations:reannotation-detail": reads(Role.EDITOR),
    "annotations:reannotation-apply": writes(Role.EDITOR),
    "annotations:reannotation-undo": writes(Role.EDITOR),
    "annotations:reannotation-discard": writes(Role.EDITOR),
    "annotations:reannotation-stop": writes(Role.EDITOR),
    "annotations:reannotation-again": writes(Role.EDITOR),
    "annotations:queue-start": reads(Role.VIEWER),
    "annotations:queue-end": reads(Role.VIEWER),
    "annotations:speaker-list": reads(Role.VIEWER),
    "annotations:speaker-create": writes(Role.EDITOR),
    "annotations:speaker-detail": reads(Role.VIEWER),
    "annotations:speaker-edit": writes(Role.EDITOR),
    "annotations:alias-add": writes(Role.EDITOR),
    "annotations:alias-remove": writes(Role.EDITOR),
    "annotations:speaker-merge": both(Role.EDITOR),
    "annotations:merge-undo": writes(Role.EDITOR),
    "annotations:speakers-merge": both(Role.EDITOR),
    "annotations:speaker-split": both(Role.EDITOR),
    "annotations:split-undo": writes(Role.EDITOR),
    "annotations:speaker-duplicates": reads(Role.VIEWER),
    "annotations:pair-keep-apart": writes(Role.EDITOR),
    "annotations:kept-apart-undo": writes(Role.EDITOR),
    "annotations:speaker-history": reads(Role.VIEWER),
    "annotations:speaker-fields": both(Role.EDITOR),
    "annotations:speaker-field-edit": writes(Role.EDITOR),
    "annotations:speaker-field-archive": writes(Role.EDITOR),
    "annotations:upload": both(Role.EDITOR),
    "annotations:upload-detail": reads(Role.EDITOR),
    "annotations:import-stop": writes(Role.EDITOR),
    "annotations:import-resume": writes(Role.EDITOR),
    "annotations:import-retry": writes(Role.EDITOR),
    "annotations:mapping-confirm": writes(Role.EDITOR),
    "annotations:review": reads(Role.VIEWER),
    "annotations:article-text": reads(Role.VIEWER),
    "annotations:article-cards": reads(Role.VIEWER),
    "annotations:article-board": reads(Role.VIEWER),
    "annotations:article-run": reads(Role.VIEWER),
    "annotations:article-presence": reads(Role.VIEWER),
    "annotations:article-history": reads(Role.VIEWER),
    "annotations:step-take-back": writes(Role.ANNOTATOR),
    "annotations:article-undo": writes(Role.ANNOTATOR),
    "annotations:article-redo": writes(Role.ANNOTATOR),
    "annotations:article-reviewed": writes(Role.ANNOTATOR),
    "annotations:article-retry": writes(Role.EDITOR),
    "annotations:article-delete": writes(Role.EDITOR),
    "annotations:claim-add": writes(Role.ANNOTATOR),
    "annotations:paragraph-region": writes(Role.ANNOTATOR),
    "annotations:claim-accept": writes(Role.ANNOTATOR),
    "annotations:claim-reject": writes(Role.ANNOTATOR),
    "annotations:claim-speaker": writes(Role.ANNOTATOR),
    "annotations:claim-kind": writes(Role.ANNOTATOR),
    "annotations:claim-chain": writes(Role.ANNOTATOR),
    "annotations:claim-spans": writes(Role.ANNOTATOR),
    "annotations:claim-note": writes(Role.ANNOTATOR),
    "annotations:claim-delete": writes(Role.ANNOTATOR),
    "annotations:claim-alternatives": reads(Role.ANNOTATOR),
    "annotations:speaker-options": reads(Role.ANNOTATOR),
    "annotations:sample-load": writes(Role.EDITOR),
    "annotations:export": reads(Role.VIEWER),
    "annotations:export-download": Rule(Role.VIEWER, frozenset({"get"})),
    "annotations:log-in": both(STRANGER),
    "annotations:log-in-code": both(STRANGER),
    "annotations:log-out": writes(Role.VIEWER),
    "annotations:first-account": both(STRANGER),
    "annotations:invitation": both(STRANGER),
    "annotations:account": reads(Role.VIEWER),
    "annotations:account-name": writes(Role.VIEWER),
    "annotations:account-password": writes(Role.VIEWER),
    "annotations:log-ins-end-others": writes(Role.VIEWER),
    "annotations:log-in-end": writes(Role.VIEWER),
    "annotations:account-counting": writes(Role.VIEWER),
    "annotations:desk-counting": writes(Role.ADMIN),
    "annotations:second-factor": both(Role.VIEWER),
    "annotations:second-factor-image": reads(Role.VIEWER),
    "annotations:second-factor-on": writes(Role.VIEWER),
    "annotations:second-factor-codes": writes(Role.VIEWER),
    "annotations:second-factor-off": writes(Role.VIEWER),
    "annotations:token-make": writes(Role.VIEWER),
    "annotations:token-revoke": writes(Role.VIEWER),
    "annotations:webhooks": both(Role.EDITOR),
    "annotations:webhook-remove": writes(Role.EDITOR),
    "annotations:delivery-send-again": writes(Role.EDITOR),
    "annotations:audit-log": reads(Role.ADMIN),
    "annotations:people": reads(Role.ADMIN),
    "annotations:person-invite": writes(Role.ADMIN),
    "annotations:person-role": writes(Role.ADMIN),
    "annotations:person-password-link": writes(Role.ADMIN),
    "annotations:person-second-factor-reset": writes(Role.ADMIN),
    "annotations:person-deactivate": writes(Role.ADMIN),
    "annotations:person-reactivate": writes(Role.ADMIN),
}


# The API: of each address the methods it has, with the least role and the least scope of a token for each.
# None is for what a stranger may ask for.
API_RULES: dict[str, dict[str, tuple[Role, TokenScope] | None]] = {
    "api:document": {"get": None},
    "api:nowhere": {},
    "api:sets": {"get": (Role.VIEWER, TokenScope.READ)},
    "api:articles": {"get": (Role.VIEWER, TokenScope.READ), "post": (Role.EDITOR, TokenScope.WRITE)},
    "api:article": {"get": (Role.VIEWER, TokenScope.READ)},
    "api:uploads": {"post": (Role.EDITOR, TokenScope.WRITE)},
    "api:upload": {"get": (Role.EDITOR, TokenScope.READ)},
    "api:claims": {"get": (Role.VIEWER, TokenScope.READ)},
}
