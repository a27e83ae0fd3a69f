"""The hashing of passwords, with the same parameters as in the other chat."""

from django.contrib.auth.hashers import Argon2PasswordHasher

from chat_core import accounts


class AccountPasswordHasher(Argon2PasswordHasher):
    """Django's hasher, with the parameters that both chats share."""

    time_cost = accounts.ARGON2_TIME_COST
    memory_cost = accounts.ARGON2_MEMORY_KIB
    parallelism = accounts.ARGON2_PARALLELISM
