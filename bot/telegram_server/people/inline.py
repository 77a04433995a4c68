"""People use inline mode: they type the bot's name and a question, and choose from results."""

from bot.telegram_server.chats import Message
from bot.telegram_server.entities import utf16_length
from bot.telegram_server.inline import InlineQuery
from bot.telegram_server.limits import MAX_INLINE_QUERY_LENGTH
from bot.telegram_server.people.acting import Acting
from bot.telegram_server.types import Json


class InlineMode(Acting):
    """Inline queries, and what is chosen of their results."""

    def ask_inline(
        self, user_id: int, query: str, offset: str = "", *, chat_type: str = "sender"
    ) -> str:
        """The id of a query that a person types; `offset` asks for further results."""
        if utf16_length(query) > MAX_INLINE_QUERY_LENGTH:
            raise ValueError(f"an inline query has at most {MAX_INLINE_QUERY_LENGTH} characters")
        with self._state.changed:
            if not self._state.inline_mode:
                raise ValueError("the bot's inline mode is off")
            user = self._state.person(user_id)
            query_id = self._state.inline_queries.open(InlineQuery(user, query, offset))
            update = {
                "id": query_id,
                "from": user,
                "query": query,
                "offset": offset,
                "chat_type": chat_type,
            }
            self._state.updates.add("inline_query", update)
            return query_id

    def choose_inline(self, query_id: str, result_id: str, chat_id: int) -> int:
        """The person sends one of the results to a chat, as a message of their own."""
        with self._state.changed:
            query, answer = self._state.inline_answers[query_id]
            chosen = {result.id: result for result in answer.results}.get(result_id)
            if chosen is None:
                raise ValueError(f"no result {result_id!r} for query {query_id}")
            chat = self._open_chat(chat_id, None)
            message = chat.add_message(self._actor(chat, query.user["id"]), chosen.content)
            message.source, message.parse_mode = chosen.source, chosen.parse_mode
            message.reply_markup = chosen.reply_markup
            message.link_preview_options = chosen.link_preview_options
            message.origin = {"via_bot": self._state.user}
            self._state.add_inline_message(chat, message)
            self._state.deliver(chat, message, "message")
            self._tell_of_choice(query, result_id, message)
            return message.message_id

    def _tell_of_choice(self, query: InlineQuery, result_id: str, message: Message) -> None:
        """The bot gets to know of it if its owner has switched that on."""
        if not self._state.inline_feedback:
            return
        update: Json = {"from": query.user, "query": query.query, "result_id": result_id}
        # Only messages with buttons can be edited by the bot.
        if message.inline_keyboard:
            update["inline_message_id"] = message.inline_message_id
        self._state.updates.add("chosen_inline_result", update)
