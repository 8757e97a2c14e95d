"""The auth service: who may sign in, and what the tokens say.

Owns accounts with their passwords and second factors, sessions (families of refresh tokens), failed sign-ins,
partners' clients and the keys that sign access tokens. An account is live until it is erased. A session runs until it
ends or expires. A challenge waits for a second factor until it is answered, failed or expired. A key signs, is
published until its last token expired, and is then destroyed. Listens to customer (erasure); publishes no event.
"""
