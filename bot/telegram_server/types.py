"""The JSON objects that the Bot API is made of, as Python has them."""

from typing import Any

Json = dict[str, Any]
