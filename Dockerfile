# The service's image: API, worker and every other command. Two stages, so that nothing that builds is in the second.
# Pin the base by its digest where you build: `docker buildx imagetools inspect python:3.11-slim-bookworm` says it.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/phx
COPY requirements-service.lock ./
RUN /opt/phx/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-service.lock
COPY pyproject.toml README.md LICENSE ./
COPY phx_scraper ./phx_scraper
RUN /opt/phx/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 phx && useradd --uid 10001 --gid phx --home-dir /srv/phx --create-home --shell /usr/sbin/nologin phx
COPY --from=build /opt/phx /opt/phx
COPY deploy/make_bucket.py /opt/phx/make_bucket.py
ENV PATH=/opt/phx/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
# A file of settings, `phx.toml`, is looked for here.
WORKDIR /srv/phx
USER 10001:10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["phx-scraper"]
CMD ["worker"]
