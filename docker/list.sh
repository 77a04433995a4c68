#!/bin/sh
# Lists what is in the image: list.sh SYSTEM ENVIRONMENT
set -eu
mkdir -p "$2/share/doc/article-bot"
/opt/tools/bin/cyclonedx-py environment "$2/bin/python" --pyproject pyproject.toml \
    --output-reproducible --no-validate --output-file "$2/share/doc/article-bot/sbom.cdx.json"
exec /opt/tools/bin/python docker/sbom.py "$1" "$2"
