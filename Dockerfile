# syntax=docker/dockerfile:1
# Packages come from one day of Debian's archive: a later day brings newer browsers. To pin the
# base image beyond its tag, append the digest that `docker buildx imagetools inspect` prints.
ARG PYTHON=3.12-slim-bookworm

FROM python:${PYTHON} AS libraries
COPY requirements.lock ./
RUN python -m venv /opt/galley \
 && /opt/galley/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock

FROM python:${PYTHON}
ARG DEBIAN_DAY=20261120T000000Z
RUN printf 'deb [check-valid-until=no] https://snapshot.debian.org/archive/%s bookworm%s main\n' \
      "debian/${DEBIAN_DAY}" "" "debian-security/${DEBIAN_DAY}" "-security" > /etc/apt/sources.list \
 && rm -f /etc/apt/sources.list.d/* \
 && apt-get update \
 && apt-get install -y --no-install-recommends git chromium libatomic1 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 1000 galley \
 && install -d -o galley /galley/workspace

WORKDIR /galley
COPY --from=libraries /opt/galley /opt/galley
COPY agent agent
COPY scaffolds scaffolds

USER galley
ENV PATH=/opt/galley/bin:$PATH PYTHONUNBUFFERED=1 BIND=0.0.0.0 PORT=5000 WORKSPACE=/galley/workspace
# A stop lets the steps in hand end, and takes 50 seconds at most. Docker kills after 10 unless the
# container is run with `--stop-timeout 60` (Compose: `stop_grace_period: 60s`, Kubernetes:
# `terminationGracePeriodSeconds: 60`); what was cut off is done again by the next start.
STOPSIGNAL SIGTERM
EXPOSE 5000
VOLUME /galley/workspace
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD python -c "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health', timeout=4)"
CMD ["python", "-m", "agent", "serve"]
