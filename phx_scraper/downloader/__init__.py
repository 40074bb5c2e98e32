"""How requests leave and answers come in: pace, guards, slots, shared by handlers and middlewares."""
