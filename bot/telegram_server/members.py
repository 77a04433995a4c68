"""Who is in a chat, and as what: the ChatMember objects that a bot gets of them."""

from dataclasses import dataclass
from typing import Literal

from bot.telegram_server.types import Json

Status = Literal["creator", "administrator", "member", "left", "kicked"]

ADMINISTRATORS = ("creator", "administrator")
IN_THE_CHAT = ("creator", "administrator", "member")

RIGHTS_OF_ADMINISTRATORS = {
    "can_manage_chat": True,
    "can_change_info": True,
    "can_delete_messages": True,
    "can_invite_users": True,
    "can_restrict_members": True,
    "can_pin_messages": True,
    "can_promote_members": False,
    "can_manage_video_chats": True,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
}


@dataclass(frozen=True, slots=True)
class Member:
    """A person or a bot, and what they are in one chat."""

    user: Json
    status: Status

    def as_json(self) -> Json:
        """The ChatMember object."""
        member: Json = {"user": self.user, "status": self.status}
        if self.status == "creator":
            return member | {"is_anonymous": False}
        if self.status == "administrator":
            rights = RIGHTS_OF_ADMINISTRATORS | {"is_anonymous": False}
            return member | {"can_be_edited": False} | rights
        if self.status == "kicked":
            return member | {"until_date": 0}
        return member
