# Every image of Reporeel, one target a service: docker build --target gateway --tag reporeel-gateway .
# The gateway's has no engine in it. The others share one environment, so that a node stores it once.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

# --- what is installed, by hash: these layers hold until a requirements file changes ---------------------
FROM ${PYTHON_IMAGE} AS tools
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /source
COPY requirements/build.txt requirements/sbom.txt requirements/
RUN python -m venv /opt/tools \
 && /opt/tools/bin/pip install --only-binary=:all: --require-hashes -r requirements/build.txt -r requirements/sbom.txt

FROM tools AS gateway-requirements
COPY requirements/gateway.txt requirements/
RUN python -m venv --without-pip /opt/reporeel \
 && pip --python /opt/reporeel/bin/python install --only-binary=:all: --require-hashes -r requirements/gateway.txt

FROM tools AS media-requirements
COPY requirements/runtime.txt requirements/
RUN python -m venv --without-pip /opt/reporeel \
 && pip --python /opt/reporeel/bin/python install --only-binary=:all: --require-hashes -r requirements/runtime.txt

# --- what is ours, apart in /ours, and the list of all that is installed ---------------------------------
FROM tools AS wheel
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY shared shared
COPY services services
RUN /opt/tools/bin/python -m hatchling build --target wheel --directory /wheel

FROM gateway-requirements AS gateway-ours
COPY --from=wheel /wheel /wheel
RUN pip --python /opt/reporeel/bin/python install --no-deps --root /ours /wheel/*.whl \
 && cp --archive /ours/. / \
 && /opt/tools/bin/cyclonedx-py environment --output-file /ours/opt/reporeel/sbom.cdx.json /opt/reporeel/bin/python

FROM media-requirements AS media-ours
COPY --from=wheel /wheel /wheel
RUN pip --python /opt/reporeel/bin/python install --no-deps --root /ours /wheel/*.whl \
 && cp --archive /ours/. / \
 && /opt/tools/bin/cyclonedx-py environment --output-file /ours/opt/reporeel/sbom.cdx.json /opt/reporeel/bin/python

# --- what runs: nobody's user, nothing to write to but /data and /tmp -----------------------------------
FROM ${PYTHON_IMAGE} AS base
LABEL org.opencontainers.image.title="Reporeel" \
      org.opencontainers.image.description="A repository in, a film out." \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /tmp --shell /usr/sbin/nologin reporeel \
 && install --directory --owner=reporeel --group=reporeel --mode=0750 /data
ENV PATH=/opt/reporeel/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 REPOREEL_DATA=/data
USER 10001:10001
WORKDIR /tmp
ENTRYPOINT ["reporeel"]

FROM base AS gateway
COPY --from=gateway-requirements /opt/reporeel /opt/reporeel
COPY --from=gateway-ours /ours/opt/reporeel /opt/reporeel
ENV REPOREEL_HOST=0.0.0.0
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-m", "shared.probe", "8080"]
CMD ["serve", "gateway"]

FROM base AS media
COPY --from=media-requirements /opt/reporeel /opt/reporeel
ENV REPOREEL_HEALTH_PORT=8081
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-m", "shared.probe", "8081"]

FROM media AS scanner
COPY --from=media-ours /ours/opt/reporeel /opt/reporeel
CMD ["serve", "scanner"]

FROM media AS narrator
COPY --from=media-ours /ours/opt/reporeel /opt/reporeel
CMD ["serve", "narrator"]

# Debian's Apertium brings Spanish, French, Italian, Catalan and Galician (GPL, programs of their own).
FROM media AS translator
USER 0:0
# Debian removes old versions of its packages, so a pinned one would stop the build at the next point release.
# hadolint ignore=DL3008
RUN apt-get update --quiet=2 \
 && apt-get install -y --quiet=2 --no-install-recommends \
    apertium apertium-cat-ita apertium-en-gl apertium-eng-cat apertium-eng-spa apertium-es-gl apertium-es-pt \
    apertium-fra-cat apertium-por-cat \
 && rm -rf /var/lib/apt/lists/*
USER 10001:10001
COPY --from=media-ours /ours/opt/reporeel /opt/reporeel
CMD ["serve", "translator"]

FROM media AS publisher
COPY --from=media-ours /ours/opt/reporeel /opt/reporeel
CMD ["serve", "publisher"]
