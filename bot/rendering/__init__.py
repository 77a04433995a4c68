"""A `Reply` -> Telegram's HTML, terminal text, JSON; an article -> Markdown or a page of HTML; a
conversation -> a page that looks like the chat."""
