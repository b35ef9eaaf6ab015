"""Settings of one installation, all from the environment or `.env`; nothing secret has a default."""

import zoneinfo
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ

from botbackend.lib import env
from botbackend.lib.postgres.configuration import databases
from botbackend.lib.redis_settings import connection_settings

django_stubs_ext.monkeypatch()  # lets generic Django classes be subscripted at run time
# The zones are those of the pinned package: the machine's files may be years old, and an hour off.
zoneinfo.reset_tzpath(to=())
zoneinfo.ZoneInfo.clear_cache()

BASE_DIR = Path(__file__).resolve().parent.parent
ENV_FILE = Path(env.text("ENV_FILE") or BASE_DIR / ".env")  # /dev/null: only the environment counts
env.load_dotenv(ENV_FILE)

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY")
FIELD_ENCRYPTION_KEYS = env.words("FIELD_ENCRYPTION_KEYS")  # first encrypts, all decrypt
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
PORT = env.number("PORT", 8000, low=1, high=65535)

INSTALLED_APPS = [
    "projects",  # before Django's, so that its `createsuperuser` is the one
    "botbackend.office",  # before Django's admin, whose pages carry the salon's name
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "django_rq",
    "botbackend.outbox",
    "bookings",
    "dialogues",
    "ai",
    "sheets",
    "botbackend.health",
    "botbackend.salon_api",
    "botbackend.privacy",
    "botbackend.staff",
    "botbackend.backups",
]
if (BASE_DIR / "botbackend" / "workshop").is_dir():  # a container image has none
    INSTALLED_APPS += ["botbackend.workshop.evaluation", "botbackend.workshop.showcase"]

MIDDLEWARE = [
    "projects.middleware.RequestIdMiddleware",
    # What every answer carries, the refusals of those below included.
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "projects.page_policy.PagePolicyMiddleware",
    "projects.middleware.ApiAnswersMiddleware",
    "projects.middleware.SlashMiddleware",
    "projects.middleware.BodyLimitMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "projects.middleware.PeoplesSessionMiddleware",
    "projects.middleware.PeoplesLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "projects.middleware.PeoplesCsrfMiddleware",
    "projects.middleware.PeoplesAuthenticationMiddleware",
    "projects.middleware.StaffClockMiddleware",
    "projects.middleware.PeoplesMessageMiddleware",
    "botbackend.staff.sign_in.PasswordBrakeMiddleware",
    "projects.security.middleware.SignInMiddleware",
    "botbackend.office.security.gate.SecondFactorMiddleware",
    "projects.own_changes.OwnChangesMiddleware",
]

