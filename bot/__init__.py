"""People and chats: dialogue, wording, Telegram and the terminal."""
