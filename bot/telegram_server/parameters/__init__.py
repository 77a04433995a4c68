"""The parameters of methods: read and checked as Telegram does, a module for each kind."""
