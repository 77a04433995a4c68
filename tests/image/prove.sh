#!/bin/sh
# Builds both images and proves what the Dockerfile promises.
#
# Needs buildah, podman and the packages of `article-bot[dev]`. What is special on a
# machine comes from outside:
#   BUILD_FLAGS  for `buildah build`, e.g. --build-arg PIP_EXTRA_INDEX_URL=...
#   RUN_FLAGS    for `podman run`, e.g. --no-healthcheck where systemd does not run
#   IMAGE        the name that the image gets
#   TORCH_IMAGE  that of the one with PyTorch
set -eu
cd "$(dirname "$0")/../.."
export IMAGE="${IMAGE:-localhost/article-bot}"
export TORCH_IMAGE="${TORCH_IMAGE:-$IMAGE:torch}"

# The OCI format has no HEALTHCHECK. The flags are several words:
# shellcheck disable=SC2086
buildah build --format docker --layers ${BUILD_FLAGS:-} --tag "$IMAGE" .
# shellcheck disable=SC2086
buildah build --format docker --layers ${BUILD_FLAGS:-} --target torch --tag "$TORCH_IMAGE" .
exec python -m pytest tests/image/proofs.py "$@"
