"""The languages that the bot speaks; each has a file of words and one of texts in `ai`."""

LANGUAGES = ("uk", "ru", "en", "pl")
