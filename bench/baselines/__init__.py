"""Floors for every figure: relays that do no more than pass a message on."""
