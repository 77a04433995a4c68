"""The accounts of people and bots: the User objects that a bot gets of them."""

from bot.telegram_server.types import Json

# In the place of an administrator who writes as the group.
GROUP_ANONYMOUS_BOT: Json = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}


def person(user_id: int, language_code: str | None) -> Json:
    """A person whose app is in that language, or does not tell in which it is."""
    user: Json = {"id": user_id, "is_bot": False, "first_name": f"User {user_id}"}
    return user | ({"language_code": language_code} if language_code else {})
