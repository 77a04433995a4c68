#!/bin/sh
# Builds the image and proves what the Dockerfile promises.
#
# Needs buildah, podman and the packages of `article-bot[dev]`. What is special on a
# machine comes from outside:
#   BUILD_FLAGS  for `buildah build`, e.g. --build-arg PIP_EXTRA_INDEX_URL=...
#   RUN_FLAGS    for `podman run`, e.g. --no-healthcheck where systemd does not run
#   IMAGE        the name that the image gets
set -eu
cd "$(dirname "$0")/../.."
export IMAGE="${IMAGE:-localhost/article-bot}"

# The OCI format has no HEALTHCHECK. The flags are several words:
# shellcheck disable=SC2086
buildah build --format docker --layers ${BUILD_FLAGS:-} --tag "$IMAGE" .
exec python -m pytest tests/image/proofs.py "$@"
