"""Parse and validate what comes in through forms, a module a noun; nothing is written here."""
