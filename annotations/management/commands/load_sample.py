"""Put the three sample articles on the desk; it may be called again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from annotations.management.actors import actor_named, add_actor_argument
from annotations.sample.loading import load_sample


class Command(BaseCommand):
    """Load the sample articles."""

    help = "Put three short sample articles into the set “Sample”."

    def add_arguments(self, parser: CommandParser) -> None:
        add_actor_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Store the articles and say how many were new."""
        sample = load_sample(by=actor_named(options["by"]))
        if sample.new_count:
            self.stdout.write(f"{sample.new_count} articles put into the set “{sample.article_set}”.")
        else:
            self.stdout.write("The sample articles were here already.")
