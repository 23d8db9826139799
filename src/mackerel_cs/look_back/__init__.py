"""A past day's marts in a file of their own: `landed` cuts the log, `command` builds on it."""
