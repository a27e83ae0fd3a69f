"""Floors for every figure: relays that only pass messages on."""
