"""The answers with ok:false: Telegram's error codes, and the descriptions that are long or come
from several places."""

from bot.telegram_server.types import Json

CONFLICT = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is"
    " running"
)
CONFLICT_OF_POLL = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the"
    " webhook first"
)
CONFLICT_WITH_WEBHOOK = "Conflict: terminated by setWebhook request"
MESSAGE_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
TEXT_MISSING = "message text is empty"
TEXT_EMPTY = "text must be non-empty"


class ApiError(Exception):
    """An answer with ok:false. `words` are those of a bad request as they stand within others."""

    def __init__(
        self, error_code: int, description: str, *, words: str = "", **parameters: int
    ) -> None:
        super().__init__(description)
        self.words = words
        self.error_code = error_code
        self.description = description
        self.parameters = parameters

    def as_json(self) -> Json:
        """The body of the answer."""
        answer = {"ok": False, "error_code": self.error_code, "description": self.description}
        return answer | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(words: str) -> ApiError:
    """Something is wrong with the call: 400. Telegram begins such words in lower case, unless they
    are a name in capitals."""
    is_name = words[1:2] == "_" or words[1:2].isupper()
    description = words if is_name else words[:1].lower() + words[1:]
    return ApiError(400, f"Bad Request: {description}", words=words)


def nested(cannot: str, error: ApiError) -> ApiError:
    """An error of a part of a call, told as that of the whole."""
    return bad_request(f"{cannot}: {error.words}")


def not_found() -> ApiError:
    """There is nothing of that name: 404."""
    return ApiError(404, "Not Found")


def request_entity_too_large() -> ApiError:
    """The file or the request is too large: 413."""
    return ApiError(413, "Request Entity Too Large")


def too_many_requests(seconds: int) -> ApiError:
    """The bot called too often, and has to wait for so long: 429."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
