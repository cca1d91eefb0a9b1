"""The page of the webhooks: which addresses are told of reviewed articles, and what came of it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from annotations.domain import webhooks
from annotations.forms.webhooks import WebhookForm
from annotations.models import Webhook, WebhookDelivery
from annotations.queries.pages import page_of
from annotations.views.access import Capability, DeskRequest, requires, row_or_404
from newsdesk.proxies import client_address


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.MANAGE)
def webhook_list(request: DeskRequest) -> HttpResponse:
    """Show the webhooks with their deliveries, or set one up and show its secret, this once."""
    if request.method != "POST":
        return _page(request, WebhookForm())
    form = WebhookForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    made = webhooks.add_webhook(**form.cleaned_data, by=request.user, address=client_address(request))
    return _page(request, WebhookForm(), made=made)


@require_POST
@requires(Capability.MANAGE)
def webhook_remove(request: DeskRequest, pk: int) -> HttpResponse:
    """Tell an address nothing any more."""
    webhook = row_or_404(request, Webhook.objects.all(), pk=pk)
    webhooks.remove_webhook(webhook=webhook, by=request.user, address=client_address(request))
    messages.success(request, f"{webhook.url} is told nothing any more.")
    return redirect("annotations:webhooks")


@require_POST
@requires(Capability.MANAGE)
def delivery_send_again(request: DeskRequest, pk: int) -> HttpResponse:
    """Send one delivery again."""
    delivery = row_or_404(request, WebhookDelivery.objects.all(), pk=pk)
    webhooks.send_again(delivery=delivery, by=request.user)
    messages.success(request, "It is sent again as soon as a worker gets to it.")
    return redirect("annotations:webhooks")


def _page(
    request: DeskRequest, form: WebhookForm, *, made: Webhook | None = None, status: int = 200
) -> HttpResponse:
    deliveries = WebhookDelivery.objects.select_related("webhook")
    context = {
        "webhooks": Webhook.objects.select_related("created_by").order_by("pk"),
        "page": page_of(deliveries, order=("-id",), cursor=request.GET.get("page", "")),
        "form": form,
        "made": made,
    }
    return render(request, "annotations/webhooks.html", context, status=status)
