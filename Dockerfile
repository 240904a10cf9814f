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
EXPOSE 5000
VOLUME /galley/workspace
CMD ["python", "-m", "agent", "serve"]
