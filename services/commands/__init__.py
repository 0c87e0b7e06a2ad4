"""What the commands of `reporeel` do, one module a command."""
