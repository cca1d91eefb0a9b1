"""The addresses of the site."""

from django.urls import include, path

from newsdesk.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("annotations.urls")),
]
