#!/usr/bin/env python
"""The command line: `python manage.py help` lists the commands."""

import os
import sys

from django.core.management import execute_from_command_line

from newsdesk.env import WrongSetting

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsdesk.settings")
    try:
        execute_from_command_line(sys.argv)
    except WrongSetting as error:
        sys.exit(str(error))
