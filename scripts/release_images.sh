#!/usr/bin/env bash
# Push images that `make test-docker` has built and tested; leave in sbom/ what each holds, and its digest.
# Usage: GITHUB_TOKEN=... scripts/release_images.sh PREFIX-HERE PREFIX-THERE VERSION
set -euo pipefail
here=$1 there=$2 version=$3

mkdir -p sbom
: >sbom/digests.txt
printf %s "$GITHUB_TOKEN" | docker login "${there%%/*}" --username "${GITHUB_ACTOR:-release}" --password-stdin
for service in gateway scanner narrator translator publisher; do
  docker run --rm --entrypoint cat "$here-$service" /opt/reporeel/sbom.cdx.json >"sbom/$service.cdx.json"
  docker tag "$here-$service" "$there-$service:$version"
  docker push --quiet "$there-$service:$version"
  docker image inspect --format '{{index .RepoDigests 0}}' "$there-$service:$version" >>sbom/digests.txt
done
