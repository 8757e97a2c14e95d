"""The auth service: who may sign in, and what the tokens say.

Owns accounts with their passwords, sessions (families of refresh tokens), failed sign-ins, partners' clients and the
keys that sign access tokens. An account is live until it is erased; a session runs until it ends or expires; a key signs, is
then published until its last token expired, and is destroyed. Listens to customer (erasure); publishes nothing.
"""
