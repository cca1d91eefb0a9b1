"""The few settings that differ under test."""

import atexit
import os
import shutil
import tempfile

# Before the settings are read, whatever the environment says: tests must never touch the desk's own data.
os.environ["NEWSDESK_DATA_DIR"] = tempfile.mkdtemp(prefix="newsdesk-tests-")
if "TEST_DATABASE_URL" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
else:
    os.environ.pop("DATABASE_URL", None)

from newsdesk.settings import *  # noqa: F403
from newsdesk.settings import DATA_DIR, DATABASES, STATIC_ROOT, STORAGES

atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns where it is missing

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # In memory, Django would let all threads share one connection, and two at once could not be tested.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "tests.sqlite3")}
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
