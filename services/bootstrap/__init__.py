"""What a service needs at the parts before it starts: made by a step of every deploy, under rights of its own."""
