"""The app's name card."""

from django.apps import AppConfig


class AnnotationsConfig(AppConfig):
    """The one app: articles, claims, speakers and the people who review them."""

    name = "annotations"
    default_auto_field = "django.db.models.BigAutoField"
