"""Everything about articles, without chats: sources of articles and questions come in; verbatim
citations, or an honest no, go out."""

import os

# ONNX Runtime, from 1.29 on, and the hub's client send usage reports, unless this is switched off
# before they are imported. The questions asked here are private.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
