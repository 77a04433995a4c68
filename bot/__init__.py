"""Everything about people and chats: messages from Telegram and commands from the terminal come in;
replies, made from what the index finds, go out."""
