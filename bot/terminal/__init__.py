"""Typed lines, or a script -> what people do in a chat, played in the dialogue or through the real
bot; what came of it -> the terminal: the local test harness."""
