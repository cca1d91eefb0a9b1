# One image for web, worker and migrations; docker-compose.yml says which is which.
FROM python:3.12-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    NEWSDESK_DATA_DIR=/data

WORKDIR /app

# The packages in a layer of their own: it is made anew only when the lock changes.
COPY requirements.txt ./
RUN pip install --require-hashes --requirement requirements.txt

COPY . .

# The spool is a volume, which takes its owner from here; the static files stay in the image, so that a new
# image always brings its own. The secret serves this one command and is kept nowhere.
RUN useradd --system --uid 10001 --home-dir /nonexistent newsdesk \
    && mkdir -p /data/spool \
    && SECRET_KEY=only-to-collect-the-static-files-at-build-time python manage.py collectstatic --no-input \
    && chown -R newsdesk:newsdesk /data
USER newsdesk

EXPOSE 8000
CMD ["gunicorn", "--bind=0.0.0.0:8000", "newsdesk.wsgi"]
