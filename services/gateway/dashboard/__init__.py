"""The pages of the gateway, for people: written on the server, readable without JavaScript."""
