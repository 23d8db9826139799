"""Bringing real payloads, webhook bodies and API responses, into the raw event log."""
