FROM python:3.12-slim-bookworm

RUN apt-get update \
 && apt-get install -y --no-install-recommends git chromium \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home galley

WORKDIR /galley
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock
COPY agent agent
COPY scaffolds scaffolds
RUN mkdir workspace && chown galley workspace

USER galley
ENV BIND=0.0.0.0 WORKSPACE=/galley/workspace
# A stop lets the steps in hand end, and takes 50 seconds at most. Docker kills after 10 unless the
# container is run with `--stop-timeout 60` (Compose: `stop_grace_period: 60s`, Kubernetes:
# `terminationGracePeriodSeconds: 60`); what was cut off is done again by the next start.
STOPSIGNAL SIGTERM
EXPOSE 5000
VOLUME /galley/workspace
CMD ["python", "-m", "agent", "serve"]
