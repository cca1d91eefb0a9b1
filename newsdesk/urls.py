"""The addresses of the site."""

from django.urls import include, path

from annotations.api.site import urls as api_urls
from newsdesk.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("api/v1/", api_urls),
    path("", include("annotations.urls")),
]
