"""The entry point of the web server."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from newsdesk.env import WrongSetting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsdesk.settings")

# At this exit code gunicorn stops; at any other it would try the same settings again for ever.
GUNICORN_GIVES_UP = 4

try:
    application = get_wsgi_application()
except WrongSetting as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(GUNICORN_GIVES_UP)
