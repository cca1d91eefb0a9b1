"""Making and revoking one's own API tokens, on the account page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from annotations.domain import tokens
from annotations.forms.tokens import TokenForm
from annotations.queries.tokens import tokens_of
from annotations.views.access import Capability, DeskRequest, requires, row_or_404
from annotations.views.people import account_page
from newsdesk.proxies import client_address


@never_cache
@require_POST
@requires(Capability.READ)
def token_make(request: DeskRequest) -> HttpResponse:
    """Make a token and show it, this once: no redirect, since it is kept nowhere."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return account_page(request, token_form=form, status=422)
    made = tokens.make_token(
        name=form.cleaned_data["name"],
        scope=form.cleaned_data["scope"],
        expires_at=form.cleaned_data["expires_on"],
        by=request.user,
        address=client_address(request),
    )
    return account_page(request, made=made)


@require_POST
@requires(Capability.READ)
def token_revoke(request: DeskRequest, pk: int) -> HttpResponse:
    """Revoke one of one's own tokens; somebody else's is not there."""
    token = row_or_404(request, tokens_of(request.user).select_related("person"), pk=pk)
    tokens.revoke_token(token=token, by=request.user, address=client_address(request))
    messages.success(request, f"The token “{token.name}” is revoked. Whatever used it is shut out.")
    return redirect("annotations:account")
