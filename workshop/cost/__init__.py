"""What a workshop costs, before it is deployed; `workshop.cost.command` is the command."""
