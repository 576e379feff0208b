"""How outcomes depend on drivers."""