ROOT_URLCONF = "botbackend.urls"
WSGI_APPLICATION = "botbackend.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- PostgreSQL -------------------------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL")
# PostgreSQL's own address where DATABASE_URL leads through a pooler that lends connections by transaction.
DATABASE_DIRECT_URL = env.text("DATABASE_DIRECT_URL")
DATABASE_REPLICA_URL = env.text("DATABASE_REPLICA_URL")
PREPARED_STATEMENTS = env.flag("PREPARED_STATEMENTS", default=not DATABASE_DIRECT_URL)
CONN_MAX_AGE = env.number("CONN_MAX_AGE", 600, low=0, high=86400)
DATABASES = databases(
    # A missing URL is reported by `manage.py check` in words; the placeholder only lets Django start.
    url=DATABASE_URL or "postgres://missing@127.0.0.1:1/missing",
    direct_url=DATABASE_DIRECT_URL,
    replica_url=DATABASE_REPLICA_URL,
    prepares=PREPARED_STATEMENTS,
    max_age=CONN_MAX_AGE,
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis and RQ: the way from PostgreSQL to the workers ---------------------------------------
REDIS_URL = env.text("REDIS_URL")
REDIS_SENTINELS = env.words("REDIS_SENTINELS")
REDIS_TIMEOUT_SECONDS = 1.0
QUEUES = ("turns", "delivery", "sheets", "default")
# Tasks that one worker process runs at once, and the PostgreSQL connections they share while they use one.
WORKER_THREADS = {
    "turns": env.number("TURN_THREADS", 100, low=1, high=1000),
    "delivery": env.number("DELIVERY_THREADS", 32, low=1, high=1000),
    "sheets": env.number("SHEET_THREADS", 4, low=1, high=100),
    "default": env.number("DEFAULT_THREADS", 8, low=1, high=100),
}
# Tasks of one salon that run at once, in all workers together, unless its `Allowance` says otherwise. A turn
# makes one call of Claude at a time, and a delivery one of SendPulse.
SALON_AT_ONCE = {
    "turns": env.number("SALON_TURNS_AT_ONCE", 200, low=1, high=100_000),
    "delivery": env.number("SALON_SENDS_AT_ONCE", 16, low=1, high=100_000),
    "default": env.number("SALON_EVENTS_AT_ONCE", 6, low=1, high=100_000),
}
# Messages of one salon within ten seconds that are answered without a pause; what is more waits for its time.
SALON_MESSAGES_PER_BURST = env.number("SALON_MESSAGES_PER_BURST", 300, low=1, high=1_000_000)
# Requests of one salon's flows that may wait in a web process; 0: all places for the only salon, else half.
SALON_FLOW_PLACES = env.number("SALON_FLOW_PLACES", 0, low=0, high=64)
WORKER_CONNECTIONS = env.number("WORKER_CONNECTIONS", 12, low=2, high=100)
# Every task has a deadline of its own, and its outcome stands in PostgreSQL.
RQ_QUEUES = {
    name: {
        **connection_settings(REDIS_URL, REDIS_SENTINELS, REDIS_TIMEOUT_SECONDS),
        "DEFAULT_TIMEOUT": -1,
    }
    for name in QUEUES
}
RQ = {"WORKER_CLASS": "botbackend.outbox.processes.worker.ThreadWorker"}
RQ_SHOW_ADMIN_LINK = False  # its pages are for superusers: see botbackend/outbox/admin.py

# --- Outside services; an empty base URL means the real service -----------------------------------
CLAUDE_API_KEYS = env.numbered("CLAUDE_API_KEY_")
CLAUDE_BASE_URL = env.text("CLAUDE_BASE_URL") or "https://api.anthropic.com"
TURN_SECONDS = env.number("TURN_SECONDS", 40, low=5, high=3600)  # for all of a turn's calls together
CLAUDE_MODEL_FAST = env.text("CLAUDE_MODEL_FAST") or "claude-haiku-5-5"
CLAUDE_MODEL_MAIN = env.text("CLAUDE_MODEL_MAIN") or "claude-sonnet-5-5"
# What Claude may cost a salon a month where the operator set nothing else, and the models that a salon may
# choose for itself: none, unless they are listed.
SALON_MONTHLY_BUDGET_USD = env.number("SALON_MONTHLY_BUDGET_USD", 100, low=0, high=10_000_000)
SALON_CLAUDE_MODELS = env.words("SALON_CLAUDE_MODELS")
GOOGLE_CREDENTIALS_FILE = env.text("GOOGLE_CREDENTIALS_FILE")
GOOGLE_REQUESTS_PER_MINUTE = env.number("GOOGLE_REQUESTS_PER_MINUTE", 54, low=1, high=100_000)
GOOGLE_API_BASE_URL = env.text("GOOGLE_API_BASE_URL").rstrip("/")
SENDPULSE_BASE_URL = (env.text("SENDPULSE_BASE_URL") or "https://api.sendpulse.com").rstrip("/")
SENDPULSE_CLIENT_ID = env.text("SENDPULSE_CLIENT_ID")
SENDPULSE_CLIENT_SECRET = env.text("SENDPULSE_CLIENT_SECRET")
SENDPULSE_WEBHOOK_SECRET = env.text("SENDPULSE_WEBHOOK_SECRET")
SENDPULSE_PER_SECOND = env.number("SENDPULSE_PER_SECOND", 10, low=1, high=1000)  # per account
MEDIA_HOSTS = env.words("MEDIA_HOSTS", "login.sendpulse.com")  # beside that of SENDPULSE_BASE_URL
MEDIA_MAX_BYTES = env.number("MEDIA_MAX_MB", 10, low=1, high=20) * 1024 * 1024
MEDIA_SECONDS = env.number("MEDIA_SECONDS", 15, low=1, high=60)  # to fetch one
MEDIA_WAIT_SECONDS = env.number("MEDIA_WAIT_SECONDS", 20, low=0, high=60)  # that a turn waits for it
MEDIA_DAYS = env.number("MEDIA_DAYS", 90, low=1, high=3650)
TELEGRAM_BASE_URL = env.text("TELEGRAM_BASE_URL").rstrip("/")
TRANSCRIPTION_URL = env.text("TRANSCRIPTION_URL")
TRANSCRIPTION_KEY = env.text("TRANSCRIPTION_KEY")
TRANSCRIPTION_MODEL = env.text("TRANSCRIPTION_MODEL") or "whisper-1"
TRANSCRIPTION_SECONDS = env.number("TRANSCRIPTION_SECONDS", 30, low=1, high=120)
VOICE_MAX_SECONDS = env.number("VOICE_MAX_SECONDS", 300, low=1, high=7200)  # longer ones are not heard
METRICS_TOKEN = env.text("METRICS_TOKEN")
SENTRY_DSN = env.text("SENTRY_DSN")  # where errors are sent; empty: nowhere
# Whom /.well-known/security.txt names, and until when; both or none.
SECURITY_CONTACT = env.words("SECURITY_CONTACT")
SECURITY_EXPIRES = env.moment("SECURITY_EXPIRES")

# --- Mail to staff; without EMAIL_URL the mail server of this machine takes it --------------------------
_mail: dict[str, Any] = environ.Env.email_url_config(env.text("EMAIL_URL") or "smtp://localhost")
EMAIL_USE_TLS, EMAIL_USE_SSL = bool(_mail.get("EMAIL_USE_TLS")), bool(_mail.get("EMAIL_USE_SSL"))
EMAIL_HOST = _mail["EMAIL_HOST"]
EMAIL_PORT = _mail["EMAIL_PORT"] or (587 if EMAIL_USE_TLS else 465 if EMAIL_USE_SSL else 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"] or "", _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_TIMEOUT = 15  # seconds; without it a silent server would hold a worker's thread for ever
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM") or "botbackend@localhost"

# --- Signing in to the admin ---------------------------------------------------------------------
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATORS}.NumericPasswordValidator"},
]

