"""The contract's documents: what `chat_core` says, as AsyncAPI, as OpenAPI, and in words."""
