"""The face: typer commands, rendering, exit codes; nothing else knows the terminal."""