# Nobody who owns a salon or runs the installation works without a one-time code.
REQUIRE_SECOND_FACTOR = env.flag("REQUIRE_SECOND_FACTOR", default=False)
SESSION_COOKIE_AGE = 12 * 3600  # seconds without a request of a person; see projects/security/sessions.py
PASSWORD_RESET_TIMEOUT = 3600  # seconds that a mailed link is good for

# --- HTTP ----------------------------------------------------------------------------------------
WEB_THREADS = env.number("WEB_THREADS", 4, low=1, high=64)  # of one web process; half may wait for a reply
SYNC_WAIT_SECONDS = 49.0  # SendPulse's flow gives up after 60
MAX_BODY_BYTES = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
APPEND_SLASH = False  # projects.middleware.SlashMiddleware knows both ways
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Seconds that browsers keep to https once they were here by it; 0: they are not told.
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 0, low=0, high=63_072_000)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.flag("SECURE_COOKIES", default=False)
BEHIND_PROXY = env.flag("BEHIND_PROXY")  # then X-Forwarded-For and -Proto are believed
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
THROTTLE_PREFIX = "throttle:"
API_KEY_REQUESTS_PER_MINUTE = env.number("API_KEY_REQUESTS_PER_MINUTE", 600, low=1, high=1_000_000)
ANONYMOUS_REQUESTS_PER_MINUTE = env.number("ANONYMOUS_REQUESTS_PER_MINUTE", 60, low=1, high=1_000_000)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "botbackend.salon_api.docs.hooks.Schema",
    "EXCEPTION_HANDLER": "projects.errors.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Booking backend",
    "DESCRIPTION": "Bookings, configuration and figures of salons whose clients write to a chat bot.",
    "VERSION": "0.1.0",
    "OAS_VERSION": "3.1.0",  # pydantic describes bodies in JSON Schema, which 3.0 only nearly is
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": ["botbackend.salon_api.docs.hooks.complete"],
}

# --- Backups: none where BACKUP_DIR is empty ---------------------------------------------------------
BACKUP_DIR = env.text("BACKUP_DIR")
BACKUP_KEYS = env.words("BACKUP_KEYS")  # first encrypts, all decrypt
BACKUP_KEEP_DAYS = env.number("BACKUP_KEEP_DAYS", 7, low=1, high=3650)
BACKUP_KEEP_WEEKS = env.number("BACKUP_KEEP_WEEKS", 5, low=0, high=520)
BACKUP_KEEP_MONTHS = env.number("BACKUP_KEEP_MONTHS", 12, low=0, high=120)
BACKUP_DRILL_DAYS = env.number("BACKUP_DRILL_DAYS", 7, low=0, high=366)  # 0 = only by hand
BACKUP_COMMAND = env.text("BACKUP_COMMAND")
BACKUP_DATABASE_URL = env.text("BACKUP_DATABASE_URL")

# --- Language, time, files -------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("uk", "Українська"), ("ru", "Русский"), ("en", "English"), ("pl", "Polski")]  # of the pages
USE_I18N = True
FORMAT_MODULE_PATH = ["botbackend.lib.formats"]
# The rooms of the office bring their texts; apps are found by Django itself.
LOCALE_PATHS = sorted((BASE_DIR / "botbackend" / "office").glob("*/locale"))
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # straight from the packages: nothing to collect, nothing to forget
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- Logs: to the console, and to LOG_DIR when it is set ----------------------------------------------
LOG_DIR = env.text("LOG_DIR")
LOGGING: dict[str, object] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "botbackend.lib.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {"httpx2": {"level": "WARNING"}},  # the trace of a turn says more than a line per request
}
if LOG_DIR:
    LOGGING["handlers"] = {
        "console": {"class": "logging.StreamHandler", "formatter": "json"},
        "app": {
            "class": "logging.handlers.WatchedFileHandler",
            "formatter": "json",
            "filename": str(Path(LOG_DIR) / "app.log"),
        },
        "errors": {
            "class": "logging.handlers.WatchedFileHandler",
            "formatter": "json",
            "level": "ERROR",
            "filename": str(Path(LOG_DIR) / "errors.log"),
        },
    }
    LOGGING["root"] = {"handlers": ["console", "app", "errors"], "level": env.text("LOG_LEVEL", "INFO")}
