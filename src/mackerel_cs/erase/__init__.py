"""Erasure: a person or an organization leaves the raw log and everything made from it."""
