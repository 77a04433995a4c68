"""Articles and evidence: loading, finding, citing and refusing."""

import os

# ONNX Runtime, from 1.29 on, and the hub's client report their use, unless they are told not to
# before they are imported. What is asked here is nobody's business.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
